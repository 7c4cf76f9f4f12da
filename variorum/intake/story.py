"""Finding the text of a story among what surrounds it on a saved page.

Prose is text outside links that has sentences in it. Known containers come first (quirks.py); else we
walk down from the body as long as one container holds nearly all the prose that is not furniture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from variorum.intake.markup import Node, Root, Text, concealed
from variorum.intake.quirks import FURNITURE, QUIRKS, Quirk, select

__all__ = ["Found", "find_story"]

_WORDS = re.compile(r"[a-z]+(?:-list)?")
_SENTENCE = re.compile(r"[.!?…,;:—][\s\"'”’)]|[.!?…][\"'”’)]*$|[。！？、，]")
_CONTAINERS = frozenset(
    [
        "html",
        "body",
        "div",
        "article",
        "section",
        "main",
        "td",
        "th",
        "tr",
        "tbody",
        "table",
        "center",
        "form",
        "blockquote",
        "font",
        "span",
        "li",
        "ul",
        "dl",
        "dd",
    ]
)
_PASSED = frozenset(["font", "span", "b", "i", "em", "center", "small", "big"])
_NEVER = frozenset(["html", "body", "main", "article", "#root"])
_SKIPPED = frozenset(("head", "script", "style", "option", "label"))
_FURNITURE_TAGS = {"nav": "navigation", "footer": "the site's footer", "aside": "other things on the site"}
_VISIBLE = re.compile(r"\S")
_NEARLY_ALL = 0.72
_LIST = frozenset(["ul", "ol", "dl", "table", "div", "p", "menu"])


class Found(NamedTuple):
    """Where the story is: the nodes to lay, the ``id()`` of nodes in and around them that are not it, with reasons."""

    nodes: list[Node]
    why: dict[int, str]
    quirk: Quirk | None
    sure: bool  #: whether the container is a known one or held nearly all prose
    letters: int = 0  #: characters of text on the whole page


class _Weights:
    """Characters of text, of prose and of links below each element, in one pass."""

    def __init__(self, source: str, root: Root) -> None:
        self.source = source
        self.letters: dict[int, int] = {}
        self.prose: dict[int, int] = {}
        self.links: dict[int, int] = {}
        stack: list[tuple[Node, Iterator[Node | Text], bool]] = [(root, iter(root.children), False)]
        while stack:
            node, children, linked = stack[-1]
            for child in children:
                if isinstance(child, Text):
                    self.weigh(child, id(node), linked=linked)
                elif child.children and child.tag not in _SKIPPED and not concealed(child):
                    stack.append((child, iter(child.children), linked or (child.tag == "a" and "href" in child.attrs)))
                    break
            else:
                stack.pop()
                if stack:
                    self.pass_on(id(node), id(stack[-1][0]))

    def weigh(self, text: Text, key: int, *, linked: bool) -> None:
        size = text.end - text.start
        if text.kind not in ("text", "literal") or size < 2 or not _VISIBLE.search(self.source, text.start, text.end):
            return
        self.letters[key] = self.letters.get(key, 0) + size
        if linked:
            self.links[key] = self.links.get(key, 0) + size
        elif size >= 60 or _SENTENCE.search(self.source, text.start, text.end):
            self.prose[key] = self.prose.get(key, 0) + size

    def pass_on(self, key: int, parent: int) -> None:
        for weights in (self.letters, self.prose, self.links):
            if key in weights:
                weights[parent] = weights.get(parent, 0) + weights[key]


def find_story(source: str, root: Root, *, comments: bool = False) -> Found:
    """The story's nodes. ``comments``: the page is a thread, whose story may stand in its comments."""
    weights = _Weights(source, root)
    whole = weights.letters.get(id(root), 0)
    total = weights.prose.get(id(root), 0) or whole
    why = _furniture(root, weights, total, comments=comments)
    if not comments:
        named = [n for n in root.walk() if n.raw and ("class" in n.raw or "id" in n.raw)]
        for quirk in QUIRKS:
            nodes = [n for n in select(named, quirk.text) if weights.letters.get(id(n))]
            if nodes and sum(weights.letters.get(id(n), 0) for n in nodes) >= 40:
                for node in nodes:  # what lies around a known container is no matter of names
                    for around in (node, *node.ancestors()):
                        why.pop(id(around), None)
                    _drops(node, quirk, why)
                return Found(nodes, why, quirk, sure=True, letters=whole)
    top = next((n for n in root.walk() if n.tag == "body"), root)
    node = _descend(top, weights, why)
    share = weights.prose.get(id(node), 0) / (weights.prose.get(id(top), 0) or 1)
    return Found([node], why, None, sure=share >= _NEARLY_ALL, letters=whole)


def _furniture(root: Root, weights: _Weights, total: int, *, comments: bool) -> dict[int, str]:
    """Elements that are furniture by name, tag or by being nothing but links, unless most of the prose is in them."""
    why: dict[int, str] = {}
    for node in root.walk():
        if node.tag in _NEVER or node.tag in _PASSED:
            continue
        reason = _FURNITURE_TAGS.get(node.tag) or (_named(node) if node.raw else None)
        share = weights.prose.get(id(node), 0) / (total or 1)
        if reason == "comments":
            if not comments and share < 0.9:
                why[id(node)] = reason
        elif (reason and share < 0.4) or (reason is None and _only_links(node, weights)):
            why[id(node)] = reason or "navigation"
    return why


def _named(node: Node) -> str | None:
    names = f"{node.get('class')} {node.get('id')} {node.get('role')}".lower()
    for word in _WORDS.findall(names):
        if word in FURNITURE:
            return FURNITURE[word]
    return None


def _only_links(node: Node, weights: _Weights) -> bool:
    """A list, table or line of several links with hardly a word between them."""
    if node.tag not in _LIST:
        return False
    letters, links = weights.letters.get(id(node), 0), weights.links.get(id(node), 0)
    if not links or weights.prose.get(id(node), 0) or links < letters * 0.6:
        return False
    return sum(1 for n in node.find_all("a") if n.get("href")) >= 3


def _drops(node: Node, quirk: Quirk, why: dict[int, str]) -> None:
    for selector, reason in quirk.drop:
        for inner in node.find_all(*selector):
            why[id(inner)] = reason


def _descend(top: Node, weights: _Weights, why: dict[int, str]) -> Node:
    """Down to the smallest container with nearly all the prose; paragraphs beside it keep us where we are."""
    node = top
    while True:
        children = [c for c in node.elements() if id(c) not in why and not concealed(c) and c.tag not in _SKIPPED]
        whole = sum(weights.prose.get(id(c), 0) for c in children) + _own(node, weights)
        best = max(children, key=lambda c: weights.prose.get(id(c), 0), default=None)
        if best is None or best.tag not in _CONTAINERS or not whole:
            return node
        if weights.prose.get(id(best), 0) < whole * _NEARLY_ALL:
            return node
        # A paragraph of prose right beside the container belongs with it (a note, a summary).
        if any(c.tag in ("p", "blockquote") and weights.prose.get(id(c), 0) >= 60 for c in children if c is not best):
            return node
        node = best


def _own(node: Node, weights: _Weights) -> int:
    """Prose that stands in the element itself, between its children."""
    inside = sum(weights.prose.get(id(c), 0) for c in node.elements())
    return max(weights.prose.get(id(node), 0) - inside, 0)
