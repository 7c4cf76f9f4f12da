"""One reading page that stands alone: no script, nothing loaded from anywhere, its own quiet style."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import partial

from variorum.document import Block
from variorum.editions import safe
from variorum.editions.blocks import Printing, blocks_html
from variorum.editions.matter import back_html, before_html, front_html, heading_html, notes_html
from variorum.editions.request import Outline, Request, outline
from variorum.editions.tongues import style_of

__all__ = ["render_html"]

_STYLE = """\
:root { color-scheme: light dark; --ink: #23211d; --paper: #fbf9f4; --quiet: #6b655b; --line: #ddd6c8; --link: #7a3b2e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #d9d4c9; --paper: #1b1a18; --quiet: #9a9387; --line: #3a3731; --link: #e0a58f; }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 3rem 1.25rem 5rem; max-width: 37rem; overflow-wrap: break-word;
  font: 1.125rem/1.6 Charter, "Bitstream Charter", "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif;
  color: var(--ink); background: var(--paper); hyphens: auto;
}
h1, h2, h3, h4, h5, h6 { line-height: 1.25; font-weight: 600; hyphens: manual; text-wrap: balance; }
h1 { font-size: 2rem; margin: 0 0 .25rem; }
h2 { font-size: 1.4rem; margin: 4rem 0 1.5rem; }
h3 { font-size: 1rem; margin: 2rem 0 .5rem; }
p { margin: 0 0 1em; }
a { color: var(--link); }
.byline { font-style: italic; margin-bottom: 2rem; }
.tags, .matter, nav, footer { font-size: .95rem; }
.tags { margin: 0; padding: 1rem 0; border: solid var(--line); border-width: 1px 0; display: grid; gap: .25rem 1rem; }
.tags dt { color: var(--quiet); }
.tags dd, .tags ul { margin: 0; padding: 0; }
.tags li { display: inline; }
.tags li:not(:last-child)::after { content: " · "; color: var(--quiet); }
.matter h2, .matter h3 { font-size: 1rem; margin: 2rem 0 .5rem; }
.chapter > .matter { padding-inline-start: 1rem; border-inline-start: 3px solid var(--line); }
.scene { text-align: center; margin: 2em 0; color: var(--quiet); letter-spacing: .5em; }
.verse { padding-inline-start: 2em; }
.picture { color: var(--quiet); }
.digest { font: .8rem ui-monospace, monospace; color: var(--quiet); word-break: break-all; hyphens: none; }
blockquote { margin: 1em 0; padding-inline-start: 1.25rem; border-inline-start: 3px solid var(--line); }
pre { white-space: pre-wrap; font-size: .85em; }
table { border-collapse: collapse; margin: 1em 0; }
td { border: 1px solid var(--line); padding: .25em .6em; vertical-align: top; }
footer { margin-top: 5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); }
@media (min-width: 34rem) { .tags { grid-template-columns: 9rem 1fr; } }
@media print { body { max-width: none; background: none; color: #000; } h2 { break-before: page; } }
"""

# The page asks nothing of anybody, and says so to the browser: a mistake of ours could not load anything either.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SEEN = "; img-src data:"  # only where there are pictures: they are written into the page

_PICTURES = """\
.picture { text-align: center; }
.picture img { max-width: 100%; height: auto; }
@media print { .picture img { max-height: 90vh; } }
"""


def render_html(request: Request) -> bytes:
    """The page, UTF-8; the same bytes for the same request."""
    parts = outline(request.text)
    how = Printing(partial(safe.address, base=request.witness.url), request.direction, partial(_written_in, request))
    policy, style = (_POLICY + _SEEN, _STYLE + _PICTURES) if request.pictures.at else (_POLICY, _STYLE)
    style += style_of([request])
    language = f' lang="{safe.html(request.language)}"' if request.language else ""
    title = safe.html(request.title)
    by = safe.html(safe.line(request.byline))
    head = (
        f'<!DOCTYPE html>\n<html{language} dir="{request.direction}">\n<head>\n<meta charset="utf-8"/>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n<meta name="referrer" content="no-referrer"/>\n'
        f'<meta name="generator" content="Variorum"/>\n<meta name="author" content="{by}"/>\n<title>{title}</title>\n'
        f"<style>\n{style}</style>\n</head>\n"
    )
    body = [
        f"<body>\n<main>\n<header>\n<h1><bdi>{title}</bdi></h1>\n",
        front_html(request, parts, 2, how),
        "</header>\n",
        *_contents(parts),
        *_chapters(parts, how),
        f"</main>\n<footer>\n{back_html(request, parts, 2, how)}</footer>\n</body>\n</html>\n",
    ]
    return (head + "".join(body)).encode()


def _written_in(request: Request, block: Block) -> str | None:
    """The address of a block's picture, which is the picture itself."""
    held = request.pictures.at.get(block)
    return None if held is None else f"data:{held.media};base64,{base64.b64encode(held.data).decode('ascii')}"


def _contents(parts: Outline) -> Iterator[str]:
    if len(parts.chapters) > 1:
        yield '<nav aria-labelledby="contents">\n<h2 id="contents">Chapters</h2>\n<ol>\n'
        for index in range(len(parts.chapters)):
            yield f'<li><a href="#chapter{index + 1}"><bdi>{safe.html(parts.name(index))}</bdi></a></li>\n'
        yield "</ol>\n</nav>\n"


def _chapters(parts: Outline, how: Printing) -> Iterator[str]:
    first = 1
    for index, chapter in enumerate(parts.chapters):
        name = f"c{index + 1}"
        named = chapter.heading is not None or len(parts.chapters) > 1
        level = 3 if named else 2
        label = f' aria-labelledby="{name}"' if named else ' aria-label="The story"'
        yield f'<section class="chapter" id="chapter{index + 1}"{label}>\n'
        if named:
            yield f'<h2 id="{name}">{heading_html(parts, index, how.link)}</h2>\n'
        yield before_html(chapter, name, level, how)
        inner = 3 if named else 2
        yield blocks_html(chapter.story, first=first, heading=inner, **how._asdict())
        first += len(chapter.story)
        yield notes_html("Notes", chapter.after, level, f"{name}after", how)
        yield "</section>\n"
