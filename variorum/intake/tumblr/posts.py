"""Posts as Tumblr's API gives them, legacy and NPF: an answer with many, the backup tool's file for each.

An answer is a container: each post is an item of its own. Order of trust: all of this is the site's own word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from variorum.document import Gap
from variorum.errors import MalformedItem
from variorum.intake.bundles import as_piece, bundle
from variorum.intake.decode import decode
from variorum.intake.labelled import labelled, lacking
from variorum.intake.markup import Root, left_out, reasons
from variorum.intake.sheets import Sheet, hide, words_in
from variorum.intake.tails import closing
from variorum.intake.tumblr.chain import SITE, Turn, creator, inspiration, lay_turn, part_of, read_more, split, work_of
from variorum.intake.tumblr.npf import asked, lay_blocks, listed, mapping, title_of, word, words_of
from variorum.intake.values import Copy, Detection, Format, Inner, Opened, Sniff, Task
from variorum.model import Creator, Metadata

__all__ = ["FORMATS", "detect_posts", "members"]

_OBJECT = re.compile(rb"\A(?:\xef\xbb\xbf)?\s{0,200}(?:var tumblr_api_read\s*=\s*)?([\[{])")
_POSTS = re.compile(r'"(?:liked_posts|posts)"\s{0,20}:\s{0,20}\[')
_KEYS = (b'"post_url"', b'"blog_name"', b'"tumblelog"', b'"reblog_key"', b'"trail"', b'"id_string"', b'"note_count"', b'"slug"')
_MORE = re.compile(r"\[\[MORE\]\]|<!--\s*more\s*-->")
_DECODER = json.JSONDecoder()
_MOST = 200_000


def _is_post(head: bytes) -> bool:
    return b"tumblr" in head.lower() and sum(key in head for key in _KEYS) >= 3


def detect_posts(sniff: Sniff) -> Detection:
    """A list of posts: the answer of ``/posts`` or ``/likes``, or a bare list."""
    match = _OBJECT.match(sniff.data)
    if match and _is_post(sniff.searched):
        first = sniff.head[match.end() - 1 : match.end() + 4000].decode("utf-8", "replace")
        if match[1] == b"[" or _POSTS.search(first) or (b'"posts"' in sniff.searched and b'"response"' in sniff.head):
            return Detection(0.9, "a list of posts as Tumblr's API gives it")
    return Detection(0.0, "no list of Tumblr's posts")


def detect_post(sniff: Sniff) -> Detection:
    """One post as JSON."""
    match = _OBJECT.match(sniff.data)
    if match and match[1] == b"{" and _is_post(sniff.searched):
        return Detection(0.85, "one post as Tumblr's API gives it")
    return Detection(0.0, "no post of Tumblr's")


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The posts of an answer in its order: a name by their number, and their JSON as it stands."""
    text = decode(data).text
    match = _POSTS.search(text)
    at = match.end() if match else text.find("[") + 1
    seen: dict[str, int] = {}
    for _ in range(_MOST):
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if text[at : at + 1] != "{":
            return
        try:
            post, end = _DECODER.raw_decode(text, at)
        except ValueError:
            return
        name = f"post-{word(post.get('id_string') or post.get('id')) or len(seen) + 1}"
        seen[name] = seen.get(name, 0) + 1
        yield (
            (f"{name}.json" if seen[name] == 1 else f"{name} ({seen[name]}).json"),
            text[at:end].encode("utf-8", "surrogatepass"),
        )
        at = end


def read_posts(task: Task) -> Opened:
    """The posts, each an item of its own; MalformedItem when not one came whole."""
    inner = tuple(Inner(f"{task.name}!{name}", content) for name, content in members(task.data))
    if not inner:
        raise MalformedItem(task.name, "is a list of Tumblr's posts in which not one is whole", "truncated")
    skipped: tuple[tuple[str, str, str], ...] = ()
    if task.data.rstrip()[-1:] not in (b"}", b"]", b";"):
        skipped = ((f"{task.name}!(end)", "truncated", "is lost: the file is cut off; its posts that came whole were taken"),)
    return Opened("tumblr-posts", (), inner, skipped)


def read_post(task: Task) -> Opened:
    """The work in one post; `MalformedItem` when the file is broken or the post says nothing."""
    text = decode(task.data).text
    try:
        post = json.loads(text[text.find("{") :].rstrip().rstrip(";"))
    except ValueError:
        raise MalformedItem(task.name, "is a post of Tumblr's whose JSON is broken or cut off", "truncated") from None
    copy = _Post(task, mapping(post)).copy()
    if copy is None:
        raise MalformedItem(task.name, "is a post without text or pictures", "no-text")
    return Opened("tumblr-post", (copy,))


