"""From the catalogue's rows to the documents of the text index."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from zlib import crc32

import sqlalchemy as sa
import tantivy

from variorum.catalogue import schema as s
from variorum.catalogue.analysis import folded, prepare
from variorum.catalogue.blobs import unpack_document, unpack_text
from variorum.catalogue.index import EXACT, FACETS, Writer
from variorum.catalogue.read import works_of
from variorum.catalogue.sql import chunks
from variorum.catalogue.tally import number_of
from variorum.catalogue.viewers import ADULT_CODE
from variorum.catalogue.wrangled import Names
from variorum.document import Document, Laid, received
from variorum.model import Metadata, Viewer, Witness, Work
from variorum.text import shown

__all__ = ["Pending", "changes", "flags_of", "passages_of", "shelve"]

_PASSAGE, _NEAR = 1100, 80  # characters: 190 words of a story, cut where a word ends near
_TOGETHER = 200  # works read at once
_TEXTS = 32  # of which the texts are at hand
_COMMIT = 48 << 20  # characters between commits
_HEAD = 7  # bytes of a sort key that are a number too
_ABOUT = frozenset({"title", "author", "fandom", "relationship", "character", "tag", "series", "summary", "name"})


class Pending(NamedTuple):
    """A work that changed; ``gone``: it is only to be forgotten."""

    change: int
    work: str
    gone: bool


def changes(connection: sa.Connection, since: int) -> list[Pending]:
    """What changed after ``since``, in order."""
    query = sa.select(s.works.c.change, s.works.c.work).where(s.works.c.change > since)
    found = [Pending(change, work, False) for change, work in connection.execute(query.order_by(s.works.c.order))]
    query = sa.select(s.retired.c.change, s.retired.c.work).where(s.retired.c.change > since)
    found += [Pending(change, work, True) for change, work in connection.execute(query)]
    return sorted(found, key=lambda one: one.change)


def shelve(
    connection: sa.Connection,
    writer: Writer,
    pending: Sequence[Pending],
    last: int,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Brings the index up to ``last``; commits in stretches, so that a kill loses little."""
    size = 0
    names = Names(connection)
    for start in range(0, len(pending), _TOGETHER):
        some = pending[start : start + _TOGETHER]
        for one in some:
            writer.forget(one.work)
        ids = [one.work for one in some if not one.gone]
        held = works_of(connection, ids, Viewer(), light=True)
        rows = _rows(connection, ids)
        for few in chunks(held, _TEXTS):
            texts = _texts(connection, [copy.witness for work in few for copy in _distinct(work)])
            for work in few:
                size += _put(connection, writer, (work, names), rows[work.work], texts)
        if progress is not None:
            progress(start + len(some), len(pending))
        after = pending[start + len(some)] if start + len(some) < len(pending) else None
        if after is not None and size >= _COMMIT:
            writer.commit(after.change - 1)
            size = 0
    writer.commit(last)


def _rows(connection: sa.Connection, works: Sequence[str]) -> dict[str, Any]:
    columns = (s.works.c.work, s.works.c.versions, s.works.c.lost, s.works.c.order)
    found = {row.work: row for row in connection.execute(sa.select(*columns).where(s.works.c.work.in_(works)))}
    mended: dict[str, tuple[bool, set[str]]] = {}
    query = sa.select(
        s.witnesses.c.work, s.witnesses.c.witness, s.witnesses.c.respelt, s.witnesses.c.applied, s.witnesses.c.proposed
    )
    for work, witness, respelt, applied, proposed in connection.execute(query.where(s.witnesses.c.work.in_(works))):
        any_repair, spelt = mended.get(work, (False, set()))
        mended[work] = (any_repair or applied + proposed > 0, spelt | ({witness} if respelt else set()))
    return {work: (row, *mended.get(work, (False, set()))) for work, row in found.items()}


def _distinct(work: Work) -> list[Witness]:
    """The first copy of each text of a work, the base before all."""
    found: dict[int, Witness] = {}
    for copy in sorted(work.witnesses, key=lambda w: not w.base):
        found.setdefault(copy.version, copy)
    return list(found.values())


def _texts(connection: sa.Connection, witnesses: Sequence[str]) -> dict[str, bytes]:
    """Their texts, packed: unpacked one at a time."""
    query = sa.select(s.texts.c.witness, s.texts.c.data).where(s.texts.c.witness.in_(witnesses))
    return {row.witness: row.data for row in connection.execute(query)}


