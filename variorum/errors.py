"""Every exception Variorum raises, and nothing else.

    VariorumError
    ├── IntakeError            .item .reason        collected by ``add``, not raised through it
    │   ├── UnknownFormat
    │   └── MalformedItem      .offset
    ├── FixityError            .item .expected .found
    ├── RegisterError          .path .line          a record that cannot be believed
    ├── CatalogueError
    │   ├── NotFound           .kind .key
    │   ├── NotALibrary        .path
    │   └── SchemaTooNew       .found .known
    ├── QueryError             .text .position
    ├── RulingError                                 a ruling that makes no sense
    ├── PublishError                                an edition that may not or cannot be made
    │   └── MayNotLeave        .work                an author's wish keeps it from others
    ├── ModelAbsent                                 the optional model is not installed, or is not the known one
    ├── CannotListen                                an address the reader cannot be opened on
    └── CollationError                              fewer than two witnesses

Damage in what people hand us is a *result* (a problem in an accession, a finding of ``verify``);
these are for what a caller did wrong or what stops the work.
"""

from __future__ import annotations

__all__ = [
    "CannotListen",
    "CatalogueError",
    "CollationError",
    "FixityError",
    "IntakeError",
    "MalformedItem",
    "MayNotLeave",
    "ModelAbsent",
    "NotALibrary",
    "NotFound",
    "PublishError",
    "QueryError",
    "RegisterError",
    "RulingError",
    "SchemaTooNew",
    "UnknownFormat",
    "VariorumError",
]


class VariorumError(Exception):
    """The base of every error raised on purpose; ``code`` is its name on the command line."""

    code = "error"


class IntakeError(VariorumError):
    """An item that could not be understood; ``code`` is the problem code of the docs."""

    def __init__(self, item: str, reason: str, code: str = "unreadable") -> None:
        super().__init__(f"{item}: {reason}")
        self.item = item
        self.reason = reason
        self.code = code

    def __reduce__(self) -> tuple[type[IntakeError], tuple[str, str, str]]:
        # Exceptions cross a process boundary by pickle; the default would call us with one argument.
        return (type(self), (self.item, self.reason, self.code))


class UnknownFormat(IntakeError):
    """No format recognises the item."""

    def __init__(self, item: str, reason: str, code: str = "unknown-format") -> None:
        super().__init__(item, reason, code)


class MalformedItem(IntakeError):
    """An item of a known format that is broken; ``offset`` is the byte where it showed, if known."""

    def __init__(self, item: str, reason: str, code: str = "malformed", offset: int | None = None) -> None:
        super().__init__(item, reason, code)
        self.offset = offset


class FixityError(VariorumError):
    """Bytes that are no longer what they were when they were received."""

    code = "damaged"

    def __init__(self, item: str, expected: str, found: str) -> None:
        super().__init__(f"{item}: expected {expected}, found {found}")
        self.item = item
        self.expected = expected
        self.found = found


class RegisterError(VariorumError):
    """A record of the register that is cut, altered or out of order."""

    code = "register-damaged"

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class CatalogueError(VariorumError):
    """Something about the library as a whole."""

    code = "catalogue"


class NotFound(CatalogueError):
    """Nothing (or more than one thing) answers to this key."""

    code = "not-found"

    def __init__(self, kind: str, key: str, reason: str | None = None) -> None:
        super().__init__(reason or f"there is no {kind} {key!r} in this library")
        self.kind = kind
        self.key = key


class NotALibrary(CatalogueError):
    """The folder is not a Variorum library."""

    code = "no-library"

    def __init__(self, path: str, reason: str | None = None) -> None:
        super().__init__(reason or f"{path} is not a Variorum library; `variorum init` or `variorum add` makes one")
        self.path = path


class SchemaTooNew(CatalogueError):
    """Written by a later Variorum than this one; nothing was touched."""

    code = "schema-too-new"

    def __init__(self, what: str, found: int | str, known: int | str) -> None:
        super().__init__(
            f"{what} has version {found}, this Variorum knows {known} at most; nothing was changed, use a newer Variorum"
        )
        self.found = found
        self.known = known


class QueryError(VariorumError):
    """A query that cannot be read; ``position`` counts characters from 0."""

    code = "bad-query"

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(f"{reason}, at character {position + 1} of {text!r}")
        self.text = text
        self.position = position
        self.reason = reason


class RulingError(VariorumError):
    """A ruling that names the wrong kind or number of things."""

    code = "bad-ruling"


class PublishError(VariorumError):
    """An edition that may not be made (the file exists) or cannot (nothing to read)."""

    code = "cannot-publish"


class MayNotLeave(PublishError):
    """An author's wish keeps the work from others."""

    code = "author-asks"

    def __init__(self, work: str, reason: str) -> None:
        super().__init__(reason)
        self.work = work


class ModelAbsent(VariorumError):
    """The optional model of meaning cannot be used; the message says what is missing and how to have it."""

    code = "no-model"


class CannotListen(VariorumError):
    """The address is taken, or not one of this machine's."""

    code = "cannot-listen"


class CollationError(VariorumError):
    """Collating needs two witnesses that have text."""

    code = "cannot-collate"
