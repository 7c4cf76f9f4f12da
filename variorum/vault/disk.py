"""What "saved" rests on: writing that survives a power cut, and the layout of the vault's folder.

The order is the one measured to be safe (trust.md, section 6): write a temporary file, fsync it, give
it its name, fsync the folder, and each new folder's parent; only then may anybody be told. macOS needs
``F_FULLFSYNC`` for that; Windows cannot fsync a folder, and NTFS journals names itself.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import sys
from pathlib import Path

from variorum.errors import SchemaTooNew

if sys.platform != "win32":
    import fcntl

__all__ = [
    "LAYOUT",
    "LAYOUT_FILE",
    "README_FILE",
    "check_layout",
    "has_layout",
    "make_folder",
    "prepare",
    "sync",
    "sync_folder",
    "write_all",
    "write_file",
]

#: The version of the vault's layout this Variorum writes and the newest it reads.
LAYOUT = 1
LAYOUT_FILE = "layout.json"
README_FILE = "README.txt"

BINARY = getattr(os, "O_BINARY", 0)  #: without it Windows would change line ends

# What a file system answers that has no such call; anything else is a real failure.
_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOTTY, errno.ENOSYS})

README = """\
This folder holds the files of a Variorum library, exactly as they were received.
You do not need Variorum to read them.

  items/     one file for each thing received, unchanged to the byte. Its name is the SHA-256
             of its bytes; the folder it lies in has the first two characters of that name.
  register/  the book of what came when, from where, and what it was called. Plain text: one
             record (JSON) on each line, numbered files, read in the order of their numbers.
  tmp/       files being written. Anything older than a day in it is a leftover.

To find a file by its old name, search the register for the name:

    grep "name of the story" register/*.jsonl

The line found has a "digest": "sha256:0123abcd...". The file is items/01/0123abcd...
Copy it wherever you like and give the copy its ending back (.html, .epub, .txt).

To check that a file is unchanged, compute its SHA-256 (`sha256sum FILE`, on macOS
`shasum -a 256 FILE`, on Windows `certutil -hashfile FILE SHA256`): it must be the file's name.

Please do not edit, rename or delete anything here by hand. To back up, copy the whole folder.
Everything else in the library can be made again from this folder with `variorum rebuild`,
except the folder "people", which holds what each reader added: copy that as well.
"""


def sync(fd: int) -> None:
    """Returns when what was written through ``fd`` is on the disk; OSError when it may not be."""
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
        else:
            return
    os.fsync(fd)


def sync_folder(folder: Path) -> None:
    """Returns when the names in ``folder`` are on the disk, as far as the system can promise that."""
    if sys.platform == "win32":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        sync(fd)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    finally:
        os.close(fd)


def write_all(fd: int, data: bytes | bytearray | memoryview) -> None:
    """Writes every byte; a short write (a full disk may begin with one) is continued."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def make_folder(folder: Path) -> None:
    """Makes a folder and its missing parents, each durable before the next; a folder that is there is left alone."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def write_file(path: Path, data: bytes) -> None:
    """Puts ``data`` at ``path`` durably and at once: a reader finds the old bytes or the new, never a part."""
    temp = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    fd = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o666)
    try:
        try:
            write_all(fd, data)
            sync(fd)
        finally:
            os.close(fd)
        temp.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temp.unlink()
        raise
    sync_folder(path.parent)


def check_layout(root: Path) -> None:
    """SchemaTooNew when a later Variorum laid out this vault. An unreadable layout file is `verify`'s to report."""
    found = _layout(root)
    if found is not None and found > LAYOUT:
        raise SchemaTooNew("this vault's layout", found, LAYOUT)


def has_layout(root: Path) -> bool:
    """Whether the layout file is there and can be read."""
    return _layout(root) is not None


def _layout(root: Path) -> int | None:
    try:
        found = json.loads((root / LAYOUT_FILE).read_bytes())["layout"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if type(found) is int else None


def prepare(root: Path) -> None:
    """Makes the vault's folders, its layout file and its README, durably. What is there already stays as it is."""
    check_layout(root)
    make_folder(root)
    for name in ("items", "register", "tmp"):
        (root / name).mkdir(exist_ok=True)
    if not (root / LAYOUT_FILE).exists():
        write_file(root / LAYOUT_FILE, json.dumps({"layout": LAYOUT, "digest": "sha256"}).encode() + b"\n")
    if not (root / README_FILE).exists():
        write_file(root / README_FILE, README.encode())
    # Also when they were there: another process may have made them a moment ago and not yet got this far.
    sync_folder(root)
    sync_folder(root.parent)
