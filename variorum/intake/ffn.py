"""FanFiction.net's line of statistics, as its pages have it and as tools copy it raw into their books.

``Rated: Fiction M - English - Romance/Angst - [Ann, Bo] Cy - Chapters: 3 - Words: 2,411 - ... - id: 1``. Parts are
divided by " - "; Hurt/Comfort is one genre, and " - " may stand in a character's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from variorum.intake.labels import comma_list, language_of
from variorum.intake.mapping import map_rating

__all__ = ["crossover", "day_of", "is_line", "read_line"]

_GENRES = frozenset(
    [
        *("Adventure", "Angst", "Crime", "Drama", "Family", "Fantasy", "Friendship", "General", "Horror", "Humor"),
        *("Hurt/Comfort", "Mystery", "Parody", "Poetry", "Romance", "Sci-Fi", "Spiritual", "Supernatural", "Suspense"),
        *("Tragedy", "Western"),
    ]
)
_RATED = re.compile(r"\s*Rated:\s*(?:Fiction\s+)?([A-Z][A-Z0-9+ -]{0,14}?)\s*\Z")
_PAIR = re.compile(r"([A-Z][A-Za-z]{1,12}|id)\s*:\s*(.*)\Z", re.DOTALL)
_BOX = re.compile(r"\[([^\[\]]{1,300})\]")
_COUNTS = frozenset(("Chapters", "Words", "Reviews", "Favs", "Follows", "Updated", "Published", "Status", "id"))
_LONGEST = 4000


def is_line(text: str) -> bool:
    """Whether a text is such a line."""
    return text.lstrip().startswith("Rated:") and " - " in text[:_LONGEST]


def read_line(line: str, times: Sequence[str] = (), *, site: str = "fanfiction.net") -> dict[str, Any]:
    """The fields of Metadata that the line says; ``times`` are its Unix seconds, the update first where there are two."""
    found: dict[str, Any] = {"status": "in-progress", "site": site}
    counts: dict[str, str] = {}
    names: list[str] = []
    for number, part in enumerate(re.split(r"\s+-\s+", " ".join(line[:_LONGEST].split()))):
        rated, pair = _RATED.match(part), _PAIR.match(part)
        if rated is not None:
            found["rating"], found["mapped"] = map_rating(rated[1], site)
        elif pair is not None and pair[1] in _COUNTS:
            counts.setdefault(pair[1], pair[2].strip())
        elif number == 1:
            found["language"] = language_of(part)
        elif number == 2 and _genres(part):
            found["tags"] = _genres(part)
        elif part == "Complete":
            counts["Status"] = part
        else:
            names.append(part)
    _people(found, " - ".join(names))
    if counts.get("Status", "").startswith("Complete"):
        found["status"] = "complete"
    chapters = _digits(counts.get("Chapters", "")) or 1
    found["chapters_stated"] = f"{chapters}/{chapters if found['status'] == 'complete' else '?'}"
    found["words_stated"] = _digits(counts.get("Words", ""))
    days = [day for day in map(day_of, times) if day]
    if days:
        found["published"] = days[-1]
        found["updated"] = days[0] if len(days) > 1 else None
    return {name: value for name, value in found.items() if value}


def _genres(part: str) -> tuple[str, ...]:
    """The genres of a part, or none when it is no list of genres."""
    listed = tuple(g.replace("\0", "/") for g in part.replace("Hurt/Comfort", "Hurt\0Comfort").split("/"))
    return listed if all(genre in _GENRES for genre in listed) else ()


def _people(found: dict[str, Any], text: str) -> None:
    """``[A, B] C``: those in a box are a relationship, all of them characters."""
    found["relationships"] = tuple("/".join(comma_list(box)) for box in _BOX.findall(text))
    found["characters"] = comma_list(text.replace("[", ",").replace("]", ","))


def crossover(title: str) -> tuple[str, ...]:
    """The fandoms of ``A + B Crossover``; a fandom may hold a plus of its own, then it stays one."""
    bare = title.removesuffix(" Crossover")
    parts = bare.split(" + ")
    return tuple(parts) if bare != title and len(parts) == 2 else (bare,)


def day_of(seconds: str) -> str | None:
    """The day of a moment in Unix seconds (UTC), which is what the page's scripts make its dates from."""
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > 11:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()


def _digits(text: str) -> int | None:
    digits = re.sub(r"[,.\s]", "", text)
    return int(digits) if digits.isdecimal() and len(digits) < 12 else None
