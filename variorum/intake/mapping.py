"""Ratings and warnings of other sites in AO3's words, each with the reason: data, not code.

Only what is certain has a value. What no word of AO3's surely means keeps the author's word and no value, so that
nothing is lost and nobody is told what was never said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from variorum.model import Mapped

__all__ = ["CATEGORIES", "RATINGS", "WARNINGS", "map_rating", "map_warnings", "rating_of"]

#: AO3's word for what else people write (formats.md, the importer's own table); only these are certain.
RATINGS: dict[str, str] = {
    **dict.fromkeys(("nc-17", "nc17", "x", "ma", "adult", "explicit", "fiction ma", "nc 17", "18+"), "Explicit"),
    **dict.fromkeys(("r", "m", "mature", "fiction m"), "Mature"),
    **dict.fromkeys(
        ("pg-13", "pg13", "pg-15", "15", "t", "teen", "teens", "teen and up audiences", "fiction t", "pg 13"),
        "Teen And Up Audiences",
    ),
    **dict.fromkeys(
        ("pg", "g", "k", "k+", "general", "general audiences", "all ages", "fiction k", "fiction k+", "everyone"),
        "General Audiences",
    ),
    **dict.fromkeys(("not rated", "unrated"), "Not Rated"),
}
#: Why, where it is more than the importer's table: site -> sentence.
_SCALES = {
    "fanfiction.net": "FanFiction.net rates K, K+, T and M; its M is AO3's Mature, since MA is not allowed there",
    "fictionpress.com": "FictionPress rates K, K+, T and M as FanFiction.net does",
    "wattpad.com": "Wattpad marks works as mature or not",
}
_TABLE = "AO3's own importer takes the one for the other"

#: Case-folded -> AO3's archive warning. The last ones are what other archives and AO3 before write for the same.
WARNINGS: dict[str, str] = {
    w.casefold(): w
    for w in (
        "No Archive Warnings Apply",
        "Creator Chose Not To Use Archive Warnings",
        "Graphic Depictions Of Violence",
        "Major Character Death",
        "Rape/Non-Con",
        "Underage Sex",
    )
} | {
    "choose not to use archive warnings": "Creator Chose Not To Use Archive Warnings",
    "author chose not to use archive warnings": "Creator Chose Not To Use Archive Warnings",
    "underage": "Underage Sex",
    "character death": "Major Character Death",
    "graphic violence": "Graphic Depictions Of Violence",
    "rape": "Rape/Non-Con",
    "non-con": "Rape/Non-Con",
    "rape/non-consensual": "Rape/Non-Con",
}
_WHY_WARNED = {
    "underage": "AO3 called it Underage until 2024-11-10",
    "choose not to use archive warnings": "AO3 wrote it so until 2023-04-07 and still does in the packages of its books",
    "author chose not to use archive warnings": "AO3 wrote it so in its first years",
}

#: Case-folded -> AO3's category.
CATEGORIES: dict[str, str] = {c.casefold(): c for c in ("Gen", "F/M", "M/M", "F/F", "Multi", "Other")}

_PARENS = re.compile(r"\([^()]{0,200}\)")


def rating_of(value: str) -> str | None:
    """The rating in AO3's words, when it is certain: ``PG-13 (for language)`` is Teen And Up Audiences."""
    short = _PARENS.sub("", value).strip(" .!*_").casefold()
    return RATINGS.get(short) or RATINGS.get(re.split(r"[,;]| - | for | due ", short, maxsplit=1)[0].strip())


def map_rating(value: str, site: str | None = None) -> tuple[str | None, tuple[Mapped, ...]]:
    """A rating in AO3's words and how it came to them; the words alone where the source has them already."""
    said = " ".join(value.split())
    found = rating_of(said)
    if not said or found == said:
        return found, ()
    if found is None:
        return None, (Mapped("rating", "", said, "no rating of AO3's surely means this"),)
    return found, (Mapped("rating", found, said, _SCALES.get(site or "", _TABLE)),)


def map_warnings(values: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Mapped, ...]]:
    """Archive warnings in AO3's words, what is none of them (a tag), and how the others came to them."""
    found: list[str] = []
    others: list[str] = []
    mapped: list[Mapped] = []
    for value in values:
        known = WARNINGS.get(value.casefold())
        (others.append(value) if known is None else found.append(known))
        if known is not None and known.casefold() != value.casefold():
            why = _WHY_WARNED.get(value.casefold(), "another archive's name for AO3's warning")
            mapped.append(Mapped("warnings", known, value, why))
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(others)), tuple(dict.fromkeys(mapped))
