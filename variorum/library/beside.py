"""Which page of a folder a picture stands beside: asked when it is taken in, and written down with it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from variorum import intake

__all__ = ["Beside"]

_FOLDERS = 64  # folders whose pages are remembered
_PAGES = 500  # pages of one folder that are looked through
_LARGEST = 16 << 20  # bytes of a page
_MEDIA = "media"
_POSTS = ("posts", "archive")  # whose pages name what lies in a folder of that name beside them
_MOST_POSTS = 50_000
_UP = 2  # folders above its own in which a page may name a picture


class Beside:
    """Looks through the pages around a picture, each folder of them once."""

    def __init__(self) -> None:
        self._used: OrderedDict[Path, dict[str, str]] = OrderedDict()
        self._posts: dict[Path, dict[str, str]] = {}  # of the last backup alone

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
        if candidate.path.parent.name == _MEDIA and len(above) > 1:
            return self._post(candidate.path.parent.parent, f"{_MEDIA}/{candidate.path.name}", above[:-1])
        return ""

    def _post(self, root: Path, below: str, above: list[str]) -> str:
        """The page in a folder beside ``media`` that uses a picture, as the tools that back up a blog arrange it."""
        used = self._posts.get(root)
        if used is None:
            used = {}
            for folder in _POSTS:
                pages = _pages(root / folder, _MOST_POSTS) if (root / folder).is_dir() else []
                for path, page in intake.named_by((f"{folder}/{name}", data) for name, data in pages).items():
                    used.setdefault(path, page)
            self._posts = {root: used}
        found = used.get(below)
        return "/".join([*above, found]) if found is not None else ""

    def _in(self, folder: Path) -> dict[str, str]:
        """Path below the folder -> name of the page in it that uses it."""
        found = self._used.get(folder)
        if found is None:
            found = intake.named_by(_pages(folder))
            self._used[folder] = found
            if len(self._used) > _FOLDERS:
                self._used.popitem(last=False)
        return found


def _pages(folder: Path, most: int = _PAGES) -> Iterator[tuple[str, bytes]]:
    count = 0
    try:
        for path in sorted(folder.iterdir()):
            if count < most and intake.is_page(path.name) and path.is_file() and path.stat().st_size <= _LARGEST:
                count += 1
                yield path.name, path.read_bytes()
    except OSError:
        return  # what cannot be read is a problem of its own, said where it is taken in
