"""What a person may be shown of a text: no control characters, no half pairs, dates in words."""

from __future__ import annotations

import re

__all__ = ["day", "plain", "shown"]


def shown(text: str) -> str:
    """The text as it may leave us: what cannot stand in UTF-8 (bytes that could not be decoded) is U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


_SPACES = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """One line for a message: control and direction characters as U+FFFD, white space folded."""
    return _SPACES.sub(" ", _CONTROL.sub("\ufffd", shown(text))).strip()


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def day(value: str | None) -> str:
    """An ISO date as precise as it is: ``28 February 2016``, ``February 2016``, ``2016``; else as it stands."""
    found = _DATE.match(value or "")
    if not found:
        return plain(value or "")
    year, month, date = found.groups()
    if month is None or not 1 <= int(month) <= 12:
        return year
    name = _MONTHS[int(month) - 1]
    return f"{int(date)} {name} {year}" if date else f"{name} {year}"
