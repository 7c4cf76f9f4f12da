"""Reading settings: a few choices in one cookie, rendered on ``<html>`` by the server, so nothing flashes.

The Content-Security-Policy forbids style attributes, so every choice is one of a fixed list that the style
sheet knows as ``data-NAME="VALUE"``; a forged cookie can therefore say nothing that the sheet does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["COOKIE", "SETTINGS", "Choice", "Setting", "attributes", "dump", "load"]

COOKIE = "variorum_reading"


class Choice(NamedTuple):
    """One value of a setting, and what the form calls it."""

    value: str
    label: str


class Setting(NamedTuple):
    """One thing a reader may choose; the first choice is what holds when nothing is chosen."""

    name: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def default(self) -> str:
        return self.choices[0].value


def _setting(name: str, label: str, *choices: tuple[str, str]) -> Setting:
    return Setting(name, label, tuple(Choice(*choice) for choice in choices))


SETTINGS: tuple[Setting, ...] = (
    _setting(
        "theme",
        "Paper",
        ("system", "as the system"),
        ("light", "light"),
        ("sepia", "sepia"),
        ("grey", "grey"),
        ("dark", "dark"),
        ("black", "black"),
    ),
    _setting(
        "size",
        "Size",
        ("100", "usual"),
        ("85", "smaller"),
        ("92", "a little smaller"),
        ("110", "a little larger"),
        ("125", "larger"),
        ("150", "large"),
        ("180", "very large"),
    ),
    _setting(
        "face",
        "Type",
        ("book", "old style"),
        ("plain", "sturdy"),
        ("sans", "without serifs"),
        ("typewriter", "typewriter"),
    ),
    _setting("measure", "Line length", ("usual", "usual"), ("narrow", "short"), ("wide", "long"), ("full", "the whole window")),
    _setting("leading", "Line height", ("usual", "usual"), ("tight", "close"), ("open", "open"), ("double", "very open")),
    _setting("paragraphs", "Paragraphs", ("indented", "indented"), ("spaced", "spaced")),
    _setting("align", "Right edge", ("ragged", "ragged"), ("justified", "straight, with hyphens")),
    _setting("keys", "Single keys", ("on", "on; ? lists them"), ("off", "off")),
)


def load(cookie: str | None) -> dict[str, str]:
    """The settings of a cookie, every one of them set; what we do not know falls back to the usual."""
    pairs = (pair.partition(":") for pair in (cookie or "")[:500].split("."))
    return _clean({name: value for name, _, value in pairs})


def dump(given: Mapping[str, str]) -> str:
    """The value of the cookie for what a form sent: only what differs from the usual."""
    clean = _clean(given)
    return ".".join(f"{s.name}:{clean[s.name]}" for s in SETTINGS if clean[s.name] != s.default)


def attributes(settings: Mapping[str, str]) -> dict[str, str]:
    """``data-…`` attributes of ``<html>``: only what differs from the usual."""
    return {f"data-{s.name}": settings[s.name] for s in SETTINGS if settings[s.name] != s.default}


def _clean(given: Mapping[str, str]) -> dict[str, str]:
    out = {}
    for setting in SETTINGS:
        value = given.get(setting.name, setting.default)
        out[setting.name] = value if any(value == choice.value for choice in setting.choices) else setting.default
    return out
