"""What every verb shares: its two options, the library it works on, and how it speaks."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import click
import platformdirs

from variorum.doors import shapes
from variorum.errors import NotFound
from variorum.library import Library, is_library
from variorum.text import plain

__all__ = [
    "alone",
    "answer",
    "emit",
    "library_folder",
    "opened",
    "present",
    "progress",
    "say_error",
    "scratch",
    "shared",
    "wants_json",
]

F = TypeVar("F", bound=Callable[..., Any])


def shared(command: F) -> F:
    """Gives a verb ``--library`` and ``--json``."""
    return click.option("--library", "folder", metavar="DIR", help="The library to work on.")(_as_json(command))


def alone(command: F) -> F:
    """Gives the same two to a verb that works without a library, which takes ``--library`` and does nothing with it."""
    return click.option("--library", metavar="DIR", expose_value=False, help="Taken, and not needed.")(_as_json(command))


def _as_json(command: F) -> F:
    said = click.option("--json", "as_json", is_flag=True, callback=_or_before, help="One JSON value on standard output.")
    return said(command)


def _or_before(context: click.Context, _option: click.Parameter, given: bool) -> bool:
    """Also where it was said before the verb, as in ``variorum --json find``."""
    return given or bool((context.find_root().obj or {}).get("json"))


def present(files: Iterable[str]) -> None:
    """NotFound, in a sentence, when one of these is no file (``-`` is standard input)."""
    for file in files:
        if file != "-" and not Path(file).exists():
            raise NotFound("file", file, f"there is no file {file}")
        if file != "-" and Path(file).is_dir():
            raise NotFound("file", file, f"{file} is a folder, not a file")


def wants_json(args: Sequence[str]) -> bool:
    """Whether these arguments ask for JSON, also when they cannot be parsed."""
    return "--json" in args


def library_folder(folder: str | None) -> Path:
    """The library meant: the option, the variable, the folder one stands in, else the system's data folder."""
    context = click.get_current_context()
    chosen = folder or (context.find_root().obj or {}).get("library") or os.environ.get("VARIORUM_LIBRARY")
    if chosen:
        return Path(chosen)
    here = Path.cwd()
    if is_library(here):
        return here
    return Path(platformdirs.user_data_dir("variorum", appauthor=False))


@contextmanager
def opened(folder: str | None, *, create: bool = False, anew: bool = False) -> Iterator[Library]:
    """The library, open until the end of the block."""
    library = Library(library_folder(folder), create=create, anew=anew)
    try:
        if not anew:
            with progress("Going on") as step:
                library.finish(step)
        yield library
    finally:
        library.close()


@contextmanager
def scratch(folder: str | None) -> Iterator[Library]:
    """The library, or where none is yet (an absent or empty folder) an empty one that is gone after the block."""
    where = library_folder(folder)
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        with opened(folder) as library:
            yield library
        return
    with TemporaryDirectory() as nowhere, Library(Path(nowhere) / "library", create=True) as library:
        yield library


def emit(value: object) -> None:
    """One JSON value."""
    click.echo(shapes.dump(value))


def answer(*, ok: bool) -> None:
    """Ends the verb: exit code 0, or 1 when it was done with problems."""
    if not ok:
        raise click.exceptions.Exit(1)


def say_error(code: str, reason: str, *, as_json: bool) -> None:
    """An error on standard error, or as JSON on standard output."""
    if as_json:
        click.echo(shapes.dump(shapes.error_json(code, reason)))
    else:
        click.echo(f"variorum: {plain(reason)}", err=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on a terminal, silence in a pipe. Yields ``step(done, total, name)``; total 0 is unknown."""
    if not sys.stderr.isatty():
        yield lambda _done, _total, _name: None
        return
    from rich.console import Console  # noqa: PLC0415  (rich costs 50 ms: only when drawing)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[name]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, name="")

        def step(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total or None, name=plain(name)[-60:].replace("[", "\\["))

        yield step
