"""Which items are pieces of one copy: the number in a title, and the name all pieces of one copy share.

``Title (2/5)``, ``Title, part 2 of 5``, ``Title - Chapter Two``: what people wrote where a site or a list had a limit.
Only a number that stands at the end of a title counts, remarks in brackets after it aside.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from variorum.model import Metadata
from variorum.text import fold

__all__ = ["Bundle", "Numbered", "as_piece", "bundle", "numbered"]


class Bundle(NamedTuple):
    """A copy lies in several items, and this is one of them.

    ``key`` is the same for all of them and for no other copy's; ``number`` says where this piece stands, ``of`` how many
    there are, where that is known.
    """

    key: str
    number: int
    of: int | None = None


class Numbered(NamedTuple):
    """A title without its number: ``stem``, the number, and of how many."""

    stem: str
    number: int
    of: int | None


_NUMERALS = "zero one two three four five six seven eight nine ten eleven twelve"
_SPELT = {w: n for n, w in enumerate(re.split(" ", _NUMERALS))}
_ROMANS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ROMAN = {r: n for n, r in enumerate(re.split(" ", _ROMANS), 1)}
_COUNT = r"(\d{1,3}|[ivx]{1,5}|" + "|".join(_SPELT) + r")"
_WORD = r"(?:chapters?|parts?|pt\.?|ch\.?|chap\.?|section|episode)"
_TAIL = (
    # (2/5) [2/5] 2/5 2 of 5 part 2/5 part 2 of 5 (part 2 of 5) (2/?)
    re.compile(
        rf"[\s,:;–—-]*[(\[]?\s*(?:{_WORD}\s*)?(\d{{1,3}})\s*[a-c]?\s*(?:/|of)\s*(\d{{1,3}}|\?)\s*[)\]]?\s*\Z", re.IGNORECASE
    ),
    # part 2, Chapter Two, (pt. 3)
    re.compile(rf"[\s,:;–—-]*[(\[]?\s*\b{_WORD}\s*#?\s*{_COUNT}\s*[)\]]?\s*\Z", re.IGNORECASE),
)
_REMARK = re.compile(r"\s*(?:\[[^\[\]]{0,60}\]|\((?!\s*\d)[^()]{0,60}\))\s*\Z")
_PREFIX = re.compile(r"\A\s*(?:(?:re|fwd?|fic|fanfic|new|repost|story|xpost|x-post):[ \t]*){1,4}", re.IGNORECASE)
_LONGEST = 300


def numbered(title: str) -> Numbered | None:
    """The number at the end of a title, or None. ``Title (2/5) [PG-13]`` is ``Title``, 2 of 5."""
    text = title.strip()[:_LONGEST]
    for _ in range(4):
        for pattern in _TAIL:
            match = pattern.search(text)
            if match is None:
                continue
            stem = _PREFIX.sub("", text[: match.start()], count=1).strip(" \t,:;–—-")
            number = _number(match[1])
            of = int(match[2]) if match.lastindex == 2 and match[2].isdigit() else None
            if number is not None and (of is None or (number <= of and of > 1)):
                return Numbered(stem, number, of)
        remark = _REMARK.search(text)
        if remark is None or not remark.start():
            return None
        text = text[: remark.start()]
    return None


def _number(text: str) -> int | None:
    word = text.lower()
    return int(word) if word.isdigit() else _SPELT.get(word, _ROMAN.get(word))


def bundle(scope: str, title: str | None) -> Bundle | None:
    """The bundle of a piece whose title has a number. ``scope`` names whose it is: two people may write one title."""
    found = numbered(title) if title else None
    if found is None or not found.stem or not scope:
        return None
    return Bundle(f"{scope} {' '.join(fold(found.stem).split())}"[:400], found.number, found.of)


def as_piece(metadata: Metadata, piece: Bundle | None, subject: str | None) -> Metadata:
    """What a piece says of the whole: a title that is its subject loses the number, and it is partial."""
    found = numbered(subject) if subject else None
    if piece is None or found is None or not subject:
        return metadata
    title = found.stem if metadata.title and " ".join(subject.split()) == metadata.title else metadata.title
    return replace(metadata, title=title, extent="partial")
