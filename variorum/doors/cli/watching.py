"""The verb that keeps an eye on an inbox: watch."""

from __future__ import annotations

import os
import time

import click

from variorum.doors import shapes
from variorum.doors.cli.common import answer, emit, library_folder, opened, progress, shared
from variorum.doors.cli.keeping import tell
from variorum.errors import NotFound
from variorum.text import plain

__all__ = ["watch"]


@click.command()
@click.argument("path", metavar="DIR")
@click.option("--once", is_flag=True, help="Look twice, take in what has stopped changing, and end.")
@click.option("--every", type=click.IntRange(min=1), default=10, show_default=True, metavar="SECONDS", help="Between two looks.")
@shared
def watch(path: str, once: bool, every: int, folder: str | None, as_json: bool) -> None:
    """Take in what comes into a folder, once it has stopped changing. Ctrl-C ends it."""
    if not os.path.isdir(path):  # noqa: PTH112
        raise NotFound("folder", path, f"there is no folder {path}")
    looks, is_there, ok = 0, True, True
    with opened(folder, create=True) as library:
        watching = library.watch(path)
        if not as_json and not once:
            click.echo(f"Watching {plain(path)}. Ctrl-C ends it.")
        while True:
            with progress("Adding") as step:
                found = watching.look(step)
            looks += 1
            if found.is_there != is_there:
                is_there = found.is_there
                _say("back" if is_there else "vanished", path, as_json=as_json)
            if found.accession is not None:
                ok = ok and not found.accession.count("problem")
                emit(shapes.accession_json(found.accession)) if as_json else tell(found.accession, library_folder(folder))
            if once and looks > 1:
                if found.waiting:
                    _say("waiting", path, as_json=as_json)
                break
            try:
                time.sleep(every)
            except KeyboardInterrupt:
                break
    answer(ok=ok or not once)


_SENTENCES = {
    "vanished": "{} is not there any more; it is looked for again.",
    "back": "{} is there again.",
    "waiting": "Files in {} are still changing; they were left for the next time.",
}


def _say(code: str, path: str, *, as_json: bool) -> None:
    reason = _SENTENCES[code].format(plain(path))
    emit({"note": {"code": code, "reason": reason}}) if as_json else click.echo(reason)
