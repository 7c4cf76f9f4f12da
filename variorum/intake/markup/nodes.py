"""The nodes of the light tree."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import NamedTuple

__all__ = ["Node", "Root", "Text"]

_SHORT = 200  # characters of attributes that are worth keeping
_ATTRIBUTE = re.compile(r"""([^\s=>/"'<][^\s=>/]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?""")


class Text(NamedTuple):
    """A stretch of the source that is not a tag. ``kind``: text, raw (script, style), comment, declaration."""

    start: int
    end: int
    kind: str = "text"


class Node:
    """An element. ``[start, end)`` is all of it in the source, ``[inner, close)`` what stands between its tags."""

    __slots__ = ("_attrs", "children", "close", "end", "inner", "parent", "raw", "start", "tag")

    def __init__(self, tag: str, raw: str, start: int, inner: int, parent: Node | None) -> None:
        self.tag = tag
        self.raw = raw  #: the attributes as written
        self.start = start
        self.inner = inner
        self.close = inner
        self.end = inner
        self.parent = parent
        self.children: list[Node | Text] = []
        self._attrs: dict[str, str] | None = None

    def __repr__(self) -> str:
        return f"<{self.tag} {self.start}:{self.end}>"

    @property
    def attrs(self) -> dict[str, str]:
        """The attributes, names in lower case, entities decoded; of two with one name the first counts."""
        if self._attrs is None:
            self._attrs = attributes(self.raw) if self.raw else {}
        return self._attrs

    def get(self, name: str, default: str = "") -> str:
        """An attribute's value."""
        return self.attrs.get(name, default) if self.raw else default

    @property
    def id(self) -> str:
        """The element's id, empty when it has none."""
        return self.get("id")

    @property
    def classes(self) -> tuple[str, ...]:
        """The element's classes in their order."""
        return tuple(self.get("class").split()) if self.raw else ()

    def is_(self, tag: str | None = None, cls: str | None = None, id: str | None = None) -> bool:  # noqa: A002
        """Whether tag, class and id are these (None: any)."""
        return (
            (tag is None or self.tag == tag)
            and (cls is None or (cls in self.raw and cls in self.classes))
            and (id is None or (id in self.raw and self.id == id))
        )

    def walk(self) -> Iterator[Node]:
        """Every element below this one, in document order."""
        stack = self.children[::-1]
        while stack:
            child = stack.pop()
            if child.__class__ is not Text:
                yield child  # type: ignore[misc]
                if child.children:  # type: ignore[union-attr]
                    stack += child.children[::-1]  # type: ignore[union-attr]

    def texts(self) -> list[tuple[Text, Node]]:
        """Every text below this node with the element it stands in, in document order."""
        found: list[tuple[Text, Node]] = []
        _gather(self, found)
        return found

    def elements(self) -> list[Node]:
        """The element children."""
        return [child for child in self.children if isinstance(child, Node)]

    def find(self, tag: str | None = None, cls: str | None = None, id: str | None = None) -> Node | None:  # noqa: A002
        """The first element below with this tag, class and id."""
        for node in self.walk():
            if node.is_(tag, cls, id):
                return node
        return None

    def find_all(self, tag: str | None = None, cls: str | None = None, id: str | None = None) -> list[Node]:  # noqa: A002
        """All elements below with this tag, class and id, in document order."""
        return [node for node in self.walk() if node.is_(tag, cls, id)]

    def ancestors(self) -> Iterator[Node]:
        """The element's parent, its parent, and so on."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


def _gather(node: Node, found: list[tuple[Text, Node]]) -> None:
    # By itself: no tree is deeper than DEEPEST and a little.
    for child in node.children:
        if isinstance(child, Text):
            found.append((child, node))
        elif child.children:
            _gather(child, found)


class Root(Node):
    """The root of a parsed stretch. ``ids`` finds an element by its id (the first that bears it)."""

    __slots__ = ("ids", "xml")

    def __init__(self, start: int, end: int) -> None:
        super().__init__("#root", "", start, start, None)
        self.close = self.end = end
        self.ids: dict[str, Node] = {}
        self.xml = False


def attributes(raw: str) -> dict[str, str]:
    """Attributes as written, parsed. What is short is parsed once for all elements that have the same: not to be changed."""
    return _again(raw) if len(raw) <= _SHORT else _parsed(raw)


@lru_cache(maxsize=2_048)
def _again(raw: str) -> dict[str, str]:
    return _parsed(raw)


def _parsed(raw: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(raw):
        name = match[1].lower()
        if name not in found:
            value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
            if "&" in value:
                with contextlib.suppress(ValueError):  # a number of thousands of digits
                    value = unescape(value)
            found[name] = value
    return found