class _Part(NamedTuple):
    """What one blog said, before it is laid: HTML or blocks."""

    blog: str | None
    url: str | None
    broken: bool
    html: str = ""
    blocks: Any = ()
    layout: Any = ()
    at: str | None = None


class _Post:
    def __init__(self, task: Task, post: Mapping[str, Any]) -> None:
        self.task = task
        self.post = post
        self.blog = word(post.get("blog_name")) or word(mapping(post.get("blog") or post.get("tumblelog")).get("name")) or None
        self.blog = self.blog or word(post.get("tumblelog")) or None
        self.sheet = Sheet()
        self.asker: str | None = None
        self.anonymous = False
        self.skip: frozenset[int] = frozenset()
        self.why: dict[int, str] = {}

    # ---------------------------------------------------------------- what was said

    def parts(self) -> list[_Part]:
        """The chain, oldest first; the post's own words last."""
        trail = [self._ancestor(mapping(one)) for one in listed(self.post.get("trail"))]
        if self.post.get("type") == "blocks" or isinstance(self.post.get("content"), list):
            own = _Part(self.blog, self._url(), False, "", self.post.get("content"), self.post.get("layout"), self._date())
            return [*trail, own] if listed(own.blocks) or not trail else trail
        if trail and any(one.html for one in trail) and self.post.get("type") in ("text", None):
            return trail
        return [_Part(self.blog, self._url(), False, self._legacy(), (), (), self._date())]

    def _ancestor(self, one: Mapping[str, Any]) -> _Part:
        blog = word(mapping(one.get("blog")).get("name")) or None
        broken = word(one.get("broken_blog_name")) or word(mapping(one.get("broken_blog")).get("name")) or None
        number = word(mapping(one.get("post")).get("id"))
        name = blog or broken
        url = f"https://{name}.tumblr.com/post/{number}" if name and number and number != "0" else None
        if one.get("is_current_item") and self._url():
            url = self._url()
        content = one.get("content")
        raw = one.get("content_raw")
        html = word(raw) if isinstance(raw, str) else word(content) if isinstance(content, str) else ""
        at = _moment(mapping(one.get("post")).get("timestamp")) or (self._date() if one.get("is_current_item") else None)
        blocks = content if isinstance(content, list) else ()
        return _Part(name, url, blog is None and broken is not None, html, blocks, one.get("layout"), at)

    def _legacy(self) -> str:
        """The HTML of a legacy post of any type, put together as its parts stand in the JSON."""
        post = self.post
        kind = post.get("type")
        if kind == "answer":
            self.asker = word(post.get("asking_name")) or None
            self.anonymous = (self.asker or "").casefold() in ("anonymous", "")
            question = word(post.get("question"))
            if question:
                self.sheet.html("question", question, "notes-before")
            return word(post.get("answer"))
        if kind == "quote":
            return f"<blockquote>{word(post.get('text'))}</blockquote>{word(post.get('source'))}"
        if kind == "link":
            return word(post.get("description"))
        if kind == "chat":
            lines = [mapping(line) for line in listed(post.get("dialogue"))]
            return "<br>".join(f"{word(line.get('label'))} {word(line.get('phrase'))}".strip() for line in lines) or word(
                post.get("body")
            )
        if kind == "photo":
            photos = [mapping(photo) for photo in listed(post.get("photos"))]
            images = (word(mapping(p.get("original_size")).get("url")) for p in photos)
            return "".join(f'<img src="{url}">' for url in images if '"' not in url) + word(post.get("caption"))
        return word(post.get("body")) or word(post.get("caption"))

    # ---------------------------------------------------------------- laying

    def copy(self) -> Copy | None:
        self._title()
        said = self.parts()
        turns = self._in_one_body(said[0]) if len(said) == 1 and said[0].html else self._one_by_one(said)
        work = work_of(turns)
        if not any(b.part == "story" and b.kind != "scene-break" for b in self.sheet.blocks):
            return None
        source = self.sheet.source
        marks = [Gap(m.start(), m.end(), "the place of a read-more") for m in _MORE.finditer(source)]
        self.sheet.blocks, header = labelled(source, closing(source, hide(self.sheet.blocks, marks)))
        self.sheet.gaps += [mark for mark in marks if source[mark.start] == "["]
        own = turns[work].blog is None or turns[work].blog == self.blog
        tags = tuple(dict.fromkeys(word(tag) for tag in listed(self.post.get("tags")) if word(tag).strip()))
        if tags and not own:
            # The remarks of whoever passed it on, not the author's tags.
            self.sheet.line("tags", f"{self.blog}: " + " ".join(f"#{tag}" for tag in tags), "paragraph", "credits")
        at = said[work].at if len(said) == len(turns) else self._date() if own else None
        metadata = self._metadata(turns, work, tags if own else (), at)
        title = metadata.title
        if header is not None:
            metadata = lacking(metadata, header)
        author = turns[work].blog or self.blog
        piece = bundle(f"tumblr {author}", title) if author else None
        return Copy("", as_piece(metadata, piece, title), self.sheet.document(self.task.digest), piece)

    def _in_one_body(self, only: _Part) -> list[Turn]:
        """A chain that stands as quotations in one body."""
        root = self.sheet.parsed("body", only.html)
        self._cut(root)
        turns = split(self.sheet.source, root, self.blog)
        work = work_of(turns)
        first = len(self.sheet.blocks)
        for number, turn in enumerate(turns):
            lay_turn(self.sheet, turn, part_of(turns, number, work), self.skip)
        self._rest(root, first)
        return turns

    def _one_by_one(self, said: list[_Part]) -> list[Turn]:
        """A chain whose turns are told apart."""
        turns = [Turn(p.blog, _words(p), p.url, broken=p.broken) for p in said]
        work = work_of(turns)
        for number, one in enumerate(said):
            part = part_of(turns, number, work)
            name = f"trail-{number + 1}" if len(said) > 1 else "body"
            if one.html:
                root = self.sheet.parsed(name, one.html)
                self._cut(root)
                first = len(self.sheet.blocks)
                lay_turn(self.sheet, Turn(one.blog, 0, None, tuple(root.children)), part, self.skip)
                self._rest(root, first)
            elif listed(one.blocks):
                ask = asked(one.layout)
                if ask is not None:
                    self.asker, self.anonymous = ask.asker, ask.asker is None
                lay_blocks(self.sheet, name, one.blocks, part, ask)
        return turns

    def _cut(self, root: Root) -> None:
        self.skip |= read_more(root, self.why)

    def _rest(self, root: Root, first: int) -> None:
        self.sheet.gaps += left_out(self.sheet.source, root, self.sheet.blocks[first:], reasons(self.why, "not part of the post"))

    def _title(self) -> None:
        title = word(self.post.get("title"))
        if words_in(title) and self.post.get("type") in ("text", "chat", "link"):
            self.sheet.line("title", title, "heading", "title", level=1)

    # ---------------------------------------------------------------- metadata

    def _url(self) -> str | None:
        return word(self.post.get("post_url")) or None

    def _date(self) -> str | None:
        return _moment(self.post.get("timestamp")) or (word(self.post.get("date"))[:10] or None)

    def _metadata(self, turns: list[Turn], work: int, tags: tuple[str, ...], at: str | None) -> Metadata:
        found: dict[str, Any] = {"site": SITE}
        title = word(self.post.get("title")) if self.post.get("type") in ("text", "chat", "link") else ""
        title = title or (title_of(self.post.get("content")) if turns[work].blog == self.blog else None) or ""
        if words_in(title):
            found["title"] = " ".join(title.split())
        author = creator(turns[work].blog or self.blog)
        asker = None if self.anonymous else creator(self.asker, "prompter")
        found["creators"] = tuple(c for c in (author, asker) if isinstance(c, Creator))
        found["tags"] = tags
        found["published"] = at
        found["url"] = self._url()
        found["relations"] = inspiration(turns, work)
        found = {key: value for key, value in found.items() if value not in (None, ())}
        trust = dict.fromkeys(found, "site")
        return Metadata(**found, extent="partial" if self.skip else "unknown", trust=trust)


def _words(said: _Part) -> int:
    return len(re.sub(r"<[^<>]{0,500}>", " ", said.html).split()) + words_of(said.blocks)


def _moment(value: Any) -> str | None:
    """The day of a Unix moment."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 4_102_444_800:
        return None
    return datetime.fromtimestamp(value, UTC).date().isoformat()


FORMATS = (Format("tumblr-posts", detect_posts, read_posts), Format("tumblr-post", detect_post, read_post))
