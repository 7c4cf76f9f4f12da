"""A small library for the tests of the shelf: the first minute's stories, one of a rating nobody knows, a series with gaps and a list that tells of one."""

from __future__ import annotations

from pathlib import Path

import first_minute

from variorum.library import Library
from variorum.model import Work

MATURE = """<html><head><title>The Banked Fire</title><meta name="author" content="cinder"></head><body><h1>The Banked Fire</h1>
<p>Rating: Mature</p><p>The fire had been banked for the night, and nobody had told it so. It talked on under its ash, in the low red voice it kept
for people who come downstairs at two in the morning looking for a glass of water and find a chair instead.</p></body></html>"""
PAGE = """<html><head><title>{title} - damp_clerk - The Flood Office</title></head><body>
<div id="preface"><p class="message">Posted originally on the <a href="http://archiveofourown.org/">Archive of Our Own</a> at
<a href="http://archiveofourown.org/works/{id}">http://archiveofourown.org/works/{id}</a>.</p>
<div class="meta"><dl class="tags"><dt>Rating:</dt><dd><a href="#">{rating}</a></dd>
<dt>Fandom:</dt><dd><a href="#">The Flood Office</a></dd>
<dt>Series:</dt><dd>Part {part} of <a href="http://archiveofourown.org/series/900070">High Water</a></dd></dl><h1>{title}</h1>
<div class="byline">by <a rel="author" href="http://archiveofourown.org/users/damp_clerk/pseuds/damp_clerk">damp_clerk</a></div></div></div>
<div id="chapters" class="userstuff"><p>{text}</p></div></body></html>"""

PARTS = (
    (
        1,
        "Zero Gauge",
        "General Audiences",
        "The gauge stood at nothing, and the clerk wrote it down as though it were something.",
    ),
    (4, "An Ebb", "General Audiences", "By the time the water went the office had learned to float, and saw no reason to stop."),
    (5, "Undertow", "Explicit", "Nobody mentioned the cellar stairs, and nobody went down them after the lamps were out."),
)

_SAMPLES = Path(__file__).parent / "samples"


def build(folder: Path) -> Library:
    """The library, opened; whoever asked closes it."""
    pile = folder / "pile"
    pile.mkdir()
    (pile / "fire.html").write_text(MATURE, "utf-8")
    for part, title, rating, text in PARTS:
        made = PAGE.format(title=title, part=part, rating=rating, text=text, id=90008000 + part)
        (pile / f"{9 - part}.html").write_text(made, "utf-8")
    library = Library(folder / "library", create=True)
    library.add([first_minute.HERE, pile, _SAMPLES / "ao3-list" / "bookmarks.html"])
    library.find(limit=0)
    return library


def titled(library: Library, beginning: str) -> Work:
    """The work whose title begins so."""
    return next(hit.work for hit in library.find().hits if (hit.work.title or "").startswith(beginning))
