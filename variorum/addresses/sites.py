"""The table of sites: fiction archives and journals. Sites of pictures and talk are in `elsewhere`.

Order inside a site matters: the first form that fits wins.
"""

from __future__ import annotations

from variorum.addresses.elsewhere import ELSEWHERE
from variorum.addresses.values import Form, Site

__all__ = ["SITES"]


def _otw(host: str, *mirrors: str, more: tuple[Form, ...] = (), words: tuple[str, ...] = ()) -> Site:
    """A site that runs the Archive's own software (otwarchive)."""
    base = f"https://{host}"
    return Site(
        host,
        (
            Form("work", "/works/{id:#}/chapters/{chapter:#}/**", f"{base}/works/{{id}}"),
            Form("work", "/works/{id:#}/**", f"{base}/works/{{id}}"),
            Form("work", "/collections/{_}/works/{id:#}/chapters/{chapter:#}/**", f"{base}/works/{{id}}"),
            Form("work", "/collections/{_}/works/{id:#}/**", f"{base}/works/{{id}}"),
            Form("work", "/downloads/{id:#}/**", f"{base}/works/{{id}}"),
            Form("work", "/downloads/{_}/{_}/{id:#}/**", f"{base}/works/{{id}}"),
            Form("chapter", "/chapters/{id:#}/**", f"{base}/chapters/{{id}}"),
            Form("external", "/external_works/{id:#}/**", f"{base}/external_works/{{id}}"),
            Form("series", "/series/{id:#}/**", f"{base}/series/{{id}}"),
            Form(
                "pseud",
                "/users/{account}/pseuds/{pseud}/**",
                f"{base}/users/{{account}}/pseuds/{{pseud}}",
                "{account}/{pseud}",
            ),
            Form("user", "/users/{account}/**", f"{base}/users/{{account}}", "{account}"),
            Form("collection", "/collections/{id}/**", f"{base}/collections/{{id}}"),
            Form("tag", "/tags/{id}/**", f"{base}/tags/{{id}}"),
            Form("bookmark", "/bookmarks/{id:#}/**", f"{base}/bookmarks/{{id}}"),
            *more,
        ),
        mirrors=mirrors,
        words=words,
    )


def _efiction(base: str) -> tuple[Form, ...]:
    """The forms of a site that runs, or ran, eFiction."""
    return (
        Form("work", "/viewstory.php?sid={id:#}&chapter={chapter:#}", f"{base}/viewstory.php?sid={{id}}"),
        Form("work", "/viewstory.php?sid={id:#}", f"{base}/viewstory.php?sid={{id}}"),
        Form("work", "/reviews.php?item={id:#}&type=ST", f"{base}/viewstory.php?sid={{id}}"),
        Form("user", "/viewuser.php?uid={id:#}", f"{base}/viewuser.php?uid={{id}}"),
        Form("series", "/viewseries.php?seriesid={id:#}", f"{base}/viewseries.php?seriesid={{id}}"),
    )


def _journal(host: str, *roots: str, mirrors: tuple[str, ...] = (), by_host: bool = True, words: tuple[str, ...] = ()) -> Site:
    """A site that runs LiveJournal's software or a fork of it. ``roots`` are the old places of a journal."""
    base = f"https://{{account}}.{host}" if by_host else f"https://{host}/users/{{account}}"
    places = (f"{{account}}.{host}", *roots) if by_host else roots
    forms = [
        Form("user", "/userinfo.bml?user={account}", f"{base}/profile", "{account}"),
        Form("user", "/profile?user={account}", f"{base}/profile", "{account}"),
        Form("blog", "/~{account}/**", f"{base}/", "{account}"),
    ]
    # The roots first: users.livejournal.com/NAME must not become the journal of somebody called "users".
    for place in (*roots, *(p for p in places if p not in roots)):
        forms += [
            Form("post", f"{place}/{{id:#}}.html", f"{base}/{{id}}.html", "{account}/{id}"),
            Form(
                "post", f"{place}/{{y:#}}/{{m:#}}/{{d:#}}/{{id}}.html", f"{base}/{{y}}/{{m}}/{{d}}/{{id}}.html", "{account}/{id}"
            ),
            Form("tag", f"{place}/tag/{{id}}", f"{base}/tag/{{id}}", "{account}/{id}"),
            Form("user", f"{place}/profile/**", f"{base}/profile", "{account}"),
            Form("post", f"{place}/{{id}}.html", f"{base}/{{id}}.html", "{account}/{id}"),
            Form("blog", f"{place}/**", f"{base}/", "{account}"),
        ]
    return Site(host, tuple(forms), mirrors=mirrors, accounts="-_", words=words)


