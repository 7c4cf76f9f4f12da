"""What differs around the story: what the copies say of the work, and their notes.

A field counts only where both copies state it: a format that has no place for tags is not an author who took
them away. Spelling of quotes, case, spaces and the order of a list are a site's, not an edit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from variorum.collation.side import Copy
from variorum.model import FrameDifference, Metadata
from variorum.text import fold, tokenise

__all__ = ["frame"]

_TEXTS: tuple[tuple[str, Callable[[Metadata], str | None]], ...] = (
    ("title", lambda m: m.title),
    ("rating", lambda m: m.rating),
    ("language", lambda m: m.language),
    ("summary", lambda m: m.summary),
    ("status", lambda m: None if m.status == "unknown" else m.status),
)
_LISTS: tuple[tuple[str, Callable[[Metadata], Sequence[str]]], ...] = (
    ("creators", lambda m: [c.name for c in m.creators]),
    ("fandoms", lambda m: m.fandoms),
    ("warnings", lambda m: m.warnings),
    ("categories", lambda m: m.categories),
    ("relationships", lambda m: m.relationships),
    ("characters", lambda m: m.characters),
    ("tags", lambda m: m.tags),
    ("series", lambda m: [s.title for s in m.series]),
    ("gifts", lambda m: m.gifts),
)
_NOTES = ("notes-before", "notes-after")
_LABEL = re.compile(
    r"\s*(?:see the end of the (?:work|chapter) for (?:more )?(?:other works inspired by this one|notes)\.?"
    r"|(?:end |chapter end |chapter |work |author['’]?s?['’]? ?)?notes?|a/n)\s*:?\s*(?:\n|$|(?<=:)\s?)",
    re.IGNORECASE,
)
_LABEL_WITHIN = 200  #: characters; keeps the search for a label short whatever follows
_WORDLESS = re.compile(r"\s+")


def frame(base: Copy, others: Sequence[Copy], *, notes: bool) -> tuple[FrameDifference, ...]:
    """The differences around the story, field by field; with ``notes`` the notes are collated with the text instead."""
    copies = (base, *others)
    sigla = [copy.siglum for copy in others]
    found = [_field(name, [text(copy.metadata) for copy in copies], sigla, _words) for name, text in _TEXTS]
    for name, values in _LISTS:
        found.append(_field(name, ["; ".join(values(copy.metadata)) or None for copy in copies], sigla, _listed))
    if not notes:
        found += [_field(part, [_unlabelled(copy.text.part(part).text) for copy in copies], sigla, _words) for part in _NOTES]
    return tuple(difference for difference in found if difference is not None)


def _field(
    name: str, values: Sequence[str | None], sigla: Sequence[str], normal: Callable[[str], object]
) -> FrameDifference | None:
    """The difference in one field; the base's value is the first. None (not stated) differs from nothing."""
    lemma, *others = values
    if lemma is None:
        return None
    readings: dict[object, tuple[list[str], str]] = {}
    for siglum, text in zip(sigla, others, strict=True):
        if text is not None and normal(text) != normal(lemma):
            readings.setdefault(normal(text), ([], text))[0].append(siglum)
    found = tuple((tuple(agreeing), text) for agreeing, text in readings.values())
    return FrameDifference(name, lemma, found) if found else None


def _words(text: str) -> bytes:
    tokens = tokenise(text)
    return tokens.hashes.tobytes() if len(tokens) else _WORDLESS.sub("", text).encode("utf-8", "surrogatepass")


def _listed(text: str) -> frozenset[str]:
    return frozenset(_WORDLESS.sub(" ", fold(item)).strip() for item in text.split("; "))


def _unlabelled(text: str) -> str:
    """Notes without the heading a site prints over them."""
    text = text.strip()
    while text and (label := _LABEL.match(text, 0, _LABEL_WITHIN)) and label.end():
        text = text[label.end() :].strip()
    return text
