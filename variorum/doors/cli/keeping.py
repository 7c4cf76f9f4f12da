"""The verbs of keeping: init add remove verify rebuild."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import click

from variorum.doors import shapes
from variorum.doors.cli.common import answer, emit, library_folder, opened, progress, scratch, shared
from variorum.errors import NotFound
from variorum.library import LAYOUT_VERSION, Library, is_library
from variorum.model import Accession
from variorum.text import plain

_MOST_SENTENCES = 20  # that differ, of what was kept with a remark or not taken

__all__ = ["add", "init", "rebuild", "remove", "tell", "verify"]


@click.command()
@click.argument("path", required=False, metavar="[DIR]")
@shared
def init(path: str | None, folder: str | None, as_json: bool) -> None:
    """Make an empty library in an absent or empty folder."""
    where = library_folder(path or folder)
    already = is_library(where)
    Library(where, create=True).close()
    if as_json:
        emit({"library": str(where.resolve()), "version": LAYOUT_VERSION})
    else:
        click.echo(
            f"{plain(str(where))} is a library {'already' if already else 'now'}. Next: variorum --library {plain(str(where))} add FOLDER"
        )


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | -")
@click.option("--source", metavar="TEXT", help="Where these files come from, in your words.")
@click.option("--look", is_flag=True, help="Say what would be taken, and take nothing.")
@shared
def add(paths: tuple[str, ...], source: str | None, look: bool, folder: str | None, as_json: bool) -> None:
    """Take files and folders in. Nothing of yours is moved, changed or deleted."""
    for path in paths:
        if path != "-" and not os.path.lexists(path):
            raise NotFound("file", path, f"there is no file or folder {path}; nothing was added")
    with scratch(folder) if look else opened(folder, create=True) as library, progress("Adding") as step:
        accession = library.add(paths, source=source, look=look, progress=step, stdin=sys.stdin.buffer)
    if as_json:
        emit(shapes.accession_json(accession))
    else:
        tell(accession, library_folder(folder), look=look)
    answer(ok=not accession.count("problem"))


def tell(accession: Accession, path: Path, *, look: bool = False) -> None:
    """What became of an accession, in words."""
    new = {w for item in accession.items if item.status == "added" for w in item.works}
    copies = len({w for item in accession.items if item.status == "added" for w in item.witnesses})
    verb = "would be added" if look else "added"
    head = f"{_count(accession.count('added'), 'file')} {verb}"
    if copies:
        head += f": {_count(copies, 'copy', 'copies')} of {_count(len(new), 'work')}"
        head += f"; {_count(accession.partial, 'copy is', 'copies are')} only a part" if accession.partial else ""
    known = accession.count("known")
    place = f" The library is {plain(str(path))}." if is_library(path) else f" There is no library at {plain(str(path))} yet."
    click.echo(head + (f"; {known} held already" if known else "") + "." + place)
    problems = [item for item in accession.items if item.status == "problem"]
    if problems:
        click.echo(f"{_count(len(problems), 'file')} kept and not understood:")
        for item in problems:
            click.echo(f"  {plain(item.problem[1] if item.problem else item.name)}")
    noted = [(item.name, item.note) for item in accession.items if item.note]
    _listed("kept with a remark", [(f"{name}: {note}", note) for name, note in noted])
    left = [(item.name, item.problem[1] if item.problem else item.name) for item in accession.items if item.status == "skipped"]
    _listed("not taken", [(reason, reason.removeprefix(plain(name)).rsplit(": ", 1)[-1]) for name, reason in left])


def _listed(what: str, said: list[tuple[str, str]]) -> None:
    """Sentences, each with what it has in common with others: of which there are many, that and how many, and the first."""
    if not said:
        return
    click.echo(f"{_count(len(said), 'file')} {what}:")
    firsts: dict[str, str] = {}
    for whole, common in said:
        firsts.setdefault(common, whole)
    for common, count in Counter(common for _, common in said).most_common(_MOST_SENTENCES):
        first = firsts[common]
        click.echo(f"  {plain(first)}" + (f" (and {count - 1:,} more like it)" if count > 1 else ""))
    if len(firsts) > _MOST_SENTENCES:
        click.echo(f"  and others, for {len(firsts) - _MOST_SENTENCES:,} reasons more: --json tells them all")


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@click.command()
@click.argument("works", nargs=-1, metavar="WORK...")
@click.option("--why", metavar="TEXT", help="Why; kept with the event.")
@click.option("--withdraw", is_flag=True, help="Take an earlier removal back.")
@click.option("--purge", is_flag=True, help="Delete for good what was removed at least --days ago.")
@click.option("--days", default=30, show_default=True, metavar="N", help="The days between the two steps.")
@shared
def remove(
    works: tuple[str, ...], why: str | None, withdraw: bool, purge: bool, days: int, folder: str | None, as_json: bool
) -> None:
    """Remove works, in two steps: hidden now, deleted by a later --purge; a line in the register stays."""
    if purge == bool(works):
        raise click.UsageError("name the works to remove, or say --purge")
    with opened(folder) as library:
        if purge:
            done = library.purge(days=days)
            told = f"{_count(len(done), 'file')} deleted for good."
            result: object = {"deleted": done}
        else:
            result = {"withdrawn" if withdraw else "removed": [library.remove(w, why=why, withdraw=withdraw) for w in works]}
            told = (
                "Back in the library."
                if withdraw
                else f"Removed. The bytes stay for {days} days; `variorum remove --purge` then deletes them."
            )
    emit(result) if as_json else click.echo(told)


@click.command()
@shared
def verify(folder: str | None, as_json: bool) -> None:
    """Read every byte and name what is damaged, missing or stray."""
    with opened(folder) as library, progress("Reading") as step:
        verification = library.verify(progress=step)
    if as_json:
        emit(shapes.verification_json(verification))
    else:
        for finding in verification:
            click.echo(f"{finding.code} {finding.kind}: {plain(finding.reason)}")
        size = verification.bytes / 1e6
        verdict = "all intact" if not verification.findings else f"{_count(len(verification.findings), 'finding')}"
        click.echo(f"{_count(verification.items, 'item')}, {size:,.1f} MB read: {verdict}.")
    answer(ok=not verification.findings)


@click.command()
@shared
def rebuild(folder: str | None, as_json: bool) -> None:
    """Make everything but the vault and people's own things anew, from the vault."""
    with opened(folder, anew=True) as library, progress("Rebuilding") as step:
        counts = library.rebuild(progress=step)
    if as_json:
        emit({"works": counts.works, "witnesses": counts.witnesses, "problems": counts.problems})
    else:
        click.echo(
            f"Rebuilt: {_count(counts.works, 'work')} in {_count(counts.witnesses, 'copy', 'copies')}, {_count(counts.problems, 'problem')}."
        )
