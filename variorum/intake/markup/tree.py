"""A tokeniser and tree builder that loses no text and keeps exact offsets.

Where the HTML standard drops words (``</3``, ``<she said>``, ``<! x >``, an unclosed comment or script) they
stay text. Every token is found by one search or one possessive pattern, and what a failed search taught
("no comment ends after this") is remembered, so that the time is linear in the source. The tree is
never deeper than DEEPEST; what lies deeper is laid flat into the deepest element.
"""

from __future__ import annotations

import re

from variorum.intake.markup.nodes import Node, Root, Text, attributes
from variorum.intake.markup.tags import BARRIERS, BLOCK, CLOSED_BY, CLOSES_P, FORMATTING, HEAD, KNOWN, RAW, VOID

__all__ = ["DEEPEST", "parse"]

DEEPEST = 200

# Quotes count only after an equals sign; a "<" outside them ends the attempt.
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/<>]*+)((?:[^<>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)(>)?""")
# What most tags of a story are: a whole paragraph of nothing but text, or a tag without attributes or with a class alone.
_CLASS = r'((?: class="[^"<>&]*+")?+)'
_QUICK = re.compile(rf"<(?:p{_CLASS}>([^<]*+)</p>|(/?)([a-z]{{1,6}}){_CLASS}>)")
_PLAIN_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*+)([^<>]*+)(>)?")
_DOCTYPE = re.compile(r"<!(?:doctype|entity|element|attlist|notation)\b[^<>\[]*(?:\[[^\]]{0,4000}+\]\s{0,50})?>", re.IGNORECASE)
_CONDITION = re.compile(r"<!\[\s*(?:if|endif)\b[^<>]*>", re.IGNORECASE)
_INSTRUCTION = re.compile(r"<\?(?:xml|php|import|mso|xpacket|dp|w3c)\b[^<>]*>", re.IGNORECASE)
_SUSPECT = re.compile(
    r"""(?:^|\s)(?:href|class|style|id|src|name|align|size|face|color|width|height|target|rel)\s*=\s*["'](?!data:|javascript:)[^"'<]*<""",
    re.IGNORECASE,
)
_CLOSING_NAMES = re.compile(r"</([a-zA-Z][^\s/<>]*+)")
_VISIBLE = re.compile(r"\S")
_PROSE = re.compile(r"[^\W\d_]{2,}[,.!?]?\s+[^\W\d_]+\s+[^\W\d_]{2,}")


def parse(source: str, start: int = 0, end: int | None = None, *, xml: bool | None = None) -> Root:
    """The tree of ``source[start:end]``; offsets are those of ``source``. ``xml`` None: found out. Never raises."""
    last = len(source) if end is None else end
    if xml is None:
        head = source[start : min(start + 2048, last)]
        xml = head.lstrip("\ufeff \t\r\n").startswith("<?xml") or "http://www.w3.org/1999/xhtml" in head
    return _Builder(source, start, last, xml=xml).build()


class _Builder:
    def __init__(self, source: str, start: int, end: int, *, xml: bool) -> None:
        self.source = source
        self.start = start
        self.end = end
        self.root = Root(start, end)
        self.root.xml = xml
        self.stack: list[Node] = [self.root]
        self.open: dict[str, int] = {}  # how many of each are on the stack and not ended
        self.deeper: dict[str, int] = {}  # how many of each were laid flat and are not ended
        self.pending: dict[str, Node] = {}  # formatting that the end of a block cut short
        self.absent: set[str] = set()  # what no longer occurs in the rest
        self.spent = 0  # characters looked at in vain
        self.text_from = start
        self._closing: frozenset[str] | None = None

    def build(self) -> Root:
        source, end = self.source, self.end
        find, quick, position = source.find, _QUICK.match, self.start
        while True:
            at = find("<", position, end)
            if at < 0:
                break
            match = quick(source, at, end)
            if match is not None and self.quick(match, at):
                position = self.text_from
                continue
            following = source[at + 1 : at + 2]
            if following == "!" or following == "?":
                position = self.declaration(at)
            elif following == "/" or following.isalpha():
                position = self.tag(at)
            else:
                position = at + 1
        self.flush(end)
        while len(self.stack) > 1:
            self.pop(end, end)
        self.root.close = self.root.end = end
        return self.root

    # ---------------------------------------------------------------- text

    def flush(self, until: int) -> None:
        if self.text_from < until:
            if self.stack[-1].tag == "head" and _VISIBLE.search(self.source, self.text_from, until):
                self.close_to("head", self.text_from, self.text_from)
            self.stack[-1].children.append(Text(self.text_from, until))

    def declaration(self, at: int) -> int:
        """``<!`` and ``<?``: comments, document types, CDATA, instructions; whatever else is text."""
        source, end = self.source, self.end
        if source.startswith("<!--", at):
            return self.comment(at)
        if source.startswith("<![CDATA[", at):
            close = self.search("]]>", at)
            first = at + 9
            self.flush(at)
            self.text_from = close + 3 if close >= 0 else first
            if close > first:
                self.stack[-1].children.append(Text(first, close, "literal"))
            return self.text_from
        for pattern in (_DOCTYPE, _CONDITION, _INSTRUCTION):
            match = pattern.match(source, at, end)
            if match:
                self.flush(at)
                self.stack[-1].children.append(Text(at, match.end(), "declaration"))
                self.text_from = match.end()
                return match.end()
        return at + 2

    def comment(self, at: int) -> int:
        source = self.source
        for short in ("<!-->", "<!--->"):
            if source.startswith(short, at):
                close = at + len(short)
                break
        else:
            found = self.search("-->", at + 4)
            if found < 0:
                # Nothing ends it: only its opening mark goes, the rest of the page stays.
                close = at + 4
            else:
                close = found + 3
        self.flush(at)
        self.stack[-1].children.append(Text(at, close, "comment"))
        self.text_from = close
        return close

    def search(self, what: str, position: int) -> int:
        """Where ``what`` next stands, or -1; a vain search is made once."""
        if what in self.absent:
            return -1
        found = self.source.find(what, position, self.end)
        if found < 0:
            self.absent.add(what)
        return found

    # ---------------------------------------------------------------- tags

    def quick(self, match: re.Match[str], at: int) -> bool:
        """Does at once what `tag` would do with a plain paragraph or a plain tag in a line; False where it is no such case."""
        stack, name = self.stack, match[4]
        top = stack[-1]
        if name is None or not match[3]:
            if top.tag == "head" or len(stack) > DEEPEST:
                return False
            if name is None or name == "p":
                if self.open.get("p") or (name is None and self.deeper.get("p")):
                    return False
                node = Node("p", match[5] if name else match[1], at, match.start(2) if name is None else match.end(), top)
            elif name in FORMATTING:
                node = Node(name, match[5], at, match.end(), top)
                self.pending.pop(name, None)
            else:
                return False
        elif top.tag != name or top.end > top.inner or self.deeper.get(name) or not (name == "p" or name in FORMATTING):
            return False
        if self.text_from < at:
            top.children.append(Text(self.text_from, at))
        after = self.text_from = match.end()
        if name is None:
            top.children.append(node)
            node.close, node.end = after - 4, after
            if node.close > node.inner:
                node.children.append(Text(node.inner, node.close))
        elif match[3]:
            self.pop(at, after)
        else:
            top.children.append(node)
            stack.append(node)
            self.open[name] = self.open.get(name, 0) + 1
        return True

    def tag(self, at: int) -> int:
        match = (_TAG if self.spent <= 8 * len(self.source) + 1_000_000 else _PLAIN_TAG).match(self.source, at, self.end)
        if match is not None and match[4] is None:
            self.spent += match.end() - at
            match = _PLAIN_TAG.match(self.source, at, self.end)
        elif match is not None and "<" in match[3] and _SUSPECT.search(match[3]):
            match = _PLAIN_TAG.match(self.source, at, self.end) or match  # a quote that was never closed
        if match is None or match[4] is None:
            return at + 1
        name = match[2].lower()
        if name not in KNOWN and not self.foreign(name, match[3]):
            return at + 1
        self.flush(at)
        position = self.text_from = match.end()
        if match[1]:
            self.end_tag(name, at, position)
        else:
            position = self.start_tag(name, match[3], at, position)
        return position

    def foreign(self, name: str, attrs: str) -> bool:
        """Whether a name that is not HTML's is a tag: of a namespace, or a custom element with attributes or an end."""
        if ":" in name:
            return name[-1] != ":"
        if "-" not in name:
            return False
        if self._closing is None:
            self._closing = frozenset(m[1].lower() for m in _CLOSING_NAMES.finditer(self.source, self.start, self.end))
        return "=" in attrs or name in self._closing

    def start_tag(self, name: str, raw: str, at: int, position: int) -> int:
        stack = self.stack
        if name in CLOSES_P and self.open.get("p"):
            self.close_within("p", at)
        if name in CLOSED_BY:
            closes, barriers = CLOSED_BY[name]
            self.close_any(closes, barriers, at)
        elif name in ("html", "body", "head"):
            if self.open.get(name):
                stack[-1].children.append(Node("div", "", at, position, stack[-1]))
                return position
            if name == "body" and self.open.get("head"):
                self.close_to("head", at, at)
        elif stack[-1].tag == "head" and name not in HEAD:
            self.close_to("head", at, at)
        closed = raw.endswith("/") and (len(raw) == 1 or raw[-2] in " \t\n\r\"'" or "=" not in raw)
        node = Node(name, raw[:-1] if closed else raw, at, position, stack[-1])
        if raw and "id" in raw.lower():
            node._attrs = attributes(node.raw)  # noqa: SLF001
            if node._attrs.get("id"):  # noqa: SLF001
                self.root.ids.setdefault(node._attrs["id"], node)  # noqa: SLF001
        if name in VOID or (closed and (self.root.xml or name not in RAW)):
            stack[-1].children.append(node)
            return position
        if name in RAW:
            stack[-1].children.append(node)
            return self.raw_text(node, position)
        if len(stack) > DEEPEST:
            self.deeper[name] = self.deeper.get(name, 0) + 1
            if name in BLOCK:
                stack[-1].children.append(node)
            return position
        stack[-1].children.append(node)
        stack.append(node)
        self.open[name] = self.open.get(name, 0) + 1
        if name in FORMATTING:
            self.pending.pop(name, None)
        return position

    def raw_text(self, node: Node, position: int) -> int:
        close = self.search_close(node.tag, position)
        if close is None:
            # Nothing ends it. Code up to the next tag goes, prose and everything after it stay.
            following = self.source.find("<", position, self.end)
            following = self.end if following < 0 else following
            if not RAW[node.tag] and not _PROSE.search(self.source, position, following):
                node.children.append(Text(position, following, "unclosed"))
                node.close = node.end = position = following
            self.text_from = position
            return position
        if close[0] > position:
            node.children.append(Text(position, close[0], "text" if RAW[node.tag] else "raw"))
        node.close, node.end = close
        self.text_from = node.end
        return node.end

    def search_close(self, name: str, position: int) -> tuple[int, int] | None:
        if name in self.absent:
            return None
        match = _closing(name).search(self.source, position, self.end)
        if match is None:
            self.absent.add(name)
            return None
        return match.start(), match.end()

    def end_tag(self, name: str, at: int, position: int) -> None:
        if self.deeper.get(name):
            self.deeper[name] -= 1
            if name in BLOCK:
                self.stack[-1].children.append(Node(name, "", at, position, self.stack[-1]))
            return
        if name in ("html", "body"):
            return  # what follows belongs to the page all the same
        if not self.open.get(name):
            if name in self.pending:
                node = self.pending.pop(name)
                node.close, node.end = at, position
            elif name in ("p", "br"):
                self.stack[-1].children.append(Node(name, "", at, position, self.stack[-1]))
            return
        if name in FORMATTING:
            self.end_formatting(name, at, position)
        else:
            self.close_to(name, at, position)

    def end_formatting(self, name: str, at: int, position: int) -> None:
        """Ends inline structure; blocks that began inside it go on."""
        through_block = False
        for depth in range(len(self.stack) - 1, 0, -1):
            node = self.stack[depth]
            if node.tag == name and node.end <= node.inner:
                if through_block:
                    node.close, node.end = at, position
                    self.open[name] -= 1
                else:
                    self.close_to(name, at, position)
                return
            if node.tag in BARRIERS:
                return
            through_block = through_block or node.tag not in FORMATTING

    # ---------------------------------------------------------------- the stack

    def pop(self, close: int, end: int) -> Node:
        node = self.stack.pop()
        if node.end <= node.inner:
            node.close, node.end = close, end
            self.open[node.tag] -= 1
        return node

    def close_to(self, name: str, at: int, position: int) -> None:
        """Ends the innermost open element of this name, and those inside it."""
        for depth in range(len(self.stack) - 1, 0, -1):
            node = self.stack[depth]
            if node.tag == name and node.end <= node.inner:
                while len(self.stack) > depth + 1:
                    inner = self.pop(at, at)
                    if inner.tag in FORMATTING and inner.end == at:
                        self.pending[inner.tag] = inner
                self.pop(at, position)
                return
            if node.tag in BARRIERS and name not in BARRIERS and name not in ("tr", "tbody", "thead", "tfoot"):
                return

    def close_within(self, name: str, at: int) -> None:
        self.close_to(name, at, at)

    def close_any(self, names: frozenset[str], barriers: frozenset[str], at: int) -> None:
        for depth in range(len(self.stack) - 1, 0, -1):
            node = self.stack[depth]
            if node.tag in names:
                while len(self.stack) > depth:
                    self.pop(at, at)
                return
            if node.tag in barriers:
                return


_CLOSING: dict[str, re.Pattern[str]] = {}


def _closing(name: str) -> re.Pattern[str]:
    if name not in _CLOSING:
        _CLOSING[name] = re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE)
    return _CLOSING[name]
