"""Which pictures belong to a page that stands beside them: those it names by a relative address.

Names are paths with ``/``; the pictures of a page saved whole lie in a folder beside it.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote_to_bytes, urljoin

from variorum.intake.kinds import by_ending, ending
from variorum.intake.values import Inner

__all__ = ["addresses", "belonging", "is_page", "named_by", "resolved"]

_ADDRESS = re.compile(
    rb"""(?:\b(?:src|data-src|href|poster|background|xlink:href)\s{0,9}=\s{0,9}["']?\s{0,9}|\burl\(\s{0,9}["']?|!\[[^\]\n]{0,500}\]\(\s{0,9}<?)([^"'<>\s)]{1,1000}|[^"'<>\n]{1,1000}(?=["']))"""
)
_PAGES = frozenset(["html", "htm", "xhtml", "xht", "shtml", "md", "markdown", "mkd", "css", "opf", "fb2", "php"])
_MOST = 8 << 20  # bytes of a page that are looked through


def is_page(name: str) -> bool:
    """Whether a file may name pictures beside it."""
    return ending(name) in _PAGES


def resolved(page: str, address: str) -> str | None:
    """The name an address on a page leads to, where it is relative and stays below the top; else None."""
    address = address.partition("#")[0].partition("?")[0]
    if not address or address.startswith(("/", "\\")) or ":" in address.split("/", 1)[0]:
        return None
    path = unquote_to_bytes(address.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape").replace("\\", "/")
    inside, mark, tail = page.rpartition("!")
    if tail.startswith(("http://", "https://")):  # a page of a web archive: its pictures are named by their addresses
        try:
            return inside + mark + urljoin(tail, address)
        except ValueError:
            return None
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(tail), path))
    return None if joined.startswith("../") or "\0" in joined else inside + mark + joined


def addresses(data: bytes) -> Iterator[str]:
    """The addresses of pictures a page names, in its order."""
    for match in _ADDRESS.finditer(data, 0, _MOST):
        address = html.unescape(match[1].decode("utf-8", "surrogateescape"))
        if by_ending(address.partition("?")[0]) in ("picture", None) and not address.startswith("data:"):
            yield address


def named_by(pages: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Name of a picture -> name of the first page that uses it."""
    found: dict[str, str] = {}
    for name, data in pages:
        for address in addresses(data):
            path = resolved(name, address)
            if path is not None:
                found.setdefault(path, name)
    return found


def belonging(members: Sequence[Inner]) -> list[Inner]:
    """The members of a container, each picture that a page among them uses with that page's name."""
    if not any(by_ending(member.name) == "picture" for member in members):
        return list(members)
    used = named_by((member.name, member.data) for member in members if is_page(member.name))
    return [m._replace(beside=used.get(m.name, "")) if by_ending(m.name) == "picture" else m for m in members]
