"""Finding copies by their text: an inverted join over sketches, with a cap on how common a hash may be.

A hash that stands in more than ``CAP`` distinct texts says nothing about any two of them (a licence, a
template, a chorus): it moves to ``common`` and its postings go. Equal texts are one, so a work that truly
exists in a hundred copies is not lost to the cap. Each text keeps the list of its common hashes, so that a hash
is common no longer when enough of its texts have gone.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from variorum.catalogue import postings
from variorum.catalogue import schema as s
from variorum.catalogue.driver import Quick, cursor
from variorum.catalogue.fresh import Fresh, Levels
from variorum.catalogue.postings import Found
from variorum.catalogue.rows import Sketch
from variorum.catalogue.sql import among, chunks, get_state, put_state, upsert

__all__ = ["CAP", "Remembered", "Sketches"]

#: In how many distinct texts of the library a hash may stand and still count.
CAP = 64

_PIECES = 3  # of one copy that a text is compared with: they are of one work in any case
_SHINGLE = 5  # words behind one hash: a text of fewer than eight has fewer than four of them

_Numbers = npt.NDArray[np.int64]

_STATE = "common"  # the catalogue's word for a state of the common hashes: another one whenever they are others
_VERSION = Quick(sa.select(s.versions.c.sketch, s.versions.c.tokens).where(s.versions.c.version_key == sa.bindparam("key")))
_LAST = Quick(sa.select(sa.func.max(s.versions.c.sketch)))
_NEW = Quick(sa.insert(s.versions))
_W, _P = s.witnesses.c, s.pieces.c
# The copies that are no joined ones, and the pieces of those that are, with the key of their text and the copy of a piece.
_ASKED = (
    sa.select(_W.witness, _W.work, _W.version_key, _W.order, sa.null().label("copy")).where(
        ~sa.select(_P.copy).where(_P.copy == _W.witness).exists()
    ),
    sa.select(_P.piece, _W.work, _P.version_key, _P.order, _P.copy).join(s.witnesses, _W.witness == _P.copy),
)
_WHOLE, _PIECES_OF = (Quick(ask.where(ask.selected_columns[2] == sa.bindparam("key"))) for ask in _ASKED)
_FEW = 20  # texts asked for one by one
_TEXTS = "SELECT version_key, sketch, tokens FROM versions WHERE sketch {} AND tokens < {}"
_MOST_WORDS = (1 << 31) - 1
_COMMON = Quick(sa.select(s.common.c.hash))


class Remembered:
    """What one process has read of the index lately, whatever transaction it was in."""

    __slots__ = ("common", "levels")

    def __init__(self) -> None:
        self.levels: Levels = {}
        self.common: tuple[str, Sketch] | None = None  # the state they were in, and they: uint64, ascending


class Sketches:
    """The sketches of a library, as one connection sees them."""

    def __init__(self, connection: sa.Connection, remembered: Remembered | None = None) -> None:
        self.connection = connection
        self._remembered = remembered or Remembered()
        self._fresh = Fresh(connection, self._remembered.levels)
        self._common: Sketch | None = None
        self._next: int | None = None  # the number of the next text
        self._holders: tuple[Sketch, Found] | None = None  # of the last sketch that was asked about

    # ------------------------------------------------------------ entering

    def enter(self, version_key: str, sketch: Sketch, tokens: int) -> None:
        """Keeps the sketch of a text, unless an equal text is there already."""
        held, self._holders = self._holders, None
        if _VERSION.rows(self.connection, key=version_key):
            return
        if self._next is None:
            last = _LAST.value(self.connection)
            self._next = 0 if last is None else last + 1
        number, self._next = self._next, self._next + 1
        _NEW.run(self.connection, version_key=version_key, sketch=number, tokens=tokens)
        hashes = np.unique(np.asarray(sketch, dtype=np.uint64))
        if not len(hashes) or number >= postings.MOST:
            return
        common = self.common()
        worn = hashes[_are_in(common, hashes)]
        if len(worn):
            here = among(self.connection, s.common.c.hash, worn.view(np.int64).tolist())
            self.connection.execute(sa.update(s.common).where(here).values(texts=s.common.c.texts + 1))
        # Who has the hashes of this sketch was mostly asked just now.
        found = held[1] if held is not None and held[0] is sketch else self._find(hashes)
        names = postings.names_of(hashes[~_are_in(worn, hashes)])
        full = found.names[np.bincount(found.at, minlength=len(found.names)) >= CAP]
        if len(full):
            turned = np.setdiff1d(hashes[np.isin(postings.name(hashes), full)], worn, assume_unique=True)
            self._turn(turned, found)
            postings.write(self.connection, postings.without(found.buckets, full))
            names = np.setdiff1d(names, full, assume_unique=True)
            worn = np.concatenate([worn, turned])
        if len(worn):
            self.connection.execute(sa.insert(s.worn), {"sketch": number, "hashes": _as_bytes(worn)})
        self._fresh.add(names, np.full(len(names), number))

    def keep(self) -> None:
        """Writes the postings of what was entered; called once, at the end of the transaction."""
        self._fresh.keep(self._common_names())

    def _find(self, sketch: Sketch) -> Found:
        """Who has the hashes of this sketch, the common ones left out."""
        names = np.unique(postings.name(np.asarray(sketch, dtype=np.uint64)))
        names = names[~_are_in(self._common_names(), names)]
        found = postings.find(self.connection, names)
        at, number = self._fresh.find(names)
        return found._replace(at=np.concatenate([found.at, at]), number=np.concatenate([found.number, number]))

    def _turn(self, turned: Sketch, found: Found) -> None:
        """Makes these hashes common, each with the texts that have it and the one that is being entered."""
        at = np.searchsorted(found.names, postings.name(turned))
        more: dict[int, list[Sketch]] = {}
        rows = []
        for place, hashed in zip(at.tolist(), turned, strict=True):
            holders = found.number[found.at == place].tolist()
            rows.append({"hash": int(hashed.view(np.int64)), "texts": len(holders) + 1})
            for number in holders:
                more.setdefault(number, []).append(hashed)
        upsert(self.connection, s.common, rows, ("hash",))
        before: dict[int, bytes] = {}
        for some in chunks(list(more)):
            query = sa.select(s.worn.c.sketch, s.worn.c.hashes).where(s.worn.c.sketch.in_(some))
            before.update((number, bytes(data)) for number, data in self.connection.execute(query))
        values = [
            {"sketch": number, "hashes": before.get(number, b"") + _as_bytes(np.array(some, dtype=np.uint64))}
            for number, some in more.items()
        ]
        if values:
            upsert(self.connection, s.worn, values, ("sketch",))
        self._changed(np.union1d(self.common(), turned))

    # ------------------------------------------------------------ what is common

    def common(self) -> Sketch:
        """The hashes that stand in too many distinct texts to say anything: uint64, ascending."""
        if self._common is None:
            state = get_state(self.connection, _STATE)
            known = self._remembered.common
            if state is None or known is None or known[0] != state:
                found = np.array(_COMMON.rows(self.connection), dtype=np.int64).reshape(-1)
                known = (state or "", np.sort(found.view(np.uint64)))
                self._remembered.common = known if state is not None else None
            self._common = known[1]
        return self._common

    def _common_names(self) -> Sketch:
        return postings.name(self.common())

    def _changed(self, common: Sketch | None) -> None:
        """The common hashes are others now: these, or (None) what the table says."""
        self._common = common
        put_state(self.connection, _STATE, secrets.token_hex(8))

    # ------------------------------------------------------------ forgetting

    def respell(self, old: str, new: str) -> None:
        """A text reads differently now: its new key stands for the sketch of the words as they came."""
        row = self.connection.execute(sa.select(s.versions).where(s.versions.c.version_key == old)).first()
        if row is not None and not _VERSION.rows(self.connection, key=new):
            _NEW.run(self.connection, version_key=new, sketch=row.sketch, tokens=row.tokens)

    def forget_unused(self, keys: Iterable[str]) -> None:
        """Drops the sketches of texts that no witness has any more. Reads all postings once."""
        self._holders = self._next = None
        wanted = list(keys)
        used = sa.select(s.witnesses.c.version_key).where(s.witnesses.c.version_key.in_(wanted))
        also = sa.select(s.pieces.c.version_key).where(s.pieces.c.version_key.in_(wanted))
        gone = set(wanted) - set(self.connection.execute(used.union(also)).scalars())
        if not gone:
            return
        versions = sa.select(s.versions.c.sketch)
        before = set(self.connection.execute(versions.where(s.versions.c.version_key.in_(gone))).scalars())
        self.connection.execute(sa.delete(s.versions).where(s.versions.c.version_key.in_(gone)))
        after = set(self.connection.execute(versions.where(s.versions.c.sketch.in_(before))).scalars())
        if before - after:
            self._forget(before - after)

    def _forget(self, gone: Collection[int]) -> None:
        """Takes sketches away; what stands in few enough texts now is common no longer."""
        self._fresh.settle(self._common_names())
        postings.take_out(self.connection, sorted(gone))
        here = among(self.connection, s.worn.c.sketch, sorted(gone))
        lists = [_from_bytes(data) for data in self.connection.execute(sa.select(s.worn.c.hashes).where(here)).scalars()]
        if not lists:
            return
        self.connection.execute(sa.delete(s.worn).where(here))
        lost, times = np.unique(np.concatenate(lists), return_counts=True)
        query = sa.select(s.common.c.hash, s.common.c.texts)
        query = query.where(among(self.connection, s.common.c.hash, lost.view(np.int64).tolist()))
        texts = {hashed: count for hashed, count in self.connection.execute(query) if count is not None}
        left = {h: texts[h] - n for h, n in zip(lost.view(np.int64).tolist(), times.tolist(), strict=True) if h in texts}
        rare = [hashed for hashed, count in left.items() if count <= CAP]
        kept = [{"hash": hashed, "texts": count} for hashed, count in left.items() if count > CAP]
        if kept:
            upsert(self.connection, s.common, kept, ("hash",))
        if rare:
            self.connection.execute(sa.delete(s.common).where(among(self.connection, s.common.c.hash, rare)))
            self._post_again(np.sort(np.array(rare, dtype=np.int64).view(np.uint64)))
            self._changed(None)

    def _post_again(self, rare: Sketch) -> None:
        """Gives hashes that were common back to the texts that have them. Reads the lists of common hashes once."""
        fewer: list[dict[str, object]] = []
        query = sa.select(s.worn.c.sketch, s.worn.c.hashes)
        for number, data in self.connection.execute(query, execution_options={"yield_per": 5000}):
            hashes = _from_bytes(data)
            ours = np.isin(hashes, rare)
            if ours.any():
                some = postings.names_of(hashes[ours])
                self._fresh.add(some, np.full(len(some), number))
                fewer.append({"sketch": number, "hashes": _as_bytes(hashes[~ours])})
        if fewer:
            upsert(self.connection, s.worn, fewer, ("sketch",))
            self.connection.execute(sa.delete(s.worn).where(s.worn.c.hashes == b""))

    # ------------------------------------------------------------ asking

    def candidates(self, sketch: Sketch, version_key: str | None, least: int = 4, cap: int = CAP) -> list[tuple[str, int, int]]:
        """Witnesses whose text may be kin: (witness, shared hashes, its tokens), the likeliest first.

        Of two texts of which one has fewer hashes than ``least``, all of those must be shared. Of equal texts in one work the
        earliest witness stands for all. An equal text always comes (with every hash of the sketch as shared), however common
        its words; a text without words is equal to none.
        """
        found = self._find(sketch)
        self._holders = (sketch, found)
        numbers, counts = _counted(found, cap)
        least = min(least, max(len(sketch), 1))
        kin: dict[str, tuple[int, int]] = {}
        for enough, few in ((counts >= least, None), (counts < least, least + _SHINGLE - 1)):
            shared = dict(zip(numbers[enough].tolist(), counts[enough].tolist(), strict=True))
            for key, number, tokens in _texts(self.connection, list(shared), few):
                if few is None or shared[number] >= max(1, tokens - _SHINGLE + 1):
                    kin[key] = (shared[number], tokens)
        if version_key is not None:
            row = next(iter(_VERSION.rows(self.connection, key=version_key)), None)
            if row is not None and row[1]:
                kin[version_key] = (len(sketch), row[1])
        return _witnesses(self.connection, kin)

    def sharing(self, sketch: Sketch, cap: int = CAP) -> tuple[_Numbers, _Numbers]:
        """Numbers of sketches and how many hashes each shares with this one, leaving out what is too common."""
        return _counted(self._find(sketch), cap)


def _are_in(held: Sketch, values: Sketch) -> npt.NDArray[np.bool_]:
    """Which of these are among those that are held (ascending)."""
    if not len(held):
        return np.zeros(len(values), dtype=bool)
    found: npt.NDArray[np.bool_] = held[np.minimum(np.searchsorted(held, values), len(held) - 1)] == values
    return found


def _as_bytes(hashes: Sketch) -> bytes:
    return hashes.astype("<u8").tobytes()


def _from_bytes(data: bytes) -> Sketch:
    return np.frombuffer(bytes(data), dtype="<u8").astype(np.uint64)


def _counted(found: postings.Found, cap: int) -> tuple[_Numbers, _Numbers]:
    rare = np.bincount(found.at, minlength=len(found.names)) <= cap
    return np.unique(found.number[rare[found.at]], return_counts=True)


def _texts(connection: sa.Connection, numbers: Sequence[int], below: int | None) -> Iterator[tuple[str, int, int]]:
    """Key, number and words of the texts with these numbers; ``below``: only those of fewer words."""
    with cursor(connection) as driver:
        for some in chunks(numbers, 20_000):
            if connection.dialect.name == "postgresql":
                driver.execute(_TEXTS.format("= ANY(%s::integer[])", "%s"), [list(some), _MOST_WORDS if below is None else below])
            else:
                inside = "[" + ",".join(map(str, some)) + "]"
                within = "IN (SELECT value FROM json_each(?))"
                driver.execute(_TEXTS.format(within, "?"), [inside, _MOST_WORDS if below is None else below])
            yield from driver.fetchall()


def _witnesses(connection: sa.Connection, found: dict[str, tuple[int, int]]) -> list[tuple[str, int, int]]:
    """The copies that have these texts; for one that is joined its pieces stand, at most `_PIECES` of each copy."""
    out: list[tuple[int, int, str, int]] = []
    seen: set[tuple[str, str]] = set()
    copy: dict[str, str] = {}
    for some in chunks(list(found)):
        rows: list[Any]
        if len(some) < _FEW:
            rows = [row for key in some for ask in (_WHOLE, _PIECES_OF) for row in ask.rows(connection, key=key)]
        else:
            rows = [row for ask in _ASKED for row in connection.execute(ask.where(ask.selected_columns[2].in_(some)))]
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
