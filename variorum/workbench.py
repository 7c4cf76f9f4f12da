"""Rescue, collation and kinship on loose files, without a library.

import variorum
apparatus = variorum.collate(["old.txt", "new.html"])
text = variorum.read("flattened.txt")[0].text.text
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import BinaryIO

from variorum import collation, editions, intake, rescue
from variorum.document import Document, ReadingText, reading, received
from variorum.errors import CollationError, IntakeError
from variorum.model import Apparatus, Kinship, Metadata
from variorum.text import Tokens, tokenise

__all__ = ["Loose", "Related", "collate", "kin", "plain", "read"]

_SIGLA = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Loose:
    """One copy read from a file, mended as far as it can be alone."""

    name: str
    metadata: Metadata
    document: Document
    text: ReadingText


@dataclass(frozen=True, slots=True)
class Related:
    """Two files whose texts are kin; the verdict is of ``a`` to ``b``."""

    a: str
    b: str
    kinship: Kinship


def read(file: Path | str, data: bytes | None = None) -> list[Loose]:
    """The copies in a file of any known format (``data`` gives its bytes, ``file`` then only its name).

    OSError when it cannot be read, IntakeError with a plain reason when it is not understood. Of a container it is
    enough that one member is.
    """
    name = str(file)
    content = Path(file).read_bytes() if data is None else data
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    opened = intake.open_item(intake.Task(name, digest, content))
    out = []
    for copy in opened.copies:
        document = rescue.rescue(copy.document)
        out.append(Loose(f"{name}!{copy.place}" if copy.place else name, copy.metadata, document, reading(document)))
    first: IntakeError | None = None
    for inner in opened.inner:
        try:
            out += read(inner.name, inner.data)
        except IntakeError as error:
            first = first or error
    if first is not None and not out:
        raise first
    return out


def plain(copy: Loose, *, notes: bool = False) -> str:
    """The reading text as `show --text` prints it."""
    return editions.plain_text(copy.text.blocks, notes=notes)


def collate(
    files: Sequence[Path | str],
    *,
    base: str | None = None,
    with_: Sequence[str] = (),
    notes: bool = False,
    stdin: BinaryIO | None = None,
) -> Apparatus:
    """The apparatus of the works in these files, sigla A, B ... in their order; ``-`` is ``stdin`` where one is given.

    ``with_`` names the sigla that are compared with the base (default: all). CollationError with fewer than two
    texts, or for a siglum there is not; IntakeError and OSError as `read`.
    """
    copies = [copy for file in files for copy in read(file, stdin.read() if stdin and file == "-" else None)]
    if len(copies) < 2:
        raise CollationError("collating needs two texts; these files hold " + ("one" if copies else "none"))
    if len(copies) > len(_SIGLA):
        raise CollationError(
            f"{len(copies)} texts are more than the {len(_SIGLA)} that loose files can have; add them to a library"
        )
    made = [
        collation.Copy(_SIGLA[n], c.document.item, c.name, c.text, c.metadata, c.metadata.extent == "partial")
        for n, c in enumerate(copies)
    ]
    against = base or "A"
    for siglum in (against, *with_):
        if siglum not in {c.siglum for c in made}:
            raise CollationError(f"there is no copy {siglum}; there are {', '.join(c.siglum for c in made)}")
    kept = [c for c in made if not with_ or c.siglum in {against, *with_}]
    if len(kept) < 2:
        raise CollationError(f"the only copy named is the base, {against}; collating needs two")
    return collation.collate(kept, against, notes=notes)


def kin(folder: Path) -> list[Related]:
    """Which files of a folder share a text. Files that are no works are passed over."""
    texts: list[tuple[str, Tokens, frozenset[int]]] = []
    for candidate in intake.gather([folder]):
        if candidate.skip is not None:
            continue
        try:
            copies = read(candidate.name, candidate.path.read_bytes())
        except (IntakeError, OSError):
            continue
        for copy in copies:
            words = tokenise(received(copy.document).part("story").text)
            texts.append((copy.name, words, frozenset(collation.sketch(words).tolist())))
    out = []
    for (a, words_a, sketch_a), (b, words_b, sketch_b) in combinations(texts, 2):
        if not sketch_a.isdisjoint(sketch_b):
            kinship = collation.kinship(words_a, words_b)
            if kinship is not None:
                out.append(Related(a, b, kinship))
    return out
