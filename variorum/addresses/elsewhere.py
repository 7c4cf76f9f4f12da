"""The table of sites, second half: blogs, pictures, sound and talk, where artists and podficcers are found."""

from __future__ import annotations

from variorum.addresses.values import Form, Site

__all__ = ["ELSEWHERE"]

_TUMBLR = "https://{account}.tumblr.com"

_BLOGS = (
    Site(
        "tumblr.com",
        (
            Form("post", "at.tumblr.com/{account}/{id:#}/**", f"{_TUMBLR}/post/{{id}}"),
            Form("share", "at.tumblr.com/{account}/{slug}/{id}", "https://at.tumblr.com/{account}/{slug}/{id}", exact=True),
            Form("blog", "at.tumblr.com/{account}", f"{_TUMBLR}/", "{account}"),
            Form("post", "{account}.tumblr.com/post/{id:#}/**", f"{_TUMBLR}/post/{{id}}"),
            Form("post", "{account}.tumblr.com/image/{id:#}/**", f"{_TUMBLR}/post/{{id}}"),
            Form("tag", "{account}.tumblr.com/tagged/{id}/**", f"{_TUMBLR}/tagged/{{id}}", "{account}/{id}"),
            Form("blog", "{account}.tumblr.com/**", f"{_TUMBLR}/", "{account}"),
            Form("post", "/blog/view/{account}/{id:#}/**", f"{_TUMBLR}/post/{{id}}"),
            Form("blog", "/blog/view/{account}/**", f"{_TUMBLR}/", "{account}"),
            Form("post", "/dashboard/blog/{account}/{id:#}/**", f"{_TUMBLR}/post/{{id}}"),
            Form("blog", "/dashboard/blog/{account}", f"{_TUMBLR}/", "{account}"),
            Form("blog", "/blog/{account}", f"{_TUMBLR}/", "{account}"),
            Form("tag", "/tagged/{id}/**", "https://www.tumblr.com/tagged/{id}"),
            Form("tag", "/search/{id}/**", "https://www.tumblr.com/tagged/{id}"),
            Form("tag", "/{account}/tagged/{id}/**", f"{_TUMBLR}/tagged/{{id}}", "{account}/{id}"),
            Form("post", "/{account}/{id:#}/**", f"{_TUMBLR}/post/{{id}}"),
            Form("post", "/@{account}/{id:#}/**", f"{_TUMBLR}/post/{{id}}"),
            Form("blog", "/@{account}", f"{_TUMBLR}/", "{account}"),
            Form("blog", "/{account}", f"{_TUMBLR}/", "{account}"),
        ),
        words=("tumblr", "tumblr.com"),
    ),
    Site(
        "blogspot.com",
        (
            Form(
                "post",
                "{account}.blogspot.com/{y:#}/{m:#}/{id}.html",
                "https://{account}.blogspot.com/{y}/{m}/{id}.html",
                "{account}/{id}",
            ),
            Form("blog", "{account}.blogspot.com/**", "https://{account}.blogspot.com/", "{account}"),
        ),
        words=("blogspot", "blogger"),
    ),
    Site(
        "wordpress.com",
        (
            Form(
                "post",
                "{account}.wordpress.com/{y:#}/{m:#}/{d:#}/{id}/**",
                "https://{account}.wordpress.com/{y}/{m}/{d}/{id}/",
                "{account}/{id}",
            ),
            Form("blog", "{account}.wordpress.com/**", "https://{account}.wordpress.com/", "{account}"),
        ),
        words=("wordpress",),
    ),
    Site(
        "cohost.org",
        (
            Form("post", "/{account}/post/{id:#}-{_}", "https://cohost.org/{account}/post/{id}"),
            Form("post", "/{account}/post/{id:#}", "https://cohost.org/{account}/post/{id}"),
            Form("blog", "/{account}", "https://cohost.org/{account}", "{account}"),
        ),
        words=("cohost",),
    ),
    Site(
        "pillowfort.social",
        (
            Form("post", "/posts/{id:#}/**", "https://www.pillowfort.social/posts/{id}"),
            Form("blog", "/{account}/**", "https://www.pillowfort.social/{account}", "{account}"),
        ),
        words=("pillowfort",),
    ),
)

