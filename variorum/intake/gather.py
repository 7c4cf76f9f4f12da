"""Walks what a person points at and says, before anything is parsed, what is taken and in which order.

The only part of intake that touches the disk. The order is the byte order of the paths below each thing
given, with ``/`` between folders: it never depends on the file system, the time or the number of workers.
Links are followed only where they are given; nothing outside the folder is ever reached.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from variorum.intake.kinds import FAULTS, HEAD, by_content, by_ending, unwanted

__all__ = ["FAULTS", "STDIN", "Candidate", "fault", "gather"]

#: The name of what comes through a pipe.
STDIN = "standard-input"

_LIBRARY = "variorum.json"
_LARGEST_PIPE = 1 << 30  # bytes; what comes through a pipe is held in memory once
_HIDDEN_ON_WINDOWS = 0x2  # FILE_ATTRIBUTE_HIDDEN
_SPECIAL = (
    (stat.S_ISFIFO, "is a named pipe, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file that is offered, or one thing that is not taken and why.

    ``name`` is its path below what was given, ``/`` between folders; bytes of it that are not UTF-8 are
    surrogate escapes, so `os.fsencode` gives them back (show it through `variorum.text.plain`).
    ``skip`` is ``(code, reason)``; the reason completes the sentence that begins with the name.
    ``data`` is set only for what came through a pipe.
    """

    name: str
    path: Path
    size: int = 0  #: bytes when it was listed
    skip: tuple[str, str] | None = None
    data: bytes | None = None

    @property
    def fault(self) -> bool:
        """Whether it is a problem to be counted, not something passed over on purpose."""
        return self.skip is not None and self.skip[0] in FAULTS


def gather(paths: Iterable[str | Path], stdin: BinaryIO | None = None) -> Iterator[Candidate]:
    """Everything below ``paths`` in byte order, path after path; ``-`` reads ``stdin``. Never raises `OSError`.

    No name comes twice: a second thing given under the name of a first is ``name (2)``.

    Memory: the names of the folders one stands in, not of the whole tree.
    """
    roots: Counter[str] = Counter()
    for given in paths:
        if str(given) == "-" and stdin is not None:
            yield _pipe(stdin)
            continue
        path = Path(given)
        name = path.name if path.name not in ("", "..") else _name_of(path)
        roots[name] += 1
        if roots[name] > 1:
            name = f"{name} ({roots[name]})"  # two folders of one name, given together
        try:
            info = path.stat()
        except (OSError, ValueError) as error:
            code, reason = fault(error)
            yield Candidate(name or str(given), path, 0, ("not-found" if code == "vanished" else code, reason))
            continue
        if stat.S_ISDIR(info.st_mode):
            yield from _walk(path, name)
        else:
            yield _file(path, name, info)


def fault(error: OSError | ValueError) -> tuple[str, str]:
    """The code and the plain reason for a file that could not be reached or read."""
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ESTALE):
        return ("vanished", "is not there (any more)")
    if number in (errno.EACCES, errno.EPERM):
        return ("unreadable", "may not be read by this user")
    if number == errno.ENAMETOOLONG:
        return ("name-too-long", "has a path that is too long for this system")
    if number == errno.ELOOP:
        return ("unreadable", "is a link that leads back to itself")
    if number == errno.ENOTDIR:
        return ("vanished", "is not there (any more): what stands in its path is a file, not a folder")
    if number == errno.EISDIR:
        return ("folder-not-file", "is a folder, not a file")
    words = getattr(error, "strerror", None) or str(error)
    return ("unreadable", f"could not be read ({words})")


def _name_of(path: Path) -> str:
    try:
        return path.resolve().name
    except OSError:
        return ""


def _pipe(stdin: BinaryIO) -> Candidate:
    path = Path("-")
    try:
        data = stdin.read(_LARGEST_PIPE + 1)
    except (OSError, ValueError) as error:
        return Candidate(STDIN, path, 0, ("unreadable", fault(error)[1]))
    if len(data) > _LARGEST_PIPE:
        return Candidate(STDIN, path, 0, ("too-large", f"is larger than the {_LARGEST_PIPE >> 20} MB taken through a pipe"))
    return Candidate(STDIN, path, len(data), None, data)