def _ffn(host: str, *mirrors: str, words: tuple[str, ...] = ()) -> Site:
    base = f"https://www.{host}"
    return Site(
        host,
        (
            Form("work", "/s/{id:#}/{chapter:#}/**", f"{base}/s/{{id}}"),
            Form("work", "/s/{id:#}/**", f"{base}/s/{{id}}"),
            Form("work", "/r/{id:#}/**", f"{base}/s/{{id}}"),
            Form("work", "/read.php?storyid={id:#}", f"{base}/s/{{id}}"),
            Form("work", "/index.fic?storyid={id:#}", f"{base}/s/{{id}}"),
            Form("user", "/u/{id:#}/{account}", f"{base}/u/{{id}}"),
            Form("user", "/u/{id:#}/**", f"{base}/u/{{id}}"),
            Form("user", "/profile.php?userid={id:#}", f"{base}/u/{{id}}"),
            Form("user", "/~{account}", f"{base}/~{{account}}", "~{account}"),
            Form("collection", "/community/{name}/{id:#}/**", f"{base}/community/{{name}}/{{id}}"),
            Form("user", "/u/{account}", f"{base}/~{{account}}", "~{account}"),
        ),
        mirrors=mirrors,
        words=words,
    )


def _threads(host: str, name: str, *mirrors: str, words: tuple[str, ...] = ()) -> Site:
    """A forum that runs XenForo: a thread holds a work, a post may hold a chapter."""
    base = f"https://{host}"
    return Site(
        name,
        (
            Form("work", "/threads/{_}.{id:#}/{chapter}", f"{base}/threads/{{id}}/"),
            Form("work", "/threads/{_}.{id:#}/**", f"{base}/threads/{{id}}/"),
            Form("work", "/threads/{id:#}/**", f"{base}/threads/{{id}}/"),
            Form("post", "/posts/{id:#}/**", f"{base}/posts/{{id}}/"),
            Form("user", "/members/{account}.{id:#}/**", f"{base}/members/{{id}}/"),
            Form("user", "/members/{id:#}/**", f"{base}/members/{{id}}/"),
        ),
        host=host,
        mirrors=(name, *mirrors),
        words=words,
    )


_AO3_MIRRORS = (
    "archiveofourown.gay",
    "archiveofourown.com",
    "archiveofourown.net",
    "ao3.org",
    "insecure.archiveofourown.org",
    "secure.archiveofourown.org",
    "download.archiveofourown.org",
    "test.archiveofourown.org",
)
_LJ_ROOTS = (
    "users.livejournal.com/{account}",
    "community.livejournal.com/{account}",
    "syndicated.livejournal.com/{account}",
    "livejournal.com/users/{account}",
    "livejournal.com/community/{account}",
    "m.livejournal.com/read/user/{account}",
)

