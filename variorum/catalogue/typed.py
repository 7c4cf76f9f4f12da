"""What somebody who is typing may mean: tags, creators and titles that have a word beginning so, the commonest first.

The places of every value from each of its first words on, in order: a question is two bisections and the best of a
stretch, whatever the size of the library. Values that are new are put in one by one. What a viewer may not see has no
count, and is not suggested.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from variorum.catalogue.analysis import folded
from variorum.catalogue.tally import FIELDS, Form, Tally
from variorum.model import Typed, Viewer
from variorum.text import shown

__all__ = ["Typing"]

_KEY = 48  # characters of a value that are compared
_WORDS = 6  # words of a value at which a question may begin
_OF_TITLES = 2  # of a title
_LOOKED = 32  # of a stretch, before one value is counted once
_FRESH = 4096  # places put in one by one before they are merged into the rest
_SHORT = 3  # letters of a question whose answer is kept until something changes
_END = "\U0010ffff"
_BEFORE = "([{\"'“‘«#*"
_KEEPER = Viewer()


class Typing:
    """Answers while one types. Safe to use from many threads."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        tally.meanwhile = self._beside
        self._forget([])

    def _forget(self, forms: list[Form]) -> None:
        self._forms = forms  # the list whose first values are placed: a catalogue made anew has another
        self._texts: list[str] = []  # each form as it is compared
        self._places: npt.NDArray[np.int32] = np.zeros((0, 2), dtype=np.int32)  # form and first character, in order
        self._fresh: list[tuple[str, int, int]] = []  # key, form and first character, in order: not merged yet

    def suggest(self, text: str, viewer: Viewer = _KEEPER, field: str | None = None, limit: int = 8) -> list[Typed]:
        """Values of which a word, and what follows it, begins with the text; of one ``field`` only, where it is named.

        Nothing while a large library is read for the first time.
        """
        asked = " ".join(folded(shown(text)).split())[:_KEY]
        if not asked:
            return []
        with self._tally.lock:
            if not self._tally.ready(wait=False) and not self._tally.forms:
                return []
            self._place()
            if len(asked) > _SHORT:
                return self._best(asked, field, limit, self._tally.counts(viewer))
            # The fewer letters, the longer the stretch; but there are few such questions, and many ask them.
            key = ("typed", asked, field, limit, viewer)
            known = self._tally.known
            if key not in known:
                known[key] = self._best(asked, field, limit, self._tally.counts(viewer))
            return list(known[key])

    # ------------------------------------------------------------ the places

    def _beside(self, read: Tally) -> Callable[[], None]:
        """Places everything of a large library while it is read, so that nobody who types waits for it."""
        other = Typing(read)
        other._place()

        def then() -> None:
            self._forms, self._texts, self._places, self._fresh = other._forms, other._texts, other._places, other._fresh

        return then

    def _place(self) -> None:
        """Puts the values that came since among the others."""
        if self._forms is not self._tally.forms:
            self._forget(self._tally.forms)
        first = len(self._texts)
        for form in self._forms[first:]:
            text = " ".join(folded(shown(form.spelled)[:400]).split())
            self._texts.append(form.spelled if text == form.spelled else text)
        numbers = range(first, len(self._texts))
        if len(numbers) > _FRESH:
            self._merge([(n, at) for _, n, at in self._fresh] + [(n, at) for n in numbers for at in self._starts(n)])
            return
        for n in numbers:
            for at in self._starts(n):
                insort(self._fresh, (self._texts[n][at : at + _KEY], n, at))
        if len(self._fresh) > _FRESH:
            self._merge([(n, at) for _, n, at in self._fresh])

    def _starts(self, number: int) -> Iterator[int]:
        """Where the first words of a form begin; a bracket or quote before a word is passed over."""
        text, at = self._texts[number], 0
        for _ in range(_OF_TITLES if self._forms[number].field == "title" else _WORDS):
            while text[at : at + 1] and text[at] in _BEFORE:
                at += 1
            if at < len(text):
                yield at
            space = text.find(" ", at)
            if space < 0:
                return
            at = space + 1

    def _merge(self, places: list[tuple[int, int]]) -> None:
        keys = [self._texts[n][at : at + _KEY] for n, at in places]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        rows = np.array(places, dtype=np.int32).reshape(-1, 2)[order]
        if len(self._places):
            where = [bisect_left(range(len(self._places)), keys[n], key=self._key) for n in order]
            rows = np.insert(self._places, where, rows, axis=0)
        self._places, self._fresh = rows, []

    def _key(self, index: int) -> str:
        form, at = int(self._places[index, 0]), int(self._places[index, 1])
        return self._texts[form][at : at + _KEY]

    # ------------------------------------------------------------ asking

    def _best(self, asked: str, field: str | None, limit: int, counts: npt.NDArray[np.int32]) -> list[Typed]:
        indices = range(len(self._places))
        first, last = (bisect_left(indices, key, key=self._key) for key in (asked, asked + _END))
        low, high = (bisect_left(self._fresh, (key,)) for key in (asked, asked + _END))
        fresh = np.array([form for _, form, _ in self._fresh[low:high]], dtype=np.int32)
        forms = np.concatenate([self._places[first:last, 0], fresh])
        forms = forms[counts[forms] > 0]
        if field is not None:
            forms = forms[self._tally.field[forms] == (FIELDS.index(field) if field in FIELDS else -1)]
        mains = self._tally.main[forms]
        if len(mains) > _LOOKED * limit:
            mains = mains[np.argpartition(counts[mains], -_LOOKED * limit)[-_LOOKED * limit :]]
        found = [(int(counts[main]), self._forms[main]) for main in set(mains.tolist())]
        found.sort(key=lambda one: (-one[0], len(one[1].value), one[1].value))
        return [Typed(form.field, form.value, count) for count, form in found[:limit]]