_DEVIANTART = (
    Form("picture", "/{account}/art/{_}-{id:#}", "https://www.deviantart.com/deviation/{id}"),
    Form("picture", "/{account}/art/{id:#}", "https://www.deviantart.com/deviation/{id}"),
    Form("picture", "{account}.deviantart.com/art/{_}-{id:#}", "https://www.deviantart.com/deviation/{id}"),
    Form("picture", "{account}.deviantart.com/art/{id:#}", "https://www.deviantart.com/deviation/{id}"),
    Form("picture", "/deviation/{id:#}/**", "https://www.deviantart.com/deviation/{id}"),
    Form("picture", "/view/{id:#}/**", "https://www.deviantart.com/deviation/{id}"),
    Form("picture", "/view.php?id={id:#}", "https://www.deviantart.com/deviation/{id}"),
    Form("post", "/{account}/journal/{slug}-{id:#}", "https://www.deviantart.com/{account}/journal/{slug}-{id}"),
    Form("post", "/{account}/journal/{id:#}", "https://www.deviantart.com/{account}/journal/{id}"),
    Form("post", "{account}.deviantart.com/journal/{slug}-{id:#}", "https://www.deviantart.com/{account}/journal/{slug}-{id}"),
    Form("user", "{account}.deviantart.com/**", "https://www.deviantart.com/{account}", "{account}"),
    Form("tag", "/tag/{id}", "https://www.deviantart.com/tag/{id}"),
    Form("user", "/{account}", "https://www.deviantart.com/{account}", "{account}"),
    Form("user", "/{account}/gallery/**", "https://www.deviantart.com/{account}", "{account}"),
)

_PICTURES = (
    Site("deviantart.com", _DEVIANTART, mirrors=("m.deviantart.com",), words=("deviantart", "deviant art", "da")),
    Site(
        "pixiv.net",
        (
            Form("picture", "/artworks/{id:#}/**", "https://www.pixiv.net/artworks/{id}"),
            Form("picture", "/en/artworks/{id:#}/**", "https://www.pixiv.net/artworks/{id}"),
            Form("picture", "/i/{id:#}", "https://www.pixiv.net/artworks/{id}"),
            Form("picture", "/member_illust.php?illust_id={id:#}", "https://www.pixiv.net/artworks/{id}"),
            Form("work", "/novel/show.php?id={id:#}", "https://www.pixiv.net/novel/show.php?id={id}"),
            Form("series", "/novel/series/{id:#}", "https://www.pixiv.net/novel/series/{id}"),
            Form("user", "/member.php?id={id:#}", "https://www.pixiv.net/users/{id}"),
            Form("user", "/users/{id:#}/**", "https://www.pixiv.net/users/{id}"),
            Form("user", "/en/users/{id:#}/**", "https://www.pixiv.net/users/{id}"),
        ),
        mirrors=("touch.pixiv.net", "spt.pixiv.net"),
        words=("pixiv",),
    ),
    Site(
        "furaffinity.net",
        (
            Form("picture", "/view/{id:#}/**", "https://www.furaffinity.net/view/{id}/"),
            Form("picture", "/full/{id:#}/**", "https://www.furaffinity.net/view/{id}/"),
            Form("post", "/journal/{id:#}/**", "https://www.furaffinity.net/journal/{id}/"),
            Form("user", "/user/{account}/**", "https://www.furaffinity.net/user/{account}/", "{account}"),
            Form("user", "/gallery/{account}/**", "https://www.furaffinity.net/user/{account}/", "{account}"),
        ),
        words=("furaffinity", "fur affinity"),
    ),
    Site(
        "inkbunny.net",
        (
            Form("picture", "/s/{id:#}-{_}", "https://inkbunny.net/s/{id}"),
            Form("picture", "/s/{id:#}/**", "https://inkbunny.net/s/{id}"),
            Form("picture", "/submissionview.php?id={id:#}", "https://inkbunny.net/s/{id}"),
            Form("user", "/{account}", "https://inkbunny.net/{account}", "{account}"),
        ),
        words=("inkbunny",),
    ),
    Site(
        "sofurry.com",
        (
            Form("work", "/view/{id:#}/**", "https://www.sofurry.com/view/{id}"),
            Form("user", "{account}.sofurry.com/**", "https://{account}.sofurry.com/", "{account}"),
        ),
        words=("sofurry",),
    ),
    Site(
        "artstation.com",
        (
            Form("picture", "/artwork/{id}", "https://www.artstation.com/artwork/{id}", exact=True),
            Form("user", "{account}.artstation.com/**", "https://www.artstation.com/{account}", "{account}"),
            Form("user", "/{account}/**", "https://www.artstation.com/{account}", "{account}"),
        ),
        words=("artstation",),
    ),
    Site(
        "instagram.com",
        (
            Form("picture", "/p/{id}/**", "https://www.instagram.com/p/{id}/", exact=True),
            Form("picture", "/{account}/p/{id}/**", "https://www.instagram.com/p/{id}/", exact=True),
            Form("post", "/reel/{id}/**", "https://www.instagram.com/reel/{id}/", exact=True),
            Form("tag", "/explore/tags/{id}/**", "https://www.instagram.com/explore/tags/{id}/"),
            Form("user", "/{account}", "https://www.instagram.com/{account}/", "{account}"),
        ),
        mirrors=("instagr.am",),
        words=("instagram", "insta", "ig"),
    ),
)

