"""The verb that mends loose files: rescue (kin and collate, which need no library either, are in comparing.py)."""

from __future__ import annotations

import sys

import click

from variorum.doors import shapes
from variorum.doors.cli.common import alone, emit, present
from variorum.text import shown

__all__ = ["rescue"]


@click.command()
@click.argument("file", metavar="FILE | -")
@click.option("--to", "form", type=click.Choice(["text", "html", "markdown"]), default="text", help="What to write.")
@click.option("--notes", is_flag=True, help="The notes too, where they stand.")
@alone
def rescue(file: str, form: str, notes: bool, as_json: bool) -> None:
    """Mend one file or standard input and write its reading text; needs no library."""
    present([file])
    from variorum import workbench  # noqa: PLC0415  (it opens files: twice as long to import as what reads a library)

    copies = workbench.read(file, sys.stdin.buffer.read() if file == "-" else None)
    if as_json:
        emit([shapes.document_json(copy.name, copy.document, copy.text) for copy in copies])
        return
    click.echo(shown(workbench.written(copies, form, notes=notes)), nl=False)
