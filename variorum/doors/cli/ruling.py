"""The verb of deciding: rule, on one thing or on every group of copies that answers."""

from __future__ import annotations

import sys

import click

from variorum.doors import copies_shapes, shapes
from variorum.doors.cli.common import emit, opened, progress, shared
from variorum.library import COPY_ACTS, Library
from variorum.model import Plan, sought
from variorum.text import plain

__all__ = ["rule"]


@click.command()
@click.argument("kind", metavar="KIND")
@click.argument("on", nargs=-1, metavar="ON...")
@click.option("--why", metavar="TEXT", help="Why; kept with the ruling.")
@click.option("--groups", metavar="FILTER", help="On every work held more than once that answers; an empty one means all.")
@click.option("--look", is_flag=True, help="With --groups: say what would be ruled, and rule nothing.")
@click.option("--yes", is_flag=True, help="With --groups: do not ask.")
@shared
def rule(
    kind: str, on: tuple[str, ...], why: str | None, groups: str | None, look: bool, yes: bool, folder: str | None, as_json: bool
) -> None:
    """Decide; a ruling outranks every machine and can be undone.

    \b
    same|different W W     two works or copies are one work, or are not
    base W                 compare against this copy
    alias|not-alias N N    two names are one person, or are not
    accept|refuse ID       an emendation or a claim
    edit ID TEXT           an emendation, with a reading of your own
    set WORK FIELD VALUE   a field of a work
    undo RULING            take a ruling back, or all that were made in one step

    With --groups KIND is same, different, base, latest or longest, and FILTER is words of titles and
    differ:marks|words|part sure:sure|likely|doubtful copies:2|3|4 ruled:yes|no.
    """
    if (groups is None) == (not on) or (groups is None and (look or yes)):
        raise click.UsageError("say what is ruled on: ON..., or --groups (which --look and --yes belong to)")
    with opened(folder) as library:
        if groups is not None:
            _many(library, kind, groups, why, look=look, yes=yes, as_json=as_json)
        elif kind == "undo" and len(on) == 1 and on[0].startswith("s") and library.copies.step(on[0]) is not None:
            with progress("Taking back") as step:
                count = library.copies.undo(on[0], step)
            emit(copies_shapes.undone_json(on[0], count)) if as_json else click.echo(f"{_count(count, 'ruling')} taken back.")
        else:
            ruling = library.rule(kind, *on, why=why)
            emit(shapes.ruling_json(ruling)) if as_json else click.echo(
                f"Ruled {ruling.kind} ({ruling.ruling}); `variorum rule undo {ruling.ruling}` takes it back."
            )


def _many(library: Library, kind: str, groups: str, why: str | None, *, look: bool, yes: bool, as_json: bool) -> None:
    try:
        plan = library.copies.plan(kind, sought(groups))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if look or not plan.works:
        emit(copies_shapes.plan_json(plan)) if as_json else click.echo(_told(plan))
        return
    if not yes and sys.stdin.isatty() and not as_json:
        click.echo(_told(plan))
        click.confirm("Rule so", abort=True)
    with progress("Ruling") as step:
        done = library.copies.rule(plan.rulings, why, step)
    if as_json:
        emit(copies_shapes.plan_json(plan, done))
    else:
        said = f"{_count(len(plan.works), 'group')}, {_count(done.count, 'ruling')}"
        click.echo(f"Ruled on {said}; `variorum rule undo {done.step}` takes all of it back.")


def _told(plan: Plan) -> str:
    """What would be ruled, in words."""
    if not plan.works:
        return "No group answers."
    said = f"The copies of {_count(len(plan.works), 'work')} {COPY_ACTS[plan.act]} ({_count(len(plan.rulings), 'ruling')}):"
    more = len(plan.works) - len(plan.titles)
    rest = [f"  and {more:,} more"] if more else []
    return "\n".join([said, *(f"  {plain(title)}" for title in plan.titles), *rest])


def _count(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"
