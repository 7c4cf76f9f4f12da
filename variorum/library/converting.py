"""Books that an outside program must turn into something that can be read: Kindle's, and PDF.

calibre's ``ebook-convert`` is run as a process of its own, in a folder of its own, with limits, on bytes that are in the
vault already. What it makes is a derivative: kept in the vault too, with the program's name and version on record, and
used again by every rebuild, so that offsets do not depend on which version is installed today.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from variorum import intake
from variorum.errors import FixityError, NotFound
from variorum.library.derived import Derived
from variorum.library.finishing import finishing
from variorum.preparing import Prepared
from variorum.vault import Register, Store
from variorum.workers import Failure

__all__ = ["PROGRAM", "Converted", "Converting", "book_kind", "by_converter"]

#: The program's place, where it is not on the path.
PROGRAM = "VARIORUM_EBOOK_CONVERT"
_NAME = "calibre's ebook-convert"
_VERSION = re.compile(r"calibre ([\d.]{1,20})")
_SECONDS_AT_LEAST, _SECONDS_A_MEGABYTE = 90.0, 20.0
_LARGEST = 256 << 20  # bytes of one file a program may write
_MEMORY = 4 << 30  # bytes each of its processes may take, where the system can be told so
_SAID = 300  # characters of its last words
# Nothing is made of the text but a book: no chapters found, no pages cut, no cover drawn.
_OPTIONS = ("--no-default-epub-cover", "--flow-size=0", "--chapter=/", "--page-breaks-before=/", "--chapter-mark=none")
_KINDS = {"azw3": "a Kindle book", "mobi": "a Kindle book", "pdf": "a PDF"}


class Converted(NamedTuple):
    """What to read instead of an item, and what made it; or why there is nothing."""

    data: bytes = b""
    kind: str = ""
    by: str = ""
    failure: Failure | None = None


def book_kind(data: bytes) -> str | None:
    """``azw3``, ``mobi`` or ``pdf`` for a book that no format of intake reads itself; None for anything else."""
    if data[60:68] == b"BOOKMOBI":
        # The first record's header says which generation it is: 8 is KF8, which is what AZW3 holds.
        first = int.from_bytes(data[78:82], "big")
        return "azw3" if data[first + 16 : first + 20] == b"MOBI" and data[first + 36 : first + 40] == b"\0\0\0\x08" else "mobi"
    if data.startswith(b"%PDF-") and all(form.name != "pdf" for form in intake.FORMATS):
        return "pdf"
    return None


class Converting:
    """Converts items, or gives what was made of them before.

    What is made anew is on record at once, not with the transaction it is entered by: a kill must neither leave it in the
    vault without a record nor lose the minutes it took. Used under the register's writer lock.
    """

    def __init__(self, store: Store, register: Register, derived: dict[str, Derived]) -> None:
        self.store = store
        self.register = register
        self.derived = derived

    def read(self, name: str, digest: str, data: bytes) -> Converted | None:
        """The derivative of an item, made now where there is none; None for an item that needs none."""
        kind = book_kind(data)
        if kind is None:
            return None
        known = self.derived.get(digest)
        if known is not None and self.store.has(known.digest):
            try:
                return Converted(self.store.read(known.digest), kind, f"{known.converter} {known.version}")
            except (FixityError, NotFound, OSError) as error:
                return Converted(
                    kind=kind, failure=Failure("damaged", f"was converted, and what came of it is damaged ({error})")
                )
        program = _program()
        if program is None:
            reason = f"is {_KINDS[kind]}; {_NAME}, which would read it, is not on this machine (its bytes are kept)"
            return Converted(kind=kind, failure=Failure("no-converter", reason))
        version = _version(program)
        made, said = _run(program, kind, data)
        if made is None:
            reason = f"is {_KINDS[kind]} that {_NAME} {version} could not read" + (f": {said}" if said else "")
            return Converted(kind=kind, failure=Failure("converter-failed", reason))
        with finishing():
            derivative, _ = self.store.put(made)
            event = {"kind": "derived", "digest": derivative, "size": len(made), "of": digest, "name": name}
            self.register.append([{**event, "converter": _NAME, "version": version}])
        self.derived[digest] = Derived(derivative, _NAME, version)
        return Converted(made, kind, f"{_NAME} {version}")


def _program() -> str | None:
    return os.environ.get(PROGRAM) or shutil.which("ebook-convert")


@lru_cache(maxsize=4)
def _version(program: str) -> str:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603  (the keeper's own program)
    except (OSError, subprocess.TimeoutExpired):
        return "of an unknown version"
    found = _VERSION.search(done.stdout)
    return found[1] if found else "of an unknown version"


def _run(program: str, kind: str, data: bytes) -> tuple[bytes | None, str]:
    """What the program made of the bytes, or None and its last words."""
    with tempfile.TemporaryDirectory(prefix="variorum-") as folder:
        source, made = Path(folder) / f"book.{kind}", Path(folder) / "book.epub"
        said = Path(folder) / "said.txt"  # a file, not a pipe: what it says has a limit too
        source.write_bytes(data)
        # Its own home: no settings, plugins or caches of the person's are read or written.
        places = dict.fromkeys(
            ("HOME", "TMPDIR", "CALIBRE_CONFIG_DIRECTORY", "CALIBRE_CACHE_DIRECTORY", "XDG_RUNTIME_DIR"), folder
        )
        own = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen", **places}
        seconds = max(_SECONDS_AT_LEAST, _SECONDS_A_MEGABYTE * len(data) / 1e6)
        command = [program, str(source), str(made), *_OPTIONS]
        try:
            with said.open("wb") as words:
                process = subprocess.Popen(  # noqa: S603  (the keeper's own program, no shell, names of ours)
                    command,
                    cwd=folder,
                    env=own,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=words,
                    start_new_session=True,
                )
        except OSError as error:
            return None, str(error.strerror or error)
        try:
            _limit(process.pid)
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None, f"it took longer than {seconds:.0f} seconds"
        finally:
            _end(process)  # also on a Ctrl-C, which does not reach it, and whatever it left running
        if process.returncode or not made.is_file():
            return None, _last_words(said).replace(folder, "")[:_SAID]
        if made.stat().st_size > _LARGEST:
            return None, "it made more of it than may be kept"
        return made.read_bytes(), ""


def _last_words(said: Path) -> str:
    with said.open("rb") as handle:
        handle.seek(max(0, said.stat().st_size - 20_000))
        lines = handle.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


def _limit(process: int) -> None:
    """Sets what it and all it starts may take, where the system lets one process tell another (Linux)."""
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415  (not on every system)

    with contextlib.suppress(OSError, ValueError):  # it has ended already, or has less
        resource.prlimit(process, resource.RLIMIT_FSIZE, (_LARGEST, _LARGEST))
        resource.prlimit(process, resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        resource.prlimit(process, resource.RLIMIT_CORE, (0, 0))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and whatever it has started."""
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def by_converter(prepared: Prepared, converted: Converted | None) -> Prepared:
    """What was read out of a converter's work, under the name of what was received."""
    if converted is None:
        return prepared
    copies = []
    for copy in prepared.copies:
        tool = "; ".join(filter(None, (copy.metadata.tool, f"converted by {converted.by}")))
        copies.append(replace(copy, metadata=replace(copy.metadata, tool=tool), credits=None))
    return replace(prepared, format=converted.kind, copies=tuple(copies))
