"""The verbs of reading: show find trace publish."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import click

from variorum.doors import shapes
from variorum.doors.cli import drawing
from variorum.doors.cli.common import emit, opened, shared
from variorum.model import Viewer
from variorum.text import shown

__all__ = ["find", "publish", "show"]


@click.command()
@click.argument("key", metavar="WORK")
@click.option("--witness", metavar="A", help="Another copy than the base.")
@click.option("--text", is_flag=True, help="The reading text and nothing else.")
@click.option("--notes", is_flag=True, help="With --text: the notes too, where they stand.")
@click.option("--document", is_flag=True, help="With --json: blocks, emendations and what is left out.")
@click.option("--repairs", is_flag=True, help="Every repair, with its reason.")
@shared
def show(
    key: str,
    witness: str | None,
    text: bool,
    notes: bool,
    document: bool,
    repairs: bool,
    folder: str | None,
    as_json: bool,
) -> None:
    """Show a work: its front matter and copies, or its text."""
    with opened(folder) as library:
        work = library.work(key)
        copy = library.copy_of(work, witness)
        if text:
            plain = library.plain_text(copy.witness, notes=notes)
            emit({"witness": copy.witness, "text": plain}) if as_json else click.echo(shown(plain), nl=False)
        elif document or repairs:
            held = library.document(copy.witness)
            if as_json or document:
                emit(shapes.document_json(copy.witness, held, library.text(copy.witness)))
            else:
                drawing.repairs(work, copy, held)
        else:
            own = library.copy_fields(work, copy.witness) if witness else None
            if as_json:
                emit(shapes.work_json(work, own))
            else:
                drawing.work(work, own or work, library.document(copy.witness))


class _Query(click.Command):
    """A verb whose arguments may begin with a hyphen: ``-word`` leaves out, it is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = {name for p in self.params if isinstance(p, click.Option) and not p.is_flag for name in p.opts}
        options: list[str] = []
        words: list[str] = []
        waiting = iter(args)
        for arg in waiting:
            if arg == "--":
                words += waiting
            elif arg.startswith("--") or arg in ctx.help_option_names:
                options.append(arg)
                if arg in takes_value:
                    options += [value for value in (next(waiting, None),) if value is not None]
            else:
                words.append(arg)
        return super().parse_args(ctx, [*options, "--", *words])


@click.command(cls=_Query)
@click.argument("query", nargs=-1)
@click.option("--like", metavar="TEXT", help="That fic where ...")
@click.option(
    "--sort",
    metavar="FIELD",
    help="relevance, title, author, words, updated, published, added, read, rated, random; -FIELD for descending.",
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N")
@click.option("--offset", type=click.IntRange(min=0), default=0, metavar="N")
@click.option("--known", is_flag=True, help="Also works of which no copy is held.")
@click.option("--hidden", is_flag=True, help="Also works you put out of sight.")
@shared
def find(
    query: tuple[str, ...],
    like: str | None,
    sort: str | None,
    limit: int | None,
    offset: int,
    known: bool,
    hidden: bool,
    folder: str | None,
    as_json: bool,
) -> None:
    """Find works by words, "phrases", -exclusions and fields (fandom: author: words:>10k); no query finds everything."""
    with opened(folder) as library:
        seed = secrets.randbelow(1 << 30)
        if like:
            library.meaning.load()
        text = " ".join(query)
        asked = text if hidden else library.own.in_sight(Viewer(), text)
        found = library.find(asked, like=like, sort=sort, limit=limit, offset=offset, known=known, seed=seed)
        found = replace(found, query=text)
        emit(shapes.found_json(found)) if as_json else drawing.found(found)


@click.command()
@click.argument("key", metavar="WORK")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--witness", metavar="A", help="Another copy than the base.")
@click.option("--find", "as_query", is_flag=True, help="WORK is a question: every work it finds, as one .epub.")
@click.option("--title", metavar="TEXT", help="With --find: what the book is called.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@click.option("--for-others", is_flag=True, help="Refuse, with the reason, when the author asks that it stays.")
@shared
def publish(
    key: str,
    file: Path,
    witness: str | None,
    as_query: bool,
    title: str | None,
    force: bool,
    for_others: bool,
    folder: str | None,
    as_json: bool,
) -> None:
    """Make an edition for reading; the ending says which: .epub, .html, .txt."""
    if as_query and file.suffix.lower() != ".epub":
        raise click.UsageError("several works make one .epub; there is no other edition of them")
    with opened(folder) as library:
        if as_query:
            made, works = library.publish_together(key, file, title=title, force=force, for_others=for_others)
        else:
            made, works = library.publish(key, file, witness=witness, force=force, for_others=for_others), ()
    if as_json:
        answer = {"file": str(made.file), "edition": made.edition, "witness": made.siglum or None, "digest": made.digest}
        emit({**answer, "works": works} if as_query else answer)
    elif as_query:
        click.echo(f"{made.file} made from {len(works)} work{'' if len(works) == 1 else 's'}.")
    else:
        click.echo(f"{made.file} made from copy {made.siglum}.")