def _put(connection: sa.Connection, writer: Writer, named: tuple[Work, Names], about: Any, texts: Mapping[str, bytes]) -> int:
    work, names = named
    row, repairs, respelt = about
    size = 0
    passages: list[Any] = []
    document = _document(work, names, row, flags_of(work, row.versions, row.lost, repairs=repairs))
    for witness in _distinct(work):
        data = texts.get(witness.witness)
        text = "" if data is None else unpack_text(data)
        size += len(text)
        ready = prepare(text)
        document.add_text("text" if witness.base else "other", ready)
        if witness.base:
            passages = list(_passages(work.work, text, ready))
    for witness in work.witnesses:
        if witness.witness in respelt:
            size += _received(connection, document, witness)
    writer.put(document, passages)
    return size


def _received(connection: sa.Connection, document: Any, witness: Witness) -> int:
    """The original spelling where a word was mended, with what stands beside it: it is found too."""
    data = connection.execute(sa.select(s.documents.c.data).where(s.documents.c.witness == witness.witness)).scalar()
    if data is None:
        return 0
    held = unpack_document(data)
    text = received(replace(held, blocks=_respelt(held))).part("story").text
    document.add_text("received", prepare(text))
    return len(text)


def _respelt(document: Document) -> tuple[Laid, ...]:
    """The blocks in which a word was mended, and their neighbours."""
    places = sorted((e.start, e.end) for e in document.emendations if e.kind == "text" and e.state == "applied")
    starts = [start for start, _ in places]
    longest = max((end - start for start, end in places), default=0)
    near: set[int] = set()
    for number, block in enumerate(document.blocks):
        if not block.pieces:
            continue
        first = bisect_left(starts, block.pieces[0].start - longest)
        last = bisect_right(starts, block.pieces[-1].end)
        if any(end >= block.pieces[0].start for _, end in places[first:last]):
            near.update((number - 1, number, number + 1))
    return tuple(block for number, block in enumerate(document.blocks) if number in near)


def flags_of(work: Work, versions: int, lost: int, *, repairs: bool) -> set[str]:
    """What ``is:`` and ``has:`` ask for."""
    about = work.metadata
    said = {
        "is:partial": bool(work.witnesses) and all(w.extent == "partial" for w in work.witnesses),
        "is:complete": about.status == "complete",
        "is:wip": about.status == "in-progress",
        "is:restricted": about.restricted,
        "is:adult": work.adult is True,
        "has:versions": versions > 1,
        "has:copies": len(work.witnesses) > 1,
        "has:lost": lost > 0,
        "has:repairs": repairs,
        "has:doubts": any(w.look for w in work.witnesses),
        "has:series": bool(about.series),
        "has:summary": bool(about.summary),
    }
    return {name for name, holds in said.items() if holds}


def _document(work: Work, called: Names, row: Any, flags: set[str]) -> Any:
    about = work.metadata
    document = tantivy.Document()
    document.add_text("work", work.work)
    document.add_text("adult", ADULT_CODE[work.adult])
    for flag in sorted(flags):
        document.add_text("flags", flag)
    names = [text for creator in about.creators for text in (creator.name, creator.account) if text]
    series = [one.title for one in about.series]
    facets = _facets(work)
    for name, values in facets.items():
        for value in dict.fromkeys(_counted(called, name, values)):
            document.add_text(f"facet_{name}", shown(value))
    words = {
        **{name: _all_names(called, name, values) for name, values in facets.items()},
        "title": [about.title] if about.title else [],
        "author": list(dict.fromkeys(names)),
        "series": series,
        "summary": [about.summary] if about.summary else [],
        "format": sorted({w.format for w in work.witnesses}),
        "name": sorted({w.name for w in work.witnesses}) if not about.title else [],
    }
    for name, values in words.items():
        for value in values:
            ready = prepare(value)
            document.add_text(name, ready)
            if name in _ABOUT:
                document.add_text("about", ready)
    for name in (*FACETS, *EXACT):
        for value in dict.fromkeys(words[name]):
            document.add_text(f"raw_{name}", shown(value))
    made = [creator.name for creator in about.creators if creator.name]
    for name, counted in (("author", made), ("series", series), ("format", words["format"])):
        for value in dict.fromkeys(counted):
            document.add_text(f"facet_{name}", shown(value))
    _sortable(document, work, row, names)
    return document


