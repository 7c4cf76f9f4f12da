"""Finding copies by their text: an inverted join over sketches, with a cap on how common a hash may be.

A hash that stands in more than ``CAP`` distinct texts says nothing about any two of them (a licence, a
template, a chorus): it moves to ``common`` and its postings go. Equal texts are one, so a work that truly
exists in a hundred copies is not lost to the cap. Each text keeps the list of its common hashes, so that a hash
is common no longer when enough of its texts have gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from variorum.catalogue import postings
from variorum.catalogue import schema as s
from variorum.catalogue.rows import Sketch
from variorum.catalogue.sql import among, chunks, get_state, put_state, upsert

__all__ = [
    "CAP",
    "boilerplate",
    "candidates",
    "common_state",
    "enter_sketch",
    "forget_unused",
    "holders_of",
    "respell",
    "sharing",
]

#: In how many distinct texts of the library a hash may stand and still count.
CAP = 64

_PIECES = 3  # of one copy that a text is compared with: they are of one work in any case
_SHINGLE = 5  # words behind one hash: a text of fewer than eight has fewer than four of them

_Numbers = npt.NDArray[np.int64]


def enter_sketch(
    connection: sa.Connection,
    version_key: str,
    sketch: Sketch,
    tokens: int,
    common: Sketch | None = None,
    found: postings.Found | None = None,
) -> None:
    """Keeps the sketch of a text, unless an equal text is there already.

    ``common`` are the hashes that are too common already (ascending), ``found`` who has those of this sketch, where that was
    asked for just now.
    """
    known = sa.select(s.versions.c.sketch).where(s.versions.c.version_key == version_key)
    if connection.execute(known).first() is not None:
        return
    last = connection.execute(sa.select(sa.func.max(s.versions.c.sketch))).scalar()
    number = 0 if last is None else last + 1
    connection.execute(sa.insert(s.versions), {"version_key": version_key, "sketch": number, "tokens": tokens})
    hashes = np.unique(np.asarray(sketch, dtype=np.uint64))
    if not len(hashes) or number >= postings.MOST:
        return
    common = boilerplate(connection) if common is None else common
    worn = hashes[common[np.minimum(np.searchsorted(common, hashes), len(common) - 1)] == hashes] if len(common) else common
    if len(worn):
        here = among(connection, s.common.c.hash, worn.view(np.int64).tolist())
        connection.execute(sa.update(s.common).where(here).values(texts=s.common.c.texts + 1))
    found = holders_of(connection, hashes) if found is None else found
    held, names = found.buckets, postings.names_of(np.setdiff1d(hashes, worn, assume_unique=True))
    full = found.names[np.bincount(found.at, minlength=len(found.names)) >= CAP]
    if len(full):
        turned = np.setdiff1d(hashes[np.isin(postings.name(hashes), full)], worn, assume_unique=True)
        _turn(connection, turned, found)
        held = {**held, **postings.without(held, full)}
        postings.write(connection, {bucket: data for bucket, data in held.items() if data != found.buckets[bucket]})
        names = np.setdiff1d(names, full, assume_unique=True)
        worn = np.concatenate([worn, turned])
    if len(worn):
        connection.execute(sa.insert(s.worn), {"sketch": number, "hashes": _as_bytes(worn)})
    postings.add(connection, names, np.full(len(names), number), held)


def holders_of(connection: sa.Connection, sketch: Sketch) -> postings.Found:
    """Who has the hashes of this sketch, the common ones left out."""
    return postings.find(connection, postings.names_of(np.asarray(sketch, dtype=np.uint64)))


def _turn(connection: sa.Connection, turned: Sketch, found: postings.Found) -> None:
    """Makes these hashes common, each with the texts that have it and the one that is being entered."""
    at = np.searchsorted(found.names, postings.name(turned))
    more: dict[int, list[Sketch]] = {}
    rows = []
    for place, hashed in zip(at.tolist(), turned, strict=True):
        holders = found.number[found.at == place].tolist()
        rows.append({"hash": int(hashed.view(np.int64)), "texts": len(holders) + 1})
        for number in holders:
            more.setdefault(number, []).append(hashed)
    upsert(connection, s.common, rows, ("hash",))
    before: dict[int, bytes] = {}
    for some in chunks(list(more)):
        query = sa.select(s.worn.c.sketch, s.worn.c.hashes).where(s.worn.c.sketch.in_(some))
        before.update((number, bytes(data)) for number, data in connection.execute(query))
    values = [
        {"sketch": number, "hashes": before.get(number, b"") + _as_bytes(np.array(some, dtype=np.uint64))}
        for number, some in more.items()
    ]
    if values:
        upsert(connection, s.worn, values, ("sketch",))
    _changed(connection)


def _as_bytes(hashes: Sketch) -> bytes:
    return hashes.astype("<u8").tobytes()


def _from_bytes(data: bytes) -> Sketch:
    return np.frombuffer(bytes(data), dtype="<u8").astype(np.uint64)


def common_state(connection: sa.Connection) -> str | None:
    """A word that is another one whenever the common hashes are others."""
    return get_state(connection, "common")


def _changed(connection: sa.Connection) -> None:
    put_state(connection, "common", str(int(common_state(connection) or 0) + 1))


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
        _forget(connection, before - after)


def _forget(connection: sa.Connection, gone: Collection[int]) -> None:
    """Takes sketches away; what stands in few enough texts now is common no longer."""
    postings.take_out(connection, sorted(gone))
    here = among(connection, s.worn.c.sketch, sorted(gone))
    lists = [_from_bytes(data) for data in connection.execute(sa.select(s.worn.c.hashes).where(here)).scalars()]
    if not lists:
        return
    connection.execute(sa.delete(s.worn).where(here))
    lost, times = np.unique(np.concatenate(lists), return_counts=True)
    query = sa.select(s.common.c.hash, s.common.c.texts).where(among(connection, s.common.c.hash, lost.view(np.int64).tolist()))
    texts = {hashed: count for hashed, count in connection.execute(query) if count is not None}
    left = {h: texts[h] - n for h, n in zip(lost.view(np.int64).tolist(), times.tolist(), strict=True) if h in texts}
    rare = [hashed for hashed, count in left.items() if count <= CAP]
    kept = [{"hash": hashed, "texts": count} for hashed, count in left.items() if count > CAP]
    if kept:
        upsert(connection, s.common, kept, ("hash",))
    if rare:
        connection.execute(sa.delete(s.common).where(among(connection, s.common.c.hash, rare)))
        _post_again(connection, np.sort(np.array(rare, dtype=np.int64).view(np.uint64)))
        _changed(connection)


def _post_again(connection: sa.Connection, rare: Sketch) -> None:
    """Gives hashes that were common back to the texts that have them. Reads the lists of common hashes once."""
    names: list[Sketch] = []
    numbers: list[int] = []
    fewer: list[dict[str, object]] = []
    query = sa.select(s.worn.c.sketch, s.worn.c.hashes)
    for number, data in connection.execute(query, execution_options={"yield_per": 5000}):
        hashes = _from_bytes(data)
        ours = np.isin(hashes, rare)
        if ours.any():
            some = postings.names_of(hashes[ours])
            names.append(some)
            numbers += [number] * len(some)
            fewer.append({"sketch": number, "hashes": _as_bytes(hashes[~ours])})
    if fewer:
        upsert(connection, s.worn, fewer, ("sketch",))
        connection.execute(sa.delete(s.worn).where(s.worn.c.hashes == b""))
        held = postings.find(connection, np.unique(np.concatenate(names))).buckets
        postings.add(connection, np.concatenate(names), np.array(numbers, dtype=np.int64), held)


def candidates(
    connection: sa.Connection,
    sketch: Sketch,
    version_key: str | None,
    least: int = 4,
    cap: int = CAP,
    found: postings.Found | None = None,
) -> list[tuple[str, int, int]]:
    """Witnesses whose text may be kin: (witness, shared hashes, its tokens), the likeliest first.

    Of two texts of which one has fewer hashes than ``least``, all of those must be shared. Of equal texts in one work the
    earliest witness stands for all. An equal text always comes (with every hash of the sketch as shared), however common
    its words; a text without words is equal to none. ``found``: who has its hashes, where that was asked for.
    """
    numbers, counts = _counted(holders_of(connection, sketch) if found is None else found, cap)
    least = min(least, max(len(sketch), 1))
    kin: dict[str, tuple[int, int]] = {}
    v = s.versions.c
    for enough, few in ((counts >= least, None), (counts < least, v.tokens < least + _SHINGLE - 1)):
        shared = dict(zip(numbers[enough].tolist(), counts[enough].tolist(), strict=True))
        for some in chunks(list(shared), 20_000):
            query = sa.select(v.version_key, v.sketch, v.tokens).where(among(connection, v.sketch, some))
            for key, number, tokens in connection.execute(query if few is None else query.where(few)):
                if few is None or shared[number] >= max(1, tokens - _SHINGLE + 1):
                    kin[key] = (shared[number], tokens)
    if version_key is not None:
        row = connection.execute(sa.select(s.versions).where(s.versions.c.version_key == version_key)).first()
        if row is not None and row.tokens:
            kin[version_key] = (len(sketch), row.tokens)
    return _witnesses(connection, kin)


def boilerplate(connection: sa.Connection) -> Sketch:
    """The hashes that stand in too many distinct texts to say anything: uint64, ascending."""
    found = np.array(connection.execute(sa.select(s.common.c.hash)).scalars().all(), dtype=np.int64)
    return np.sort(found.view(np.uint64))


def sharing(connection: sa.Connection, sketch: Sketch, cap: int = CAP) -> tuple[_Numbers, _Numbers]:
    """Numbers of sketches and how many hashes each shares with this one, leaving out what is too common."""
    return _counted(holders_of(connection, sketch), cap)


def _counted(found: postings.Found, cap: int) -> tuple[_Numbers, _Numbers]:
    rare = np.bincount(found.at, minlength=len(found.names)) <= cap
    return np.unique(found.number[rare[found.at]], return_counts=True)


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
