"""The parts of an EPUB that are not its text: package document, navigation, the frame of a page, style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from variorum.editions import safe
from variorum.editions.pictured import Picture, described
from variorum.editions.request import Request, date

__all__ = [
    "CONTAINER",
    "NCX_ITEM",
    "PICTURES",
    "STYLE",
    "Page",
    "accessibility",
    "nav_xhtml",
    "package_opf",
    "page_xhtml",
    "picture_items",
]


class Page(NamedTuple):
    """One content document."""

    name: str
    title: str
    body: str
    kind: str  #: cover titlepage chapter afterword, or empty for what the contents do not name


CONTAINER = """\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""

STYLE = """\
h1, h2, h3, h4, h5, h6 { line-height: 1.25; hyphens: manual; text-align: start; }
h1 { margin: 2em 0 1.5em; }
h2, h3 { font-size: 1em; margin: 1.5em 0 .5em; }
p { margin: 0 0 .75em; }
.byline { font-style: italic; }
.tags dt { font-weight: bold; margin-top: .5em; }
.tags dd { margin: 0; }
.tags ul { margin: 0; padding: 0; list-style: none; }
.chapter > .matter { margin-bottom: 2em; padding-inline-start: 1em; border-inline-start: 2px solid; font-size: .95em; }
.scene { text-align: center; margin: 1.5em 0; }
.verse { margin-inline-start: 2em; }
.digest { font-family: monospace; font-size: .8em; word-break: break-all; }
.cover { text-align: center; margin: 0; padding: 0; }
.cover img { max-width: 100%; max-height: 100%; }
blockquote { margin: 1em 0 1em 1em; padding-inline-start: 1em; border-inline-start: 2px solid; }
pre { white-space: pre-wrap; font-size: .85em; }
table { border-collapse: collapse; margin: 1em 0; }
td { border: 1px solid; padding: .2em .5em; vertical-align: top; }
"""

#: What a book with pictures says besides.
PICTURES = """\
.picture { text-align: center; margin: 1em 0; break-inside: avoid; }
.picture img { max-width: 100%; max-height: 95vh; height: auto; }
"""

# MARC relators for what a creator did; others are contributors without one.
_RELATORS = {
    "author": "aut",
    "artist": "ill",
    "translator": "trl",
    "beta": "edt",
    "podficcer": "nrt",
    "archivist": "col",
    "giftee": "dte",
}
_LANDMARKS = {"cover": ("cover", "Cover"), "titlepage": ("titlepage", "Title page"), "afterword": ("afterword", "Afterword")}
_SUMMARY = "The text is in reading order, with chapters as headings and a table of contents; it can be resized and reflowed."
_UNCHECKED = "It has not been checked against a conformance standard by a person."
_FEATURES = ("structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability", "ARIA")


def accessibility(requests: Iterable[Request]) -> Iterator[str]:
    """What the package says of how it can be read. No dcterms:conformsTo: nobody has checked that this very book conforms.

    A picture's description is its author's; a book in which one has none does not claim to be whole without seeing them. Nor
    is it said of a picture that moves (GIF, WebP, PNG can) that it does not flash: nobody has looked.
    """
    held = [pictures for request in requests if (pictures := request.pictures).at or pictures.cover is not None]
    shown = [block for pictures in held for block in pictures.at]
    told = described(shown)
    moving = any(picture.may_move for pictures in held for picture in pictures.files())
    said = f"{_SUMMARY} {_summary(len(shown), told=told)} {_UNCHECKED}"
    features = (*_FEATURES, "alternativeText") if told else _FEATURES
    values = [("accessMode", "textual"), *([("accessMode", "visual")] if shown else [])]
    values.append(("accessModeSufficient", "textual" if told else "textual,visual"))
    values += [("accessibilityFeature", feature) for feature in features]
    values += [("accessibilityHazard", "unknown" if moving else "none"), ("accessibilitySummary", said)]
    for name, value in values:
        yield f'<meta property="schema:{name}">{value}</meta>'


def _summary(pictures: int, *, told: bool) -> str:
    if not pictures:
        return "Pictures of the original are named and not included."
    many = "It has 1 picture" if pictures == 1 else f"It has {pictures} pictures"
    return f"{many}, {'described in words' if told else 'not all of which are described in words'}."


def page_xhtml(request: Request, page: Page) -> str:
    """A content document around a page's body."""
    return (
        f"{_opening(request)}<head>\n<title>{safe.html(page.title)}</title>\n"
        f'<link rel="stylesheet" type="text/css" href="style.css"/>\n</head>\n<body>\n{page.body}</body>\n</html>\n'
    )


def _opening(request: Request) -> str:
    tongue = safe.html(request.language or "und")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops" lang="{tongue}" xml:lang="{tongue}" dir="{request.direction}">\n'
    )


