"""The pieces of copies that lie in several items: each with its own document, behind the copy that readers see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.blobs import pack_document, unpack_document
from variorum.catalogue.entry import mending_row, place_row
from variorum.catalogue.sql import chunks, upsert
from variorum.catalogue.values import dump, load_metadata
from variorum.document import Document
from variorum.model import Metadata

__all__ = ["Joined", "PieceRow", "copies_of", "drop", "enter", "held", "rejoin", "under", "work_of_each"]


@dataclass(frozen=True, slots=True)
class PieceRow:
    """One piece as it was entered: its document mended as far as it could be alone."""

    piece: str
    copy: str
    order: int  #: its place in the order of things
    digest: str
    format: str
    version_key: str  #: of its own story, as it was entered
    metadata: Metadata
    document: Document


@dataclass(frozen=True, slots=True)
class Joined:
    """What a copy is once its pieces are joined."""

    copy: str
    items: tuple[str, ...]
    metadata: Metadata
    document: Document
    words: int
    chapters: int
    tokens: int
    version_key: str
    text: str  #: the story as it reads


def enter(connection: sa.Connection, row: PieceRow) -> None:
    """Enters a piece; its copy's row must be there. Its words are found by their own sketch, which is entered beside it."""
    values = {
        "piece": row.piece,
        "copy": row.copy,
        "order": row.order,
        "digest": row.digest,
        "format": row.format,
        "version_key": row.version_key,
        "metadata": dump(row.metadata),
        "data": pack_document(row.document),
    }
    upsert(connection, s.pieces, [values], ("piece",))


def held(connection: sa.Connection, pieces: Sequence[str]) -> dict[str, PieceRow]:
    """The pieces with these ids that are entered."""
    out: dict[str, PieceRow] = {}
    for some in chunks(list(pieces)):
        for row in connection.execute(sa.select(s.pieces).where(s.pieces.c.piece.in_(some))):
            out[row.piece] = _row(row)
    return out


def under(connection: sa.Connection, copies: Iterable[str]) -> set[str]:
    """Those of these copies that are made of pieces."""
    found: set[str] = set()
    for some in chunks(list(copies)):
        found.update(connection.execute(sa.select(s.pieces.c.copy).where(s.pieces.c.copy.in_(some)).distinct()).scalars())
    return found


def copies_of(connection: sa.Connection, pieces: Iterable[str]) -> dict[str, str]:
    """Piece -> the copy it went into, for the ids among these that are pieces."""
    out: dict[str, str] = {}
    for some in chunks(list(pieces)):
        query = sa.select(s.pieces.c.piece, s.pieces.c.copy).where(s.pieces.c.piece.in_(some))
        out.update({row.piece: row.copy for row in connection.execute(query)})
    return out


def work_of_each(
    connection: sa.Connection, witnesses: Sequence[str], only: sa.ColumnElement[bool] | None = None
) -> dict[str, str]:
    """By witness its work, for those that are held; a piece stands for its copy. ``only``: what the works have to be (a condition on them)."""
    w = s.witnesses.c
    query = sa.select(w.witness, w.work)
    if only is not None:
        query = query.join(s.works, s.works.c.work == w.work).where(only)
    out: dict[str, str] = {}
    for some in chunks(list(witnesses)):
        out.update((row.witness, row.work) for row in connection.execute(query.where(w.witness.in_(some))))
    pieces = copies_of(connection, [one for one in witnesses if one not in out])
    works: dict[str, str] = {}
    for some in chunks(sorted(set(pieces.values()))):
        works.update((row.witness, row.work) for row in connection.execute(query.where(w.witness.in_(some))))
    out.update((piece, works[copy]) for piece, copy in pieces.items() if copy in works)
    return out


def drop(connection: sa.Connection, piece: str) -> set[str]:
    """Forgets a piece, and gives the key of its text; its copy stays, and is joined anew by whoever asks for this."""
    key = connection.execute(sa.select(s.pieces.c.version_key).where(s.pieces.c.piece == piece)).scalar()
    connection.execute(sa.delete(s.pieces).where(s.pieces.c.piece == piece))
    return set() if key is None else {key}


def rejoin(connection: sa.Connection, joined: Joined) -> None:
    """Makes a copy's row what its pieces make of it now. Its words stay found by those of its pieces."""
    values: dict[str, Any] = {
        **place_row(joined.metadata),
        "words": joined.words,
        "chapters": joined.chapters,
        "tokens": joined.tokens,
        "extent": joined.metadata.extent,
        "version_key": joined.version_key,
        "metadata": dump(joined.metadata),
        **mending_row(joined.document),
    }
    connection.execute(sa.update(s.witnesses).where(s.witnesses.c.witness == joined.copy).values(values))
    connection.execute(sa.delete(s.witness_items).where(s.witness_items.c.witness == joined.copy))
    items = [{"witness": joined.copy, "position": n, "digest": digest} for n, digest in enumerate(joined.items)]
    if items:
        connection.execute(sa.insert(s.witness_items), items)


def _row(row: Any) -> PieceRow:
    document = unpack_document(row.data)
    return PieceRow(
        row.piece, row.copy, row.order, row.digest, row.format, row.version_key, load_metadata(row.metadata), document
    )
