"""An inbox: a folder that is looked at again and again, whose files are taken in once they have stopped changing.

Nothing of the person's is moved or changed, and what is held already leaves no new line in the register.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from variorum import intake
from variorum.catalogue import Catalogue
from variorum.library.adding import Adding
from variorum.library.entering import Progress
from variorum.model import Accession

__all__ = ["Look", "Watching", "is_underway"]

#: Endings of what a browser or a program has not finished downloading.
_UNDERWAY = (".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart", ".aria2", ".!ut", ".tmp", ".temp")

_State = tuple[int, int]
_BY_NAME: _State = (-1, 0)


class Look(NamedTuple):
    """What one look found: what was taken in, if anything; how many files wait until they stop changing; whether the folder is there."""

    accession: Accession | None
    waiting: int
    is_there: bool


class Watching:
    """One folder being watched. A file is taken when two looks in a row saw the same size and time of it."""

    def __init__(self, adding: Adding, catalogue: Catalogue, folder: Path) -> None:
        self._adding = adding
        self._catalogue = catalogue
        self._folder = folder
        self._before: dict[str, _State] = {}
        self._taken: dict[str, _State] = {}

    def look(self, progress: Progress | None = None) -> Look:
        """Looks once and takes in what is ready."""
        if not self._folder.is_dir():
            self._before = {}
            return Look(None, 0, is_there=False)
        now: dict[str, _State] = {}
        ready: set[str] = set()
        for candidate in self._candidates():
            state = _state(candidate)
            if state is None or self._taken.get(candidate.name) == state:
                continue
            now[candidate.name] = state
            if state == _BY_NAME or self._before.get(candidate.name) == state:
                if candidate.skip is None and self._is_held(candidate):
                    self._taken[candidate.name] = state
                    del now[candidate.name]
                    continue
                ready.add(candidate.name)
        self._before = now
        if not ready:
            return Look(None, len(now), is_there=True)
        made = self._adding.add(
            [str(self._folder)], source=None, look=False, progress=progress, stdin=None, only=lambda one: one.name in ready
        )
        self._taken.update((name, now[name]) for name in ready)
        return Look(made, len(now) - len(ready), is_there=True)

    def _candidates(self) -> Iterator[intake.Candidate]:
        """Everything in the folder but what is being downloaded, and the empty file a browser puts beside that."""
        found = list(intake.gather([self._folder]))
        underway = {name for one in found for ending in _UNDERWAY if (name := one.name.lower()).endswith(ending)}
        for one in found:
            name = one.name.lower()
            if not is_underway(one.name) and not any(name + ending in underway for ending in _UNDERWAY):
                yield one

    def _is_held(self, candidate: intake.Candidate) -> bool:
        try:
            with candidate.path.open("rb") as handle:
                digest = "sha256:" + hashlib.file_digest(handle, "sha256").hexdigest()
        except OSError:
            return False  # `add` says why
        return self._catalogue.item(digest) is not None


def is_underway(name: str) -> bool:
    """Whether a path is that of something that is being downloaded, or lies in a folder that is."""
    return any(part.endswith(_UNDERWAY) for part in name.lower().split("/"))


def _state(candidate: intake.Candidate) -> _State | None:
    """Size and time of a file; `_BY_NAME` for what is passed over whatever is in it. None where it has gone meanwhile."""
    if candidate.skip is not None and candidate.skip[0] != "not-a-work":
        return _BY_NAME
    try:
        info = os.stat(candidate.path)  # noqa: PTH116
    except OSError:
        return None
    return (info.st_size, info.st_mtime_ns)
