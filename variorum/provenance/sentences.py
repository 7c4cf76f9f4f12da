"""From a reading text to the sentences worth reading for claims, with the links that stand in and after them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from variorum.addresses import find_urls, identify
from variorum.document import ReadingText
from variorum.provenance.names import Scene
from variorum.provenance.sources import CONTINUES
from variorum.provenance.words import expression
from variorum.text import TOKEN

__all__ = ["Link", "Sentence", "Zone", "links_in", "sentences_in", "zones_of"]

Link = tuple[int, int, str]

_HEAD, _TAIL = 1500, 2500  # code points of a story in which credits are looked for when no notes stand apart
_MOST_NOTES = 1_000_000  # code points of notes read for claims; nobody thanks for longer than a novel
_LONGEST = 1500  # code points; a longer "sentence" is read in pieces
_STORY_SAMPLE = 300_000  # code points of the story whose words are known not to be names
_END = expression(
    r"(?:(?<![A-Z])(?<!\bMr)(?<!\bDr)(?<!\bMs)(?<!\bSt)(?<!\bvs)(?<!\bMrs)(?<!\b[Oo]rig)(?<!\be\.g)(?<!\bi\.e)(?<!\ba\.k\.a)\.|(?<=[A-Z]{3})\.|[!?…]|[:;]-?[)(D])[\"”’')\]*_]{0,3}(?=\s)|\n"
)
_NOTES = ("notes-before", "notes-after", "credits")


class Zone(NamedTuple):
    """A stretch of the reading text that is read for claims. ``factor`` weakens what is only probably a note."""

    start: int
    end: int
    part: str
    factor: float
    opens: bool  #: the zone begins the text
    chapter: int | None = None


class Sentence(NamedTuple):
    """One sentence: what is read, its own links and those of the sentences that go on about the same thing.

    The scene and the links count from the sentence's beginning, which is ``base`` in the reading text.
    """

    base: int
    scene: Scene
    zone: Zone
    links: tuple[Link, ...]
    after: tuple[Link, ...]


def zones_of(text: ReadingText) -> list[Zone]:
    """Notes, credits, title and summary; the two ends of the story when no notes stand apart from it."""
    zones: list[Zone] = []
    apart = any(block.part in _NOTES and block.text for block in text.blocks)
    story: list[tuple[int, int]] = []
    read = 0
    for start, block in zip(text.starts, text.blocks, strict=True):
        end = start + len(block.text)
        if block.part != "story":
            end = min(end, start + max(0, _MOST_NOTES - read))
            read += end - start
        if end <= start:
            continue
        if block.part in _NOTES:
            zones.append(Zone(start, end, block.part, 1.0, not zones, block.chapter))
        elif block.part in ("summary", "title"):
            zones.append(Zone(start, end, block.part, 0.9, opens=False))
        elif not apart and block.kind != "scene-break":
            story.append((start, end))
    if not story:
        return zones
    first, last = story[0][0] + _HEAD, story[-1][1] - _TAIL
    for start, end in story:
        if start >= first and end <= last:
            continue
        if end <= first or start >= last or first >= last:
            zones.append(Zone(start, end, "story", 0.8, start == story[0][0]))
            continue
        if start < first:
            zones.append(Zone(start, _cut(text.text, min(first, end), end), "story", 0.8, start == story[0][0]))
        if end > last:
            zones.append(Zone(_cut(text.text, max(last, start), end), end, "story", 0.8, opens=False))
    return zones


def _cut(text: str, at: int, end: int) -> int:
    """The next white space, so that no word is divided."""
    space = text.find(" ", at, min(at + 200, end))
    return space if space > 0 else at


def links_in(text: ReadingText) -> list[Link]:
    """Every web address of the reading text: those written out and those behind words. Sorted, the link behind words wins."""
    found: list[Link] = []
    for start, block in zip(text.starts, text.blocks, strict=True):
        if not block.spans:
            continue
        spans = [x for x in block.spans if x.href and x.href[:6].lower() in ("http:/", "https:")]
        found += [(start + x.start, start + x.end, x.href or "") for x in spans]
    taken = sorted(found)
    begins = [a for a, _, _ in taken]
    for a, b, url in find_urls(text.text):
        at = bisect_right(begins, a) - 1
        inside = at >= 0 and taken[at][1] > a
        if not inside and (at + 1 >= len(taken) or taken[at + 1][0] >= b):
            address = identify(url)
            if address is not None and not (address.kind == "site" and "//" not in url and not url.lower().startswith("www.")):
                found.append((a, b, url if "://" in url[:9] else f"https://{url}"))
    return sorted(found)


def sentences_in(text: ReadingText, zones: list[Zone], links: list[Link], site: str | None) -> list[Sentence]:
    """The sentences of the zones, in order."""
    whole = text.text
    story_word = _story_words(text, zones)
    at = _Links(links)
    spans: list[tuple[int, int, Zone]] = []
    for zone in zones:
        spans += [(a, b, zone) for a, b in _split(whole, zone.start, zone.end, at)]
    out = []
    for number, (start, end, zone) in enumerate(spans):
        after: list[Link] = []
        for then_start, then_end, _ in spans[number + 1 : number + 3]:
            own = at.within(then_start, then_end)
            begins_with_link = bool(own) and not whole[then_start : own[0][0]].strip(" \t(<[:-–—")
            if not begins_with_link and CONTINUES.match(whole[then_start:then_end]) is None:
                break
            after += own
        word = story_word if zone.part == "story" else _nothing
        scene = Scene(whole[start:end], 0, end - start, site, zone.part == "story", word, partial(at.behind, start))
        out.append(Sentence(start, scene, zone, _from(start, at.within(start, end)), _from(start, after)))
    return out


def _from(base: int, links: list[Link]) -> tuple[Link, ...]:
    return tuple((a - base, b - base, url) for a, b, url in links)


def _nothing(_: str) -> bool:
    return False


class _Links:
    def __init__(self, links: list[Link]) -> None:
        self.links = links
        self.starts = [a for a, _, _ in links]
        self.ends = [b for _, b, _ in links]

    def within(self, start: int, end: int) -> list[Link]:
        return self.links[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def over(self, at: int) -> Link | None:
        index = bisect_right(self.starts, at) - 1
        return self.links[index] if index >= 0 and at < self.ends[index] else None

    def behind(self, base: int, at: int) -> str | None:
        link = self.over(base + at)
        return link[2] if link else None


def _split(text: str, start: int, end: int, links: _Links) -> Iterator[tuple[int, int]]:
    at = start
    for stop in _END.finditer(text, start, end):
        if links.over(stop.start()) is not None and links.over(stop.end()) is not None:
            continue
        yield from _pieces(text, at, stop.end())
        at = stop.end()
    yield from _pieces(text, at, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = cut if cut > 0 else start + _LONGEST
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _story_words(text: ReadingText, zones: list[Zone]) -> Callable[[str], bool]:
    """Whether a word is used by the story itself, outside the places read for claims: then it is no handle."""

    @lru_cache(maxsize=1)
    def words() -> frozenset[str]:
        known: set[str] = set()
        at = 0
        for start, end in [*((z.start, z.end) for z in sorted(zones)), (len(text.text), len(text.text))]:
            known.update(m[0] for m in TOKEN.finditer(text.text, at, min(start, at + _STORY_SAMPLE)))
            at = max(at, end)
        return frozenset(known)

    return lambda word: word in words()
