"""The folder of a library: its layout and its version.

variorum.json          says that this is one, and which version
vault/                 the bytes, and the register of what happened: kept for ever
people/                each person's own: places, marks, settings
catalogue.sqlite3      made from the vault (or a PostgreSQL database, named in variorum.json)
index/                 made from the catalogue
meaning/               made from the catalogue by an optional model, in processor hours
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from variorum.catalogue import Catalogue
from variorum.errors import CatalogueError, NotALibrary, SchemaTooNew
from variorum.vault import make_folder, write_file

__all__ = ["LAYOUT_VERSION", "clear_catalogue", "has_vault", "is_library", "make", "open_catalogue", "settings"]

LAYOUT_VERSION = 1
_MARK = "variorum.json"
_KEPT = ("vault", "people", "index", "meaning")  # the first two are all that is needed to make the rest again


def is_library(path: Path) -> bool:
    """Whether a folder is a library."""
    return (path / _MARK).is_file()


def has_vault(path: Path) -> bool:
    """Whether a folder holds at least the vault of a library."""
    return (path / "vault" / "register").is_dir()


def clear_catalogue(path: Path) -> None:
    """Deletes a catalogue and index that cannot be read; `rebuild` makes them again."""
    for file in path.glob("catalogue.sqlite3*"):
        file.unlink()
    shutil.rmtree(path / "index", ignore_errors=True)


def make(path: Path, *, catalogue: str | None = None) -> None:
    """Makes an empty library in an absent or empty folder; NotALibrary when there is something else.

    ``catalogue`` is the address of a PostgreSQL database for a library that a group shares.
    """
    if is_library(path):
        return
    if path.exists() and (not path.is_dir() or any(p for p in path.iterdir() if p.name not in _KEPT)):
        raise NotALibrary(str(path), f"{path} is not empty and not a Variorum library: name an absent or empty folder")
    make_folder(path)
    with contextlib.suppress(OSError):
        path.chmod(0o700)  # what one reads is one's own affair
    make_folder(path / "vault")
    said = {"variorum": "library", "version": LAYOUT_VERSION, **({"catalogue": catalogue} if catalogue else {})}
    write_file(path / _MARK, json.dumps(said).encode())


def settings(path: Path) -> dict[str, object]:
    """What ``variorum.json`` says; NotALibrary when there is none, SchemaTooNew when it is from the future."""
    try:
        said = json.loads((path / _MARK).read_text("utf-8"))
        version = said["version"]
    except FileNotFoundError:
        raise NotALibrary(str(path)) from None
    except (ValueError, KeyError, TypeError, NotADirectoryError):
        raise NotALibrary(str(path), f"{path / _MARK} cannot be read; the vault beside it is untouched") from None
    if version > LAYOUT_VERSION:
        raise SchemaTooNew(f"the library {path}", version, LAYOUT_VERSION)
    return dict(said)


def open_catalogue(path: Path, settings: Mapping[str, object], *, anew: bool) -> Catalogue:
    """The catalogue of a library; with ``anew``, one that cannot be read is put away and an empty one opened.

    SchemaTooNew when a later Variorum wrote it, CatalogueError when it cannot be read (a shared one is never put away).
    """
    shared = settings.get("catalogue")
    where = str(shared) if shared else path / "catalogue.sqlite3"
    try:
        return Catalogue(where, path / "index")
    except SchemaTooNew:
        raise
    except CatalogueError:
        if not anew or shared:
            raise
        clear_catalogue(path)
        return Catalogue(where, path / "index")
