"""Addresses: every site's forms of one address are one id; what is no address is None; prose gives exact spans."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.addresses import SITES, describe, find_urls, identify, prose, site_named

AO3, FFN, TUMBLR, LJ = "archiveofourown.org", "fanfiction.net", "tumblr.com", "livejournal.com"

# address -> site kind id
TABLE = [
    ("https://archiveofourown.org/works/123", AO3, "work", "123"),
    ("http://archiveofourown.org/works/123/", AO3, "work", "123"),
    ("https://archiveofourown.org/works/123/chapters/456", AO3, "work", "123"),
    ("https://archiveofourown.org/works/123/chapters/456#workskin", AO3, "work", "123"),
    ("https://archiveofourown.org/works/123?view_full_work=true", AO3, "work", "123"),
    ("https://archiveofourown.org/works/123?view_adult=true&style=disable", AO3, "work", "123"),
    ("HTTPS://WWW.ARCHIVEOFOUROWN.ORG/works/123", AO3, "work", "123"),
    ("https://archiveofourown.org:443/works/123", AO3, "work", "123"),
    ("//archiveofourown.org/works/123", AO3, "work", "123"),
    ("archiveofourown.org/works/123", AO3, "work", "123"),
    ("archiveofourown.org:443/works/123", AO3, "work", "123"),
    ("http://archiveofourown.gay/works/123", AO3, "work", "123"),
    ("https://ao3.org/works/123", AO3, "work", "123"),
    ("http://insecure.archiveofourown.org/works/123", AO3, "work", "123"),
    ("https://download.archiveofourown.org/downloads/123/Title.epub?updated_at=1", AO3, "work", "123"),
    ("https://archiveofourown.org/downloads/ma/mara/123/Title.html", AO3, "work", "123"),
    ("https://archiveofourown.org/collections/yuletide/works/123", AO3, "work", "123"),
    ("https://archiveofourown.org/collections/yuletide/works/123/chapters/4", AO3, "work", "123"),
    ("https://archiveofourown.org/works/123/navigate", AO3, "work", "123"),
    ("https://archiveofourown.org/works/123/bookmarks", AO3, "work", "123"),
    ("https://archiveofourown.org/works/00123", AO3, "work", "123"),
    ("https://archiveofourown.org/work%73/123", AO3, "work", "123"),
    ("https://archiveofourown.org//works//123", AO3, "work", "123"),
    ("https://archiveofourown.org/chapters/456", AO3, "chapter", "456"),
    ("https://archiveofourown.org/series/77", AO3, "series", "77"),
    ("https://archiveofourown.org/users/Mara_Quill", AO3, "user", "mara_quill"),
    ("https://archiveofourown.org/users/mara_quill/works", AO3, "user", "mara_quill"),
    ("https://archiveofourown.org/users/mara/pseuds/Mara%20Quill", AO3, "pseud", "mara/mara quill"),
    ("https://archiveofourown.org/users/mara/pseuds/mara/works", AO3, "pseud", "mara/mara"),
    ("https://archiveofourown.org/collections/Yuletide2015/profile", AO3, "collection", "yuletide2015"),
    ("https://archiveofourown.org/tags/Fluff/works", AO3, "tag", "fluff"),
    ("https://archiveofourown.org/external_works/9", AO3, "external", "9"),
    ("https://archiveofourown.org/", AO3, "site", "/"),
    ("https://archiveofourown.org/tos", AO3, "page", "/tos"),
    ("https://squidgeworld.org/works/31/chapters/2", "squidgeworld.org", "work", "31"),
    ("https://squidgeworld.org/users/mara/pseuds/mara", "squidgeworld.org", "pseud", "mara/mara"),
    ("https://www.adastrafanfic.com/works/8", "adastrafanfic.com", "work", "8"),
    ("http://www.adastrafanfic.com/viewstory.php?sid=8&chapter=2", "adastrafanfic.com", "work", "8"),
    # eFiction, wherever it stood
    ("http://lamproom.example.org/viewstory.php?sid=12", "example.org", "work", "lamproom.example.org/12"),
    ("http://www.lamproom.example.org/viewstory.php?sid=12&chapter=3", "example.org", "work", "lamproom.example.org/12"),
    ("lamproom.example.org/viewstory.php?action=printable&textsize=0&sid=012&chapter=all", "example.org", "work", "lamproom.example.org/12"),
    ("https://lamproom.example.org/reviews.php?type=ST&item=12", "example.org", "work", "lamproom.example.org/12"),
    ("https://lamproom.example.org/fic/viewstory.php?sid=12", "example.org", "work", "lamproom.example.org/fic/12"),
    ("https://lamproom.example.org/viewuser.php?uid=7&action=storiesby", "example.org", "user", "lamproom.example.org/7"),
    ("https://lamproom.example.org/viewseries.php?seriesid=3", "example.org", "series", "lamproom.example.org/3"),
    ("https://lamproom.example.org/reviews.php?type=SE&item=3", "example.org", "page", "lamproom.example.org/reviews.php?type=SE&item=3"),
    ("https://www.wattpad.com/api/v3/stories/99?fields=title", "wattpad.com", "work", "99"),
    ("https://www.fanfiction.net/s/555/1/The-Title", FFN, "work", "555"),
    ("https://www.fanfiction.net/s/555", FFN, "work", "555"),
    ("https://m.fanfiction.net/s/555/3/", FFN, "work", "555"),
    ("http://www.fanfiction.net/s/555/2/", FFN, "work", "555"),
    ("fanfiction.net/s/555", FFN, "work", "555"),
    ("https://www.fanfiction.net/r/555/0/1/", FFN, "work", "555"),
    ("http://www.fanfiction.net/read.php?storyid=555", FFN, "work", "555"),
    ("https://www.fanfiction.net/u/77/mara-quill", FFN, "user", "77"),
    ("https://m.fanfiction.net/u/77/", FFN, "user", "77"),
    ("https://www.fanfiction.net/~maraquill", FFN, "user", "~maraquill"),
    ("https://www.fanfiction.net/community/Lamps/12/", FFN, "collection", "12"),
    ("https://www.fictionpress.com/s/90/1/Rain", "fictionpress.com", "work", "90"),
    ("https://m.fictionpress.com/s/90/2", "fictionpress.com", "work", "90"),
    ("https://marrowquill.tumblr.com/post/612/the-keeper", TUMBLR, "post", "612"),
    ("http://marrowquill.tumblr.com/post/612", TUMBLR, "post", "612"),
    ("https://www.tumblr.com/marrowquill/612/the-keeper", TUMBLR, "post", "612"),
    ("https://tumblr.com/marrowquill/612?source=share", TUMBLR, "post", "612"),
    ("https://www.tumblr.com/blog/view/marrowquill/612", TUMBLR, "post", "612"),
    ("https://www.tumblr.com/dashboard/blog/marrowquill/612", TUMBLR, "post", "612"),
    ("https://at.tumblr.com/marrowquill/612/abc123", TUMBLR, "post", "612"),
    ("https://marrowquill.tumblr.com/image/612", TUMBLR, "post", "612"),
    ("https://marrowquill.tumblr.com/post/612/the-keeper/amp", TUMBLR, "post", "612"),
    ("https://at.tumblr.com/marrowquill/the-keeper/aBc123", TUMBLR, "share", "aBc123"),
    ("https://marrowquill.tumblr.com", TUMBLR, "blog", "marrowquill"),
    ("marrowquill.tumblr.com/", TUMBLR, "blog", "marrowquill"),
    ("https://www.tumblr.com/blog/marrowquill", TUMBLR, "blog", "marrowquill"),
    ("https://www.tumblr.com/MarrowQuill", TUMBLR, "blog", "marrowquill"),
    ("https://www.tumblr.com/@marrowquill", TUMBLR, "blog", "marrowquill"),
    ("https://marrowquill.tumblr.com/tagged/lamps", TUMBLR, "tag", "marrowquill/lamps"),
    ("https://www.tumblr.com/tagged/lamps", TUMBLR, "tag", "lamps"),
    ("https://www.tumblr.com/dashboard", TUMBLR, "page", "/dashboard"),
    ("https://64.media.tumblr.com/abc/x.png", TUMBLR, "page", "64.media.tumblr.com/abc/x.png"),
    ("https://low-tide.livejournal.com/41233.html", LJ, "post", "low_tide/41233"),
    ("http://low-tide.livejournal.com/41233.html?thread=5#t5", LJ, "post", "low_tide/41233"),
    ("http://www.livejournal.com/users/low_tide/41233.html", LJ, "post", "low_tide/41233"),
    ("http://users.livejournal.com/low_tide/41233.html?format=light", LJ, "post", "low_tide/41233"),
    ("http://community.livejournal.com/lamp_fic/9.html", LJ, "post", "lamp_fic/9"),
    ("https://lamp-fic.livejournal.com/9.html", LJ, "post", "lamp_fic/9"),
    ("http://www.livejournal.com/community/lamp_fic/9.html", LJ, "post", "lamp_fic/9"),
    ("https://low-tide.livejournal.com/", LJ, "blog", "low_tide"),
    ("http://www.livejournal.com/~low_tide", LJ, "blog", "low_tide"),
    ("http://users.livejournal.com/_low_tide/", LJ, "blog", "_low_tide"),
    ("https://low-tide.livejournal.com/profile", LJ, "user", "low_tide"),
    ("http://www.livejournal.com/userinfo.bml?user=low_tide", LJ, "user", "low_tide"),
    ("https://low-tide.livejournal.com/tag/lamps", LJ, "tag", "low_tide/lamps"),
    ("https://low-tide.dreamwidth.org/77.html", "dreamwidth.org", "post", "low_tide/77"),
    ("https://www.dreamwidth.org/users/low_tide/77.html", "dreamwidth.org", "post", "low_tide/77"),
    ("https://low-tide.dreamwidth.org/2010/05/01/rain.html", "dreamwidth.org", "post", "low_tide/rain"),
    ("https://low_tide.dreamwidth.org", "dreamwidth.org", "blog", "low_tide"),
    ("http://low-tide.insanejournal.com/5.html", "insanejournal.com", "post", "low_tide/5"),
    ("http://asylums.insanejournal.com/lamp_fic/5.html", "insanejournal.com", "post", "lamp_fic/5"),
    ("http://www.journalfen.net/users/low_tide/5.html", "journalfen.net", "post", "low_tide/5"),
    ("https://www.wattpad.com/story/99-rain-again", "wattpad.com", "work", "99"),
    ("https://www.wattpad.com/story/99", "wattpad.com", "work", "99"),
    ("https://m.wattpad.com/story/99-rain", "wattpad.com", "work", "99"),
    ("https://www.wattpad.com/1234-rain-chapter-2", "wattpad.com", "chapter", "1234"),
    ("https://www.wattpad.com/user/MaraQuill", "wattpad.com", "user", "maraquill"),
    ("https://www.deviantart.com/mara-q/art/The-Keeper-99123", "deviantart.com", "picture", "99123"),
    ("http://mara-q.deviantart.com/art/The-Keeper-99123", "deviantart.com", "picture", "99123"),
    ("https://www.deviantart.com/deviation/99123", "deviantart.com", "picture", "99123"),
    ("http://www.deviantart.com/view/99123/", "deviantart.com", "picture", "99123"),
    ("http://fav.me/d24hf", "deviantart.com", "picture", "99123"),
    ("https://www.deviantart.com/mara-q", "deviantart.com", "user", "mara-q"),
    ("http://mara-q.deviantart.com/gallery/", "deviantart.com", "user", "mara-q"),
    ("https://www.deviantart.com/mara-q/journal/Rain-5", "deviantart.com", "post", "5"),
    ("https://www.fimfiction.net/story/12/rain", "fimfiction.net", "work", "12"),
    ("https://www.fimfiction.net/story/12/3/rain/chapter-3", "fimfiction.net", "work", "12"),
    ("https://www.fimfiction.net/user/7/Mara", "fimfiction.net", "user", "7"),
    ("https://www.fimfiction.net/blog/5/news", "fimfiction.net", "post", "5"),
    ("https://forums.spacebattles.com/threads/rain-again.44/page-3#post-9", "spacebattles.com", "work", "44"),
    ("https://forums.spacebattles.com/threads/44/", "spacebattles.com", "work", "44"),
    ("https://forums.spacebattles.com/posts/9/", "spacebattles.com", "post", "9"),
    ("https://forums.sufficientvelocity.com/threads/rain.44/reader/", "sufficientvelocity.com", "work", "44"),
    ("https://forum.questionablequesting.com/threads/rain.44/", "questionablequesting.com", "work", "44"),
    ("https://forums.spacebattles.com/members/mara.3/", "spacebattles.com", "user", "3"),
    ("https://www.royalroad.com/fiction/21/rain/chapter/5/one", "royalroad.com", "work", "21"),
    ("https://royalroadl.com/fiction/21", "royalroad.com", "work", "21"),
    ("https://www.royalroad.com/profile/4", "royalroad.com", "user", "4"),
    ("https://www.scribblehub.com/series/8/rain/", "scribblehub.com", "work", "8"),
    ("https://www.scribblehub.com/read/8-rain/chapter/9/", "scribblehub.com", "work", "8"),
    ("https://www.asianfanfics.com/story/view/15/rain", "asianfanfics.com", "work", "15"),
    ("https://www.asianfanfics.com/story/view/15/3/rain", "asianfanfics.com", "work", "15"),
    ("https://www.asianfanfics.com/profile/view/Mara", "asianfanfics.com", "user", "mara"),
    ("http://www.mediaminer.org/fanfic/view_st.php/66", "mediaminer.org", "work", "66"),
    ("http://www.mediaminer.org/fanfic/view_ch.php?cid=4&submit=View&id=66", "mediaminer.org", "work", "66"),
    ("https://www.mediaminer.org/fanfic/s/lamps/rain/66", "mediaminer.org", "work", "66"),
    ("https://ficwad.com/story/51", "ficwad.com", "work", "51"),
    ("https://ficwad.com/a/mara", "ficwad.com", "user", "mara"),
    ("https://www.quotev.com/story/7/Rain-Again/3", "quotev.com", "work", "7"),
    ("https://www.quotev.com/maraquill", "quotev.com", "user", "maraquill"),
    ("https://inkbunny.net/s/40-p2-", "inkbunny.net", "picture", "40"),
    ("https://inkbunny.net/submissionview.php?id=40", "inkbunny.net", "picture", "40"),
    ("https://www.sofurry.com/view/40", "sofurry.com", "work", "40"),
    ("https://www.furaffinity.net/view/40/", "furaffinity.net", "picture", "40"),
    ("https://twitter.com/mara/status/99", "twitter.com", "post", "99"),
    ("https://x.com/mara/status/99?s=20", "twitter.com", "post", "99"),
    ("https://mobile.twitter.com/mara/status/99/photo/1", "twitter.com", "post", "99"),
    ("https://twitter.com/#!/mara/status/99", "twitter.com", "post", "99"),
    ("https://x.com/Mara", "twitter.com", "user", "mara"),
    ("https://www.pixiv.net/en/artworks/88", "pixiv.net", "picture", "88"),
    ("https://www.pixiv.net/member_illust.php?mode=medium&illust_id=88", "pixiv.net", "picture", "88"),
    ("https://www.pixiv.net/users/5", "pixiv.net", "user", "5"),
    ("https://www.pixiv.net/member.php?id=5", "pixiv.net", "user", "5"),
    ("https://www.pixiv.net/novel/show.php?id=6", "pixiv.net", "work", "6"),
    ("https://www.instagram.com/p/AbC_1/", "instagram.com", "picture", "AbC_1"),
    ("https://www.instagram.com/Mara/", "instagram.com", "user", "mara"),
    ("https://bsky.app/profile/mara.bsky.social/post/3kx", "bsky.app", "post", "mara.bsky.social/3kx"),
    ("https://bsky.app/profile/Mara.example", "bsky.app", "user", "mara.example"),
    ("https://mara.bsky.social", "bsky.app", "user", "mara.bsky.social"),
    ("https://old.reddit.com/r/FanFiction/comments/1ab/title/", "reddit.com", "post", "1ab"),
    ("https://redd.it/1ab", "reddit.com", "post", "1ab"),
    ("https://youtu.be/AbC", "youtube.com", "post", "AbC"),
    ("https://www.youtube.com/watch?v=AbC&t=3", "youtube.com", "post", "AbC"),
    ("https://archive.org/details/rain-podfic", "archive.org", "work", "rain-podfic"),
    ("https://www.booksie.com/posting/mara/rain-again-77", "booksie.com", "work", "77"),
    ("https://www.literotica.com/s/rain-again", "literotica.com", "work", "rain-again"),
    ("https://ficbook.net/readfic/77/88#part_content", "ficbook.net", "work", "77"),
    ("https://www.fanfiktion.de/s/4a2b/1/Regen", "fanfiktion.de", "work", "4a2b"),
    ("https://storiesonline.net/s/77/rain", "storiesonline.net", "work", "77"),
    ("https://mara.deadjournal.com/5.html", "deadjournal.com", "post", "mara/5"),
    ("http://www.greatestjournal.com/users/mara/5.html", "greatestjournal.com", "post", "mara/5"),
    ("http://mara-q.blogspot.com/2010/05/rain.html", "blogspot.com", "post", "mara-q/rain"),
    ("https://maraq.wordpress.com/2010/05/01/rain/", "wordpress.com", "post", "maraq/rain"),
    ("https://cohost.org/mara/post/5-rain", "cohost.org", "post", "5"),
    ("https://www.pillowfort.social/posts/5", "pillowfort.social", "post", "5"),
    ("https://www.artstation.com/artwork/aB1", "artstation.com", "picture", "aB1"),
    ("https://mara.artstation.com/projects", "artstation.com", "user", "mara"),
    ("https://soundcloud.com/mara/rain", "soundcloud.com", "post", "mara/rain"),
    ("https://www.patreon.com/posts/rain-5", "patreon.com", "post", "5"),
    ("https://ko-fi.com/mara", "ko-fi.com", "user", "mara"),
    ("https://web.archive.org/web/20160228123456/http://marrowquill.tumblr.com/post/612", TUMBLR, "post", "612"),
    ("https://web.archive.org/web/20160228id_/http://archiveofourown.org/works/123", AO3, "work", "123"),
    ("http://web.archive.org/web/*/archiveofourown.org/works/123", AO3, "work", "123"),
    ("https://archive.ph/20160228123456/https://archiveofourown.org/works/123", AO3, "work", "123"),
    ("https://href.li/?https://archiveofourown.org/works/123", AO3, "work", "123"),
    ("https://t.umblr.com/redirect?z=https%3A%2F%2Farchiveofourown.org%2Fworks%2F123&t=x", AO3, "work", "123"),
    ("https://www.google.com/url?q=https://archiveofourown.org/works/123&sa=D", AO3, "work", "123"),
    ("http://archiveofourown.org@evil.example/works/123", "evil.example", "page", "/works/123"),
    ("http://archiveofourown.org.evil.example/works/123", "evil.example", "page", "archiveofourown.org.evil.example/works/123"),
    ("http://arсhiveofourown.org/works/123", "xn--arhiveofourown-60l.org", "page", "/works/123"),
    ("https://www.someplace.example/a/%7Eb/?utm_source=x&q=1#top", "someplace.example", "page", "/a/~b?q=1"),
    ("http://mara.someplace.co.uk/rain.html", "someplace.co.uk", "page", "mara.someplace.co.uk/rain.html"),
    ("http://www.geocities.com/SoHo/1234/lamp.html", "geocities.com", "page", "/SoHo/1234/lamp.html"),
    ("http://192.0.2.7/fic", "192.0.2.7", "page", "/fic"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "site", "kind", "id_"), TABLE, ids=[row[0] for row in TABLE])
def test_every_form_of_an_address_gives_one_id(url, site, kind, id_):
    """The table of forms: site, kind and id as written beside each address."""
    address = identify(url)
    assert address is not None
    assert address.key == (site, kind, id_)


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_the_canonical_address_names_the_same_thing(row):
    """What `identify` gives as address identifies as itself, so that stored addresses never drift."""
    address = identify(row[0])
    again = identify(address.url)
    assert again is not None
    assert (again.key, again.url) == (address.key, address.url)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "javascript:alert(1)",
            "data:text/html,x",
            "mailto:a@b.org",
            "ftp://a.org/x",
            "http://",
            "http:///",
            "about:blank",
        ),
        *(
            "https://[::1]/x",
            "a b.org/x",
            "http://exa mple.org/",
            "http://a\x00b.org/",
            "http://a.org/\u202egpj.exe",
            "x" * 1_000_000,
        ),
        *(
            "http://a.org/" + "x" * 1_000_000,
            "localhost",
            "http://-.org/",
            "http://" + "a." * 200 + "org/",
            "\ud800",
            "/works/123",
        ),
        *("http://\ud800.org/", "C:\\fic\\x.html", "not an address"),
    ],
)
def test_what_is_no_address_is_none(text):
    """Other schemes, controls, bidi marks, a megabyte and nonsense are None, without an error."""
    assert identify(text) is None


def test_an_archived_copy_says_when_it_was_taken():
    """The wrapper's date is kept, as precise as it was; the address is the one inside."""
    address = identify("https://web.archive.org/web/20160228123456/http://www.fanfiction.net/s/5/2/X")
    assert (address.url, address.captured, address.chapter) == ("https://www.fanfiction.net/s/5", "2016-02-28T12:34:56Z", "2")
    assert identify("https://web.archive.org/web/2016/http://www.fanfiction.net/s/5/").captured == "2016"
    assert identify("https://archive.is/2016.02.28-123456/http://ao3.org/works/1").captured == "2016-02-28T12:34:56Z"


