"""A throw-away PostgreSQL for tests: its own folder, its own port on loopback, gone afterwards.

Uses the server programs of the system (PGBIN names their folder), or the server VARIORUM_TEST_DSN points
to. PostgreSQL refuses to run as root: then it runs as the user ``postgres``. Without server programs the
tests that ask for it are skipped with a sentence.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version's where there are several."""
    named = os.environ.get("PGBIN")
    if named:
        return Path(named)
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "pg_ctl").exists()]
    if found:
        return max(found, key=lambda path: [int(part) for part in path.parent.name.split(".") if part.isdecimal()])
    on_path = shutil.which("pg_ctl")
    return Path(on_path).resolve().parent if on_path and shutil.which("initdb") else None


def _as_server() -> list[str]:
    """What stands before a command so that it does not run as root."""
    return ["runuser", "-u", "postgres", "--"] if hasattr(os, "getuid") and os.getuid() == 0 else []


def _run(*command: str | Path) -> None:
    done = subprocess.run([*_as_server(), *map(str, command)], capture_output=True, text=True, check=False, cwd="/", timeout=120)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr or done.stdout}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The URL of a server that lives as long as the block; skips the test where there is none to be had."""
    given = os.environ.get("VARIORUM_TEST_DSN")
    if given:
        yield given
        return
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not on this machine (Debian: apt install postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'variorum[pg]'")
    folder = Path(tempfile.mkdtemp(prefix="variorum-pg-"))
    port = _free_port()
    try:
        if _as_server():
            shutil.chown(folder, "postgres")
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "variorum", "-N")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {_FAST}"
        _run(programs / "pg_ctl", "-D", data, "-w", "-s", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://variorum@127.0.0.1:{port}/postgres"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-w", "-s", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def database(server: str) -> Iterator[str]:
    """The URL of an empty database on the server, dropped afterwards."""
    import sqlalchemy as sa

    name = f"variorum_{secrets.token_hex(6)}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One server for the whole run."""
    with running() as url:
        yield url
