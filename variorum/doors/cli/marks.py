"""What a comparison looks like on a terminal: the verdict in a line, then every change within its sentence.

On a terminal words are struck and coloured; in a pipe, and without colour, they stand in wdiff's brackets:
``[-what the base has-]`` and ``{+what the other has+}``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from variorum.doors.cli.drawing import styled, terminal
from variorum.model import Apparatus, Difference, FrameDifference, Kinship, Newer, Segment, Table, Versions
from variorum.text import plain

if TYPE_CHECKING:
    from rich.console import Console

    from variorum.library import Comparison

__all__ = ["comparison", "relations"]

_SMALL = ("typographic", "markup")
_AROUND = 70  #: characters of context on each side
_LONG = 300  #: characters of a passage that are printed
_KINDS = {
    "word": "word",
    "sentence": "sentence",
    "passage": "passage",
    "moved": "moved",
    "typographic": "spelling",
    "markup": "layout",
}

_Part = str | tuple[str, str]


def comparison(found: Comparison, summarise: Callable[[Difference], str], *, small: bool) -> None:
    """Who is compared, what differs in a sentence, which one is newer, then the places."""
    out = terminal()
    result = found.apparatus
    _heads(out, result, found.newer, summarise)
    if len(result.witnesses) > 2:
        _tree(out, found.versions)
    _places(out, found.table, small=small)
    for frame in result.frame:
        _frame(out, frame)


def _heads(out: Console, result: Apparatus, newer: Mapping[str, Newer], summarise: Callable[[Difference], str]) -> None:
    held = {w.siglum: w for w in result.witnesses}
    base = held[result.base]
    out.print(styled((f"{base.siglum:>3}", "bold red"), f"  {plain(base.name)}", (f"  {base.words:,} words, the base", "dim")))
    for siglum, difference in result.summary.items():
        w = held[siglum]
        out.print(styled((f"{siglum:>3}", "bold red"), f"  {plain(w.name)}", (f"  {w.words:,} words", "dim")))
        out.print(styled("     ", (summarise(difference), "bold")))
        age = newer.get(siglum)
        if age is not None and age.newer is not None:
            out.print(styled("     ", plain(age.sentence)))
            if age.progress is not None and age.progress.sentence:
                said = age.progress.sentence
                out.print(styled("     ", said[:1].upper() + said[1:] + "."))


def _tree(out: Console, versions: Versions) -> None:
    """The versions as an indented tree."""
    depth: dict[str, int] = {}
    out.print()
    out.print(styled(("Versions", "bold"), (f"  ({versions.why})", "dim")))
    for branch in versions.branches:
        level = depth[branch.parent] + 1 if branch.parent is not None else 0
        depth[branch.sigla[0]] = level
        far = f"  {branch.distance:.1%} apart" if branch.parent is not None else ""
        date = f"  {branch.stated} {plain(branch.date)}" if branch.date else ""
        out.print(
            styled("  " + "   " * level + ("└─ " if level else ""), (" = ".join(branch.sigla), "bold red"), (far + date, "dim"))
        )


# ---------------------------------------------------------------- the places


def _places(out: Console, table: Table, *, small: bool) -> None:
    coloured = out.is_terminal and not out.no_color and "NO_COLOR" not in os.environ
    hidden = 0
    several = len(table.strands) > 2
    for segment in table.segments:
        if segment.kind is None:
            continue
        if segment.kind in _SMALL and not small:
            hidden += 1
            continue
        out.print()
        out.print(styled(*_line(table, segment, coloured=coloured, several=several)))
    if hidden:
        out.print()
        places = "place" if hidden == 1 else "places"
        out.print(styled((f"{hidden:,} more {places} of quotes, spacing or layout: --small shows them", "dim")))


def _line(table: Table, segment: Segment, *, coloured: bool, several: bool) -> list[_Part]:
    base = table.strands[0].text
    start, end = segment.cells[0]
    lemma = base[start:end]
    label = _KINDS[segment.kind or "word"] + (f" {segment.move}" if segment.move else "")
    parts: list[_Part] = [(f"{label:>11}  ", "dim"), _before(base, start)]
    if lemma.strip():
        parts += _marked(lemma, "-", coloured=coloured)
    for text, sigla, lacks in _readings(table, segment):
        if lacks:
            parts.append((f" (not in {', '.join(sigla)}, a partial copy) ", "dim italic"))
            continue
        if several:
            parts.append((" " + " ".join(sigla) + ":" if sigla else "", "bold red"))
        if text.strip():
            parts += _marked(text, "+", coloured=coloured)
        elif several and lemma.strip():
            parts.append((" left out ", "dim italic"))
    parts.append(_after(base, end))
    return parts


def _readings(table: Table, segment: Segment) -> list[tuple[str, list[str], bool]]:
    base = table.text(0, segment)
    groups: dict[tuple[str, bool], list[str]] = {}
    for number, strand in enumerate(table.strands[1:], 1):
        text = table.text(number, segment)
        lacks = strand.siglum in segment.lacks
        if lacks or text != base or segment.kind == "markup":
            groups.setdefault(("" if lacks else text, lacks), []).append(strand.siglum)
    return [(text, sigla, lacks) for (text, lacks), sigla in groups.items()]


def _marked(text: str, sign: str, *, coloured: bool) -> list[_Part]:
    """A stretch one side has; the white space around it stays outside the marks."""
    core = text.strip()
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    words = _shortened(core).replace("\n\n", " ¶ ")
    if coloured:
        style = "red strike" if sign == "-" else "green underline"
        return [" " if lead else "", (plain(words), style), " " if tail else ""]
    opening, closing = ("[-", "-]") if sign == "-" else ("{+", "+}")
    return [" " if lead else "", f"{opening}{plain(words)}{closing}", " " if tail else ""]


def _shortened(text: str) -> str:
    if len(text) <= _LONG:
        return text
    head = text[: _LONG * 2 // 3].rsplit(" ", 1)[0]
    tail = text[-_LONG // 3 :].split(" ", 1)[-1]
    return f"{head} … ({text.count(' ') + 1:,} words) … {tail}"


def _before(text: str, start: int) -> str:
    """What stands before a place, from the beginning of its paragraph or a space."""
    low = max(start - _AROUND, 0)
    head = text[low:start].rpartition("\n\n")[2]
    if low and len(head) == start - low:
        head = "… " + head.partition(" ")[2]
    return _spaced(head)


def _after(text: str, end: int) -> str:
    tail = text[end : end + _AROUND].partition("\n\n")[0]
    if end + _AROUND < len(text) and len(tail) == _AROUND:
        tail = tail.rpartition(" ")[0] + " …"
    return _spaced(tail)


def _spaced(text: str) -> str:
    """One line, a space at either end kept: words stand right beside the marks."""
    core = plain(text)
    return (" " if text[:1].isspace() and core else "") + core + (" " if text[-1:].isspace() and text.strip() else "")


def _frame(out: Console, frame: FrameDifference) -> None:
    out.print()
    out.print(styled((f"{frame.field:>11}  ", "dim"), (plain(frame.lemma) or "—", "red")))
    for sigla, reading in frame.readings:
        out.print(styled((f"{' '.join(sigla):>11}  ", "bold red"), (plain(reading) or "—", "green")))


# ---------------------------------------------------------------- kin

_SAID = {
    "same": "the same words as",
    "revised": "the same story as, revised:",
    "contained": "a part of",
    "contains": "holds all of",
    "anthology": "gathers, among others,",
    "quotes": "shares a passage with",
}


def relations(found: Sequence[tuple[str, str, Kinship]]) -> None:
    """The files in groups of one work, then what is only related; every verdict with its two numbers."""
    out = terminal()
    if not found:
        out.print("No two files here share a text.")
        return
    works = [one for one in found if one[2].verdict in ("same", "revised", "contained", "contains")]
    for names in _groups(works):
        out.print(styled(("One work", "bold"), (f"  {len(names)} copies", "dim")))
        for name in names:
            out.print(styled("  ", plain(name)))
            for a, b, kinship in works:
                if a == name:
                    out.print(styled("      ", (_SAID[kinship.verdict], "red"), f" {plain(b)}", (_numbers(kinship), "dim")))
        out.print()
    others = [one for one in found if one[2].verdict in ("anthology", "quotes")]
    if others:
        out.print(styled(("Related", "bold")))
        for a, b, kinship in others:
            out.print(styled("  ", plain(a), " ", (_SAID[kinship.verdict], "red"), f" {plain(b)}", (_numbers(kinship), "dim")))


def _groups(found: Iterable[tuple[str, str, Kinship]]) -> list[list[str]]:
    """The files that hang together, in the order they were met."""
    group: dict[str, list[str]] = {}
    for a, b, _ in found:
        one, two = group.setdefault(a, [a]), group.setdefault(b, [b])
        if one is not two:
            one += two
            for name in two:
                group[name] = one
    return list({id(names): names for names in group.values()}.values())


def _numbers(kinship: Kinship) -> str:
    first, second = kinship.containment
    return f"  {first:.0%} of it stands there, {second:.0%} of that here"
