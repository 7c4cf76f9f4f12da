"""An AO3 download put through a Kindle book of the old kind: no ids, no classes, no lists, but everything in its order.

calibre's way to MOBI and back leaves paragraphs and nested ``blockquote``; every part of AO3's template still begins with
the words it always begins with ("Posted originally on the", "Rating:", "Summary", "Chapter Notes", "End Notes"), on pages
of its own. What is read is read by the same code as the HTML download.
"""

from __future__ import annotations

import re

from variorum.addresses import identify
from variorum.intake.ao3.download import Download
from variorum.intake.ao3.fields import creators, relation
from variorum.intake.markup import Node, Root, Text, text_of

__all__ = ["Flat"]

_LABEL = re.compile(
    r"(?:Rating|Archive Warnings?|Categor(?:y|ies)|Fandoms?|Relationships?|Characters?|Additional Tags?|Language|Series|Collections?|Stats):\Z"
)
_PARTS = {"summary": "summary", "notes": "notes-before", "chapter summary": "summary", "chapter notes": "notes-before"}
_AFTER = {"chapter end notes": "notes-after", "end notes": "notes-after"}
_NUMBER = re.compile(r"\s*Chapter\s+\d{1,6}\s*(?::\s*|\Z)")
_READ, _SITE = "read as metadata", "written by the archive's software"


class Flat:
    """Feeds the pages of such a book to the reader of the download: its preface, its chapters, its afterword."""

    def __init__(self, download: Download, title: str | None) -> None:
        self.download = download
        self.source = download.source
        self.title = title or ""
        self._begun = self._ended = False  # whether the chapters have begun, and the afterword is behind us

    def page(self, root: Root) -> None:
        """Reads one page by how it begins."""
        nodes = (root.find("body") or root).elements()
        said = [text_of(self.source, node) for node in nodes]
        first = next((text for text in said if text), "")
        if first == "Table of Contents" or self._ended:  # in the reader's language, behind everything
            self.download.why[id(root)] = "the table of contents"
        elif any("Posted originally on the" in text for text in said):
            self._tags(nodes, said)
        elif not self._begun and any(text.startswith("by ") for text in said[:4]):
            self._frame(nodes, said, None)
        elif any(text.startswith("Please drop by the Archive and comment") for text in said[-3:]):
            self._frame(nodes, said, None, after=True)
            self._ended = True
        elif first:
            self._chapter(nodes, said)

    def _tags(self, nodes: list[Node], said: list[str]) -> None:
        """Where it was posted, and the labels with what follows each; a long list may share its page with what comes after."""
        pairs: list[tuple[str, Node]] = []
        last = 0
        for number, (node, text) in enumerate(zip(nodes, said, strict=True)):
            if "Posted originally on the" in text:
                found = (identify(link.get("href")) for link in node.find_all("a"))
                work = next((one for one in found if one is not None and one.kind in ("work", "chapter")), None)
                if work is not None:
                    self.download.fields.setdefault("url", work.url)
                    self.download.site = work.site
            elif _LABEL.match(text) and number + 1 < len(nodes):
                pairs.append((text, nodes[number + 1]))
                last = number + 2
            elif pairs and number >= last and text:
                break
            self.download.why[id(node)] = _READ
        else:
            number = len(nodes)
        self.download.typed(pairs)
        self._frame(nodes[number:], said[number:], None)

    def _frame(self, nodes: list[Node], said: list[str], chapter: int | None, *, after: bool = False) -> int:
        """Title, byline, summary, notes and ties up to the first that is none of them; how many nodes that were."""
        part = ""
        for number, (node, text) in enumerate(zip(nodes, said, strict=True)):
            low = text.rstrip(":").lower()
            if low in _PARTS or low in _AFTER:
                part = _AFTER.get(low) or _PARTS[low]
                self.download.why[id(node)] = "a label " + _SITE
            elif not text or text.startswith(("See the end of the ", "Please drop by the Archive")):
                self.download.why[id(node)] = _SITE
                part = part if after else ""
            elif text == "Works inspired by this one":
                self.download.why[id(node)] = _SITE
                part = "inspired"
            elif node.tag == "ul" and chapter is None:
                self._ties(node.find_all("li"), None)
            elif part == "inspired":
                self._ties([node], ("inspired-by", "in"))
            elif part and node.tag == "blockquote":
                self.download.lay([_inmost(node)], part, chapter)
            elif chapter is None and not after:
                self._named(node, text)
            elif chapter is not None and text.startswith("Chapter by "):
                self.download.lay([node], "credits", chapter)
            else:
                return number
        return len(nodes)

    def _named(self, node: Node, text: str) -> None:
        self.download.why[id(node)] = _READ
        if text.startswith("by "):
            self.download.fields.setdefault("creators", creators(self.source, node, self.download.site))
        elif "title" not in self.download.fields:
            self.download.fields["title"] = text

    def _ties(self, nodes: list[Node], usual: tuple[str, str] | None) -> None:
        for node in nodes:
            tie = relation(self.source, node, usual)  # type: ignore[arg-type]
            if tie is not None:
                self.download.relations.append(tie)
                self.download.lay(_inmost(node).children, "credits", None)

    def _chapter(self, nodes: list[Node], said: list[str]) -> None:
        """A page of the story: its heading, its notes, the text; what AO3 cut into several pages goes on without a heading."""
        self._begun = True
        at = next(number for number, text in enumerate(said) if text)
        heading, text = nodes[at], said[at]
        own = self.download.fields.get("title") or self.title
        if text == own:
            self.download.why[id(heading)] = "a hidden heading " + _SITE
            at += 1
        elif _NUMBER.match(text) or (len(text) < 300 and _bold(self.source, heading)):
            self.download.chapter += 1
            self._headed(heading)
            at += 1
        at += self._frame(nodes[at:], said[at:], max(self.download.chapter, 1))
        end = next((n for n in range(at, len(nodes)) if said[n].rstrip(":").lower() == "chapter end notes"), len(nodes))
        self.download.chapter = max(self.download.chapter, 1)
        self.download.lay(nodes[at:end], "story", self.download.chapter)
        self._frame(nodes[end:], said[end:], self.download.chapter)

    def _headed(self, heading: Node) -> None:
        self.download.why[id(heading)] = "the number of the chapter, " + _SITE
        texts = [text for text, _ in heading.texts() if text.kind == "text"]
        match = _NUMBER.match(self.source, texts[0].start, texts[0].end) if texts else None
        if match is not None:
            texts[0] = Text(match.end(), texts[0].end)
        before = len(self.download.blocks)
        self.download.lay(texts, "story", self.download.chapter, counted=False)
        self.download.blocks[before:] = [b._replace(kind="heading", level=1) for b in self.download.blocks[before:]]


def _inmost(node: Node) -> Node:
    """What lies inside boxes of one box each."""
    while node.tag == "blockquote" and len(inside := node.elements()) == 1 and inside[0].tag == "blockquote":
        node = inside[0]
    return node


def _bold(source: str, node: Node) -> bool:
    """Whether all of a paragraph is set bold, as a heading is."""
    bold = next((n for n in node.walk() if n.tag in ("b", "strong") or (n.tag == "span" and n.is_(cls="bold"))), None)
    return bold is not None and text_of(source, bold) == text_of(source, node)
