"""The apparatus at the foot of the *what changed* page: one line a change, as printed editions have it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from variorum.doors.web.marked_html import Page
from variorum.doors.web.marking import LINE, PARAGRAPH, SMALL, Change, sign
from variorum.model import Reading

__all__ = ["Notes", "notes"]

_SHORT_LEMMA = 90  # characters of a lemma or reading
_TOUCHING = 16  # characters beside a mark that are printed with it


class Notes(NamedTuple):
    """One line of the apparatus as editions print it: ``lemma] reading SIGLA``."""

    number: int
    lemma: str
    added_after: str | None
    readings: tuple[tuple[str, str, str], ...]  #: (what, text, sigla)


def notes(page: Page, changes: Iterable[Change]) -> list[Notes]:
    """These changes as lines of an apparatus."""
    out = []
    for change in changes:
        entry = change.entry
        before, after = _beside(page, change) if entry.kind in SMALL else ("", "")
        mark = sign(entry.lemma)
        lemma = _shorten(before + (mark if mark in (PARAGRAPH, LINE) else entry.lemma) + after)
        out.append(
            Notes(
                change.number,
                lemma,
                _before(page, change) if not lemma else None,
                tuple(
                    (
                        " ".join(filter(None, ("perhaps" if change.unsure else "", what))),
                        "" if what in _TOLD else _shorten(before + r.text + after if before + after else r.text),
                        " ".join(r.sigla),
                    )
                    for r in change.readings
                    for what in (_what(change, r),)
                ),
            )
        )
    return out


_TOLD = ("set otherwise", "new paragraph", "no new paragraph", "new line", "no new line", "scene break", "no scene break")


def _beside(page: Page, change: Change) -> tuple[str, str]:
    """The characters that touch a mark: a quote says little without its word."""
    text = page.text.blocks[change.block].text
    end = change.at + (len(change.entry.lemma) if text.startswith(change.entry.lemma, change.at) else 0)
    head, tail = text[max(change.at - _TOUCHING, 0) : change.at], text[end : end + _TOUCHING]
    head = head[len(head.rstrip()) - len(head.split()[-1]) if head.split() else 0 :] if head and not head[-1].isspace() else ""
    tail = tail.split()[0] if tail and not tail[0].isspace() and tail.split() else ""
    return head, tail


def _what(change: Change, reading: Reading) -> str:
    if reading.lacuna:
        return "wanting (partial copy)"
    if reading.kind == "moved":
        return "moved"
    if reading.kind == "markup":
        return _set(change.entry.lemma, reading.text)
    if reading.kind == "typographic":
        return ""
    if not reading.text:
        return "left out"
    return "" if change.entry.lemma else "added"


def _set(lemma: str, reading: str) -> str:
    """A difference of blocks or lines in words."""
    if lemma == reading:
        return "set otherwise"
    gone, come = sign(lemma), sign(reading)
    if PARAGRAPH in (gone, come):
        return "no new paragraph" if gone == PARAGRAPH else "new paragraph"
    if LINE in (gone, come):
        return "no new line" if gone == LINE else "new line"
    return "no scene break" if lemma.strip() else "scene break"


def _before(page: Page, change: Change) -> str:
    """The last words before an insertion, to say where it stands."""
    here = page.text.blocks[change.block].text[max(change.at - 60, 0) : change.at].split()
    numbers = [block.number for block in page.marked.blocks]
    at = bisect_left(numbers, change.block)
    while not here and at > 0:
        at -= 1
        here = page.text.blocks[numbers[at]].text[-60:].split()
    return " ".join(here[-2:])


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _SHORT_LEMMA:
        return text
    head = text[: _SHORT_LEMMA // 2].rsplit(" ", 1)[0]
    tail = text[-_SHORT_LEMMA // 3 :].split(" ", 1)[-1]
    return f"{head} … {tail}"
