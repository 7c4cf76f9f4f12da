"""A reblog chain: who said what, oldest first, and which turn is the work.

The work is the turn with the most words. What stands before it (a picture, a prompt) is what it was inspired by; what others
added after it are notes; what its own author added goes on with it. Tags belong to whoever posted the copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from variorum.addresses import identify
from variorum.intake.markup import Node, Root, Text, lay, text_of
from variorum.intake.sheets import Sheet
from variorum.model import Creator, Relation

__all__ = ["SITE", "Turn", "blog_of", "creator", "inspiration", "lay_turn", "part_of", "read_more", "split", "work_of"]

SITE = "tumblr.com"
_WORK = 12  # words that make a turn more than a remark beside a picture


class Turn(NamedTuple):
    """What one blog said. ``nodes``: where that stands, for a chain in HTML; ``label`` the line that names the blog."""

    blog: str | None
    words: int
    url: str | None = None
    nodes: tuple[Node | Text, ...] = ()
    label: Node | None = None
    broken: bool = False  #: the post is deleted; only its text lives on in those of others


def work_of(turns: Sequence[Turn]) -> int:
    """The number of the turn that is the work: the longest; the oldest where none has more than a few words."""
    longest = max(range(len(turns)), key=lambda n: (turns[n].words, -n), default=0)
    return longest if turns and turns[longest].words >= _WORK else 0


def part_of(turns: Sequence[Turn], number: int, work: int) -> str:
    """The part of the document a turn is laid as."""
    if number == work or (number > work and turns[number].blog is not None and turns[number].blog == turns[work].blog):
        return "story"
    return "notes-before" if number < work else "notes-after"


def creator(blog: str | None, role: str = "author") -> Creator | None:
    """A blog as a creator."""
    return None if not blog else Creator(blog, role, SITE, blog, f"https://{blog}.tumblr.com/")


def inspiration(turns: Sequence[Turn], work: int) -> tuple[Relation, ...]:
    """What the work answers: the root of the chain, where somebody else began it."""
    if not turns or work == 0 or turns[0].blog is None or turns[0].blog == turns[work].blog:
        return ()
    root = turns[0]
    maker = creator(root.blog)
    evidence = f"the post it was added to, by {root.blog}"
    if root.broken and maker is not None:
        maker, evidence = replace(maker, url=None), f"{evidence}, deleted since"
    return (Relation("inspired-by", "out", None, root.url, None, (maker,) if maker else (), 0.7, evidence),)


def blog_of(href: str) -> tuple[str | None, str | None]:
    """The blog an address belongs to, and the address of its post, where it is one."""
    address = identify(href) if href else None
    if address is None or address.site != SITE:
        return None, None
    return address.account, address.url if address.kind == "post" else None


def split(source: str, root: Root | Node, speaker: str | None) -> list[Turn]:
    """The turns of a chain in HTML: ``<p><a class="tumblr_blog">name</a>:</p><blockquote>`` nested, the innermost the oldest."""
    turns: list[Turn] = []
    level: Root | Node | None = root
    blog, url, label = speaker, None, None
    while level is not None:
        found = _quoted(source, level)
        if found is None:
            turns.append(_turn(source, blog, url, tuple(level.children), label))
            break
        line, quote = found
        rest = tuple(child for child in level.children if child is not line and child is not quote)
        turns.append(_turn(source, blog, url, rest, label))
        link = line.find("a", cls="tumblr_blog")
        assert link is not None
        blog, url = blog_of(link.get("href"))
        blog = blog or text_of(source, link) or None
        level, label = quote, line
    turns.reverse()
    return [turn for turn in turns if turn.words or turn.label is not None or _pictures(turn)] or turns


def _quoted(source: str, level: Node) -> tuple[Node, Node] | None:
    """The first line of a level that names a blog, and the quotation under it."""
    elements = level.elements()
    for line, quote in pairwise(elements):
        if quote.tag != "blockquote" or line.tag not in ("p", "div"):
            continue
        link = line.find("a", cls="tumblr_blog")
        if link is not None and text_of(source, line).rstrip(": ") == text_of(source, link):
            return line, quote
    return None


def _turn(source: str, blog: str | None, url: str | None, nodes: tuple[Node | Text, ...], label: Node | None) -> Turn:
    words = 0
    for node in nodes:
        text = source[node.start : node.end] if isinstance(node, Text) and node.kind == "text" else ""
        words += len((text if isinstance(node, Text) else text_of(source, node)).split())
    return Turn(blog, words, url, nodes, label)


def _pictures(turn: Turn) -> bool:
    return any(isinstance(n, Node) and (n.tag == "img" or n.find("img") is not None) for n in turn.nodes)


def lay_turn(sheet: Sheet, turn: Turn, part: str, skip: frozenset[int] = frozenset()) -> None:
    """Lays one turn of a chain in HTML. The line that names its blog is a credit above the work, else part of its note."""
    if turn.label is not None:
        sheet.take(*lay(sheet.source, [turn.label], "credits" if part == "story" else part))
    sheet.take(*lay(sheet.source, turn.nodes, part, skip=skip))


def read_more(box: Node, why: dict[int, str]) -> frozenset[int]:
    """The links to the rest of a post, which is then not in the file; ``why`` learns the reason."""
    found = [n for n in box.walk() if n.is_(cls="read_more")]
    why.update({id(n): "a link to the rest, which is not on this page" for n in found})
    return frozenset(map(id, found))