_TALK = (
    Site(
        "twitter.com",
        (
            Form("post", "/i/web/status/{id:#}/**", "https://twitter.com/i/web/status/{id}"),
            Form("post", "/i/status/{id:#}/**", "https://twitter.com/i/web/status/{id}"),
            Form("post", "/{account}/status/{id:#}/**", "https://twitter.com/{account}/status/{id}"),
            Form("post", "/{account}/statuses/{id:#}/**", "https://twitter.com/{account}/status/{id}"),
            Form("post", "/#!/{account}/status/{id:#}", "https://twitter.com/{account}/status/{id}"),
            Form("tag", "/hashtag/{id}", "https://twitter.com/hashtag/{id}"),
            Form("user", "/#!/{account}", "https://twitter.com/{account}", "{account}"),
            Form("user", "/{account}", "https://twitter.com/{account}", "{account}"),
            Form("user", "/{account}/media", "https://twitter.com/{account}", "{account}"),
        ),
        mirrors=("x.com", "mobile.twitter.com", "m.twitter.com", "mobile.x.com", "fxtwitter.com", "vxtwitter.com", "fixupx.com"),
        words=("twitter", "x.com"),
    ),
    Site(
        "bsky.app",
        (
            Form("post", "/profile/{account}/post/{id}", "https://bsky.app/profile/{account}/post/{id}", "{account}/{id}"),
            Form("user", "/profile/{account}/**", "https://bsky.app/profile/{account}", "{account}"),
            Form("user", "{account}.bsky.social", "https://bsky.app/profile/{account}.bsky.social", "{account}.bsky.social"),
        ),
        mirrors=("bsky.social",),
        words=("bluesky", "bsky"),
    ),
    Site(
        "reddit.com",
        (
            Form("post", "/r/{_}/comments/{id}/**", "https://www.reddit.com/comments/{id}"),
            Form("post", "/comments/{id}/**", "https://www.reddit.com/comments/{id}"),
            Form("post", "redd.it/{id}", "https://www.reddit.com/comments/{id}"),
            Form("user", "/user/{account}/**", "https://www.reddit.com/user/{account}", "{account}"),
            Form("user", "/u/{account}/**", "https://www.reddit.com/user/{account}", "{account}"),
            Form("collection", "/r/{id}/**", "https://www.reddit.com/r/{id}"),
        ),
        mirrors=("old.reddit.com", "np.reddit.com", "m.reddit.com"),
        words=("reddit",),
    ),
    Site(
        "youtube.com",
        (
            Form("post", "/watch?v={id}", "https://www.youtube.com/watch?v={id}", exact=True),
            Form("post", "/shorts/{id}", "https://www.youtube.com/watch?v={id}", exact=True),
            Form("post", "/embed/{id}", "https://www.youtube.com/watch?v={id}", exact=True),
            Form("post", "youtu.be/{id}", "https://www.youtube.com/watch?v={id}", exact=True),
            Form("series", "/playlist?list={id}", "https://www.youtube.com/playlist?list={id}", exact=True),
            Form("user", "/@{account}/**", "https://www.youtube.com/@{account}", "@{account}"),
            Form("user", "/user/{account}/**", "https://www.youtube.com/user/{account}", "{account}"),
            Form("user", "/channel/{id}/**", "https://www.youtube.com/channel/{id}", exact=True),
        ),
        mirrors=("m.youtube.com", "youtube-nocookie.com"),
        words=("youtube",),
    ),
    Site(
        "soundcloud.com",
        (
            Form("series", "/{account}/sets/{id}", "https://soundcloud.com/{account}/sets/{id}", "{account}/sets/{id}"),
            Form("post", "/{account}/{id}", "https://soundcloud.com/{account}/{id}", "{account}/{id}"),
            Form("user", "/{account}", "https://soundcloud.com/{account}", "{account}"),
        ),
        mirrors=("m.soundcloud.com",),
        words=("soundcloud",),
    ),
    Site(
        "archive.org",
        (
            Form("work", "/details/{id}/**", "https://archive.org/details/{id}"),
            Form("work", "/download/{id}/**", "https://archive.org/details/{id}"),
        ),
        words=("internet archive",),
    ),
    Site(
        "patreon.com",
        (
            Form("post", "/posts/{_}-{id:#}", "https://www.patreon.com/posts/{id}"),
            Form("post", "/posts/{id:#}", "https://www.patreon.com/posts/{id}"),
            Form("user", "/c/{account}/**", "https://www.patreon.com/{account}", "{account}"),
            Form("user", "/{account}", "https://www.patreon.com/{account}", "{account}"),
        ),
        words=("patreon",),
    ),
    Site(
        "ko-fi.com",
        (
            Form("post", "/post/{id}", "https://ko-fi.com/post/{id}", exact=True),
            Form("user", "/{account}/**", "https://ko-fi.com/{account}", "{account}"),
        ),
        words=("ko-fi", "kofi"),
    ),
)

ELSEWHERE: tuple[Site, ...] = _BLOGS + _PICTURES + _TALK
