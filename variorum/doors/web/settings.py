"""Reading settings: a few choices, rendered on ``<html>`` by the server, so nothing flashes.

The Content-Security-Policy forbids style attributes, so every choice is one of a fixed list that the style
sheets know as ``data-NAME="VALUE"``; a forged cookie can therefore say nothing that the sheets do not. Colours of one's
own are two numbers, from which `variorum.doors.web.colours` writes a sheet.

Three layers, each over the one before: what a person chose (in ``people/``, on every device), what this device
chose (one cookie), what was chosen for one work alone (in ``people/``). A layer holds only what differs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = [
    "COOKIE",
    "OWN",
    "PAPERS",
    "SCOPES",
    "SETTINGS",
    "SIZES",
    "Choice",
    "Setting",
    "attributes",
    "differing",
    "dump",
    "edges",
    "layered",
    "parse",
    "taken",
]

COOKIE = "variorum_reading"

#: For whom a choice holds.
SCOPES = ("everywhere", "device", "work")


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


#: The ground of each paper, as variorum.css has it: what a browser colours the edge of its window with.
PAPERS = {"light": "#fbf7ee", "sepia": "#f3e8d1", "grey": "#33353a", "dark": "#1a1714", "black": "#000000"}


def edges(chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """``theme-color`` for a page so set: media query (or nothing) and colour."""
    theme = chosen["theme"]
    if theme == "own":
        return [("", f"#{chosen['ground']}")]
    if theme in PAPERS:
        return [("", PAPERS[theme])]
    return [(f"(prefers-color-scheme: {way})", PAPERS[way]) for way in ("light", "dark")]


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
        ("own", "your own"),
    ),
    _setting(
        "size",
        "Size",
        ("100", "100 %"),
        ("75", "75 %"),
        ("85", "85 %"),
        ("92", "92 %"),
        ("110", "110 %"),
        ("125", "125 %"),
        ("150", "150 %"),
        ("180", "180 %"),
        ("215", "215 %"),
        ("250", "250 %"),
    ),
    _setting(
        "face",
        "Type",
        ("book", "old style"),
        ("plain", "sturdy"),
        ("sans", "without serifs"),
        ("typewriter", "typewriter"),
        ("hyperlegible", "Atkinson Hyperlegible"),
        ("dyslexic", "OpenDyslexic"),
    ),
    _setting("measure", "Line length", ("usual", "usual"), ("narrow", "short"), ("wide", "long"), ("full", "the window")),
    _setting("leading", "Line height", ("usual", "usual"), ("tight", "close"), ("open", "open"), ("double", "very open")),
    _setting("paragraphs", "Paragraphs", ("indented", "indented"), ("spaced", "spaced"), ("both", "both")),
    _setting(
        "align",
        "Right edge",
        ("ragged", "ragged"),
        ("hyphens", "ragged, hyphens"),
        ("justified", "straight, hyphens"),
        ("even", "straight"),
    ),
    _setting("words", "Between words", ("usual", "usual"), ("wide", "wide"), ("wider", "wider")),
    _setting("letters", "Between letters", ("usual", "usual"), ("wide", "wide"), ("wider", "wider")),
    _setting("pictures", "Pictures", ("usual", "as they are"), ("dim", "dimmed at night")),
    _setting("flow", "Turning", ("scroll", "scroll"), ("paged", "pages")),
    _setting("keys", "Single keys", ("on", "on; ? lists them"), ("off", "off")),
)

#: The two colours of the paper "your own", six hexadecimal digits each, as they are before anybody chose.
OWN = {"ground": "fbf7ee", "ink": "231d17"}
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")

#: The sizes as a scale, the smallest first.
SIZES = tuple(sorted(next(s for s in SETTINGS if s.name == "size").choices, key=lambda choice: int(choice.value)))


def parse(cookie: str | None) -> dict[str, str]:
    """What a cookie chooses; what we do not know is left out."""
    pairs = (pair.partition(":") for pair in (cookie or "")[:500].split("."))
    return taken({name: value for name, _, value in pairs})


def dump(chosen: Mapping[str, str]) -> str:
    """The value of the cookie for these choices."""
    return ".".join(f"{name}:{chosen[name]}" for name in (*(s.name for s in SETTINGS), *OWN) if name in chosen)


def taken(given: Mapping[str, Any]) -> dict[str, str]:
    """The choices among what was given (a form, a cookie, a stored layer) that we know."""
    out = {}
    for setting in SETTINGS:
        value = given.get(setting.name)
        if any(value == choice.value for choice in setting.choices):
            out[setting.name] = str(value)
    for name in OWN:
        colour = _COLOUR.fullmatch(str(given.get(name, "")))
        if colour is not None:
            out[name] = colour[1].lower()
    return out


def layered(*layers: Mapping[str, str]) -> dict[str, str]:
    """Every setting with its value: the usual, and each layer over the one before."""
    whole = {setting.name: setting.default for setting in SETTINGS} | OWN
    for layer in layers:
        whole.update(taken(layer))
    return whole


def differing(chosen: Mapping[str, str], below: Mapping[str, str]) -> dict[str, str]:
    """What a layer must hold so that ``chosen`` shows over ``below`` (every setting with its value)."""
    return {name: value for name, value in taken(chosen).items() if below[name] != value}


def attributes(settings: Mapping[str, str]) -> dict[str, str]:
    """``data-…`` attributes of ``<html>``: only what differs from the usual."""
    return {f"data-{s.name}": settings[s.name] for s in SETTINGS if settings[s.name] != s.default}
