"""Rescue, collation and kinship on loose files, without a library.

import variorum
apparatus = variorum.collate([Path("old.txt"), Path("new.html")])
apparatus = variorum.collate(["The lamp was out.", "The lantern was out."])
tei = variorum.export(variorum.compare(["old.txt", "new.html"]), "tei")
text = variorum.read("flattened.txt")[0].text.text
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from variorum import collation, editions, intake, rescue
from variorum.document import Document, Laid, Piece, ReadingText, reading, received
from variorum.errors import CollationError, IntakeError
from variorum.model import Apparatus, Kinship, Metadata
from variorum.text import Tokens, tokenise

__all__ = ["Loose", "Related", "Source", "collate", "compare", "export", "kin", "plain", "read"]

_LONGEST_NAME = 1000
_FILE_NAME = re.compile(r"[^\s.!?][^\s!?]*\.[A-Za-z][A-Za-z0-9]{0,4}")
_PARAGRAPH = re.compile(r"(\n[ \t]*\n\s*)")


@dataclass(frozen=True, slots=True)
class Loose:
    """One copy read from a file, mended as far as it can be alone."""

    name: str
    metadata: Metadata
    document: Document
    text: ReadingText


#: What can be collated without a library.
Source: TypeAlias = Path | str | bytes | Document | ReadingText | Loose


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
    opened = intake.open_item(intake.Task(name, _digest(content), content))
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


#: What `written` can write.
FORMS = ("text", "html", "markdown")


def written(copies: Sequence[Loose], form: str, *, notes: bool = False) -> str:
    """The reading texts of a file's copies as text, HTML or Markdown; of several, one after another."""
    if form == "html":
        named = copies[0].metadata.title or Path(copies[0].name).stem.strip("-") if copies else ""
        return editions.loose_html([block for copy in copies for block in copy.text.blocks], named or "Untitled", notes=notes)
    if form == "markdown":
        return "\n".join(editions.loose_markdown(copy.text.blocks, notes=notes) for copy in copies)
    return "".join(plain(copy, notes=notes) for copy in copies)


def collate(
    sources: Sequence[Source],
    *,
    base: str | None = None,
    with_: Sequence[str] = (),
    notes: bool = False,
    stdin: BinaryIO | None = None,
) -> Apparatus:
    """What differs between these texts, to the word: sigla A, B ... in their order, the first the base unless told.

    A source is a file (`Path`, or a string that names one), a text (any other string), the bytes of a file of any
    known format, a `Document`, a `ReadingText` or a `Loose`; ``-`` is ``stdin`` where one is given. ``with_`` names the
    sigla that are compared with the base (default: all). CollationError with fewer than two texts, or for a siglum
    there is not; IntakeError and OSError as `read`.
    """
    return compare(sources, base=base, with_=with_, notes=notes, stdin=stdin).apparatus


def compare(
    sources: Sequence[Source],
    *,
    base: str | None = None,
    with_: Sequence[str] = (),
    notes: bool = False,
    stdin: BinaryIO | None = None,
) -> collation.Comparison:
    """`collate` and what follows from it: ``.newer``, ``.versions`` and ``.table``, each made when first asked for."""
    kept, against = _chosen(sources, base, with_, stdin)
    return collation.Comparison(kept, against, notes=notes)


def export(comparison: collation.Comparison, form: str, *, title: str | None = None) -> bytes:
    """A comparison as other tools read it: ``tei``, ``tei-spine``, ``collatex``, ``csv`` or ``html``.

    PublishError for a form there is not.
    """
    said = [copy.metadata for copy in sorted(comparison.copies, key=lambda copy: copy.siglum != comparison.base)]
    names = " and ".join(copy.name.rpartition("/")[2] for copy in comparison.copies[:3])
    called = title or next((m.title for m in said if m.title), None) or names
    language = next((m.language for m in said if m.language), None)
    collated = editions.Collated(comparison.apparatus, comparison.table, called, language, comparison.notes)
    return editions.render_apparatus(collated, form)


def _chosen(
    sources: Sequence[Source], base: str | None, with_: Sequence[str], stdin: BinaryIO | None
) -> tuple[list[collation.Copy], str]:
    """The copies that are compared, and the siglum of the base."""
    copies = [copy for number, source in enumerate(sources) for copy in _opened(source, _siglum(number), stdin)]
    if len(copies) < 2:
        raise CollationError("collating needs two texts; these files hold " + ("one" if copies else "none"))
    made = [
        collation.Copy(_siglum(n), c.document.item, c.name, c.text, c.metadata, c.metadata.extent == "partial")
        for n, c in enumerate(copies)
    ]
    against = base or "A"
    for siglum in (against, *with_):
        if siglum not in {c.siglum for c in made}:
            raise CollationError(f"there is no copy {siglum}; there are {', '.join(c.siglum for c in made)}")
    kept = [c for c in made if not with_ or c.siglum in {against, *with_}]
    if len(kept) < 2:
        raise CollationError(f"the only copy named is the base, {against}; collating needs two")
    return kept, against


def _siglum(number: int) -> str:
    """A ... Z, AA, AB ..."""
    return (_siglum(number // 26 - 1) if number > 25 else "") + chr(65 + number % 26)


def _opened(source: Source, siglum: str, stdin: BinaryIO | None) -> list[Loose]:
    if isinstance(source, Loose):
        return [source]
    if isinstance(source, Document):
        return [Loose(source.item or siglum, Metadata(), source, reading(source))]
    if isinstance(source, ReadingText):
        whole = source.text
        item = _digest(whole.encode("utf-8", "surrogatepass"))
        return [Loose(f"text {siglum}", Metadata(), Document(item, whole), source)]
    if isinstance(source, bytes):
        return read(f"text {siglum}", source)
    if source == "-" and stdin is not None:
        return read("-", stdin.read())
    if isinstance(source, str) and not _names_a_file(source):
        return [_text(source, f"text {siglum}")]
    return read(source)


def _text(text: str, name: str) -> Loose:
    """A text given as such: paragraphs apart by empty lines, nothing mended, every character as it is."""
    blocks = []
    at = 0
    for part in _PARAGRAPH.split(text):
        if part.strip():
            start = at + len(part) - len(part.lstrip())
            blocks.append(Laid("paragraph", "story", (Piece(start, at + len(part.rstrip())),)))
        at += len(part)
    document = Document(_digest(text.encode("utf-8", "surrogatepass")), text, blocks=tuple(blocks))
    return Loose(name, Metadata(), document, reading(document))


def _names_a_file(text: str) -> bool:
    """Whether a string is the name of a file: it exists, or looks like nothing else (so that a slip is an error)."""
    if not text or len(text) > _LONGEST_NAME or "\n" in text or "\0" in text:
        return False
    if _FILE_NAME.fullmatch(text):
        return True
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # longer than a name may be, or half a surrogate pair: words
        return False


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def kin(folder: Path) -> list[Related]:
    """Which files of a folder share a text. Files that are no works are passed over."""
    names: list[str] = []
    texts: list[Tokens] = []
    for candidate in intake.gather([folder]):
        if candidate.skip is not None:
            continue
        try:
            copies = read(candidate.name, candidate.path.read_bytes())
        except (IntakeError, OSError):
            continue
        for copy in copies:
            names.append(copy.name)
            texts.append(tokenise(received(copy.document).part("story").text))
    found = sorted(collation.related(texts), key=lambda one: (one.a, one.b))
    return [Related(names[one.a], names[one.b], one.kinship) for one in found]
