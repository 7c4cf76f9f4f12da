"""What a paragraph of Markdown says, with the place in the source of every character: CommonMark by markdown-it-py.

The library gives no places inside a paragraph; they are noted here as its rules push their tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.fence import fence
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from variorum.document import Piece, Span

__all__ = ["Said", "parser", "said"]

_KINDS = {"em": "emphasis", "strong": "strong", "s": "strikethrough", "link": "link"}
_TAGS = {
    "i": "emphasis", "em": "emphasis", "cite": "emphasis", "b": "strong", "strong": "strong", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "sub": "subscript", "sup": "superscript",
}  # fmt: skip
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})")
_NOTHING = "\ufffc"  # stands for a picture without a description


class Said(NamedTuple):
    """The pieces and spans of one paragraph; ``image`` is set when it is nothing but that picture."""

    pieces: tuple[Piece, ...]
    spans: tuple[Span, ...]
    image: str | None = None


def parser() -> MarkdownIt:
    """CommonMark for stories: no rule of it may swallow a line that a person reads.

    So an indented paragraph is no code, ``[Maren]: yes`` no address, a line of tildes no code that never ends, and HTML stands
    in its paragraph.
    """
    made = MarkdownIt("commonmark", {"html": True, "maxNesting": 40})
    made.inline = _Inline()
    made.enable("strikethrough").disable(["code", "reference", "html_block", "text_join", "fragments_join", "linkify"])
    made.block.ruler.at("fence", _fence, {"alt": ["paragraph", "blockquote", "list"]})
    return made


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.src[state.bMarks[start] + state.tShift[start] :][:1] != "~" and fence(state, start, end, silent)


class _Placed(StateInline):
    """Notes in each token where it began in the paragraph."""

    began = 0
    last = -1
    run = 0

    def append_pending(self, text: str) -> None:
        if not self.pending:
            self.began = self.pos
        super().append_pending(text)

    def pushPending(self) -> Token:  # noqa: N802  (the library's name)
        token = super().pushPending()
        token.meta["at"] = self.began
        return token

    def push(self, ttype: str, tag: str, nesting: Any) -> Token:
        token = super().push(ttype, tag, nesting)
        # A run of marks is pushed one by one from one place.
        self.run = self.run + 1 if ttype == "text" and self.last == self.pos else 0
        self.last = self.pos if ttype == "text" else -1
        token.meta["at"] = self.pos + self.run
        return token


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _Placed(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def said(token: Token, lines: Sequence[tuple[int, int]]) -> Said:
    """What the content of a paragraph says. ``lines``: for each line of it, where it begins in the content and in the source."""
    reading = _Reading(token.content, lines)
    children = [one for one in token.children or () if one.type != "text" or one.content]
    for child in children:
        reading.take(child)
    reading.end()
    image = children[0].attrs.get("src") if len(children) == 1 and children[0].type == "image" else None
    return Said(tuple(reading.pieces), tuple(reading.spans), str(image) if image else None)


class _Open(NamedTuple):
    kind: str
    href: str | None
    pieces: int  #: how many there were when it began
    tag: str


class _Reading:
    def __init__(self, content: str, lines: Sequence[tuple[int, int]]) -> None:
        self.content = content
        self.lines = lines
        self.line = 0
        self.at = 0  # in the content, up to which it is read
        self.pieces: list[Piece] = []
        self.spans: list[Span] = []
        self.open: list[_Open] = []

    def take(self, token: Token) -> None:
        kind = token.type
        at = max(int(token.meta.get("at", self.at)), self.at)
        if kind == "text":
            self._text(at, token.content)
        elif kind == "text_special":
            self._put(at, at + len(token.markup), None if token.markup == token.content else token.content)
        elif kind == "softbreak":
            self._put(at, at + 1, " ")
        elif kind == "hardbreak":
            self._put(at, at + 1, "\n")
        elif kind == "code_inline":
            self.open.append(_Open("code", None, len(self.pieces), "code"))
            self._text(at + len(token.markup), token.content)
            self._close("code")
        elif kind == "html_inline":
            self._tag(at, token.content)
        elif kind == "image":
            self._image(token)
        elif kind.endswith("_open"):
            href = token.attrs.get("href")
            name = kind.removesuffix("_open")
            self.open.append(_Open(_KINDS.get(name, name), str(href) if href else None, len(self.pieces), name))
        elif kind.endswith("_close"):
            self._close(kind.removesuffix("_close"))

    def end(self) -> None:
        """Emphasis that a tag left open ends with its paragraph."""
        while self.open:
            self._close(self.open[-1].tag)

    def _text(self, at: int, words: str) -> None:
        if not words:
            return
        found = at if self.content.startswith(words, at) else self.content.find(words, at)
        if found >= 0:
            self._put(found, found + len(words), None)
        else:
            self._put(at, min(at + len(words), len(self.content)), words)

    def _image(self, token: Token) -> None:
        start = self.content.find("![", self.at)
        if start < 0:
            return
        alt = token.content
        end = start + 2 + len(alt)
        self._put(start + 2, end, None) if alt.strip() and "\n" not in alt else self._put(start, end, alt.strip() or _NOTHING)

    def _tag(self, at: int, written: str) -> None:
        match = _TAG.match(written)
        name = match[2].lower() if match else ""
        if name == "br":
            self._put(at, at + len(written), "\n")
        elif name in _TAGS and match is not None:
            self._close(name) if match[1] else self.open.append(_Open(_TAGS[name], None, len(self.pieces), name))
        self.at = max(self.at, at + len(written))

    def _close(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place].tag == tag:
                kind, href, before, _ = self.open.pop(place)
                if len(self.pieces) > before:
                    self.spans.append(Span(self.pieces[before].start, self.pieces[-1].end, kind, href))
                return

    def _put(self, start: int, end: int, reads: str | None) -> None:
        self.at = max(end, self.at)
        for first, last in self._lines_of(start, end) if reads is None else ((start, end),):
            a, b = self._place(first), self._place(last)
            if reads is not None and self.pieces:
                a = max(a, self.pieces[-1].end)
            if b >= a and not (reads is None and a == b):
                self.pieces.append(Piece(a, b, reads))

    def _lines_of(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A stretch of the content, divided where a line of it ends."""
        while (cut := self.content.find("\n", start, end)) >= 0:
            yield start, cut
            start = cut + 1
        yield start, end

    def _place(self, at: int) -> int:
        """The place in the source of a place in the content. Places are asked for in their order, or nearly."""
        while self.line + 1 < len(self.lines) and self.lines[self.line + 1][0] <= at:
            self.line += 1
        while self.line and self.lines[self.line][0] > at:
            self.line -= 1
        begins, stands = self.lines[self.line]
        return stands + at - begins
