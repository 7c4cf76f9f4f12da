"""The verb of searching by meaning: what is there, making it, switching it on and off."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click

from variorum.doors.cli.common import answer, emit, library_folder, opened, progress, shared
from variorum.errors import ModelAbsent
from variorum.library import Library, MeaningState

__all__ = ["meaning", "told"]

_LOW = 15  # how far behind other programs it stands when it runs in the background


@click.command()
@click.argument("act", type=click.Choice(["status", "build", "on", "off", "forget"]), default="status", metavar="[ACT]")
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N", help="With build: at once.")
@click.option("--behind", is_flag=True, hidden=True, help="As the reader starts it: quietly, until standard input ends.")
@shared
def meaning(act: str, threads: int, behind: bool, folder: str | None, as_json: bool) -> None:
    """Search by meaning, with an optional model (off by default).

    \b
    status   how it stands
    build    switch it on and make now what is lacking; Ctrl-C stops it, the same goes on
    on       switch it on: the reader makes it in the background
    off      switch it off; what was made stays
    forget   switch it off and delete what was made
    """
    if behind:
        _behind(folder, threads)
        return
    with opened(folder) as library:
        ok = True
        if act == "build":
            ok = _build(library, threads)
        elif act == "forget":
            ok = library.meaning.forget()
        elif act != "status":
            library.meaning.switch(on=act == "on")
        state = library.meaning.state()
    if as_json:
        emit(
            {
                "wanted": state.wanted,
                "lacking": state.lacking,
                "works": state.works,
                "ready": state.ready,
                "passages": state.passages,
                "bytes": state.size,
                "making": state.making,
            }
        )
    else:
        click.echo(told(state))
        if not ok:
            click.echo("Somebody else is making more just now; the same command goes on when they have ended.")
    answer(ok=ok)


def _build(library: Library, threads: int) -> bool:
    lacking = library.meaning.lacking()
    if lacking:
        raise ModelAbsent(lacking)
    library.meaning.switch(on=True)
    with progress("Reading for meaning") as step:
        return library.meaning.build(step, threads=threads)


def told(state: MeaningState) -> str:
    """How it stands, in sentences."""
    if state.wanted:
        said = ["Searching by meaning is on."]
    else:
        said = ["Searching by meaning is off (`variorum meaning on` switches it on)."]
    if state.lacking:
        said.append(state.lacking[:1].upper() + state.lacking[1:] + ".")
    if state.passages or state.wanted:
        room = f"{state.size / 1e6:,.1f} MB" if state.size >= 1_000_000 else f"{state.size / 1e3:,.0f} KB"
        size = f"{state.passages:,} passages, {room}"
        said.append(f"{state.ready:,} of {state.works:,} works in English are read for it ({size}).")
    if state.making:
        said.append("More are being read just now.")
    return " ".join(said)


def _behind(folder: str | None, threads: int) -> None:
    """The reader's own process: stops within a second of the reader, however that ends, because standard input ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the reader, which tells us
    if hasattr(os, "nice"):
        os.nice(_LOW)
    ended = threading.Event()

    def listen() -> None:
        while sys.stdin.buffer.read(1):
            pass
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    with Library(library_folder(folder)) as library:
        answer(ok=library.meaning.build(stop=ended.is_set, threads=threads))
