"""The verbs of comparing: collate (copies of a work, or loose files) and kin."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from variorum.doors import shapes
from variorum.doors.cli import marks
from variorum.doors.cli.common import alone, emit, opened, present, shared
from variorum.errors import PublishError
from variorum.library import FORMS, Library, put

if TYPE_CHECKING:
    from variorum.library import Comparison
    from variorum.model import Work

__all__ = ["collate", "kin"]


@click.command()
@click.argument("keys", nargs=-1, required=True, metavar="WORK | FILE FILE... | -")
@click.option("--base", metavar="A", help="What is compared against.")
@click.option("--with", "others", multiple=True, metavar="B", help="Only these copies.")
@click.option("--notes", is_flag=True, help="Notes and summaries too.")
@click.option("--small", is_flag=True, help="Quotes, dashes, spaces and layout too.")
@click.option("--to", "form", type=click.Choice(list(FORMS)), help="As scholars' tools read it.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="With --to: into a file.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@shared
def collate(
    keys: tuple[str, ...],
    base: str | None,
    others: tuple[str, ...],
    notes: bool,
    small: bool,
    form: str | None,
    out: Path | None,
    force: bool,
    folder: str | None,
    as_json: bool,
) -> None:
    """Show to the word what differs between the copies of a work, or between files."""
    if out is not None and form is None:
        raise click.UsageError("--out takes what --to makes: say --to tei, for one")
    if as_json and form is not None and out is None:
        raise click.UsageError("--to prints its own form; with --json give it a file by --out")
    loose = len(keys) > 1 or _is_file(keys[0])
    with nullcontext() if loose else opened(folder) as library:
        if library is None:
            work, comparison = None, _loose(keys, base, others, notes=notes)
        else:
            work = library.work(keys[0])
            comparison = library.compare(work, base, others, notes=notes)
        if form is not None:
            _hand_on(_exported(work, comparison, form), form, out, force=force, as_json=as_json)
        elif as_json:
            emit(shapes.comparison_json(comparison))
        else:
            marks.comparison(comparison, Library.summarise, small=small)


def _loose(keys: tuple[str, ...], base: str | None, others: tuple[str, ...], *, notes: bool) -> Comparison:
    present(keys)
    if keys.count("-") > 1:
        raise click.UsageError("standard input can be read once")
    from variorum import workbench  # noqa: PLC0415  (it opens files: twice as long to import as what reads a library)

    files: list[workbench.Source] = ["-" if key == "-" else Path(key) for key in keys]
    return workbench.compare(files, base=base, with_=others, notes=notes, stdin=sys.stdin.buffer if "-" in keys else None)


def _exported(work: Work | None, comparison: Comparison, form: str) -> bytes:
    if work is not None:
        return Library.export(work, comparison, form)
    from variorum import workbench  # noqa: PLC0415

    return workbench.export(comparison, form)


def _hand_on(data: bytes, form: str, out: Path | None, *, force: bool, as_json: bool) -> None:
    if out is None:
        click.echo(data, nl=False)
        return
    try:
        put(out, data, force=force)
    except FileExistsError:
        raise PublishError(f"{out} exists; --force overwrites it") from None
    if as_json:
        emit({"file": str(out), "form": form, "digest": "sha256:" + sha256(data).hexdigest()})
    else:
        click.echo(f"{out} made.")


def _is_file(key: str) -> bool:
    return key == "-" or Path(key).is_file()


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")
@alone
def kin(folder: Path, as_json: bool) -> None:
    """List which files in a folder are copies of one work; needs no library."""
    from variorum import workbench  # noqa: PLC0415  (it opens files: twice as long to import as what reads a library)

    relations = workbench.kin(folder)
    if as_json:
        emit(
            [
                {
                    "a": r.a,
                    "b": r.b,
                    "kinship": r.kinship.verdict,
                    "containment": r.kinship.containment,
                    "resemblance": r.kinship.resemblance,
                }
                for r in relations
            ]
        )
    else:
        marks.relations([(r.a, r.b, r.kinship) for r in relations])
