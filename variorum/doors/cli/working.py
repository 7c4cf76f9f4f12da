"""The verbs that need no library: rescue and kin (collate takes files too)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from variorum.doors import shapes
from variorum.doors.cli.common import alone, emit, present
from variorum.text import plain, shown

__all__ = ["kin", "rescue"]


@click.command()
@click.argument("file", metavar="FILE | -")
@click.option("--notes", is_flag=True, help="The notes too, where they stand.")
@alone
def rescue(file: str, notes: bool, as_json: bool) -> None:
    """Mend one file or standard input and write its reading text; needs no library."""
    present([file])
    from variorum import workbench  # noqa: PLC0415  (it opens files: twice as long to import as what reads a library)

    copies = workbench.read(file, sys.stdin.buffer.read() if file == "-" else None)
    if as_json:
        emit([shapes.document_json(copy.name, copy.document, copy.text) for copy in copies])
        return
    for copy in copies:
        click.echo(shown(workbench.plain(copy, notes=notes)), nl=False)


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
        return
    for r in relations:
        click.echo(
            f"{plain(r.a)}  {r.kinship.verdict}  {plain(r.b)}  ({r.kinship.containment[0]:.0%} / {r.kinship.containment[1]:.0%})"
        )
    if not relations:
        click.echo("No two files here share a text.")
