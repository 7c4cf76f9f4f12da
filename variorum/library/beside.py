"""Which page of a folder a picture stands beside: asked when it is taken in, and written down with it."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from variorum import intake

__all__ = ["Beside"]

_FOLDERS = 64  # folders whose pages are remembered
_PAGES = 500  # pages of one folder that are looked through
_LARGEST = 16 << 20  # bytes of a page
_UP = 2  # folders above its own in which a page may name a picture


class Beside:
    """Looks through the pages around a picture, each folder of them once."""

    def __init__(self) -> None:
        self._used: OrderedDict[Path, dict[str, str]] = OrderedDict()

    def page(self, candidate: intake.Candidate) -> str:
        """The name of the page that uses this picture; empty for one on its own."""
        if candidate.data is not None or intake.by_ending(candidate.name) != "picture":
            return ""
        above = candidate.name.split("/")[:-1]
        folder, below = candidate.path.parent, candidate.path.name
        for up in range(min(_UP + 1, len(above))):
            used = self._in(folder).get(below)
            if used is not None:
                return "/".join([*above[: len(above) - up], used])
            folder, below = folder.parent, f"{folder.name}/{below}"
        return ""

    def _in(self, folder: Path) -> dict[str, str]:
        """Path below the folder -> name of the page in it that uses it."""
        found = self._used.get(folder)
        if found is None:
            found = intake.named_by(_pages(folder))
            self._used[folder] = found
            if len(self._used) > _FOLDERS:
                self._used.popitem(last=False)
        return found


def _pages(folder: Path) -> list[tuple[str, bytes]]:
    pages: list[tuple[str, bytes]] = []
    try:
        for path in sorted(folder.iterdir()):
            if len(pages) < _PAGES and intake.is_page(path.name) and path.is_file() and path.stat().st_size <= _LARGEST:
                pages.append((path.name, path.read_bytes()))
    except OSError:
        pass  # what cannot be read is a problem of its own, said where it is taken in
    return pages
