"""`serve` as a process: says where it is once it accepts, answers there, and refuses addresses it cannot have."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from variorum.doors.web import serving
from variorum.errors import VariorumError


def _serve(library: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "variorum", "serve", "--library", str(library), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate(timeout=20)


@pytest.fixture
def empty(tmp_path) -> Path:
    from variorum.library import Library

    with Library(tmp_path / "fic", create=True):
        return tmp_path / "fic"


def test_it_says_where_it_is_and_answers_there(empty):
    """One line with the address, then a page at it; another Host is refused; nothing but the address is printed."""
    process = _serve(empty, "--port", "0")
    try:
        line = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", line)[0]
        with urllib.request.urlopen(address) as answer:
            assert "An empty shelf" in answer.read().decode()
            assert "uvicorn" not in answer.headers.get("server", "")
        asked = urllib.request.Request(address, headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError, match="400") as refused:
            urllib.request.urlopen(asked)
        refused.value.close()
    finally:
        _stop(process)


def test_json_prints_one_value(empty):
    """With --json the line is one JSON value."""
    process = _serve(empty, "--port", "0", "--json")
    try:
        assert json.loads(process.stdout.readline())["address"].startswith("http://127.0.0.1:")
    finally:
        _stop(process)


def test_a_slow_client_keeps_nobody_waiting(empty):
    """Sockets that send a byte now and then, or headers without end, do not stop a page for others."""
    process = _serve(empty, "--port", "0")
    slow = []
    try:
        port = int(re.search(r":(\d+)/", process.stdout.readline())[1])
        for n in range(50):
            slow.append(socket.create_connection(("127.0.0.1", port)))
            slow[-1].sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"y" * n)
        with socket.create_connection(("127.0.0.1", port)) as greedy:
            greedy.settimeout(10)
            greedy.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            try:
                for n in range(10_000):
                    greedy.sendall(b"X-%d: y\r\n" % n)
                said = greedy.recv(100)
            except OSError:
                said = b""
            assert not said or b" 4" in said
        before = time.monotonic()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/about", timeout=10) as answer:
            assert answer.status == 200
        assert time.monotonic() - before < 5
    finally:
        for connection in slow:
            connection.close()
        _stop(process)


def test_an_address_it_cannot_have_is_one_sentence():
    """A taken port and a foreign address are errors of ours; the usual port, when taken, gives way to a free one."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(VariorumError, match=f"port {port} of 127.0.0.1 cannot be had"):
            serving._listen("127.0.0.1", port)
    with pytest.raises(VariorumError, match="no address this machine can listen on"):
        serving._listen("no such host.invalid", 0)


def test_every_address_means_the_names_of_this_machine():
    """Listening everywhere lets requests name the machine by its own names, never by any name at all."""
    assert serving._names("books.local") == ("books.local",)
    names = serving._names("0.0.0.0")
    assert socket.gethostname() in names
    assert "*" not in names


def test_several_processes_are_one_reader(empty):
    """With --workers the line comes when all answer; what is kept through one is known to the others; the first killed without a word, they end by themselves."""
    process = _serve(empty, "--port", "0", "--workers", "2")
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())[0]
        made = urllib.request.Request(f"{address}shelf/shelves", b"make=winter", {"Origin": address.rstrip("/")})
        with urllib.request.urlopen(made, timeout=60) as answer:
            assert answer.status == 200
        for _ in range(6):
            with urllib.request.urlopen(f"{address}shelves", timeout=60) as answer:
                assert "winter" in answer.read().decode()
        started = _started_by(process.pid)
    finally:
        process.kill()
        process.communicate(timeout=60)
    if started is None:
        return
    assert len(started) >= 2
    until = time.monotonic() + 60
    while any(map(_runs, started)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(_runs, started))
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=60)


def _started_by(pid: int) -> list[int] | None:
    """The processes that a process started; None where nobody tells."""
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.exists():
        return None
    return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]


def _runs(pid: int) -> bool:
    """Whether a process is there and not only a name that waits to be asked for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