def _counted(called: Names, kind: str, values: Sequence[str]) -> Iterator[str]:
    """The names under which these tags are counted: the canonical one of each, and what it stands under."""
    for value in values:
        yield called.canonical(kind, value)
        yield from called.above(kind, value)


def _all_names(called: Names, kind: str, values: Sequence[str]) -> list[str]:
    """The tags as the author has them, then everything they are also called: a work is found by each."""
    if not called:
        return list(values)
    others = [other for value in values for other in called.spellings(kind, value)]
    above = [name for value in values for top in called.above(kind, value) for name in (top, *called.spellings(kind, top))]
    return list(dict.fromkeys((*values, *others, *above)))


def _facets(work: Work) -> dict[str, list[str]]:
    about = work.metadata
    sites = [about.site, *(w.site for w in work.witnesses)]
    return {
        "rating": [about.rating] if about.rating else [],
        "warning": list(about.warnings),
        "category": list(about.categories),
        "fandom": list(about.fandoms),
        "relationship": list(about.relationships),
        "character": list(about.characters),
        "tag": list(about.tags),
        "language": [about.language] if about.language else [],
        "status": [about.status],
        "site": list(dict.fromkeys(site for site in sites if site)),
    }


def _sortable(document: Any, work: Work, row: Any, names: Sequence[str]) -> None:
    title = work.metadata.title or next((w.name for w in work.witnesses if w.base), "")
    numbers = {
        "words": work.words,
        "chapters": work.chapters,
        "added": row.order,
        "lot": crc32(work.work.encode()),
        "copies": len(work.witnesses),
        "number": number_of(work.work),
    } | _dates(work.metadata)
    for name, text in (("title", title), ("author", names[0] if names else "")):
        key = _sort_key(text)
        document.add_text(f"sort_{name}", key)
        numbers[f"head_{name}"] = int.from_bytes(key.encode()[:_HEAD].ljust(_HEAD, b"\0"))
    for name, number in numbers.items():
        document.add_unsigned(name, max(0, number))


def _dates(about: Metadata) -> dict[str, int]:
    """ISO dates as YYYYMMDD, what is not known as 0; an unknown one is left out."""
    out = {}
    for name, text in (("published", about.published), ("updated", about.updated or about.published)):
        digits = (text or "")[:10].split("-")
        if digits[0].isdecimal() and digits[0].isascii() and len(digits[0]) == 4:
            parts = [int(d) if d.isdecimal() and d.isascii() else 0 for d in (*digits, "0", "0")[:3]]
            out[name] = parts[0] * 10_000 + min(parts[1], 99) * 100 + min(parts[2], 99)
    return out


def _sort_key(text: str) -> str:
    """Letters before signs, articles as they are; what has no letters comes last."""
    key = folded(shown(text)).strip().lstrip("\"'“”‘’«»([…—–-¿¡ ")
    return (key or "\uffff")[:80]


def _passages(work: str, text: str, ready: str) -> Iterator[Any]:
    """``ready``: the whole text as `prepare` leaves it, which is the text itself in most languages."""
    same = len(ready) == len(text)
    for start, end in passages_of(text):
        document = tantivy.Document()
        document.add_text("work", work)
        document.add_text("text", ready[start:end] if same else prepare(text[start:end]))
        document.add_unsigned("start", start)
        document.add_unsigned("end", end)
        yield document


def passages_of(text: str) -> Iterator[tuple[int, int]]:
    """A text in stretches of about 190 words, cut at white space where there is some."""
    spaced = 12 * (text.count(" ") + text.count("\n")) > len(text)
    size = _PASSAGE if spaced else _PASSAGE // 3
    start = 0
    while start < len(text):
        end = start + size
        if end >= len(text):
            yield start, len(text)
            return
        end = _cut(text, end)
        yield start, end
        start = end


def _cut(text: str, at: int) -> int:
    """The last white space before a place, when it is near."""
    space = max(text.rfind(" ", at - _NEAR, at), text.rfind("\n", at - _NEAR, at))
    return at if space < 0 else space + 1
