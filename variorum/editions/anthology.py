"""Several works as one EPUB: a series, or what a question found, in the order given. The same bytes for the same works.

Each work keeps its title page, its notes and what stands about its copy; nothing of one runs into the next.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace

from variorum.editions import safe
from variorum.editions.cover import cover_svg
from variorum.editions.epub import printing, work_pages, zipped
from variorum.editions.ncx import ncx_of
from variorum.editions.package import CONTAINER, NCX_ITEM, PICTURES, STYLE, Page, accessibility, page_xhtml, picture_items
from variorum.editions.pictured import Picture
from variorum.editions.request import Request, outline
from variorum.editions.tongues import style_of

__all__ = ["render_anthology"]


def render_anthology(title: str, requests: Sequence[Request]) -> bytes:
    """The book. ``requests`` must not be empty."""
    title = safe.line(title) or "Works"
    names = list(dict.fromkeys(name for request in requests for name in request.authors))
    byline = ", ".join(names[:4]) + (" and others" if len(names) > 4 else "")
    digits = max(len(str(len(requests))), 2)
    requests = [replace(r, pictures=r.pictures.prefixed(f"w{n:0{digits}}-")) for n, r in enumerate(requests, 1)]
    members: list[tuple[str, str | bytes]] = [("META-INF/container.xml", CONTAINER)]
    works: list[list[Page]] = []
    for number, request in enumerate(requests, 1):
        # No file of one work may have the name of another's.
        pages = [
            page._replace(name=f"w{number:0{digits}}-{page.name}")
            for page in work_pages(request, outline(request.text), printing(request))
        ]
        works.append(pages)
        members += [(f"EPUB/{page.name}", page_xhtml(request, page)) for page in pages]
    pictures = [picture for request in requests for picture in request.pictures.files()]
    members += [(f"EPUB/{picture.name}", picture.data) for picture in pictures]
    identifier = hashlib.sha256("\n".join((title, *(request.identifier for request in requests))).encode()).hexdigest()
    urn = f"urn:uuid:{uuid.UUID(identifier[:32], version=5)}"
    first = requests[0]
    said = safe.html(f"{title}, by {byline}" if byline else title)
    cover = f'<section class="cover" epub:type="cover">\n<img src="cover.svg" alt="Cover: {said}"/>\n</section>\n'
    top: list[tuple[str, str | bytes]] = [
        ("EPUB/package.opf", _package(title, names, requests, works, urn)),
        ("EPUB/nav.xhtml", _contents(title, requests, works)),
        ("EPUB/toc.ncx", _old_contents(title, requests, works, urn)),
        ("EPUB/style.css", STYLE + (PICTURES if pictures else "") + style_of(requests)),
        ("EPUB/cover.svg", cover_svg(title, byline, identifier, "ltr", None)),
        ("EPUB/cover.xhtml", page_xhtml(first, Page("cover.xhtml", "Cover", cover, "cover"))),
    ]
    return zipped([members[0], *top, *members[1:]])


def _contents(title: str, requests: Sequence[Request], works: Sequence[Sequence[Page]]) -> str:
    rows = []
    for request, pages in zip(requests, works, strict=True):
        chapters = [page for page in pages if page.kind == "chapter"]
        inner = "".join(f'<li><a href="{p.name}">{safe.html(p.title)}</a></li>\n' for p in chapters) if len(chapters) > 1 else ""
        by = f" by {request.byline}" if request.byline else ""
        rows.append(
            f'<li><a href="{pages[0].name}"><bdi>{safe.html(request.title + by)}</bdi></a>{f"<ol>{inner}</ol>" if inner else ""}</li>\n'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">\n'
        f'<head>\n<title>{safe.html(title)}</title>\n<link rel="stylesheet" type="text/css" href="style.css"/>\n</head>\n<body>\n'
        f'<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="contents">\n<h1 id="contents">{safe.html(title)}</h1>\n'
        f"<ol>\n{''.join(rows)}</ol>\n</nav>\n"
        '<nav epub:type="landmarks" aria-label="Landmarks" hidden="hidden">\n<ol>\n'
        '<li><a epub:type="cover" href="cover.xhtml">Cover</a></li>\n<li><a epub:type="toc" href="nav.xhtml">Contents</a></li>\n'
        f'<li><a epub:type="bodymatter" href="{works[0][0].name}">The first work</a></li>\n</ol>\n</nav>\n</body>\n</html>\n'
    )


def _old_contents(title: str, requests: Sequence[Request], works: Sequence[Sequence[Page]], urn: str) -> str:
    points = []
    for request, pages in zip(requests, works, strict=True):
        chapters = [page for page in pages if page.kind == "chapter"]
        called = f"{request.title} by {request.byline}" if request.byline else request.title
        points.append((called, pages[0].name, [(p.title, p.name, ()) for p in chapters] if len(chapters) > 1 else []))
    return ncx_of(title, urn, points)


def _package(title: str, names: Sequence[str], requests: Sequence[Request], works: Sequence[Sequence[Page]], urn: str) -> str:
    held: list[Picture] = [picture for request in requests for picture in request.pictures.files()]
    pages = [page for of_work in works for page in of_work]
    items = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
        NCX_ITEM,
        *picture_items(held, None),
        '<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>',
        *(
            f'<item id="{page.name.removesuffix(".xhtml")}" href="{page.name}" media-type="application/xhtml+xml"/>'
            for page in pages
        ),
    ]
    spine = ["cover", "nav", *(page.name.removesuffix(".xhtml") for page in pages)]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">',
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
        *_metadata(title, names, requests, urn),
        "</metadata>",
        "<manifest>",
        *items,
        "</manifest>",
        '<spine toc="ncx">',
        *(f'<itemref idref="{name}"/>' for name in spine),
        "</spine>",
        "</package>",
        "",
    ]
    return "\n".join(lines)


def _metadata(title: str, names: Sequence[str], requests: Sequence[Request], urn: str) -> Iterator[str]:
    yield f'<dc:identifier id="id">{urn}</dc:identifier>'
    yield f"<dc:title>{safe.html(safe.undirected(title))}</dc:title>"
    for language in dict.fromkeys(request.language or "und" for request in requests):
        yield f"<dc:language>{safe.html(language)}</dc:language>"
    yield f'<meta property="dcterms:modified">{max(request.modified for request in requests)}</meta>'
    for name in names:
        yield f"<dc:creator>{safe.html(safe.undirected(name))}</dc:creator>"
    yield '<dc:contributor id="maker">Variorum</dc:contributor>'
    yield '<meta refines="#maker" property="role" scheme="marc:relators">bkp</meta>'
    yield "<dc:type>anthology</dc:type>"
    for subject in dict.fromkeys(filter(None, (safe.undirected(f) for request in requests for f in request.metadata.fandoms))):
        yield f"<dc:subject>{safe.html(subject)}</dc:subject>"
    yield '<meta name="cover" content="cover-picture"/>'
    yield from accessibility(requests)
