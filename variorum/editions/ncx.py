"""The table of contents as EPUB 2 had it (NCX), beside the one of EPUB 3: old e-readers know no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from variorum.editions import safe
from variorum.editions.package import Page

__all__ = ["Point", "ncx", "ncx_of"]

#: Title, file, and what stands beneath it.
Point = tuple[str, str, Sequence["Point"]]


def ncx(title: str, uuid: str, pages: Sequence[Page]) -> str:
    """The contents of a book of one work: the same entries as its navigation document has."""
    listed = [p for p in pages if p.kind and p.kind != "cover"]
    return ncx_of(title, uuid, [("Title page" if p.kind == "titlepage" else p.title, p.name, ()) for p in listed])


def ncx_of(title: str, uuid: str, points: Sequence[Point]) -> str:
    """The document; ``uuid`` is the identifier that the package gives too."""
    body = "".join(_points(points, [0]))
    depth = 2 if any(inner for _, _, inner in points) else 1
    heads = {"dtb:uid": uuid, "dtb:depth": depth, "dtb:totalPageCount": 0, "dtb:maxPageNumber": 0}
    meta = "".join(f'<meta name="{name}" content="{value}"/>\n' for name, value in heads.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1">\n'
        f"<head>\n{meta}</head>\n<docTitle><text>{_said(title)}</text></docTitle>\n<navMap>\n{body}</navMap>\n</ncx>\n"
    )


def _points(points: Sequence[Point], count: list[int]) -> Iterator[str]:
    for title, name, inner in points:
        count[0] += 1
        number = count[0]
        yield (
            f'<navPoint id="point{number}" playOrder="{number}"><navLabel><text>{_said(title)}</text></navLabel>'
            f'<content src="{name}"/>\n{"".join(_points(inner, count))}</navPoint>\n'
        )


def _said(text: str) -> str:
    return safe.html(safe.undirected(text)) or "Untitled"
