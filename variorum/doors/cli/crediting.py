"""The verbs of credit: trace known."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import click

from variorum.doors.cli import drawing
from variorum.doors.cli.common import emit, opened, shared
from variorum.doors.credit_shapes import known_json, trace_json
from variorum.errors import PublishError
from variorum.library import CREDIT_FORMS, put
from variorum.text import plain, shown

__all__ = ["known", "trace"]


@click.command()
@click.argument("key", metavar="WORK")
@click.option(
    "--to", "form", type=click.Choice(list(CREDIT_FORMS)), help="Hand it on: W3C PROV-O, schema.org, a table, a citation."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="With --to: into this file.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@shared
def trace(key: str, form: str | None, out: Path | None, force: bool, folder: str | None, as_json: bool) -> None:
    """Show where a work comes from: who made it, what inspired it, each with its evidence."""
    if out is not None and form is None:
        raise click.UsageError("--out needs --to")
    with opened(folder) as library:
        work = library.work(key)
        if form is None:
            result = library.trace(work)
            emit(trace_json(result, work)) if as_json else drawing.trace(result)
            return
        data = library.credit.export(work, form)
    if out is None:
        text = data.decode("utf-8")
        emit({"form": form, "text": text}) if as_json else click.echo(shown(text.lstrip("\ufeff")), nl=False)
        return
    try:
        put(out, data, force=force)
    except FileExistsError:
        raise PublishError(f"{out} exists; --force overwrites it") from None
    emit({"file": str(out), "form": form, "digest": "sha256:" + sha256(data).hexdigest()}) if as_json else click.echo(
        f"{plain(str(out))} written."
    )


@click.command()
@click.option("--addresses", is_flag=True, help="The addresses alone, one a line: for a search.")
@shared
def known(addresses: bool, folder: str | None, as_json: bool) -> None:
    """List the copies that are stated somewhere and not held, with the words that say so."""
    with opened(folder) as library:
        found = library.credit.known()
    if as_json:
        emit(known_json(found))
    elif addresses:
        for url in dict.fromkeys(one.url for one in found if one.url):
            click.echo(plain(url))
    else:
        drawing.known(found)