def test_the_account_is_kept_beside_the_id():
    """Whose page, post or picture it is stands in ``account`` where the address says so."""
    assert identify("https://marrowquill.tumblr.com/post/1/x").account == "marrowquill"
    assert identify("https://archiveofourown.org/users/mara/pseuds/Mara%20Q").account == "mara"
    assert identify("http://users.livejournal.com/low_tide/1.html").account == "low_tide"
    assert identify("https://archiveofourown.org/works/1").account is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://archiveofourown.org/works/1.", ["https://archiveofourown.org/works/1"]),
        ("(it is at http://a.example/x)", ["http://a.example/x"]),
        ("http://a.example/wiki/Lamp_(novel) and more", ["http://a.example/wiki/Lamp_(novel)"]),
        ("[the art](https://a.example/b), yes", ["https://a.example/b"]),
        ("[url=https://a.example/b]here[/url]", ["https://a.example/b"]),
        ("<https://a.example/b>", ["https://a.example/b"]),
        ("“https://a.example/b”", ["https://a.example/b"]),
        ("posted at marrowquill.tumblr.com/post/1, go!", ["marrowquill.tumblr.com/post/1"]),
        ("I am marrowquill.tumblr.com.", ["marrowquill.tumblr.com"]),
        ("www.lamp.example is mine", ["www.lamp.example"]),
        ("low-tide.dreamwidth.org/77.html?thread=1#c1!", ["low-tide.dreamwidth.org/77.html?thread=1#c1"]),
        ("e.g. this, i.e./or that, and/or he said.And then 3.5/10", []),
        ("mail me: mara@tumblr.com or a.b@livejournal.com", []),
        ("two: http://a.example/1 http://a.example/2", ["http://a.example/1", "http://a.example/2"]),
        ("an unknown.host alone, unknown.example/with-path", ["unknown.example/with-path"]),
        ("_https://a.example/b_c_", ["https://a.example/b_c"]),
        ("HTTP://A.EXAMPLE/B", ["HTTP://A.EXAMPLE/B"]),
        ("AO3.ORG/works/5", ["AO3.ORG/works/5"]),
        ("http://a.example/x—and then", ["http://a.example/x"]),
        ("nothing... at... all...", []),
    ],
)
def test_addresses_in_prose_are_found_with_exact_spans(text, expected):
    """Bare hosts of known sites too; brackets and punctuation of the sentence stay outside; the span is the text."""
    found = find_urls(text)
    assert [url for _, _, url in found] == expected
    assert all(text[start:end] == url for start, end, url in found)


