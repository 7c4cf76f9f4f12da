"""Finding copies by their text: an inverted join over sketches, with a cap on how common a hash may be.

A hash that stands in more than ``CAP`` distinct texts says nothing about any two of them (a licence, a
template, a chorus): it moves to ``common`` and its postings go. Equal texts are one, so a work that truly
exists in a hundred copies is not lost to the cap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.rows import Sketch
from variorum.catalogue.sql import among, chunks

__all__ = ["CAP", "boilerplate", "candidates", "enter_sketch", "forget_unused", "respell", "sharing"]

#: In how many distinct texts of the library a hash may stand and still count.
CAP = 64

_PIECES = 3  # of one copy that a text is compared with: they are of one work in any case


def _signed(sketch: Sketch) -> list[int]:
    values: list[int] = np.unique(np.asarray(sketch, dtype=np.uint64)).view(np.int64).tolist()
    return values


def enter_sketch(
    connection: sa.Connection, version_key: str, sketch: Sketch, tokens: int, worn: Sketch, holders: dict[int, int] | None = None
) -> None:
    """Keeps the sketch of a text, unless an equal text is there already.

    ``worn`` are the hashes that are too common already (ascending), ``holders`` how many texts hold each of its others, where that was
    asked for just now.
    """
    known = sa.select(s.versions.c.sketch).where(s.versions.c.version_key == version_key)
    if connection.execute(known).first() is not None:
        return
    last = connection.execute(sa.select(sa.func.max(s.versions.c.sketch))).scalar()
    number = 0 if last is None else last + 1
    connection.execute(sa.insert(s.versions), {"version_key": version_key, "sketch": number, "tokens": tokens})
    if not len(sketch):
        return
    sketch = np.unique(np.asarray(sketch, dtype=np.uint64))
    if len(worn):
        sketch = sketch[worn[np.minimum(np.searchsorted(worn, sketch), len(worn) - 1)] != sketch]
    hashes = _signed(sketch)
    turned = {h for h in hashes if holders.get(h, 0) >= CAP} if holders is not None else _turned(connection, number, hashes)
    if turned:
        connection.execute(sa.insert(s.common), [{"hash": h} for h in sorted(turned)])
        connection.execute(sa.delete(s.postings).where(among(connection, s.postings.c.hash, sorted(turned))))
    _post(connection, number, [h for h in hashes if h not in turned])


def _turned(connection: sa.Connection, number: int, hashes: list[int]) -> set[int]:
    """Which of these hashes one text more makes too common."""
    if number < CAP:
        return set()
    here = among(connection, s.postings.c.hash, hashes)
    full = sa.select(s.postings.c.hash).where(here).group_by(s.postings.c.hash).having(sa.func.count() >= CAP)
    return set(connection.execute(full).scalars())


def _post(connection: sa.Connection, number: int, hashes: list[int]) -> None:
    """Writes postings through the driver: they are nine tenths of all rows, and SQLAlchemy's own way takes four times as long."""
    if not hashes:
        return
    if connection.dialect.name == "postgresql":
        statement = "INSERT INTO postings (hash, sketch) SELECT unnest(%(hashes)s::bigint[]), %(number)s"
        connection.exec_driver_sql(statement, {"hashes": hashes, "number": number})
    else:
        connection.exec_driver_sql("INSERT INTO postings (hash, sketch) VALUES (?, ?)", [(h, number) for h in hashes])


def respell(connection: sa.Connection, old: str, new: str) -> None:
    """A text reads differently now: its new key stands for the sketch of the words as they came."""
    row = connection.execute(sa.select(s.versions).where(s.versions.c.version_key == old)).first()
    if row is None or connection.execute(sa.select(s.versions.c.sketch).where(s.versions.c.version_key == new)).first():
        return
    connection.execute(sa.insert(s.versions), {"version_key": new, "sketch": row.sketch, "tokens": row.tokens})


def forget_unused(connection: sa.Connection, keys: Iterable[str]) -> None:
    """Drops the sketches of texts that no witness has any more. Reads all postings once."""
    wanted = list(keys)
    used = sa.select(s.witnesses.c.version_key).where(s.witnesses.c.version_key.in_(wanted))
    also = sa.select(s.pieces.c.version_key).where(s.pieces.c.version_key.in_(wanted))
    gone = set(wanted) - set(connection.execute(used.union(also)).scalars())
    if not gone:
        return
    before = set(connection.execute(sa.select(s.versions.c.sketch).where(s.versions.c.version_key.in_(gone))).scalars())
    connection.execute(sa.delete(s.versions).where(s.versions.c.version_key.in_(gone)))
    after = set(connection.execute(sa.select(s.versions.c.sketch).where(s.versions.c.sketch.in_(before))).scalars())
    if before - after:
        connection.execute(sa.delete(s.postings).where(s.postings.c.sketch.in_(before - after)))


