"""Tumblr: the API's posts in both forms, the backup tool's pages, saved reblogs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from variorum.document import Document, received
from variorum.errors import IntakeError, MalformedItem
from variorum.intake import Copy, Opened, Task, open_inner, open_item
from variorum.intake.bundles import Bundle
from variorum.intake.tumblr.chain import Turn, part_of, work_of
from variorum.model import Creator

Sample = Callable[[str], Path]

TIDEWRACK = Creator("tidewrack", "author", "tumblr.com", "tidewrack", "https://tidewrack.tumblr.com/")


def opened(path: Path, data: bytes | None = None) -> Opened:
    return open_item(Task(path.name, "sha256:0", path.read_bytes() if data is None else data))


def only(path: Path, data: bytes | None = None) -> Copy:
    (copy,) = opened(path, data).copies
    return copy


def post(**more: Any) -> bytes:
    """A post of the API with these fields."""
    base = {
        "blog_name": "tidewrack",
        "id_string": "7",
        "post_url": "https://tidewrack.tumblr.com/post/7",
        "tags": [],
        "trail": [],
    }
    return json.dumps({**base, "reblog_key": "k", "type": "text", **more}).encode()


def part(document: Document, name: str) -> list[str]:
    return [b.text for b in received(document).blocks if b.part == name]


# ---------------------------------------------------------------- legacy posts


def test_a_blogs_own_post(sample: Sample) -> None:
    """Title, tags whole, date, address and author of the site; the header of the text; [[MORE]] is a place, not a cut."""
    copy = only(sample("tumblr/legacy-text-own.json"))
    about = copy.metadata
    assert (about.title, about.published) == ("Three Rules", "2016-02-27")
    assert about.creators == (TIDEWRACK,)
    assert about.tags == ("the lamp", "fic, sort of", "gull")
    assert (about.fandoms, about.rating) == (("The Lamp",), "General Audiences")
    assert about.url == "https://tidewrack.tumblr.com/post/612118204/three-rules"
    assert (about.site, about.extent) == ("tumblr.com", "unknown")
    assert about.trust["tags"] == "site"
    assert part(copy.document, "story")[-1] == "The third rule was never to look directly at it."
    assert part(copy.document, "notes-after") == ["Also posted on AO3."]
    assert [g.reason for g in copy.document.left_out] == ["the place of a read-more"]


def test_a_story_added_to_a_picture_and_passed_on(sample: Sample) -> None:
    """The story's author is who wrote it, the picture is what inspired it, the reblogger's tags are remarks; cut: partial."""
    copy = only(sample("tumblr/reblog-story-on-a-picture.json"))
    about = copy.metadata
    assert about.creators == (TIDEWRACK,)
    (tie,) = about.relations
    assert (tie.relation, tie.url, tie.creators[0].name) == (
        "inspired-by",
        "https://marrowquill.tumblr.com/post/612045731",
        "marrowquill",
    )
    assert about.tags == ()
    assert about.extent == "partial"
    assert about.url == "https://passer-by.tumblr.com/post/612999001"
    assert part(copy.document, "notes-before") == ["A keeper and a gull", "the keeper!"]
    assert part(copy.document, "notes-after") == ["I am crying about the gull."]
    assert part(copy.document, "credits") == ["passer-by: #i am crying #the gull"]
    assert "Keep reading" not in "".join(part(copy.document, "story"))


def test_a_chain_that_stands_as_quotations(sample: Sample) -> None:
    """Innermost the oldest; the line that names a blog belongs to what it said."""
    copy = only(sample("tumblr/legacy-nested-body.json"))
    assert copy.metadata.creators == (TIDEWRACK,)
    assert part(copy.document, "notes-before") == ["marrowquill:", "draw me a gull"]
    assert part(copy.document, "credits") == ["tidewrack:", "passer-by: #later"]
    assert part(copy.document, "notes-after") == ["yes"]
    assert copy.metadata.published is None  # the day it was passed on is not the day it was written


def test_an_anonymous_question(sample: Sample) -> None:
    """The question stands before the answer; nobody is named."""
    copy = only(sample("tumblr/answer-anonymous.json"))
    assert part(copy.document, "notes-before") == ["Write me the gull?"]
    assert copy.metadata.creators == (TIDEWRACK,)


@pytest.mark.parametrize(
    ("fields", "story"),
    [
        ({"type": "quote", "text": "Keep the lamp lit.", "source": "<p>the keeper</p>"}, ["Keep the lamp lit.", "the keeper"]),
        ({"type": "chat", "dialogue": [{"label": "Gull:", "phrase": "No."}, {"label": "Maren:", "phrase": "Yes."}]}, None),
        ({"type": "photo", "photos": [{"original_size": {"url": "https://x.example/a.png"}}], "caption": "<p>A gull.</p>"}, None),
        ({"type": "link", "title": "A map", "url": "https://x.example", "description": "<p>Of the weir.</p>"}, ["Of the weir."]),
        ({"type": "audio", "caption": "<p>The bell.</p>"}, ["The bell."]),
    ],
)
def test_every_kind_of_legacy_post_gives_its_words(fields: dict[str, Any], story: list[str] | None) -> None:
    """Quote, chat, photo, link and audio."""
    found = part(only(Path("7.json"), post(**fields)).document, "story")
    assert found == story if story else found


# ---------------------------------------------------------------- NPF


def test_blocks_with_formatting_by_code_points(sample: Sample) -> None:
    """An emoji counts once; a block of exactly 4,096 goes on in the next; the first heading is the title, with its number."""
    copy = only(sample("tumblr/npf-cut-at-4096.json"))
    blocks = [b for b in received(copy.document).blocks if b.part == "story"]
    spans = [(s.kind, blocks[0].text[s.start : s.end], s.href) for s in blocks[0].spans]
    assert ("emphasis", "The", None) in spans
    assert ("strong", blocks[0].text, None) in spans
    assert ("link", "late", "https://weir.example/late") in spans
    assert len(blocks[1].text) > 4096
    assert blocks[1].text.endswith("And nobody minded.")
    assert [(b.kind, b.image) for b in blocks[2:]] == [
        ("image", "https://64.media.tumblr.example/wide.png"),
        ("quote", None),
        ("list-item", None),
    ]
    assert part(copy.document, "title") == ["Tides, Part 2"]
    assert (copy.metadata.title, copy.bundle) == ("Tides", Bundle("tumblr tidewrack tides", 2))


def test_an_ask_and_a_deleted_ancestor(sample: Sample) -> None:
    """Who asked is the prompter; the deleted blog is named without an address."""
    copy = only(sample("tumblr/npf-ask-and-deleted-root.json"))
    assert [(c.name, c.role) for c in copy.metadata.creators] == [("tidewrack", "author"), ("odile-h", "prompter")]
    (tie,) = copy.metadata.relations
    assert (tie.url, tie.creators[0].name, tie.creators[0].url) == (None, "gone-away", None)
    assert "deleted" in tie.evidence
    assert part(copy.document, "notes-before") == ["Six words about a lost lamp.", "What was the gull's one word?"]


def test_which_turn_is_the_work() -> None:
    """The longest; the oldest where all are remarks; what its author added later goes on with it."""
    turns = [Turn("a", 3), Turn("b", 900), Turn("c", 40), Turn("b", 300)]
    assert work_of(turns) == 1
    assert [part_of(turns, n, 1) for n in range(4)] == ["notes-before", "story", "notes-after", "story"]
    assert work_of([Turn("a", 3), Turn("b", 5)]) == 0
    assert work_of([]) == 0


# ---------------------------------------------------------------- containers


def test_an_answer_of_the_api_is_a_container(sample: Sample) -> None:
    """Each post is an item of its own with its JSON as it stands, and can be had again."""
    path = sample("tumblr/api-answer.json")
    inner = opened(path).inner
    assert [i.name for i in inner] == [f"{path.name}!post-612118204.json", f"{path.name}!post-9.json"]
    assert all(i.data in path.read_bytes() for i in inner)
    assert open_inner(path.name, path.read_bytes(), "post-9.json") == inner[1].data
    assert open_item(Task(inner[0].name, "sha256:1", inner[0].data)).copies[0].metadata.title == "Three Rules"


def test_an_answer_that_is_cut_off_gives_what_came_whole(sample: Sample) -> None:
    """The posts before the cut, and one sentence; a single post that is cut off is refused."""
    found = opened(sample("tumblr/api-answer-cut-off.json"))
    assert len(found.inner) == 1
    assert [code for _, code, _ in found.skipped] == ["truncated"]
    with pytest.raises(MalformedItem) as caught:
        opened(sample("tumblr/post-cut-off.json"))
    assert caught.value.code == "truncated"


def test_a_months_page_of_the_backup_tool_is_a_container(sample: Sample) -> None:
    """Articles are items of their own; one alone is a copy; the index is no work."""
    path = sample("tumblr/backup-month.html")
    inner = opened(path).inner
    assert [i.name.partition("!")[2] for i in inner] == ["post-1.html", "post-2.html"]
    assert open_inner(path.name, path.read_bytes(), "post-2.html") == inner[1].data
    assert (
        open_item(Task(inner[1].name, "sha256:1", inner[1].data)).copies[0].metadata.url == "https://tidewrack.tumblr.com/post/2"
    )
    index = opened(sample("tumblr/backup-index.html"))
    assert (index.copies, index.note) == ((), "the index of a blog's backup: kept, and no work")


def test_an_article_of_the_backup_tool(sample: Sample) -> None:
    """Blog by its tags' addresses, number by the article; header and footer are left out with their reasons."""
    copy = only(sample("tumblr/backup-post.html"))
    about = copy.metadata
    assert (about.title, about.published, about.tool) == ("Three Rules", "2016-02-27", "tumblr-backup")
    assert (about.creators, about.tags) == ((TIDEWRACK,), ("the lamp", "gull"))
    assert about.url == "https://tidewrack.tumblr.com/post/612118204"
    assert part(copy.document, "story")[-1] == "The third rule was never to look."
    assert {g.reason for g in copy.document.left_out} >= {"about the post, by the backup tool", "tags and notes of the post"}


