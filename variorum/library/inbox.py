"""The way to an inbox that is watched. It stands apart because what takes files in is slow to import, and reading must not wait for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from variorum.catalogue import Catalogue
from variorum.vault import Register, Store

if TYPE_CHECKING:
    from variorum.library.entering import Entering
    from variorum.library.watching import Watching
    from variorum.workers import Workers

__all__ = ["inbox"]


def inbox(
    store: Store, register: Register, catalogue: Catalogue, entering: Callable[[], tuple[Entering, Workers]], folder: Path | str
) -> Watching:
    """A folder whose files are taken in once they have stopped changing; its ``look`` is called again and again."""
    from variorum.library.adding import Adding  # noqa: PLC0415
    from variorum.library.watching import Watching  # noqa: PLC0415

    return Watching(Adding(store, register, catalogue, entering), catalogue, Path(folder))
