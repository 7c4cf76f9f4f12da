"""What was read out of the catalogue, kept for whoever asks the same next, until anything in it changes.

Every answer stands beside everything it was asked with, the viewer too, and beside the state the catalogue was in before
it was read: its identity and its change counter, which are looked at each time. So what another process enters is seen
at once, and nobody is given what was read for somebody else.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.connect import reading

__all__ = ["Kept"]

T = TypeVar("T")

_ROOM = 3000  # works: some 30 MB
_STATE = sa.select(s.state.c.key, s.state.c.value).where(s.state.c.key.in_(["identity", "change"])).order_by(s.state.c.key)


class Kept:
    """The answers of one process. Safe to use from several threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._state: tuple[Any, ...] = ()
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._size = 0

    def get(
        self,
        key: Hashable,
        make: Callable[[], T],
        size: Callable[[T], int] = lambda _: 1,
        *,
        only: Callable[[], bool] | None = None,
    ) -> T:
        """What was made for this key while the catalogue stood as it does; else what ``make`` gives now.

        The key holds all that the answer depends on besides the catalogue. ``size`` tells how many works are in it;
        ``only``, asked after it was made, whether it may be kept at all.
        """
        state = self.state()
        with self._guard:
            if state != self._state:
                self._held.clear()
                self._state, self._size = state, 0
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
                value: T = found[0]
                return value
        made = make()
        many = size(made)
        if 8 * many <= _ROOM and (only is None or only()):
            self._keep(state, key, made, many)
        return made

    def state(self) -> tuple[Any, ...]:
        """Identity and change of the catalogue as it stands now."""
        with reading(self._engine) as connection:
            return tuple(value for _, value in connection.execute(_STATE))

    def _keep(self, state: tuple[Any, ...], key: Hashable, made: Any, many: int) -> None:
        with self._guard:
            if state != self._state:
                return
            before = self._held.pop(key, None)
            self._held[key] = made, many
            self._size += many - (before[1] if before else 0)
            while self._size > _ROOM:
                _, (_, gone) = self._held.popitem(last=False)
                self._size -= gone