def candidates(
    connection: sa.Connection,
    sketch: Sketch,
    version_key: str | None,
    least: int = 4,
    cap: int = CAP,
    holders: dict[int, int] | None = None,
) -> list[tuple[str, int, int]]:
    """Witnesses whose text may be kin: (witness, shared hashes, its tokens), the likeliest first.

    ``holders`` is told in how many texts each hash stands that stands in any.

    Of equal texts in one work the earliest witness stands for all. An equal text always comes (with every
    hash of the sketch as shared), however common its words; a text without words is equal to none.
    """
    texts = _holders(connection, sketch)
    if holders is not None:
        holders.update({hashed: len(numbers) for hashed, numbers in texts.items()})
    shared = _counted(texts, cap)
    numbers = [number for number, count in shared.items() if count >= least]
    found = {}
    for some in chunks(numbers):
        query = sa.select(s.versions).where(s.versions.c.sketch.in_(some))
        found.update({row.version_key: (shared[row.sketch], row.tokens) for row in connection.execute(query)})
    if version_key is not None:
        row = connection.execute(sa.select(s.versions).where(s.versions.c.version_key == version_key)).first()
        if row is not None and row.tokens:
            found[version_key] = (len(sketch), row.tokens)
    return _witnesses(connection, found)


def boilerplate(connection: sa.Connection) -> Sketch:
    """The hashes that stand in too many distinct texts to say anything: uint64, ascending."""
    found = np.array(connection.execute(sa.select(s.common.c.hash)).scalars().all(), dtype=np.int64)
    return np.sort(found.view(np.uint64))


def sharing(connection: sa.Connection, sketch: Sketch, cap: int) -> dict[int, int]:
    """Sketch number -> how many hashes it shares with this one, leaving out what is too common."""
    return _counted(_holders(connection, sketch), cap)


def _counted(texts: Mapping[int, Sequence[int]], cap: int) -> dict[int, int]:
    return Counter(chain.from_iterable(numbers for numbers in texts.values() if len(numbers) <= cap))


def _holders(connection: sa.Connection, sketch: Sketch) -> dict[int, list[int]]:
    """Each hash of a sketch that stands in other texts, with their sketch numbers."""
    holders: dict[int, list[int]] = {}
    query = sa.select(s.postings.c.hash, s.postings.c.sketch).where(among(connection, s.postings.c.hash, _signed(sketch)))
    for hashed, number in connection.execute(query).all():
        holders.setdefault(hashed, []).append(number)
    return holders


def _witnesses(connection: sa.Connection, found: dict[str, tuple[int, int]]) -> list[tuple[str, int, int]]:
    """The copies that have these texts; for one that is joined its pieces stand, at most `_PIECES` of each copy."""
    out: list[tuple[int, int, str, int]] = []
    seen: set[tuple[str, str]] = set()
    copy: dict[str, str] = {}
    w, p = s.witnesses.c, s.pieces.c
    none = sa.literal(None)
    joined = sa.select(p.copy).where(p.copy == w.witness).exists()
    for some in chunks(list(found)):
        whole = sa.select(w.witness, w.work, w.version_key, w.order, none.label("copy")).where(w.version_key.in_(some), ~joined)
        pieces = sa.select(p.piece, w.work, p.version_key, p.order, p.copy).join(s.witnesses, w.witness == p.copy)
        rows = [*connection.execute(whole), *connection.execute(pieces.where(p.version_key.in_(some)))]
        for witness, work, key, order, of in sorted(rows, key=lambda row: (row[3], row[0])):
            if (key, work) not in seen:
                seen.add((key, work))
                shared, tokens = found[key]
                out.append((-shared, order, witness, tokens))
                if of is not None:
                    copy[witness] = of
    taken: dict[str, int] = {}
    kept = []
    for shared, _, witness, tokens in sorted(out):
        if witness in copy:
            taken[copy[witness]] = taken.get(copy[witness], 0) + 1
            if taken[copy[witness]] > _PIECES:
                continue
        kept.append((witness, -shared, tokens))
    return kept
