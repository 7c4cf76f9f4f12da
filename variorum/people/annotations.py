"""Highlights and notes: what a person marked in a copy, and what they wrote beside it.

An annotation names its place twice: by offsets in the copy's source (which never changes, so that a better rescue moves
nothing) and by the words themselves with a little before and after, so that it is found again in another copy of the
work. The two are the TextPositionSelector and the TextQuoteSelector of the W3C Web Annotation model.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args
from uuid import uuid4

from variorum.people.opening import PeopleFile, column, now

__all__ = ["COLOURS", "Annotation", "Annotations"]

Colour: TypeAlias = Literal["amber", "rose", "leaf", "sky"]

#: What a highlight may be coloured with; the names are ours, the sheet decides what they look like on each paper.
COLOURS: tuple[str, ...] = get_args(Colour)

_EXACT, _AROUND, _NOTE = 4000, 64, 20_000  # code points kept of the words, of what stands around them, of a note
_COLUMNS = "person, annotation, witness, start, stop, exact, prefix, suffix, note, colour, created, modified"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One highlight: ``[start, stop)`` of the source of a copy, the words there, and a note (which may be empty)."""

    person: str
    annotation: str
    witness: str
    start: int
    stop: int
    exact: str
    prefix: str
    suffix: str
    note: str
    colour: str
    created: str
    modified: str


class Annotations:
    """Everybody's annotations. Safe to use from several threads and processes at once."""

    def __init__(self, file: PeopleFile) -> None:
        self._file = file

    def add(
        self,
        person: str,
        witness: str,
        start: int,
        stop: int,
        exact: str,
        *,
        prefix: str = "",
        suffix: str = "",
        note: str = "",
        colour: str = COLOURS[0],
    ) -> Annotation:
        """Keeps a new one and gives it an id. `ValueError` for a stretch without words or a colour that is none."""
        _check(colour)
        if not exact.strip():
            raise ValueError("an annotation is of some words")
        at = now()
        made = Annotation(
            person,
            uuid4().hex,
            witness,
            max(start, 0),
            max(start, stop, 0),
            column(exact)[:_EXACT],
            column(prefix)[-_AROUND:],
            column(suffix)[:_AROUND],
            column(note)[:_NOTE],
            colour,
            at,
            at,
        )
        values = [getattr(made, name) for name in _COLUMNS.split(", ")]
        with self._file.open() as db:
            db.execute(f"INSERT INTO annotation ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608 (names of ours)
        return made

    def change(self, person: str, annotation: str, *, note: str | None = None, colour: str | None = None) -> Annotation | None:
        """Another note or colour; what is None stays. None when the person has no such annotation."""
        if colour is not None:
            _check(colour)
        with self._file.change() as db:
            held = _one(db, person, annotation)
            if held is not None:
                said = held.note if note is None else column(note)[:_NOTE]
                db.execute(
                    "UPDATE annotation SET note = ?, colour = ?, modified = ? WHERE person = ? AND annotation = ?",
                    (said, colour or held.colour, now(), person, annotation),
                )
                held = _one(db, person, annotation)
        return held

    def remove(self, person: str, annotation: str) -> bool:
        """Takes one away for good; whether it was there."""
        with self._file.open() as db:
            return db.execute("DELETE FROM annotation WHERE person = ? AND annotation = ?", (person, annotation)).rowcount > 0

    def one(self, person: str, annotation: str) -> Annotation | None:
        """The annotation of this id, or None when the person has no such one."""
        with self._file.open() as db:
            return _one(db, person, annotation)

    def of(self, person: str, witnesses: Sequence[str]) -> list[Annotation]:
        """A person's annotations in these copies, in the order of copies and places."""
        found: list[Annotation] = []
        with self._file.open() as db:
            for witness in witnesses:
                rows = db.execute(
                    f"SELECT {_COLUMNS} FROM annotation WHERE person = ? AND witness = ? ORDER BY start, stop, created",  # noqa: S608
                    (person, witness),
                )
                found.extend(Annotation(*row) for row in rows)
        return found

    def all(self, person: str) -> list[Annotation]:
        """Every annotation of a person, the latest first."""
        with self._file.open() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM annotation WHERE person = ? ORDER BY created DESC, annotation",  # noqa: S608
                (person,),
            ).fetchall()
        return [Annotation(*row) for row in rows]


def _one(db: sqlite3.Connection, person: str, annotation: str) -> Annotation | None:
    query = f"SELECT {_COLUMNS} FROM annotation WHERE person = ? AND annotation = ?"  # noqa: S608 (names of ours)
    row = db.execute(query, (person, annotation)).fetchone()
    return None if row is None else Annotation(*row)


def _check(colour: str) -> None:
    if colour not in COLOURS:
        raise ValueError(f"a colour is one of {', '.join(COLOURS)}, not {colour!r}")
