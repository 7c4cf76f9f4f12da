"""What every work has (tags, title, creators), as numbers in memory: what is counted beside an answer and suggested while one types.

A *form* is a spelling of a value; what is counted is the form that is spelled as the value itself, its *main* form. Each
work has a row of forms. When the catalogue changed, the works that changed are taken out and put in as they are now; only
another catalogue makes it all anew. Where much is to be read, that happens behind one's back, and who asks
meanwhile is told so.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.connect import reading
from variorum.catalogue.sql import chunks, get_state
from variorum.catalogue.values import load
from variorum.catalogue.viewers import TAG_KINDS, hidden_values, key_of, shut_out
from variorum.catalogue.wrangled import Names, meant
from variorum.model import Viewer
from variorum.text import shown

__all__ = ["FIELDS", "Form", "Tally", "number_of"]

#: The fields of a value, by number.
FIELDS = ("rating", *TAG_KINDS, "title", "author")
_AT_ONCE = 5000  # works that are read while somebody waits
_FEW = 4000  # rows that are counted one by one
_MASKS = 200  # values for which the rows that have them are held, a byte a work
_OFTEN = 8  # works that have a value which is not rare
_ADULT = {True: "yes", False: "no", None: "unknown"}  # as `viewers.shut_out` says it

_Ints = npt.NDArray[np.int32]


class Form(NamedTuple):
    """A spelling of a value."""

    field: str
    value: str
    spelled: str


def number_of(work: str) -> int:
    """A work as a number of 63 bits, the same in the text index and here."""
    return int.from_bytes(hashlib.blake2b(work.encode("utf-8", "replace"), digest_size=8).digest()) >> 1


class _Columns(NamedTuple):
    rows: int  # of those before this one
    forms: _Ints
    starts: npt.NDArray[np.int64]  # of each form's rows in
    row: _Ints


class Tally:
    """The values of one catalogue. Whoever asks holds ``lock`` from `ready` to the end of what they ask."""

    def __init__(self, engine: sa.Engine) -> None:
        self.lock = threading.RLock()
        self._engine = engine
        self._identity: str | None = None
        self._change = -1
        self._reading: threading.Thread | None = None
        #: Called behind one's back with what was read there; what it gives is called when that takes the old one's place.
        self.meanwhile: Callable[[Tally], Callable[[], None]] | None = None
        self._empty()

    def _empty(self) -> None:
        self.forms: list[Form] = []
        self.main: _Ints = np.zeros(64, dtype=np.int32)  #: of each form the one that is counted
        self.field: npt.NDArray[np.int8] = np.zeros(64, dtype=np.int8)
        self._numbered: dict[Form, int] = {}
        self._renamed: frozenset[tuple[str, str]] = frozenset()  # kind and key of every tag that has other names
        self._row: dict[str, int] = {}
        self._data: _Ints = np.zeros(1024, dtype=np.int32)
        self._used = 0
        # Of each row: where its forms begin, how many they are (-1: the work went), its number and whether it is adult.
        self._start, self._size = np.zeros(64, dtype=np.int64), np.full(64, -1, dtype=np.int32)
        self._number, self._adult = np.zeros(64, dtype=np.uint64), np.zeros(64, dtype=np.int8)
        self._rows = 0
        self._columns: _Columns | None = None
        self.known: dict[object, Any] = {}  #: worked out since the last change

    # ------------------------------------------------------------ keeping it up

    def ready(self, *, wait: bool) -> bool:
        """Brings it up to the catalogue. False when there is so much to read that it is done in a thread of its own (not with ``wait``)."""
        with reading(self._engine) as connection:
            change, identity = int(get_state(connection, "change") or 0), get_state(connection, "identity")
            if (identity, change) == (self._identity, self._change):
                return True
            since = self._change if identity == self._identity else -1
            query = sa.select(sa.func.count()).select_from(s.works).where(s.works.c.change > since)
            many = connection.execute(query).scalar_one() > _AT_ONCE
        if not many or wait:
            self._bring_up()
            return True
        if self._reading is None or not self._reading.is_alive():
            self._reading = threading.Thread(target=self._behind, name="variorum-tally", daemon=True)
            self._reading.start()
        return False

    def at(self) -> int:
        """The change of the catalogue it stands at."""
        return self._change

    def _behind(self) -> None:
        """Reads into another one and takes over what it has, so that nobody waits for the lock."""
        other = Tally(self._engine)
        try:
            other._bring_up()
            then = self.meanwhile(other) if self.meanwhile else None
        except Exception:  # the catalogue was closed, or is damaged: whoever asks next is told by their own question
            return
        with self.lock:
            for name, value in vars(other).items():
                if name not in {"lock", "meanwhile", "_engine", "_reading"}:
                    setattr(self, name, value)
            if then:
                then()

    def _bring_up(self) -> None:
        with reading(self._engine) as connection:
            change, identity = int(get_state(connection, "change") or 0), get_state(connection, "identity")
            names = Names(connection)
            self._renamed = names.renamed()
            w = s.works.c
            columns = (w.work, w.metadata, w.adult)
            if identity != self._identity:
                self._empty()
                rows: Iterable[Any] = connection.execution_options(yield_per=2000).execute(sa.select(*columns))
            else:
                self.known = {}
                changed = list(connection.execute(sa.select(w.work).where(w.change > self._change)).scalars())
                gone = sa.select(s.retired.c.work).where(s.retired.c.change > self._change)
                for work in (*changed, *connection.execute(gone).scalars()):
                    row = self._row.pop(work, None)
                    if row is not None:
                        self._size[row] = -1
                found = (connection.execute(sa.select(*columns).where(w.work.in_(some))) for some in chunks(changed))
                rows = (row for some in found for row in some)
            self._identity = None  # should it fail half way
            for work, metadata, adult in rows:
                self._put(work, list(self._forms_of(load(metadata), names)), _ADULT[adult])
            if self._rows > 2 * len(self._row) + _AT_ONCE:
                self._compact()
            self._identity, self._change = identity, change

    def _forms_of(self, about: Mapping[str, Any], names: Names) -> Iterator[Form]:
        for field, value in _values(about):
            if field not in TAG_KINDS:
                yield Form(field, value, value)
                continue
            name = names.canonical(field, value)
            yield Form(field, name, name)
            yield Form(field, name, value)
            for top in names.above(field, value):
                yield Form(field, top, top)

    def _put(self, work: str, forms: Sequence[Form], adult: str) -> None:
        own = list(dict.fromkeys(self._numbered.get(form) or self._new(form) for form in forms))
        if self._used + len(own) > len(self._data):
            self._data = np.concatenate([self._data, np.zeros(max(len(own), len(self._data)), dtype=np.int32)])
        if self._rows == len(self._size):
            more = len(self._size)
            self._start, self._number, self._adult = (
                np.concatenate([a, np.zeros(more, dtype=a.dtype)]) for a in (self._start, self._number, self._adult)
            )
            self._size = np.concatenate([self._size, np.full(more, -1, dtype=np.int32)])
        row = self._row[work] = self._rows
        self._data[self._used : self._used + len(own)] = own
        self._start[row], self._size[row], self._number[row] = self._used, len(own), number_of(work)
        self._adult[row] = tuple(_ADULT.values()).index(adult)
        self._used += len(own)
        self._rows += 1

    def _new(self, form: Form) -> int:
        known = self._numbered.get(form)
        if known is not None:  # the very first has the number 0
            return known
        number = len(self.forms)
        if number == len(self.main):
            self.main = np.concatenate([self.main, np.zeros_like(self.main)])
            self.field = np.concatenate([self.field, np.zeros_like(self.field)])
        self._numbered[form] = number
        self.forms.append(form)
        self.main[number] = self._numbered[form._replace(spelled=form.value)]
        self.field[number] = FIELDS.index(form.field)
        return number

    def _compact(self) -> None:
        """Lets go of the rows of works that went or changed."""
        rows = np.fromiter(self._row.values(), dtype=np.int64, count=len(self._row))
        self._data, sizes = self._gathered(rows), self._size[rows]
        self._start = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if len(rows) else np.zeros(1, dtype=np.int64)
        self._size, self._number, self._adult = sizes, self._number[rows], self._adult[rows]
        self._row = {work: n for n, work in enumerate(self._row)}
        self._used, self._rows, self._columns = len(self._data), len(rows), None

    # ------------------------------------------------------------ asking it

    def counts(self, viewer: Viewer) -> _Ints:
        """How many works that this viewer sees have each form."""
        key = ("counts", viewer)
        if key not in self.known:
            self.known[key] = self._count(self._visible(viewer))
        found: _Ints = self.known[key]
        return found

    def rows_of(self, numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """The rows of the works with these numbers (`number_of`)."""
        known, rows = self._sorted()
        if not len(known):
            return rows
        at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
        found: npt.NDArray[np.int64] = rows[at[known[at] == numbers]]
        return found

    def standing(self) -> npt.NDArray[np.bool_]:
        """Of each row whether a work is in it."""
        there: npt.NDArray[np.bool_] = self._size[: self._rows] >= 0
        return there

    def rated(self, code: str) -> npt.NDArray[np.bool_]:
        """Of each row whether its work is adult, is not, or nobody knows (`viewers.ADULT_CODE`)."""
        rated: npt.NDArray[np.bool_] = self._adult[: self._rows] == tuple(_ADULT.values()).index(code)
        return rated

    def having(self, field: str, value: str) -> npt.NDArray[np.bool_] | None:
        """Of each row whether its work has this very value. None where that is the index's to say: another field, or a tag with other names."""
        if field not in FIELDS[:-2] or (field, key_of(value)) in self._renamed or shown(value) != value:
            return None
        number = self._numbered.get(Form(field, value, value))
        masks: dict[int | None, npt.NDArray[np.bool_]] = self.known.setdefault("masks", {})
        if number not in masks:
            if len(masks) == _MASKS:
                masks.clear()
            mask = np.zeros(self._rows, dtype=bool)
            if number is not None:
                columns = self._by_form()
                at = int(np.searchsorted(columns.forms, number))
                if at < len(columns.forms) and columns.forms[at] == number:
                    ends = (*columns.starts[at : at + 2].tolist(), len(columns.row))
                    mask[columns.row[ends[0] : ends[1]]] = True
                    rows = np.arange(columns.rows, self._rows)
                    rows = rows[self._size[rows] > 0]
                else:
                    rows = np.flatnonzero(self._size[: self._rows] > 0)
                mask[np.repeat(rows, self._size[rows])[self._gathered(rows) == number]] = True
            masks[number] = mask & self.standing()
        return masks[number]

    def commonest(
        self, fields: Sequence[str], rows: npt.NDArray[np.int64], most: int, *, others: bool = False
    ) -> dict[str, list[tuple[str, int]]]:
        """For each field the values that most of the works in these rows have, and how many; of equals at the end the first.
        With ``others``: of all the other works.
        """
        if not self._rows:
            return {field: [] for field in fields}
        everything = self.counts(Viewer())
        if len(rows) > _FEW:
            # Of so many works the commonest values are hardly ever rare ones: they are counted by what has them.
            counts = self._count_often(rows)
            found = self._top(fields, everything * (everything >= _OFTEN) - counts if others else counts, most, _OFTEN)
            if found is not None:
                return found
        counts = self._count(rows)
        counts = everything - counts if others else counts
        return self._top(fields, counts, most, _OFTEN) or self._top(fields, counts, most, 1) or {}

    def _top(self, fields: Sequence[str], counts: _Ints, most: int, least: int) -> dict[str, list[tuple[str, int]]] | None:
        """The commonest values of which ``least`` works have one; None when rarer ones may be among them."""
        there = np.flatnonzero(counts >= least)
        there = there[self.main[there] == there]
        of = self.field[there]
        out: dict[str, list[tuple[str, int]]] = {}
        for field in fields:
            mains = there[of == FIELDS.index(field)]
            own = counts[mains]
            if len(own) < most and least > 1:
                return None
            if len(own) > most:
                best = _largest(own, most)
                mains, own = mains[best], own[best]
            found = [(self.forms[n].value, c) for n, c in zip(mains.tolist(), own.tolist(), strict=True)]
            out[field] = sorted(found, key=lambda one: (-one[1], one[0]))
        return out

    def kept(self, key: object, make: Callable[[], Any]) -> Any:
        """What was worked out of the catalogue as it stands, worked out once; ``make`` is always asked while much is to be read."""
        with self.lock:
            if not self.ready(wait=False):
                return make()
            if key not in self.known:
                self.known[key] = make()
            return self.known[key]

    def _count(self, rows: npt.NDArray[np.int64]) -> _Ints:
        return np.bincount(self._gathered(rows), minlength=len(self.forms)).astype(np.int32)

    def _count_often(self, rows: npt.NDArray[np.int64]) -> _Ints:
        """How many of these rows have each form that is in `_OFTEN` works or more; of the others nothing is said (0)."""
        columns = self._by_form()
        chosen = np.zeros(columns.rows, dtype=np.uint8)
        chosen[rows[rows < columns.rows]] = 1
        late = self._gathered(rows[rows >= columns.rows])
        counts = np.bincount(late, minlength=len(self.forms)).astype(np.int32)
        if len(columns.starts):
            counts[columns.forms] += np.add.reduceat(chosen[columns.row], columns.starts, dtype=np.int32)
        counts[self.counts(Viewer()) < _OFTEN] = 0
        return counts

    def _by_form(self) -> _Columns:
        """The rows that have each form that is not rare. Rows that came lately are not among them, and those of works that
        went are: nobody asks for them. Made anew when a tenth of the works came since, or a rare form became common.
        """
        if "columns" not in self.known:
            held, total = self._columns, self.counts(Viewer())
            if held is None or self._rows - held.rows > max(_FEW, self._rows // 10) or _lacks(held, total):
                rows = np.flatnonzero(self._size[: self._rows] > 0)
                row, data = np.repeat(rows, self._size[rows]).astype(np.int32), self._gathered(rows)
                often = total[data] * 2 >= _OFTEN  # those that may be so soon are among them
                row, data = row[often], data[often]
                order = np.argsort(data, kind="stable")
                forms, starts = np.unique(data[order], return_index=True)
                self._columns = _Columns(self._rows, forms, starts, row[order])
            self.known["columns"] = self._columns
        found: _Columns = self.known["columns"]
        return found

    def _gathered(self, rows: npt.NDArray[np.int64]) -> _Ints:
        sizes = self._size[rows].astype(np.int64)
        if not len(rows):
            return np.zeros(0, dtype=np.int32)
        before = np.cumsum(sizes) - sizes
        return self._data[np.repeat(self._start[rows] - before, sizes) + np.arange(int(sizes.sum()))]

    def _sorted(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """The numbers of the works in order, and their rows."""
        if "sorted" not in self.known:
            rows = np.flatnonzero(self._size[: self._rows] >= 0)
            rows = rows[np.argsort(self._number[rows])]
            self.known["sorted"] = self._number[rows], rows
        found: tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]] = self.known["sorted"]
        return found

    def _visible(self, viewer: Viewer) -> npt.NDArray[np.int64]:
        """The rows of the works that exist for a viewer: as `viewers.for_rows`."""
        seen = self._size[: self._rows] >= 0
        for code in shut_out(viewer):
            seen &= self._adult[: self._rows] != tuple(_ADULT.values()).index(code)
        if viewer.hidden:
            hidden = np.zeros(len(self.forms) + 1, dtype=bool)
            with reading(self._engine) as connection:
                names = Names(connection)
                for kind, value in hidden_values(connection, meant(connection, viewer)):
                    hidden[self._numbered.get(Form(kind, names.canonical(kind, value), value), -1)] = True
            rows = np.flatnonzero(seen)
            hidden[-1] = False
            seen[np.repeat(rows, self._size[rows])[hidden[self._gathered(rows)]]] = False
        return np.flatnonzero(seen)


def _lacks(columns: _Columns, total: _Ints) -> bool:
    """Whether a form that is not rare is not among the columns."""
    often = total >= _OFTEN
    often[columns.forms] = False
    return bool(often.any())


def _largest(counts: _Ints, most: int) -> npt.NDArray[np.int64]:
    """Where the largest stand, ties in the order they come. Counted, not sorted: nearly all are the same few small numbers."""
    from_top = np.cumsum(np.bincount(counts)[::-1])
    least = len(from_top) - 1 - int(np.searchsorted(from_top, most))
    above = np.flatnonzero(counts > least)
    return np.concatenate([above, np.flatnonzero(counts == least)[: most - len(above)]])


def _values(about: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Everything of a work that is counted or suggested: field and value."""
    if about.get("rating"):
        yield "rating", about["rating"]
    for kind, name in TAG_KINDS.items():
        for value in about.get(name) or ():
            yield kind, value
    if about.get("title"):
        yield "title", about["title"]
    for creator in about.get("creators") or ():
        if creator.get("name"):
            yield "author", creator["name"]
