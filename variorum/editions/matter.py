"""Front and back matter, in AO3's order, as HTML that is XHTML too: the same words in every edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from variorum.document import Block
from variorum.editions import safe
from variorum.editions.blocks import LinkTo, Printing, blocks_html, inline_html
from variorum.editions.request import Chapter, Outline, Request, date
from variorum.model import Creator, Relation

__all__ = ["back_html", "before_html", "front_html", "heading_html", "notes_html", "tags"]

_ROLES = {
    "artist": "Art by",
    "translator": "Translated by",
    "beta": "Beta read by",
    "archivist": "Archived by",
    "podficcer": "Read aloud by",
    "prompter": "Prompted by",
    "giftee": "A gift for",
}
_RELATIONS = {
    ("inspired-by", "out"): "Inspired by",
    ("inspired-by", "in"): "Works inspired by this one:",
    ("translation-of", "out"): "A translation of",
    ("translation-of", "in"): "Translated as",
    ("gift-to", "out"): "A gift for",
    ("part-of", "out"): "Part of",
}
_REPAIRS = {
    "text": ("word or character put right", "words or characters put right"),
    "break": ("paragraph break", "paragraph breaks"),
    "scene": ("scene break", "scene breaks"),
    "heading": ("heading", "headings"),
    "part": ("note told apart from the story", "notes told apart from the story"),
    "emphasis": ("lost emphasis", "lost emphases"),
}
_WISHES = {
    "no-reposting": "The author asks that this work is not posted elsewhere",
    "ask-first": "The author asks to be asked first",
}
_STATUS = {"complete": "Complete", "in-progress": "In progress"}


def tags(request: Request) -> list[tuple[str, list[str]]]:
    """Label and values of the tags, AO3's words and order; what is unknown is not there."""
    m = request.metadata
    series = [f"Part {_number(s.position)} of {s.title}" if s.position is not None else s.title for s in m.series]
    rows: list[tuple[str, str, Sequence[str | None]]] = [
        ("Rating", "Rating", [m.rating]),
        ("Archive Warning", "Archive Warnings", m.warnings),
        ("Category", "Categories", m.categories),
        ("Fandom", "Fandoms", m.fandoms),
        ("Relationship", "Relationships", m.relationships),
        ("Character", "Characters", m.characters),
        ("Additional Tag", "Additional Tags", m.tags),
        ("Language", "Language", [m.language]),
        ("Series", "Series", series),
        ("Collection", "Collections", m.collections),
    ]
    out = []
    for one, several, values in rows:
        said = [cleaned for value in values if value is not None and (cleaned := safe.line(value))]
        if said:
            out.append((one if len(said) == 1 else several, said))
    stats = list(_stats(request))
    return [*out, ("Stats", stats)] if stats else out


def _stats(request: Request) -> Iterator[str]:
    m = request.metadata
    published, updated = date(m.published), date(m.updated)
    if published is not None:
        yield f"Published: {published}"
    if updated is not None and updated != published:
        yield f"{'Completed' if m.status == 'complete' else 'Updated'}: {updated}"
    elif m.status in _STATUS:
        yield _STATUS[m.status]
    if request.work.words:
        yield f"Words: {request.work.words:,}"
    if m.chapters_stated:
        yield f"Chapters: {safe.line(m.chapters_stated)}"


def front_html(request: Request, parts: Outline, heading: int, how: Printing) -> str:
    """Byline, tags, summary, notes: everything before the story but the title, which is the page's."""
    out = []
    if request.byline:
        out.append(f'<p class="byline">by <bdi>{safe.html(request.byline)}</bdi></p>\n')
    rows = tags(request)
    if rows:
        out.append('<dl class="tags">\n')
        for label, values in rows:
            shown = "".join(f"<li><bdi>{safe.html(value)}</bdi></li>" for value in values)
            out.append(f"<dt>{label}</dt>\n<dd><ul>{shown}</ul></dd>\n")
        out.append("</dl>\n")
    summary = parts.front.get("summary")
    if summary is None and request.metadata.summary:
        body = _plain(request.metadata.summary)
        out.append(_section("Summary", body, heading) if body else "")
    else:
        out.append(notes_html("Summary", summary, heading, "summary", how))
    out.append(notes_html("Notes", parts.front.get("notes-before"), heading, "before", how))
    return "".join(out)


def notes_html(label: str, blocks: Sequence[Block] | None, heading: int, prefix: str, how: Printing) -> str:
    """A labelled section of blocks; nothing when there are none."""
    if not blocks:
        return ""
    body = blocks_html(blocks, prefix=prefix, heading=min(heading + 1, 6), **how._asdict())
    return _section(label, body, heading) if body else ""


def back_html(request: Request, parts: Outline, heading: int, how: Printing) -> str:
    """End notes, what it was inspired by, credits, and where this copy came from."""
    out = [notes_html("End Notes", parts.back.get("notes-after"), heading, "after", how)]
    said = " ".join(block.text for block in parts.back.get("credits", ())).casefold()
    relations = "".join(_relation(r) for r in request.work.relations if not _is_said(r, said, request))
    out.append(_section("Inspired by, and other works", relations, heading) if relations else "")
    credits_ = "".join(_credit(c) for c in request.metadata.creators if c.role != "author")
    credits_ += "".join(
        f"<p>A gift for <bdi>{safe.html(safe.line(g))}</bdi></p>\n" for g in request.metadata.gifts if safe.line(g)
    )
    credits_ += blocks_html(parts.back.get("credits", ()), prefix="credit", heading=heading + 1, **how._asdict())
    out.append(_section("Credits", credits_, heading) if credits_ else "")
    out.append(notes_html("The head of the page as it came", parts.back.get("title"), heading, "head", how))
    out.append(_section("About this copy", "".join(_copy(request)), heading))
    return "".join(out)


