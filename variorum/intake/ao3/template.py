"""When an AO3 download was made, as far as its template tells: the archive changed what it writes around a work.

A date of the template is no date of the work: it says between which changes the file was written. Dates are those of
the changes in otwarchive's history (docs/formats.md).
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["age_of", "marks_of"]

_CREATOR = "2023-10-29"  # "the creator" in the request for comments, plural labels
_LANGUAGE = "2022-06-12"
_CHOSE = "2023-04-07"
_THOUSANDS = "2023-04-12"
_NUMBERED = "2025-10-12"  # "Chapter N: Title"
_WORDS_FIRST = "2019-01-31"  # before, "Chapters" stood before "Words"

#: A mark: the day of a change, and whether the file is from after it.
Mark = tuple[str, bool]


def marks_of(labels: Iterable[str], stats: str, warnings: Iterable[str], request: str) -> list[Mark]:
    """What the frame of a download shows: its labels, the line of statistics, warnings as written, the last request."""
    marks: list[Mark] = []
    names = {label.strip().rstrip(":").lower() for label in labels}
    if names:
        marks.append((_LANGUAGE, "language" in names))
    if names & {"fandoms", "relationships", "characters", "archive warnings", "categories"}:
        marks.append((_CREATOR, True))
    if "let the creator know" in request:
        marks.append((_CREATOR, True))
    elif "let the author know" in request:
        marks.append((_CREATOR, False))
    chosen = [warning for warning in warnings if warning.startswith(("Creator Chose Not", "Choose Not"))]
    marks += [(_CHOSE, warning.startswith("Creator")) for warning in chosen]
    _, found, words = stats.partition("Words:")
    first = words.split()[0] if words.split() else ""
    if found and ("," in first or (first.isdigit() and len(first) > 3)):
        marks.append((_THOUSANDS, "," in first))
    if 0 <= stats.find("Chapters:") < stats.find("Words:"):
        marks.append((_WORDS_FIRST, False))
    return marks


def age_of(marks: Iterable[Mark], *, numbered: bool | None) -> str | None:
    """The template's age in words, or None when nothing says it or its marks contradict each other (somebody edited it).

    ``numbered``: whether titles of chapters begin with their number; None when there are none to tell by.
    """
    every = list(marks)
    if numbered is not None:
        every.append((_NUMBERED, numbered))
    after = max((day for day, later in every if later), default="")
    until = min((day for day, later in every if not later), default="")
    if (not after and not until) or (after and until and after >= until):
        return None
    return "Archive of Our Own's download" + (f", since {after}" if after else "") + (f", until {until}" if until else "")
