"""An archive's dump that lies in a folder with its chapter files beside it: asked when it is taken in, and written down with it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from variorum import intake
from variorum.errors import FixityError, NotFound
from variorum.vault import Record, Store

__all__ = ["Dumps", "chapter_files"]

_LARGEST = 96 << 20  # bytes of a dump and its chapter files together: a worker holds both
_UP = 4  # folders above a chapter file in which its dump may lie
_MOST = 100_000  # chapter files


class _Dump(NamedTuple):
    path: Path
    files: dict[str, str]  #: path of a chapter file below the dump's folder -> its digest


class Dumps:
    """Looks for dumps around the files of one `add`, in each folder once. Chapter files are in the vault before they are named."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[Path, _Dump | None] = {}

    def files_of(self, candidate: intake.Candidate) -> list[tuple[str, str]]:
        """(digest, path below its folder) of every chapter file of a dump; empty for any other file."""
        if candidate.data is not None or "/" not in candidate.name or not candidate.name.lower().endswith(".sql"):
            return []
        dump = self._in(candidate.path.parent)
        return [(digest, name) for name, digest in dump.files.items()] if dump and dump.path == candidate.path else []

    def dump_of(self, candidate: intake.Candidate) -> str:
        """The name of the dump a chapter file belongs to; empty for any other file."""
        if candidate.data is not None or not intake.is_chapter_file(candidate.name):
            return ""
        above = candidate.name.split("/")[:-1]
        for up in range(1, min(_UP, len(above) - 1) + 1):
            folder = candidate.path.parents[up]
            dump = self._in(folder)
            if dump is not None and candidate.path.relative_to(folder).as_posix() in dump.files:
                return "/".join([*above[: len(above) - up], dump.path.name])
        return ""

    def _in(self, folder: Path) -> _Dump | None:
        if folder not in self._found:
            self._found[folder] = self._look(folder)
        return self._found[folder]

    def _look(self, folder: Path) -> _Dump | None:
        """The first dump of a folder, if it has chapter files that fit with it into memory."""
        try:
            scripts = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".sql" and p.is_file())
            for path in scripts:
                left = _LARGEST - path.stat().st_size
                if left > 0 and intake.is_dump(path.name, path.read_bytes()):
                    return self._kept(path, _chapters(folder, left))
        except OSError:
            pass  # what cannot be read is a problem of its own, said where it is taken in
        return None

    def _kept(self, path: Path, files: list[Path]) -> _Dump | None:
        outcomes = self._store.put_many(files)
        kept = {
            file.relative_to(path.parent).as_posix(): outcome[0]
            for file, outcome in zip(files, outcomes, strict=True)
            if not isinstance(outcome, Exception)
        }
        return _Dump(path, kept) if kept else None


def _chapters(folder: Path, left: int) -> list[Path]:
    """The chapter files below a folder in the order of their paths; none where they are too many."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        if len(Path(place).relative_to(folder).parts) >= _UP:
            folders.clear()
        for name in names:
            path = Path(place, name)
            if intake.is_chapter_file("/" + path.relative_to(folder).as_posix()) and not path.is_symlink():
                left -= path.stat().st_size
                found.append(path)
                if left < 0 or len(found) > _MOST:
                    return []
    return sorted(found)


def chapter_files(store: Store, record: Record) -> tuple[tuple[str, bytes], ...]:
    """The chapter files that were written down with a dump; one that cannot be read any more is missing."""
    listed: Iterable[tuple[str, str]] = record.data.get("chapters", ())
    found = []
    for digest, name in listed:
        try:
            found.append((str(name), store.read(str(digest))))
        except (FixityError, NotFound, OSError):
            continue
    return tuple(found)