@given(st.text(max_size=300))
def test_no_text_raises(text):
    """`identify` and `find_urls` take any text; spans ascend, never overlap and are the text."""
    identify(text)
    last = 0
    for start, end, url in find_urls(text):
        assert last <= start < end
        assert text[start:end] == url
        last = end


@given(st.sampled_from(TABLE), st.sampled_from(["HTTPS://{}", "http://{}", "//{}", " {} "]), st.sampled_from(["", "/", "#x"]))
def test_scheme_case_slash_and_fragment_change_nothing(row, scheme, tail):
    """Known works, users and posts keep their identity whatever is written around them."""
    url = row[0]
    if row[2] in ("page", "site") or "#" in url or "?" in url:
        return
    bare = url.removeprefix("//").partition("://")[2] or url.removeprefix("//")
    assert identify(scheme.format(bare) + tail.strip() if scheme != " {} " else f" {bare}{tail} ").key == row[1:]


@pytest.mark.parametrize(
    "text",
    [
        *("http://" * 20_000, "a." * 60_000, "http://a/" + "(" * 100_000, "\u202e" * 100_000, "@" * 100_000 + "x.tumblr.com"),
        *("a.com/" * 20_000, "www." * 30_000, "a.b " * 25_000, "a-" * 50_000 + ".b", "[" * 50_000 + "]" * 50_000, "%41" * 40_000),
        *("." * 100_000, "http://a.b/" + "%F0" * 30_000),
    ],
    ids=lambda text: text[:9].encode("ascii", "replace").decode(),
)
def test_hostile_text_is_read_in_linear_time(text):
    """100 kB of the worst takes under 0.2 s (ten times that, for a busy machine)."""
    began = time.process_time()
    find_urls(text)
    identify(text[:4000])
    assert time.process_time() - began < 2.0


