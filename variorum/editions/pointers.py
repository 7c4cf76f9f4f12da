"""Places inside an EPUB of ours, as e-readers write them: from a paragraph to the pointer and back.

KOReader (crengine) names a place ``/body/DocFragment[3]/body/section/p[22]/text().0``: the third file of the spine, then a
path of elements, then a character of a text node. Every block of the story has an id in our books (``p1``, ``p2`` ...:
its number among the blocks of the story), so a path leads to a block and a block to a path, exactly to the paragraph.
"""

from __future__ import annotations

import io
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

__all__ = ["Pointers", "pointers"]

_OPF = "{http://www.idpf.org/2007/opf}"
_STEP = re.compile(r"(?:\w+:)?([A-Za-z][\w.-]*)(?:\[([0-9]{1,7})\])?")
_FRAGMENT = re.compile(r"/body/DocFragment(?:\[([0-9]{1,6})\])?(/.*)?")
_BLOCK = re.compile(r"p([0-9]{1,9})")
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Pointers:
    """The pointers of one book. Blocks are numbered from 1, as their ids are."""

    pages: tuple[etree._Element, ...]  #: the bodies, in the order of the spine
    places: dict[int, tuple[int, str]]  #: block -> number of its file in the spine (from 1), path from the body
    firsts: tuple[int, ...]  #: of each file: the first block in it or after it

    def pointer(self, block: int) -> str | None:
        """The pointer to the beginning of a block; None when the book has no such block."""
        place = self.places.get(block)
        return None if place is None else f"/body/DocFragment[{place[0]}]{place[1]}/text().0"

    def block(self, pointer: str) -> int | None:
        """The block a pointer leads into: its own, else the last one before that place; None for no pointer into this book."""
        match = _FRAGMENT.fullmatch(pointer[:_LONGEST])
        if match is None:
            return None
        number = int(match[1] or 1)
        if not 1 <= number <= len(self.pages):
            return None
        body = self.pages[number - 1]
        return _block_at(body, _followed(body, match[2] or "")) or self.firsts[number - 1] or None


def pointers(book: bytes) -> Pointers:
    """Reads a book of our own making. ValueError, KeyError or an error of the zip for any other."""
    pages = tuple(_bodies(book))
    places: dict[int, tuple[int, str]] = {}
    for number, body in enumerate(pages, 1):
        tree = etree.ElementTree(body)
        for element in body.iter(etree.Element):
            match = _BLOCK.fullmatch(element.get("id") or "")
            if match is not None:
                places.setdefault(int(match[1]), (number, "/body" + _indexed(tree.getpath(element))))
    order = sorted(places)
    files = [places[block][0] for block in order]
    firsts = []
    for number in range(1, len(pages) + 1):
        at = bisect_right(files, number - 1)
        firsts.append(order[at] if at < len(order) else order[-1] if order else 0)
    return Pointers(pages, places, tuple(firsts))


def _bodies(book: bytes) -> Iterator[etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with zipfile.ZipFile(io.BytesIO(book)) as held:
        package = etree.fromstring(held.read("EPUB/package.opf"), parser)
        files = {item.get("id"): item.get("href") for item in package.iter(_OPF + "item")}
        for item in package.iter(_OPF + "itemref"):
            page = etree.fromstring(held.read(f"EPUB/{files[item.get('idref')]}"), parser)
            for element in page.iter(etree.Element):
                element.tag = etree.QName(element).localname
            body = page.find("body")
            if body is None:
                raise ValueError("a page of the book has no body")
            yield _alone(body)


def _alone(body: etree._Element) -> etree._Element:
    """The body as the root of a tree of its own, so that paths begin in it."""
    parent = body.getparent()
    if parent is not None:
        parent.remove(body)
    return body


def _indexed(path: str) -> str:
    """Lxml's path without its root, every step with its number, as crengine writes it."""
    steps = path.split("/")[2:]
    return "".join(f"/{step}" if step.endswith("]") else f"/{step}[1]" for step in steps)


def _followed(body: etree._Element, path: str) -> etree._Element:
    """As far down the path as it leads in this page."""
    at = body
    steps = path.removeprefix("/body").split("/")
    for step in filter(None, steps):
        match = _STEP.match(step)
        if match is None or step.startswith("text()"):
            break
        children = [child for child in at if child.tag == match[1]]
        number = int(match[2] or 1)
        if not 1 <= number <= len(children):
            break
        at = children[number - 1]
    return at


def _block_at(body: etree._Element, element: etree._Element) -> int | None:
    """The block of the element itself, of what stands around it, else the last one before it in the page."""
    for around in (element, *element.iterancestors()):
        match = _BLOCK.fullmatch(around.get("id") or "")
        if match is not None:
            return int(match[1])
    last = None
    for before in body.iter(etree.Element):
        if before is element:
            break
        match = _BLOCK.fullmatch(before.get("id") or "")
        last = int(match[1]) if match is not None else last
    return last
