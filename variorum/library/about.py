"""What stands beside a file and says something about it: calibre's record of a book, a tool's metadata.

Asked when a file is taken in, and written down with it as (digest, place) pairs, so that a rebuild finds it in the vault.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from variorum import intake
from variorum.errors import FixityError, NotFound
from variorum.preparing import shelf, size_of
from variorum.vault import Record, Store

if TYPE_CHECKING:
    from variorum.workers import Workers

__all__ = ["About", "Shelves"]

_LIBRARIES = 8  # of calibre's, and databases, that are remembered
_BY_ADDRESS = "="  # in place of a place: said of the file only if it names the same address
_ALONE = 24  # files of metadata under other names that are offered to each file of a folder
_JSON = 1 << 20  # bytes of a tool's metadata
_DEEP = 4  # names in a path to a book: library, author, title, file


class About:
    """Looks around each file of one `add`. What it finds is in the vault before it is named."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folders: OrderedDict[Path, list[str]] = OrderedDict()
        self._libraries: OrderedDict[Path, str | None] = OrderedDict()

    def of(self, candidate: intake.Candidate) -> list[tuple[str, str]]:
        """(digest, place inside it) of everything that says something about this file."""
        names = candidate.name.split("/")
        if (
            candidate.data is not None
            or len(names) == 1
            or intake.by_ending(candidate.name) not in ("book", "page", "text", "container")
        ):
            return []
        found = []
        if len(names) >= _DEEP and (held := self._library(candidate.path.parents[2])) is not None:
            found.append((held, "/".join(names[-3:-1])))
        for path in (candidate.path.with_name(candidate.path.name + ".json"), candidate.path.with_suffix(".json")):
            if path != candidate.path and (digest := self._metadata(path)) is not None:
                return [*found, (digest, "")]
        if candidate.name.lower().endswith(".json"):
            return found
        return [*found, *((digest, _BY_ADDRESS) for digest in self._others(candidate.path.parent))]

    def _others(self, folder: Path) -> list[str]:
        """The tool's metadata in a folder that no other file shares the name of: an address says whose they are."""
        if folder not in self._folders:
            self._folders[folder] = self._listed(folder)
            if len(self._folders) > _LIBRARIES:
                self._folders.popitem(last=False)
        return self._folders[folder]

    def _listed(self, folder: Path) -> list[str]:
        try:
            names = sorted(path.name for path in folder.iterdir())
        except OSError:
            return []
        listed = [name for name in names if name.endswith(".json")]
        stems = {name.rpartition(".")[0] for name in names if not name.endswith(".json")} | set(names)
        alone = [name for name in listed if name.removesuffix(".json") not in stems]
        if len(alone) > _ALONE:
            return []
        return [digest for name in alone if (digest := self._metadata(folder / name)) is not None]

    def _library(self, folder: Path) -> str | None:
        """The digest of a library's database; None where the folder is none."""
        if folder not in self._libraries:
            path = folder / intake.CALIBRE
            self._libraries[folder] = self._kept(path) if path.is_file() else None
            if len(self._libraries) > _LIBRARIES:
                self._libraries.popitem(last=False)
        return self._libraries[folder]

    def _metadata(self, path: Path) -> str | None:
        try:
            if not path.is_file() or path.stat().st_size > _JSON or not intake.is_told(path.read_bytes()):
                return None
        except OSError:
            return None
        return self._kept(path)

    def _kept(self, path: Path) -> str | None:
        (outcome,) = self._store.put_many([path])
        return None if isinstance(outcome, Exception) else outcome[0]


class Shelves:
    """Gives what was written down of a file again, while a library enters things."""

    def __init__(self, store: Store, workers: Workers) -> None:
        self._store = store
        self._workers = workers
        self._shelves: OrderedDict[str, dict[str, bytes]] = OrderedDict()

    def of(self, record: Record) -> tuple[bytes, ...]:
        """Everything that says something about the file of a record; what cannot be read any more says nothing."""
        found = (self._one(str(digest), str(place)) for digest, place in record.data.get("about", ()))
        return tuple(one for one in found if one)

    def _one(self, digest: str, place: str) -> bytes:
        try:
            if place in ("", _BY_ADDRESS):
                return place.encode() + self._store.read(digest)
            return self._shelf(digest).get(place, b"")
        except (FixityError, NotFound, OSError):
            return b""

    def _shelf(self, digest: str) -> dict[str, bytes]:
        if digest not in self._shelves:
            task = intake.Task(intake.CALIBRE, digest, self._store.read(digest))
            (outcome,) = self._workers.run(shelf, [task], size_of)
            self._shelves[digest] = outcome.result or {}
            if len(self._shelves) > 2:
                self._shelves.popitem(last=False)
        return self._shelves[digest]