def _walk(root: Path, name: str) -> Iterator[Candidate]:
    """All of one folder. The stack holds the rest of each folder one stands in, last first."""
    home = os.path.realpath(root)
    stack: list[tuple[str, str, os.DirEntry[str] | None]] = [(str(root), name, None)]
    while stack:
        path, shown, entry = stack.pop()
        if entry is None or _is_folder(entry):
            refused = unwanted(entry.name) if entry is not None else None
            if refused is not None or (entry is not None and _hidden(entry)):
                yield Candidate(shown, Path(path), 0, refused or ("hidden", "is hidden"))
                continue
            entries, problem = _list(path)
            if problem is not None:
                yield Candidate(shown, Path(path), 0, problem)
                continue
            if entry is not None and by_ending(entry.name) in ("page", "book", "picture", "container"):
                yield Candidate(shown, Path(path), 0, _FOLDER)
            prefix = f"{shown}/" if shown else ""
            stack.extend((e.path, prefix + e.name, e) for e in reversed(entries))
        else:
            yield _entry(entry, shown, home)


_FOLDER = ("folder-not-file", "is a folder, though its name is that of a file; what lies in it was taken file by file")


def _list(path: str) -> tuple[list[os.DirEntry[str]], tuple[str, str] | None]:
    """The entries of a folder in byte order (a folder sorts as ``name/``, as it does within whole paths)."""
    try:
        with os.scandir(path) as listing:
            entries = list(listing)
    except OSError as error:
        code, reason = fault(error)
        if code == "unreadable":
            reason = "is a folder that " + reason if reason.startswith(("may", "could")) else reason
        return [], (code, reason)
    if any(e.name == _LIBRARY for e in entries):
        return [], ("library", "is a Variorum library itself")
    entries.sort(key=_byte_order)
    return entries, None


def _byte_order(entry: os.DirEntry[str]) -> bytes:
    name = os.fsencode(entry.name)
    return name + b"/" if _is_folder(entry) else name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _hidden(entry: os.DirEntry[str]) -> bool:
    try:
        return bool(getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0) & _HIDDEN_ON_WINDOWS)
    except OSError:
        return False


def _entry(entry: os.DirEntry[str], name: str, home: str) -> Candidate:
    """One entry of a folder that is no folder itself."""
    path = Path(entry.path)
    refused = unwanted(entry.name)
    if refused is None and _hidden(entry):
        refused = ("hidden", "is hidden")
    if refused is not None:
        return Candidate(name, path, 0, refused)
    try:
        if entry.is_symlink():
            refused = _link(entry.path, home)
            if refused is not None:
                return Candidate(name, path, 0, refused)
        return _file(path, name, entry.stat())
    except OSError as error:
        return Candidate(name, path, 0, fault(error))


def _link(path: str, home: str) -> tuple[str, str] | None:
    try:
        target = os.path.realpath(path, strict=True)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return ("link", "is a link that leads back to itself")
        return ("link", "is a link that leads nowhere")
    if target != home and not target.startswith(home.rstrip(os.sep) + os.sep):
        return ("link", "is a link that leaves the folder")
    if Path(target).is_dir():
        return ("link", "is a link to a folder that is taken where it stands")
    return None


def _file(path: Path, name: str, info: os.stat_result) -> Candidate:
    for is_special, reason in _SPECIAL:
        if is_special(info.st_mode):
            return Candidate(name, path, 0, ("special", reason))
    if by_ending(name) is not None:
        return Candidate(name, path, info.st_size)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        return Candidate(name, path, 0, fault(error))
    if by_content(head) is None:
        return Candidate(name, path, info.st_size, ("not-a-work", "is neither text, page, book, picture nor container"))
    return Candidate(name, path, info.st_size)