def test_a_site_is_known_by_what_people_call_it():
    """The words of prose for a site."""
    assert site_named("AO3") == AO3
    assert site_named("LJ") == LJ
    assert site_named("www.tumblr.com") == TUMBLR
    assert site_named("somewhere") is None


def test_every_site_is_tested_and_no_name_stands_twice():
    """A site without a row in the table above would be a claim nobody checked."""
    names = [site.name for site in SITES]
    assert len(names) == len(set(names))
    assert set(names) - {row[1] for row in TABLE} == set()


def test_the_document_lists_every_site():
    """docs/addresses.md is made from the table: a changed site must be described anew."""
    document = (Path(__file__).parents[1] / "docs" / "addresses.md").read_text("utf-8")
    assert [describe(site) for site in SITES if describe(site) not in document] == []


_PIECES = st.sampled_from(
    ["http", "HTTPſ", "https", ":/", "://", "/", "a.example", ".", "www.", "x", " ", "(", ")", ":", "é", "_", "-"]
)


@given(st.lists(_PIECES, max_size=16).map("".join))
def test_addresses_are_looked_for_where_their_colon_and_slash_stand(text: str) -> None:
    """Looking for the colon and slash first finds what the plain search finds, and in the same order."""
    found = [match.span() for match in prose._with_scheme(text)]
    assert found == [match.span() for match in prose._WITH_SCHEME.finditer(text)]
