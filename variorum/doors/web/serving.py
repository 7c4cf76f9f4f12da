"""Opens the reader: one process unless told otherwise, loopback unless told otherwise, its address on one line when it accepts."""

from __future__ import annotations

import errno
import json
import os
import socket
from typing import TYPE_CHECKING

import click
import uvicorn

from variorum.doors.web.app import create_app
from variorum.doors.web.several import Reader, Several
from variorum.errors import CannotListen
from variorum.library import Behind

if TYPE_CHECKING:
    from variorum.library import Library

__all__ = ["run"]

_EVERY = ("0.0.0.0", "::", "")  # noqa: S104 (recognised here, never a default)
_USUAL = 8000  # where this one is taken, a free one will do: the address is printed
_SAMPLE = "sample-library"  # the folder that `./do run` makes


class _Server(uvicorn.Server):
    """Says where it is once it accepts."""

    said = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            click.echo(self.said)


def run(library: Library, *, host: str, port: int, hint: str, as_json: bool = False, workers: int = 1) -> None:
    """Serves the library until it is stopped, with ``workers`` processes; `CannotListen` when the address cannot be had."""
    reader = Reader(library.path, hint, library.path.name == _SAMPLE, _names(host))
    here = workers == 1
    config = uvicorn.Config(
        create_app(library, hint=hint, sample=reader.sample, hosts=reader.hosts) if here else reader,
        factory=not here,
        workers=workers,
        log_level="warning",
        access_log=False,  # what is read is nobody's business, not even the log's
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        limit_concurrency=500,
        timeout_keep_alive=20,
        h11_max_incomplete_event_size=32 << 10,
    )
    listening = _listen(host, port)
    address = f"http://{_shown(host)}:{listening.getsockname()[1]}/"
    said = json.dumps({"address": address}) if as_json else f"Variorum is open at {address} (Ctrl-C closes it)"
    with listening, Behind(library.meaning, library.path):  # here, once, however many processes answer
        if here:
            server = _Server(config)
            server.said = said
            server.run(sockets=[listening])
        else:
            Several(config, [listening], lambda: click.echo(said)).run()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(f"{host!r} is no address this machine can listen on ({error})") from error
    try:
        if os.name == "posix":  # elsewhere it would let another program take the port from us
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
    except OSError as error:
        listening.close()
        if port == _USUAL and error.errno == errno.EADDRINUSE:
            return _listen(host, 0)
        raise CannotListen(f"port {port} of {host} cannot be had ({error.strerror}); choose another with --port") from error
    return listening


def _names(host: str) -> tuple[str, ...]:
    """What requests may call us by: the name given, and for "every address" the names this machine is known by."""
    if host not in _EVERY:
        return (host,)
    name = socket.gethostname()
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(name, None)}
    except OSError:
        found = set()
    return (name, f"{name}.local", *sorted(found))


def _shown(host: str) -> str:
    if host in _EVERY:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
