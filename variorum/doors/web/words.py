"""The reader's plain words: numbers, dates, kinship, certainty, as a person says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from variorum.model import Creator, Metadata, Witness, Work
from variorum.text import day, plain

__all__ = [
    "CERTAINTY_BANDS",
    "band",
    "byline",
    "count",
    "cut",
    "day",
    "extent",
    "kinship",
    "language",
    "listed",
    "minutes",
    "names",
    "number",
    "sentence",
    "status",
    "tag",
    "title_of",
    "whole_title",
]

T = TypeVar("T")

_MOST = 240  # characters of a heading; a title of ten kilobytes is no heading

_LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "cy": "Welsh",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
#: Languages written from right to left.
RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ur", "yi"))

#: Bands of certainty, highest first: least number, word.
CERTAINTY_BANDS = ((0.95, "sure"), (0.6, "likely"), (0.0, "a guess"))

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


def number(value: int) -> str:
    """``12,034``."""
    return f"{value:,}"


def count(value: int, one: str, many: str | None = None) -> str:
    """``1 copy``, ``3 copies``."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def listed(things: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    return things[0] if len(things) == 1 else ", ".join(things[:-1]) + " and " + things[-1] if things else ""


def minutes(words: int) -> str:
    """How long a person reads at 250 words a minute."""
    spent = max(round(words / 250), 1)
    if spent < 90:
        return count(spent, "minute")
    return count(round(spent / 60), "hour")


def language(code: str | None) -> str:
    """The English name of a BCP 47 code, else the code."""
    return _LANGUAGES.get((code or "").split("-")[0].lower(), code or "")


def tag(code: str | None) -> str | None:
    """A language tag fit for ``lang=``, or None: a stranger wrote it."""
    return code if code and _TAG.fullmatch(code) else None


def direction(code: str | None) -> str:
    """``rtl`` for languages written from right to left, else ``auto``."""
    return "rtl" if (code or "").split("-")[0].lower() in RIGHT_TO_LEFT else "auto"


def status(metadata: Metadata) -> str:
    """The words AO3's readers know."""
    return {"complete": "Complete", "in-progress": "Work in progress"}.get(metadata.status, "")


def kinship(witness: Witness, base: Witness) -> str:
    """How a copy stands to the base, as a sentence part."""
    if witness.siglum == base.siglum:
        return "the copy the others are compared with"
    other = base.siglum
    return {
        "same": f"word for word the text of {other}",
        "revised": f"the same story as {other}, revised",
        "contained": f"a part of {other}",
        "contains": f"all of {other}, and more",
    }.get(witness.kinship, f"{witness.kinship} of {other}")


def sentence(text: str) -> str:
    """With a capital at the beginning, and nothing else changed: copies are named by capitals."""
    return text[:1].upper() + text[1:]


def band(certainty: float, *, applied: bool = False) -> str:
    """``sure``, ``likely`` or ``a guess``; what stands in the text (``applied``) is likely at least."""
    word = next(word for least, word in CERTAINTY_BANDS if certainty >= least)
    return "likely" if applied and word == "a guess" else word


def title_of(work: Work) -> str:
    """The title, else the name of a file: a work is never without a name to click on. What would fill a screen is cut."""
    return cut(whole_title(work))


def whole_title(work: Work) -> str:
    """The same, however long it is."""
    if work.title and work.title.strip():
        return plain(work.title)
    for witness in work.witnesses:
        return plain(witness.name.rpartition("!")[2].rpartition("/")[2]) or "Untitled"
    return "Untitled"


def cut(text: str, most: int = _MOST) -> str:
    """Text for a heading: after ``most`` characters, at a space where one is near, it goes on as an ellipsis."""
    if len(text) <= most:
        return text
    space = text.rfind(" ", most - 40, most)
    return text[: space if space > 0 else most].rstrip() + " …"


def byline(metadata: Metadata) -> str:
    """The names of the authors in one line, for titles and headings."""
    authors = [plain(c.name) for c in metadata.creators if c.role == "author"] or [plain(c.name) for c in metadata.creators]
    return cut(listed(unique(authors)))


def names(creators: Iterable[Creator]) -> str:
    """Names in one line; those of one agent as one: ``Mara Quill (marrowquill)``."""
    groups: dict[str, list[str]] = {}
    for creator in creators:
        groups.setdefault(creator.agent or creator.name, []).append(plain(creator.name))
    said = [unique(group) for group in groups.values()]
    return listed([group[0] + (f" ({listed(group[1:])})" if group[1:] else "") for group in said])


def extent(witness: Witness) -> str:
    """``whole``, ``partial`` or nothing where it is not known."""
    return witness.extent if witness.extent in ("whole", "partial") else ""


def unique(things: Iterable[T]) -> list[T]:
    """Each once, in the order met."""
    return list(dict.fromkeys(things))


def position(value: float | None) -> str:
    """A place in a series: ``2``, ``2.5``."""
    return "" if value is None else str(int(value)) if value == int(value) else str(value)