def nav_xhtml(request: Request, pages: Sequence[Page]) -> str:
    """The table of contents and the landmarks."""
    listed = "".join(
        f'<li><a href="{p.name}">{"Title page" if p.kind == "titlepage" else safe.html(p.title)}</a></li>\n'
        for p in pages
        if p.kind and p.kind != "cover"
    )
    marks = [(*_LANDMARKS[p.kind], p.name) for p in pages if p.kind in _LANDMARKS]
    chapters = [p for p in pages if p.kind == "chapter"]
    if chapters:
        marks.append(("bodymatter", "Start of the story", chapters[0].name))
    if _has_contents(pages):
        marks.append(("toc", "Contents", "nav.xhtml"))
    landmarks = "".join(f'<li><a epub:type="{kind}" href="{name}">{label}</a></li>\n' for kind, label, name in marks)
    return (
        f"{_opening(request)}<head>\n<title>{safe.html(request.title)}</title>\n"
        '<link rel="stylesheet" type="text/css" href="style.css"/>\n</head>\n<body>\n'
        f'<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="contents">\n<h1 id="contents">Contents</h1>\n<ol>\n{listed}</ol>\n</nav>\n'
        f'<nav epub:type="landmarks" aria-label="Landmarks" hidden="hidden">\n<ol>\n{landmarks}</ol>\n</nav>\n</body>\n</html>\n'
    )


def _has_contents(pages: Sequence[Page]) -> bool:
    """Whether the contents are worth a page of their own."""
    return sum(page.kind == "chapter" for page in pages) > 1


NCX_ITEM = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'


def picture_items(pictures: Iterable[Picture], cover: Picture | None) -> Iterator[str]:
    """The pictures in the manifest; without a cover of the work's own, the drawn one."""
    if cover is None:
        yield '<item id="cover-picture" href="cover.svg" media-type="image/svg+xml" properties="cover-image"/>'
    for picture in pictures:
        name, more = picture.name.partition(".")[0], ""
        if cover is not None and picture.name == cover.name:
            name, more = "cover-picture", ' properties="cover-image"'
        yield f'<item id="{name}" href="{picture.name}" media-type="{picture.media}"{more}/>'


def package_opf(request: Request, pages: Sequence[Page]) -> str:
    """The package document."""
    items = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
        NCX_ITEM,
        *picture_items(request.pictures.files(), request.pictures.cover),
        *(f'<item id="{_id(p)}" href="{p.name}" media-type="application/xhtml+xml"/>' for p in pages),
    ]
    spine: list[str] = []
    for page in pages:
        spine.append(f'<itemref idref="{_id(page)}"/>')
        if page.kind == "titlepage" and _has_contents(pages):
            spine.append('<itemref idref="nav"/>')
    tongue = f' xml:lang="{safe.html(request.language or "und")}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"{tongue}>',
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
        *_metadata(request),
        "</metadata>",
        "<manifest>",
        *items,
        "</manifest>",
        f'<spine toc="ncx" page-progression-direction="{request.direction}">',
        *spine,
        "</spine>",
        "</package>",
        "",
    ]
    return "\n".join(lines)


def _id(page: Page) -> str:
    return page.name.removesuffix(".xhtml")


def _metadata(request: Request) -> Iterator[str]:
    m = request.metadata
    yield f'<dc:identifier id="id">{request.uuid}</dc:identifier>'
    yield f"<dc:title>{_said(request.title) or 'Untitled'}</dc:title>"
    yield f"<dc:language>{safe.html(request.language or 'und')}</dc:language>"
    yield f'<meta property="dcterms:modified">{request.modified}</meta>'
    for number, creator in enumerate(m.creators):
        name = _said(creator.name)
        if not name:
            continue
        element = "creator" if creator.role == "author" else "contributor"
        yield f'<dc:{element} id="creator{number}">{name}</dc:{element}>'
        if creator.role in _RELATORS:
            yield f'<meta refines="#creator{number}" property="role" scheme="marc:relators">{_RELATORS[creator.role]}</meta>'
    yield '<dc:contributor id="maker">Variorum</dc:contributor>'
    yield '<meta refines="#maker" property="role" scheme="marc:relators">bkp</meta>'
    if (published := date(m.published)) is not None:
        yield f"<dc:date>{published}</dc:date>"
    description = "\n\n".join(filter(None, (_said(part) for part in (m.summary or "").split("\n\n"))))
    if description:
        yield f"<dc:description>{description}</dc:description>"
    for source in filter(None, (safe.address(request.witness.url or ""), _said(request.witness.digest))):
        yield f"<dc:source>{safe.html(source) if source.startswith('http') else source}</dc:source>"
    subjects = (*m.fandoms, m.rating or "", *m.warnings, *m.categories, *m.relationships, *m.characters, *m.tags)
    for subject in dict.fromkeys(filter(None, map(_said, subjects))):
        yield f"<dc:subject>{subject}</dc:subject>"
    yield from _series(request)
    # How EPUB 2 named the cover: old e-readers look for nothing else.
    yield '<meta name="cover" content="cover-picture"/>'
    yield from accessibility([request])


def _said(text: str) -> str:
    """A value of the package, escaped: readers' shelves cannot isolate its direction, so it may not turn what follows it."""
    return safe.html(safe.undirected(text))


def _series(request: Request) -> Iterator[str]:
    for number, series in enumerate(request.metadata.series):
        name = _said(series.title)
        if name:
            yield f'<meta property="belongs-to-collection" id="series{number}">{name}</meta>'
            yield f'<meta refines="#series{number}" property="collection-type">series</meta>'
            if series.position is not None:
                yield f'<meta refines="#series{number}" property="group-position">{series.position:g}</meta>'
