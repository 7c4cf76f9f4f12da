"""What was read out of the catalogue, kept for whoever asks the same next, until anything in it changes.

Every answer stands beside everything it was asked with, the viewer too, and beside the state the catalogue was in before
it was read: its identity and its change counter, which are looked at each time. So what another process enters is seen
at once, and nobody is given what was read for somebody else.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa

from variorum.catalogue import schema as s
from variorum.catalogue.connect import reading

__all__ = ["Kept"]

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
State: TypeAlias = tuple[str, ...]

_ROOM = 3000  # works: some 30 MB
_STATE = sa.select(s.state.c.key, s.state.c.value).where(s.state.c.key.in_(["identity", "change"])).order_by(s.state.c.key)


class Kept:
    """The answers of one process. Safe to use from several threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._state: State = ()
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
        found = self._found(state, [key])
        if found:
            value: T = found[key]
            return value
        made = make()
        many = size(made)
        if 8 * many <= _ROOM and (only is None or only()):
            self._keep(state, key, made, many)
        return made

    def several(self, state: State, keys: Sequence[K], make: Callable[[list[K]], Mapping[K, T]]) -> dict[K, T]:
        """The same for many keys at once, one work each; ``make`` is asked for those that are not kept, and may leave some out.

        ``state`` was read before everything that goes into what is made.
        """
        found: dict[K, T] = self._found(state, keys)
        missing = [key for key in keys if key not in found]
        if missing:
            made = make(missing)
            for key, value in made.items():
                self._keep(state, key, value, 1)
            found.update(made)
        return found

    def forget(self) -> None:
        """Lets go of everything, as a change does."""
        with self._guard:
            self._held.clear()
            self._state, self._size = (), 0

    def state(self, connection: sa.Connection | None = None) -> State:
        """Identity and change of the catalogue as it stands now, or as a connection sees it."""
        if connection is None:
            with reading(self._engine) as one:
                return self.state(one)
        return tuple(value for _, value in connection.execute(_STATE))

    def _found(self, state: State, keys: Sequence[Any]) -> dict[Any, Any]:
        with self._guard:
            if state != self._state:
                self._held.clear()
                self._state, self._size = state, 0
                return {}
            found = {key: self._held[key][0] for key in keys if key in self._held}
            for key in found:
                self._held.move_to_end(key)
            return found

    def _keep(self, state: State, key: Hashable, made: Any, many: int) -> None:
        with self._guard:
            if state != self._state:
                return
            before = self._held.pop(key, None)
            self._held[key] = made, many
            self._size += many - (before[1] if before else 0)
            while self._size > _ROOM:
                _, (_, gone) = self._held.popitem(last=False)
                self._size -= gone
