"""The cover of a book: which of its pictures it names as that, in the way of EPUB 3 or of EPUB 2."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from variorum.intake.inner import member
from variorum.intake.opf import rootfile, xml_of

__all__ = ["cover_of"]

_PACKAGE = 8 << 20  # bytes


def cover_of(name: str, data: bytes, most: int) -> bytes:
    """The bytes of the cover of an EPUB, at most so many; empty when it names none. MalformedItem for what is no zip."""
    path = rootfile(member(name, data, "META-INF/container.xml", _PACKAGE))
    root = xml_of(member(name, data, path, _PACKAGE)) if path else None
    if path is None or root is None:
        return b""
    items = [element for element in root.iter("{*}item") if element.get("href")]
    wanted = {m.get("content") for m in root.iter("{*}meta") if (m.get("name") or "").lower() == "cover"}
    named = [e for e in items if "cover-image" in (e.get("properties") or "").split()]
    named += [e for e in items if e.get("id") in wanted]
    for element in named:
        if element.get("media-type", "").startswith("image/"):
            inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(element.get("href", ""))))
            return member(name, data, inside.lstrip("/"), most)
    return b""
