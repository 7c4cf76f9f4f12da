"""The verbs of what is one's own, and of numbers: shelves mine statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from variorum.doors import own_shapes, shapes
from variorum.doors.cli import drawing
from variorum.doors.cli.common import emit, opened, shared
from variorum.doors.counted_shapes import statistics_json
from variorum.errors import NotFound, PublishError
from variorum.library import Library, put
from variorum.model import Done, Owned, Shelf, Viewer, Work
from variorum.text import plain

__all__ = ["mine", "shelves", "statistics"]

_KEEPER = Viewer()


@click.command()
@click.argument("name", required=False, metavar="[SHELF")
@click.argument("works", nargs=-1, metavar="[WORK...]]")
@click.option("--find", "as_query", is_flag=True, help="WORK is a question: every work it finds.")
@click.option("--take", is_flag=True, help="Take the works off the shelf.")
@click.option("--rename", metavar="NAME", help="Give the shelf another name.")
@click.option("--place", type=click.IntRange(min=1), metavar="N", help="Put the shelf at this place in the order.")
@click.option("--drop", is_flag=True, help="Take the shelf away; the works stay in the library.")
@click.option("--undo", metavar="ID", help="Take back what was done under this id.")
@shared
def shelves(
    name: str | None,
    works: tuple[str, ...],
    as_query: bool,
    take: bool,
    rename: str | None,
    place: int | None,
    drop: bool,
    undo: str | None,
    folder: str | None,
    as_json: bool,
) -> None:
    """List your shelves; with SHELF what stands on it; with works put them there, making the shelf where there is none."""
    if name is None and (rename or place or drop or take):
        raise click.UsageError("name the shelf")
    if works and (rename or place or drop):
        raise click.UsageError("a shelf is changed, or works are put on it, not both")
    with opened(folder) as library:
        if undo is not None:
            if not library.own.undo(_KEEPER, undo):
                raise NotFound("step", undo, f"nothing that can be taken back has the id {undo}")
            emit({"undone": undo}) if as_json else click.echo("Taken back.")
        elif name is not None and works:
            done = _put(library, name, _meant(library, works, as_query=as_query), take=take)
            _say(done, as_json=as_json)
        elif name is not None and not (rename or place or drop):
            asked = library.own.in_sight(_KEEPER, f'shelf:="{library.own.shelf(_KEEPER, name).name}"')
            found = library.find(asked, sort="title")
            emit(shapes.found_json(found)) if as_json else drawing.found(found)
        else:
            if name is not None:
                _change(library, library.own.shelf(_KEEPER, name), rename, place, drop=drop)
            held = library.own.shelves(_KEEPER)
            emit(own_shapes.shelves_json(held)) if as_json else _tell(held)


def _change(library: Library, shelf: Shelf, rename: str | None, place: int | None, *, drop: bool) -> None:
    if drop:
        library.own.drop(_KEEPER, shelf)
        return
    try:
        if rename is not None:
            library.own.rename(_KEEPER, shelf, rename)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if place is not None:
        library.own.move(_KEEPER, shelf, place - 1)


def _put(library: Library, name: str, works: Sequence[Work], *, take: bool) -> Done:
    try:
        shelf = library.own.shelf(_KEEPER, name)
    except NotFound:
        if take:
            raise
        try:
            shelf = library.own.make(_KEEPER, name)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
    return library.own.act(_KEEPER, "take" if take else "put", shelf.shelf, works)


def _meant(library: Library, keys: Sequence[str], *, as_query: bool) -> list[Work]:
    if as_query:
        return [hit.work for hit in library.find(library.own.in_sight(_KEEPER, " ".join(keys))).hits]
    return [library.work(key) for key in keys]


def _say(done: Done, *, as_json: bool) -> None:
    told = f"{done.said}. `variorum shelves --undo {done.undo}` takes it back."
    emit(own_shapes.done_json(done)) if as_json else click.echo(told)


def _tell(held: Sequence[Shelf]) -> None:
    if not held:
        click.echo("No shelf yet. `variorum shelves NAME WORK` makes one and puts a work on it.")
    for shelf in held:
        click.echo(f"{plain(shelf.name)}: {shelf.works:,} {'work' if shelf.works == 1 else 'works'}")


@click.command()
@click.argument("works", nargs=-1, metavar="[WORK...]")
@click.option("--find", "as_query", is_flag=True, help="WORK is a question: every work it finds.")
@click.option("--rate", type=click.Choice(["1", "2", "3", "4", "5", "none"]), help="What you give it.")
@click.option("--mark", type=click.Choice(["read", "reading", "later", "none"]), help="What you mark it as.")
@click.option("--note", metavar="TEXT", help="Your note on it; an empty one takes it away.")
@click.option("--hide/--show", "hidden", default=None, help="Out of sight on the shelf, or back in it.")
@click.option("--to", "form", type=click.Choice(["json", "markdown"]), help="Everything that is yours, to be kept.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="With --to: into this file.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@shared
def mine(
    works: tuple[str, ...],
    as_query: bool,
    rate: str | None,
    mark: str | None,
    note: str | None,
    hidden: bool | None,
    form: str | None,
    out: Path | None,
    force: bool,
    folder: str | None,
    as_json: bool,
) -> None:
    """Your rating, note, mark and shelves of works; without WORK all that is yours."""
    doing = rate or mark or note is not None or hidden is not None
    if not works and doing:
        raise click.UsageError("name the works")
    if out is not None and form is None:
        raise click.UsageError("--out needs --to")
    with opened(folder) as library:
        if not works:
            _keep(library, form, out, force=force, as_json=as_json)
            return
        meant = _meant(library, works, as_query=as_query)
        if note is not None and len(meant) != 1:
            raise click.UsageError("a note is on one work")
        _do(library, meant, rate, mark, note, hidden)
        own = library.own.of(_KEEPER, meant)
    if as_json:
        emit({"works": [own_shapes.owned_json(work, own[work.work]) for work in meant]})
    else:
        for work in meant:
            _tell_work(work, own[work.work])


@click.command()
@click.argument("query", nargs=-1)
@click.option("--hidden", is_flag=True, help="Also works you put out of sight.")
@shared
def statistics(query: tuple[str, ...], hidden: bool, folder: str | None, as_json: bool) -> None:
    """The library in numbers, or what answers to a query: words by fandom and year, lengths, ratings, what you read."""
    with opened(folder) as library:
        library.find(limit=0)  # brings the index up to date
        text = " ".join(query)
        asked = text if hidden else library.own.in_sight(_KEEPER, text)
        held, read = replace(library.statistics.holdings(asked, _KEEPER), query=text), library.statistics.read(_KEEPER)
    if as_json:
        emit(statistics_json(held, read))
        return
    click.echo(
        f"{held.works:,} works, {held.words:,} words; {held.copies:,} copies in {held.files:,} files of {held.bytes / 1e6:,.1f} MB."
    )
    if read.works:
        click.echo(f"You read {read.words:,} words in {read.works:,} works.")
    for name in ("fandom", "year", "rating", "length", "status", "copies", "author", "tag", "site", "format"):
        shares = held.by.get(name, ())
        if shares:
            click.echo(f"By {name}:")
        for share in [share for share in shares if share.works][:10]:
            click.echo(
                f"  {share.works:>7,} {'work ' if share.works == 1 else 'works'} {share.words:>12,} words  {plain(share.value)}"
            )


def _tell_work(work: Work, own: Owned) -> None:
    said = [f"{own.rating} of 5" if own.rating else "", own.mark or "", "hidden" if own.hidden else ""]
    said.append("on " + ", ".join(plain(name) for name in own.shelves) if own.shelves else "")
    click.echo(f"{drawing.name_of(work)}: {'; '.join(filter(None, said)) or 'nothing of yours'}")
    for line in own.note.splitlines():
        click.echo(f"    {plain(line)}")


def _do(
    library: Library, works: Sequence[Work], rate: str | None, mark: str | None, note: str | None, hidden: bool | None
) -> None:
    if rate is not None:
        library.own.act(_KEEPER, "rate", None if rate == "none" else rate, works)
    if mark is not None:
        library.own.act(_KEEPER, "mark", None if mark == "none" else mark, works)
    if hidden is not None:
        kind: Literal["hide", "show"] = "hide" if hidden else "show"
        library.own.act(_KEEPER, kind, None, works)
    if note is not None:
        library.own.note(_KEEPER, works[0], note)


def _keep(library: Library, form: str | None, out: Path | None, *, force: bool, as_json: bool) -> None:
    held = library.own.shelves(_KEEPER)
    works = [library.work(key) for key in library.own.everything(_KEEPER)]
    own = library.own.of(_KEEPER, works)
    as_data = own_shapes.mine_json(held, works, own)
    text = shapes.dump(as_data, pretty=True) + "\n" if form == "json" else own_shapes.mine_markdown(held, works, own)
    if out is None:
        emit(as_data) if as_json and form != "markdown" else emit({"form": form, "text": text}) if as_json else click.echo(
            text, nl=False
        )
        return
    try:
        put(out, text.encode("utf-8", "replace"), force=force)
    except FileExistsError:
        raise PublishError(f"{out} exists; --force overwrites it") from None
    emit({"file": str(out), "form": form}) if as_json else click.echo(f"{plain(str(out))} written.")
