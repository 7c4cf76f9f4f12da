"""Searching by meaning in one library: whether it is wanted, what is made for it, and the voter it gives to "that fic where".

Wanted it is when the keeper said so; then whoever holds the lock makes vectors of every text that has none, the most read and
the newest first, and stops wherever it is told to. What is made is kept by the digest of each text, so that a rebuild, a
ruling or another base copy costs nothing but what is new in it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from variorum import meaning as room
from variorum import vault
from variorum.catalogue import BasedWork, Catalogue, Heard, Passage, Voice, digest_of
from variorum.errors import CatalogueError, ModelAbsent, NotFound
from variorum.people import KEEPER, People

__all__ = ["Meaning", "MeaningState"]

_SETTING = "meaning"
_READ = 1 << 60  # the turn of a work that was read: before all that were not
_OPEN = ":open"  # of a stamp: works that are missing may come again
_LOOK = 10.0  # seconds between two looks whether the library changed, while vectors are made
_RENEW = 20.0  # and whether there are more vectors, while questions come
_LATELY = 5.0  # seconds for which how it stands is not asked again
_ENDS = 3.0  # seconds in which the reader's own process has stopped, once it is switched off
_TRIES = 5  # for the lock: whoever asks how things stand has it for a moment
_FAR = 0.2  # a cosine below which a text is no answer: of 67 questions the right one had .27 at the least, a quarter of all others less than this
_TOGETHER = 100  # works whose texts are looked at before it is written down

Step = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class MeaningState:
    """How searching by meaning stands; ``lacking`` says in a sentence what is not installed, and is None when all is."""

    wanted: bool
    lacking: str | None
    works: int  #: in a language the model knows
    ready: int  #: of these, with all their vectors
    passages: int
    size: int  #: bytes of the vectors on disk
    making: bool  #: somebody is at it


class Meaning:
    """What a library knows of meaning. Safe to use from several threads."""

    def __init__(self, root: Path, register: vault.Register, catalogue: Catalogue, people: People) -> None:
        self._register, self._catalogue, self._people = register, catalogue, people
        self.vectors = room.Vectors(root, room.made_by(room.known()))
        self._lock = vault.Lock(root / "lock")
        self._voice = _Voice(self.vectors)
        self._lately: tuple[float, MeaningState | None] = (0.0, None)

    # ------------------------------------------------------------ what is wanted

    @property
    def wanted(self) -> bool:
        """Whether the keeper switched it on."""
        return bool(self._people.settings(KEEPER).get(_SETTING))

    def switch(self, *, on: bool) -> None:
        """Switches it on or off; what was made stays on the disk."""
        self._people.set_settings(KEEPER, {_SETTING: True if on else None})
        if not on:
            self._voice = _Voice(self.vectors)

    def forget(self) -> bool:
        """Switches it off and deletes what was made; False when somebody is making more and does not stop for it."""
        self.switch(on=False)
        if not self.vectors.exists():
            return True
        until = time.monotonic() + _ENDS
        while True:
            with self._lock.trying() as free:
                if free:
                    self.vectors.forget()
                    return True
            if time.monotonic() > until:
                return False
            time.sleep(0.1)

    @staticmethod
    def lacking() -> str | None:
        """What is not installed or not as it should be, in a sentence; None when all is there."""
        return room.lacking()

    def state(self) -> MeaningState:
        """How it stands."""
        wanted, lacking = self.wanted, room.lacking()
        if not self.vectors.exists():
            return MeaningState(wanted, lacking, self._catalogue.counts().works, 0, 0, 0, making=False)
        made = self.vectors.made()
        with self._lock.trying() as free:
            making = not free
        works = made.works if self.vectors.stamp() else self._catalogue.counts().works
        return MeaningState(wanted, lacking, works, made.ready, made.passages, made.size, making=making)

    def lately(self) -> MeaningState:
        """The same, as it was within the last seconds: for a page that says it beside something else."""
        at, state = self._lately
        if state is None or time.monotonic() - at > _LATELY:
            state = self.state()
            self._lately = (time.monotonic(), state)
        return state

    def is_ready(self) -> bool:
        """Whether the next question is answered by meaning too."""
        return self._voice.is_ready()

    def is_behind(self) -> bool:
        """Whether there is something to be made."""
        return not self.vectors.exists() or self._stamp() != self.vectors.stamp() or bool(self.vectors.waiting(1))

    # ------------------------------------------------------------ making

    def build(self, step: Step | None = None, stop: Callable[[], bool] = lambda: False, *, threads: int = 1) -> bool:
        """Makes what is lacking, until nothing is or ``stop`` says so (it is asked twice a second); whether nothing is lacking.

        False too when somebody else is at it. `ModelAbsent` when the model is not there.
        """
        encoder = room.Encoder(room.find(), threads=threads)
        self.vectors.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        making = _Making(self, encoder, step or (lambda _done, _total, _name: None), stop)
        for _ in range(_TRIES):
            with self._lock.trying() as free:
                if free:
                    self.vectors.prepare()
                    with self.vectors.kept_open():
                        return making.run()
            time.sleep(0.1)
        return False

    def _stamp(self) -> str:
        identity, change = self._catalogue.bases.state()
        return f"{identity}:{change}"

    def follow(self, stop: Callable[[], bool] = lambda: False) -> bool:
        """Takes down which text each work stands on by now; False when it was stopped before the end."""
        stamp = self.vectors.stamp()
        if self._stamp() == stamp:
            return True
        before, change = (*stamp.split(":"), "")[:2]
        same = before == self._catalogue.bases.state()[0] and change.isdecimal()
        # In the middle of a rebuild works are missing that will come again: nothing is dropped until it is done.
        with self._register.trying() as free:
            settled = free and next(iter(self._register.since(self._catalogue.highest_order() + 1)), None) is None
            (identity, changed), every, works = self._catalogue.bases.works(int(change) if same else -1)
        held = {stand.work for stand in self.vectors.stands()}
        gone = [work.work for work in works if work.work in held and not _understood(work)]
        gone += [work for work in held if work not in every] if settled else []
        some = [work for work in works if _understood(work)]
        for start in range(0, len(some), _TOGETHER):
            if stop():
                return False
            few = some[start : start + _TOGETHER]
            digests = dict(self._catalogue.bases.digests([work.witness for work in few]))
            stands = [room.Stand(w.work, w.witness, digests[w.witness], w.order) for w in few if w.witness in digests]
            self.vectors.stand(stands, (), stamp, drop=False)
        self.vectors.stand((), gone, f"{identity}:{changed}" + ("" if settled else _OPEN), drop=settled)
        self._most_read_first()
        return True

    def _most_read_first(self) -> None:
        words: dict[str, int] = {}
        for copy, count in self._people.days.by_copy().items():
            for work in self._catalogue.works_of([copy]):
                words[work] = words.get(work, 0) + count
        self.vectors.turns({work: _READ + count for work, count in words.items()})

    def text_of(self, stand: room.Stand) -> str | None:
        """The text a work stands on; None when it is not held any more."""
        try:
            return self._catalogue.text(stand.witness)
        except NotFound:
            return None

    # ------------------------------------------------------------ asking

    def voices(self, memory: str | None) -> tuple[Voice, ...]:
        """Who ranks works by what is remembered of them: nobody where it is not wanted, nothing was made, or nothing is asked."""
        try:
            return (self._voice,) if memory and self.wanted and self.vectors.exists() else ()
        except CatalogueError:  # a disk that gives nothing must not stop anyone from finding
            return ()

    def load(self) -> None:
        """Gets ready before the first question, for who asks only one; else the first questions are answered without it."""
        if self.voices("anything"):
            self._voice.load()


def _understood(work: BasedWork) -> bool:
    """Whether the model knows the language: English. Of what does not say, it is tried."""
    return work.language is None or work.language.lower().partition("-")[0] in ("en", "und", "mul", "")


class _Making:
    """One run of making vectors, under the lock."""

    def __init__(self, owner: Meaning, encoder: room.Encoder, step: Step, stop: Callable[[], bool]) -> None:
        self._owner, self._encoder, self._step, self._stop = owner, encoder, step, stop
        self._vectors = owner.vectors

    def run(self) -> bool:
        while not self._stop():
            if not self._owner.follow(self._stop):
                return False
            waiting = self._vectors.waiting(200)
            if not waiting:
                return True
            made = self._vectors.made()
            looked = time.monotonic()
            for done, stand in enumerate(waiting):
                self._step(made.ready + done, made.works, "")
                if not self._make(stand):
                    return False
                if time.monotonic() - looked > _LOOK and self._owner.is_behind():
                    break  # others may come before the rest of these
        return False

    def _make(self, stand: room.Stand) -> bool:
        """The vectors of one text, or those that are missing; False when it was stopped before the end."""
        text = self._owner.text_of(stand)
        if text is None or digest_of(text) != stand.digest:
            # It changed since it was taken down.
            stands = () if text is None else (stand._replace(digest=digest_of(text)),)
            self._vectors.stand(stands, [stand.work], self._vectors.stamp(), drop=False)
            return True
        spans = list(room.windows(text))
        made = self._vectors.begin(stand.digest, spans)
        for first in range(made - made % room.PART, len(spans), room.PART):
            if self._stop():
                return False
            vectors = self._encoder.encode([text[start:end] for start, end in spans[first : first + room.PART]])
            self._vectors.add(stand.digest, first, vectors)
        return True


class _Voice:
    """The voter. Loading takes a second and runs in a thread of its own; until then it says nothing."""

    def __init__(self, vectors: room.Vectors) -> None:
        self._vectors = vectors
        self._guard = threading.Lock()
        self._loading: threading.Thread | None = None
        self._encoder: room.Encoder | None = None
        self._nearest: room.Nearest | None = None
        self._works: dict[bytes, tuple[str, ...]] = {}
        self._knows: frozenset[str] = frozenset()
        self._looked = 0.0
        self._mark: object = None

    def is_ready(self) -> bool:
        """Whether it would say something now."""
        return bool(self._knows)

    def hear(self, memory: str) -> Heard | None:
        """Works whose text says much the same as this, the likeliest first."""
        self._renew()
        encoder, nearest, works, knows = self._encoder, self._nearest, self._works, self._knows
        if encoder is None or nearest is None or not knows:
            return None
        return Heard(_heard(nearest.ask(encoder.encode([memory])[0]), works), knows)

    def load(self) -> None:
        """Loads, or takes in what is new, and waits for it."""
        thread = self._renew()
        if thread is not None:
            thread.join()

    def _renew(self) -> threading.Thread | None:
        with self._guard:
            if self._loading is not None and self._loading.is_alive():
                return self._loading
            now = time.monotonic()
            if self._looked and now - self._looked < _RENEW:
                return None
            self._looked = now
            self._loading = threading.Thread(target=self._take_in, name="meaning", daemon=True)
            self._loading.start()
            return self._loading

    def _take_in(self) -> None:
        try:
            mark = self._vectors.mark()
            if mark == self._mark:
                return
            if self._encoder is None or self._nearest is None:
                encoder = room.Encoder(room.find())
                self._nearest = room.Nearest(self._vectors, encoder.width)
                self._encoder = encoder
            self._nearest.renew()
            held = self._nearest.digests()
            works: dict[bytes, list[str]] = {}
            for stand in self._vectors.stands():
                if stand.digest in held:
                    works.setdefault(stand.digest, []).append(stand.work)
            self._works = {digest: tuple(some) for digest, some in works.items()}
            self._knows = frozenset(work for some in works.values() for work in some)
            self._mark = mark
        except (ModelAbsent, CatalogueError):
            # Said where the state is shown; a question is answered by words.
            self._knows = frozenset()


def _heard(near: Iterator[room.Near], works: dict[bytes, tuple[str, ...]]) -> Iterator[tuple[str, Passage | None]]:
    for one in takewhile(lambda one: one.nearness >= _FAR, near):
        for work in works.get(one.digest, ()):
            yield work, Passage(one.start, one.end, one.digest)