def heading_html(parts: Outline, index: int, link: LinkTo) -> str:
    """A chapter's title with its emphasis, or its number."""
    chapter = parts.chapters[index]
    if chapter.heading is None:
        return safe.html(parts.name(index))
    return f"<bdi>{inline_html(chapter.heading.text, chapter.heading.spans, link=link)}</bdi>"


def before_html(chapter: Chapter, name: str, level: int, how: Printing) -> str:
    """Who wrote the chapter, its summary, its notes: what stands between its title and its story."""
    by = blocks_html(chapter.before.get("credits", ()), prefix=f"{name}by", **how._asdict())
    return by + "".join(
        notes_html(label, chapter.before.get(part), level, f"{name}{part}", how)
        for part, label in (("summary", "Summary"), ("notes-before", "Notes"))
    )


# ---------------------------------------------------------------- pieces


def _section(label: str, body: str, heading: int) -> str:
    return f'<section class="matter">\n<h{heading}>{safe.html(label)}</h{heading}>\n{body}</section>\n'


def _plain(text: str) -> str:
    paragraphs = [safe.html(part.strip()).replace("\n", "<br/>\n") for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)


def _number(position: float) -> str:
    return f"{position:g}"


def _linked(words: str, url: str | None) -> str:
    target = safe.address(url) if url else None
    shown = f"<bdi>{safe.html(safe.line(words))}</bdi>"
    return shown if target is None else f'<a href="{safe.html(target)}" rel="noopener noreferrer">{shown}</a>'


def _names(creators: Iterable[Creator]) -> str:
    return ", ".join(_linked(c.name, c.url) for c in creators if safe.line(c.name))


def _relation(relation: Relation) -> str:
    label = _RELATIONS.get((relation.relation, relation.direction))
    names = _names(relation.creators)
    thing = relation.title or relation.url
    if label is None or not (thing or names):
        return ""
    what = _linked(thing, relation.url) if thing else "a work"
    return f"<p>{label} {what}{' by ' + names if names else ''}</p>\n"


def _is_said(relation: Relation, credits_: str, request: Request) -> bool:
    """Whether the copy's own credits, or the line of its series, say it already."""
    if relation.relation == "part-of":
        return any(series.title == relation.title for series in request.metadata.series)
    named = [relation.title] if relation.title else [creator.name for creator in relation.creators]
    return bool(named) and all(name.casefold() in credits_ for name in named)


def _credit(creator: Creator) -> str:
    if not safe.line(creator.name):
        return ""
    label = _ROLES.get(creator.role, f"{safe.html(safe.line(creator.role)).capitalize()}:")
    site = f" ({safe.html(safe.line(creator.site))})" if creator.site else ""
    return f"<p>{label} {_linked(creator.name, creator.url)}{site}</p>\n"


def _copy(request: Request) -> Iterator[str]:
    """Where this copy came from, its digest, and what was done to its text."""
    witness, m = request.witness, request.metadata
    where = safe.line(witness.site or "")
    came = f"Copy {safe.html(safe.line(witness.siglum))} of this work"
    came += f", from {safe.html(where)}" if where else ""
    came += f", taken {safe.html(safe.line(witness.captured[:10]))}" if witness.captured else ""
    yield f"<p>{came}.</p>\n"
    if witness.url and safe.address(witness.url):
        yield f"<p>Address: {_linked(witness.url, witness.url)}</p>\n"
    if witness.extent == "partial":
        yield "<p>This copy does not hold the whole work.</p>\n"
    yield f'<p>The file it was made from: <span class="digest">{safe.html(safe.line(witness.digest))}</span></p>\n'
    yield f"<p>{_repairs(request)}</p>\n"
    if request.pictures.left:
        many = "1 picture" if request.pictures.left == 1 else f"{request.pictures.left} pictures"
        yield f"<p>{many} of this copy would have made the edition too large; they are named where they stand.</p>\n"
    for lost in request.work.lost:
        yield f"<p>Also posted at {_linked(lost.site, lost.url)}; that copy is not held.</p>\n"
    for wish in m.wishes:
        label = _WISHES.get(wish.kind, "The author asks")
        yield f"<p>{label}: “{safe.html(safe.line(wish.evidence))}”</p>\n"
    yield "<p>Made with Variorum, which keeps every copy as it came.</p>\n"


def _repairs(request: Request) -> str:
    if not request.repairs:
        return "This edition contains no repairs: the text stands as it was received."
    counts = Counter(e.kind for e in request.emendations if e.state == "applied")
    parts = [f"{count} {_REPAIRS[kind][count > 1]}" for kind, count in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))]
    said = "1 repair" if request.repairs == 1 else f"{request.repairs} repairs"
    return f"This edition contains {said} to the text as it was received: {', '.join(parts)}. The file itself was not changed."