def test_a_saved_reblog(sample: Sample) -> None:
    """The author is who is quoted; the reblogger's tags and the blog's name are not the work's; cut: partial."""
    found = opened(sample("tumblr/saved-reblog.html"))
    (copy,) = found.copies
    assert found.format == "tumblr-page"
    assert (copy.metadata.creators, copy.metadata.tags, copy.metadata.title) == ((TIDEWRACK,), (), None)
    assert copy.metadata.extent == "partial"
    assert part(copy.document, "notes-after") == ["this one. THIS one."]
    assert {g.reason for g in copy.document.left_out} >= {
        "a link to the rest, which is not on this page",
        "tags of the blog that passed it on",
    }


# ---------------------------------------------------------------- hostile and damaged ones


def _bad() -> dict[str, tuple[bytes, str | None]]:
    """Name -> the bytes, and the code of the refusal (None: it is read)."""
    deep = b'{"blog_name":"a","post_url":"https://a.tumblr.com/post/1","reblog_key":"k","content":' + b"[" * 200_000
    quotes = '<p><a class="tumblr_blog" href="https://a.tumblr.com">a</a>:</p><blockquote>' * 5_000 + "<p>The end.</p>"
    return {
        "deep.json": (deep, "too-deep"),
        "empty-body.json": (post(body="<br>"), "no-text"),
        "odd-types.json": (post(body=None, trail="x", tags={"a": 1}, title=["y"], timestamp="later"), "no-text"),
        "odd-trail.json": (post(body="<p>Text.</p>", trail=[1, None, {"blog": 3, "content": 4}], tags=[1, None, "ok"]), None),
        "odd-blocks.json": (
            post(type="blocks", content=[1, {"type": "text", "text": "Words.", "formatting": [{"start": -5}, 3]}]),
            None,
        ),
        "surrogate.json": (post(body="<p>Half \\ud83d a pair.</p>").replace(b"\\\\ud83d", b"\\ud83d"), None),
        "chain.json": (post(body=quotes), None),
        "huge-time.json": (post(body="<p>Text.</p>", timestamp=10**30), None),
        "many-blocks.json": (post(type="blocks", content=[{"type": "text", "text": "Word."}] * 50_000), None),
    }


@pytest.mark.parametrize("name", sorted(_bad()))
def test_a_bad_post_is_read_or_refused_by_name(name: str) -> None:
    """Types that are not what they should be, chains and nesting without end: the outcome expected, and no other."""
    data, code = _bad()[name]
    if code is None:
        assert only(Path(name), data).document.source
    else:
        with pytest.raises(IntakeError) as caught:
            opened(Path(name), data)
        assert caught.value.code == code
