"""Where sites keep the text of a story on their pages, and what else stands in there: data, not code.

A selector is ``tag.class#id``, any of the three. From AO3's importer (``story_parser.rb``), FanFicFare's
adapters and the sites' own themes, as docs/formats.md says; a quirk nobody has seen is not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from variorum.intake.markup import Node

__all__ = ["FURNITURE", "QUIRKS", "Quirk", "Selector", "select"]


class Selector(NamedTuple):
    """One element: any of tag, class and id."""

    tag: str | None
    cls: str | None
    id: str | None


def _selector(text: str) -> Selector:
    match = re.fullmatch(r"([a-z0-9]*)(?:\.([\w-]+))?(?:#([\w-]+))?", text)
    assert match is not None, text
    return Selector(match[1] or None, match[2], match[3])


class Quirk(NamedTuple):
    """One kind of page: where the text is, what in it is not text, where title and author stand."""

    name: str
    text: tuple[Selector, ...]
    drop: tuple[tuple[Selector, str], ...] = ()
    title: tuple[Selector, ...] = ()
    author: str = ""  #: how the address of a link to the author begins, after the host


def _quirk(name: str, text: str, drop: str = "", title: str = "", author: str = "") -> Quirk:
    dropped = (entry.split("=", 1) for entry in drop.split("|") if entry)
    return Quirk(
        name,
        tuple(map(_selector, text.split())),
        tuple((_selector(selector), reason) for selector, reason in dropped),
        tuple(map(_selector, title.split())),
        author,
    )


#: The first whose text is on the page counts.
QUIRKS = (
    _quirk("FanFiction.net", "#storytext", title="b.xcontrast_txt", author="/u/"),
    _quirk(
        "Dreamwidth",
        "div.entry-content",
        "div.currents=mood and music|ul.entry-management-links=navigation|div.metadata=mood and music|div.tag=tags of the entry",
        "h3.entry-title",
    ),
    _quirk("LiveJournal", "article.b-singlepost-body div.b-singlepost-body", "", "h1.b-singlepost-title"),
    _quirk("LiveJournal", "div.aentry-post__text", "", "h1.aentry-post__title"),
    _quirk("LiveJournal (light)", "article.entry-content div.entry-text", "", "h1.entry-title"),
    _quirk(
        "Dreamwidth",
        "div.contents",
        "div.currents=mood and music|ul.entry-management-links=navigation|h3.entry-title=the title of the page",
        "h3.entry-title",
    ),
    _quirk("eFiction", "#story", "", "#pagetitle"),
    _quirk("Wattpad", "div.panel-reading", "", "h1.h2"),
    _quirk("FanFicFare", "div.fff_chapter", "", "h3.fff_chapter_title"),
    _quirk(
        "Tumblr",
        "div.post-content div.body-text div.post_body div.post-body div.npf_content",
        "a.read_more=a link to the rest|div.tags=tags of the post|p.tags=tags of the post",
        "h1.post-title h2.post-title",
    ),
    _quirk(
        "WordPress",
        "div.entry-content section.entry-content",
        "div.sharedaddy=buttons for sharing|div.jp-relatedposts=other posts|div.wpcnt=advertising",
        "h1.entry-title h2.entry-title",
    ),
    _quirk("an OTW archive", "div.userstuff"),
)


def _all(words: str, reason: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), reason)


#: Words in classes and ids of what stands around a text, and the reason given. Whole words only.
FURNITURE: dict[str, str] = {
    **_all(
        "nav navbar navigation menu menubar breadcrumb breadcrumbs pagination pager paging toolbar topbar masthead topnav"
        " sitemap prevnext",
        "navigation",
    ),
    **_all(
        "comment comments commentlist review reviews reply replies respond disqus kudos feedback guestbook discussion"
        " commentform",
        "comments",
    ),
    **_all("footer foot copyright legal colophon siteinfo", "the site's footer"),
    **_all("share sharing social sharedaddy addtoany addthis tweet", "buttons for sharing"),
    **_all("related recommended recommendations popular trending sidebar widget widgets", "other things on the site"),
    **_all("ad ads advert adverts advertisement advertising sponsor sponsored", "advertising"),
    **_all("cookie cookies consent gdpr", "a notice about cookies"),
    **_all("login signin signup register newsletter", "a form to log in"),
}


def select(nodes: Iterable[Node], selectors: tuple[Selector, ...]) -> list[Node]:
    """The outermost of these elements (in document order) that a selector names."""
    found: list[Node] = []
    last = -1
    for node in nodes:
        if node.start >= last and any(node.is_(*selector) for selector in selectors):
            found.append(node)
            last = node.end
    return found