_ARCHIVES = (
    _otw("archiveofourown.org", *_AO3_MIRRORS, words=("ao3", "archive of our own", "a03", "archiveofourown")),
    _otw("squidgeworld.org", words=("squidgeworld", "squidge world", "sqwa")),
    _otw("adastrafanfic.com", more=_efiction("https://adastrafanfic.com"), words=("ad astra",)),
    _ffn(
        "fanfiction.net",
        "m.fanfiction.net",
        "fanfiction.com",
        "ffn.net",
        words=("ffn", "ff.net", "fanfiction.net", "ffnet", "fanfiction dot net"),
    ),
    _ffn("fictionpress.com", "m.fictionpress.com", words=("fictionpress",)),
    Site(
        "wattpad.com",
        (
            Form("work", "/story/{id:#}/**", "https://www.wattpad.com/story/{id}"),
            Form("work", "/story/{id:#}-{_}", "https://www.wattpad.com/story/{id}"),
            Form("work", "/api/v3/stories/{id:#}/**", "https://www.wattpad.com/story/{id}"),
            Form("series", "/list/{id:#}/**", "https://www.wattpad.com/list/{id}"),
            Form("series", "/list/{id:#}-{_}", "https://www.wattpad.com/list/{id}"),
            Form("user", "/user/{account}/**", "https://www.wattpad.com/user/{account}", "{account}"),
            Form("user", "/profile/{account}/**", "https://www.wattpad.com/user/{account}", "{account}"),
            Form("chapter", "/{id:#}-{_}/**", "https://www.wattpad.com/{id}"),
            Form("chapter", "/{id:#}/**", "https://www.wattpad.com/{id}"),
        ),
        mirrors=("m.wattpad.com", "embed.wattpad.com", "mobile.wattpad.com"),
        words=("wattpad",),
    ),
    Site(
        "fimfiction.net",
        (
            Form("work", "/story/{id:#}/{chapter:#}/**", "https://www.fimfiction.net/story/{id}"),
            Form("work", "/story/{id:#}/**", "https://www.fimfiction.net/story/{id}"),
            Form("post", "/blog/{id:#}/**", "https://www.fimfiction.net/blog/{id}"),
            Form("user", "/user/{id:#}/{account}/**", "https://www.fimfiction.net/user/{id}"),
            Form("user", "/user/{id:#}", "https://www.fimfiction.net/user/{id}"),
            Form("user", "/user/{account}/**", "https://www.fimfiction.net/user/{account}", "~{account}"),
        ),
        mirrors=("fimfiction.com", "m.fimfiction.net"),
        words=("fimfiction", "fimfic"),
    ),
    Site(
        "royalroad.com",
        (
            Form("work", "/fiction/{id:#}/{_}/chapter/{chapter:#}/**", "https://www.royalroad.com/fiction/{id}"),
            Form("work", "/fiction/{id:#}/**", "https://www.royalroad.com/fiction/{id}"),
            Form("chapter", "/fiction/chapter/{id:#}/**", "https://www.royalroad.com/fiction/chapter/{id}"),
            Form("user", "/profile/{id:#}/**", "https://www.royalroad.com/profile/{id}"),
        ),
        mirrors=("royalroadl.com",),
        words=("royal road", "royalroad"),
    ),
    Site(
        "scribblehub.com",
        (
            Form("work", "/series/{id:#}/**", "https://www.scribblehub.com/series/{id}/"),
            Form("work", "/read/{id:#}-{_}/chapter/{chapter:#}/**", "https://www.scribblehub.com/series/{id}/"),
            Form("user", "/profile/{id:#}/{account}/**", "https://www.scribblehub.com/profile/{id}/"),
            Form("user", "/profile/{id:#}/**", "https://www.scribblehub.com/profile/{id}/"),
        ),
        words=("scribble hub", "scribblehub"),
    ),
    Site(
        "asianfanfics.com",
        (
            Form("work", "/story/view/{id:#}/{chapter:#}/**", "https://www.asianfanfics.com/story/view/{id}"),
            Form("work", "/story/view/{id:#}/**", "https://www.asianfanfics.com/story/view/{id}"),
            Form("post", "/blog/view/{id:#}/**", "https://www.asianfanfics.com/blog/view/{id}"),
            Form("user", "/profile/view/{account}/**", "https://www.asianfanfics.com/profile/view/{account}", "{account}"),
        ),
        mirrors=("m.asianfanfics.com",),
        words=("asianfanfics", "aff"),
    ),
    Site(
        "mediaminer.org",
        (
            Form("work", "/fanfic/view_st.php/{id:#}", "https://www.mediaminer.org/fanfic/view_st.php/{id}"),
            Form("work", "/fanfic/view_st.php?id={id:#}", "https://www.mediaminer.org/fanfic/view_st.php/{id}"),
            Form("work", "/fanfic/view_ch.php?cid={chapter:#}&id={id:#}", "https://www.mediaminer.org/fanfic/view_st.php/{id}"),
            Form("work", "/fanfic/view_ch.php/{id:#}/{chapter:#}/**", "https://www.mediaminer.org/fanfic/view_st.php/{id}"),
            Form("work", "/fanfic/s/{_}/{_}/{id:#}", "https://www.mediaminer.org/fanfic/view_st.php/{id}"),
            Form("work", "/fanfic/c/{_}/{_}/{id:#}/{chapter:#}", "https://www.mediaminer.org/fanfic/view_st.php/{id}"),
            Form("user", "/user_info.php/{id:#}", "https://www.mediaminer.org/user_info.php/{id}"),
        ),
        words=("mediaminer",),
    ),
    Site(
        "ficwad.com",
        (
            Form("work", "/story/{id:#}/**", "https://ficwad.com/story/{id}"),
            Form("user", "/a/{account}/**", "https://ficwad.com/a/{account}", "{account}"),
            Form("user", "/author/{id:#}/**", "https://ficwad.com/author/{id}"),
        ),
        words=("ficwad",),
    ),
    Site(
        "quotev.com",
        (
            Form("work", "/story/{id:#}/{_}/{chapter:#}", "https://www.quotev.com/story/{id}"),
            Form("work", "/story/{id:#}/**", "https://www.quotev.com/story/{id}"),
            Form("user", "/{account}", "https://www.quotev.com/{account}", "{account}"),
        ),
        words=("quotev",),
    ),
    Site(
        "booksie.com",
        (
            Form("work", "/posting/{account}/{slug}-{id:#}", "https://www.booksie.com/posting/{account}/{slug}-{id}"),
            Form("user", "/portfolio-view/{account}-{n:#}", "https://www.booksie.com/portfolio-view/{account}-{n}", "{account}"),
        ),
        words=("booksie",),
    ),
    Site(
        "literotica.com",
        (
            Form("work", "/s/{id}", "https://www.literotica.com/s/{id}"),
            Form("user", "/authors/{account}/**", "https://www.literotica.com/authors/{account}", "{account}"),
        ),
        words=("literotica",),
    ),
    Site(
        "ficbook.net",
        (
            Form("work", "/readfic/{id}/{chapter:#}/**", "https://ficbook.net/readfic/{id}"),
            Form("work", "/readfic/{id}/**", "https://ficbook.net/readfic/{id}"),
            Form("user", "/authors/{id}/**", "https://ficbook.net/authors/{id}"),
        ),
        words=("ficbook",),
    ),
    Site(
        "fanfiktion.de",
        (
            Form("work", "/s/{id}/{chapter:#}/**", "https://www.fanfiktion.de/s/{id}"),
            Form("work", "/s/{id}", "https://www.fanfiktion.de/s/{id}"),
            Form("user", "/u/{account}", "https://www.fanfiktion.de/u/{account}", "{account}"),
        ),
        words=("fanfiktion.de",),
    ),
    Site(
        "storiesonline.net",
        (
            Form("work", "/s/{id:#}/**", "https://storiesonline.net/s/{id}"),
            Form("work", "/n/{id:#}/**", "https://storiesonline.net/s/{id}"),
            Form("user", "/a/{account}/**", "https://storiesonline.net/a/{account}", "{account}"),
        ),
    ),
    _threads("forums.spacebattles.com", "spacebattles.com", words=("spacebattles", "space battles")),
    _threads(
        "forums.sufficientvelocity.com",
        "sufficientvelocity.com",
        "forum.sufficientvelocity.com",
        words=("sufficient velocity", "sufficientvelocity"),
    ),
    _threads("forum.questionablequesting.com", "questionablequesting.com", words=("questionable questing",)),
)

_JOURNALS = (
    _journal("livejournal.com", *_LJ_ROOTS, words=("livejournal", "lj", "live journal")),
    _journal(
        "dreamwidth.org",
        "dreamwidth.org/users/{account}",
        "dreamwidth.org/community/{account}",
        words=("dreamwidth", "dw", "dreamwidth.org"),
    ),
    _journal(
        "insanejournal.com",
        "insanejournal.com/users/{account}",
        "users.insanejournal.com/{account}",
        "asylums.insanejournal.com/{account}",
        "community.insanejournal.com/{account}",
        words=("insanejournal", "insane journal", "ij"),
    ),
    _journal("deadjournal.com", "deadjournal.com/users/{account}", words=("deadjournal",)),
    _journal(
        "journalfen.net",
        "journalfen.net/users/{account}",
        "journalfen.net/community/{account}",
        by_host=False,
        words=("journalfen",),
    ),
    _journal("greatestjournal.com", "greatestjournal.com/users/{account}", words=("greatestjournal",)),
)

#: Every site of which we know the forms of address.
SITES: tuple[Site, ...] = _ARCHIVES + _JOURNALS + ELSEWHERE
