"""From one address as written to what it points to."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple
from urllib.parse import quote, unquote

from variorum.addresses.sites import SITES
from variorum.addresses.values import Address, Form, Pattern, Site, compile_pattern

__all__ = ["HOSTS", "LONGEST", "identify", "known_host", "site_named"]

#: Code points; longer "addresses" are none.
LONGEST = 4096
_DEEPEST = 4  # wrappers around wrappers

# ---------------------------------------------------------------- the table, compiled


class _Rule(NamedTuple):
    site: Site
    form: Form
    pattern: Pattern


def _compile() -> tuple[dict[str, str], dict[tuple[str, bool], list[_Rule]], dict[str, Site]]:
    own: dict[str, str] = {}
    rules: dict[tuple[str, bool], list[_Rule]] = defaultdict(list)
    owners: dict[str, Site] = {}
    for site in SITES:
        for host in (site.own_host, *site.mirrors):
            own[host] = site.own_host
            owners[host] = site
        owners[site.name] = site
        for form in site.forms:
            pattern = compile_pattern(form.at, site.own_host)
            rules[pattern.host, pattern.by_account].append(_Rule(site, form, pattern))
            owners.setdefault(pattern.host, site)
    return own, dict(rules), owners


_OWN_HOST, _RULES, _OWNERS = _compile()

#: Every host of the table, mirrors included.
HOSTS = frozenset(_OWNERS)
_WORDS = {word: site for site in SITES for word in (site.name, *site.words)}


def site_named(word: str) -> str | None:
    """The site a person means by a word ("AO3", "LJ", "tumblr"), or None."""
    site = _WORDS.get(word.strip().lower().removeprefix("www."))
    return site.name if site else None


def known_host(host: str) -> bool:
    """Whether a host (lower case, no port) is one of the table, or an account's own host on one."""
    host = host.removeprefix("www.")
    return host in _OWNERS or ((host.partition(".")[2], True) in _RULES)


# ---------------------------------------------------------------- reading an address


class _Parts(NamedTuple):
    host: str
    path: str  #: percent-decoded where that loses nothing, no trailing slash
    query: str
    fragment: str


_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_BAD = re.compile('[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff<>"]')
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}\Z")
_PORT = re.compile(r":[0-9]{0,6}\Z")
_TRACKING = re.compile(r"(?:utm_\w{1,40}|fbclid|gclid|igshid|si|ref_src|ref_url|s|t)\Z", re.IGNORECASE)
_RESERVED = {"%2F", "%3F", "%23", "%25", "%26", "%3D"}
_ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})+")


def _split(text: str) -> _Parts | None:
    text = text.strip().replace("\\", "/")
    if not text or len(text) > LONGEST or _BAD.search(text):
        return None
    scheme = _SCHEME.match(text)
    if scheme and "." in scheme[1] and text[scheme.end() : scheme.end() + 1].isdigit():
        scheme = None  # host:port without a scheme
    if scheme:
        if scheme[1].lower() not in ("http", "https", "feed"):
            return None
        text = text[scheme.end() :]
        if not text.startswith("/"):
            return None
    bare = not scheme and not text.startswith("//")
    text = text.lstrip("/")
    text, hash_, fragment = text.partition("#")
    text, _, query = text.partition("?")
    authority, _, path = text.partition("/")
    host = _host(authority)
    if host is None or (bare and "." not in host):
        return None
    return _Parts(host, _decode("/" + path).rstrip("/"), query, fragment if hash_ else "")


def _host(authority: str) -> str | None:
    host = _PORT.sub("", authority.rpartition("@")[2]).rstrip(".").lower()
    if not host or len(host) > 253:
        return None
    if not host.isascii():
        # Written as the network writes it, so that a look-alike letter is seen and never taken for the real host.
        try:
            host = host.encode("idna").decode("ascii")
        except (UnicodeError, ValueError):
            return None
    labels = host.split(".")
    if not all(_LABEL.match(label) for label in labels):
        return None
    return ".".join(labels[1:]) if labels[0] == "www" and len(labels) > 2 else host


def _decode(path: str) -> str:
    """Percent-decodes what can be decoded without changing what the path means; folds empty and dot segments."""

    def one(run: re.Match[str]) -> str:
        parts = [run[0][at : at + 3] for at in range(0, len(run[0]), 3)]
        if any(part.upper() in _RESERVED for part in parts):
            return "".join(p.upper() if p.upper() in _RESERVED else unquote(p, errors="replace") for p in parts)
        return unquote(run[0], errors="replace")

    out: list[str] = []
    for segment in _ESCAPES.sub(one, path).split("/"):
        if segment == "..":
            if out:
                out.pop()
        elif segment not in ("", "."):
            out.append(segment)
    return "/" + "/".join(out) if out else ""


def _query(text: str) -> dict[str, str]:
    fields = {}
    for pair in text.replace("&amp;", "&").replace(";", "&").split("&"):
        key, _, value = pair.partition("=")
        if key and key not in fields:
            fields[unquote(key, errors="replace")] = unquote(value.replace("+", " "), errors="replace")
    return fields


# ---------------------------------------------------------------- wrappers

_WAYBACK = re.compile(
    r"/(?:web|wayback)/(?:([0-9]{4,14})[0-9]*(?:[a-z]{2}_)?\*?|\*)?/?(https?:/.*|[^/]*\..*)\Z", re.IGNORECASE | re.DOTALL
)
_BARE_WAYBACK = re.compile(r"/(?:save/|([0-9]{4,14})(?:[a-z]{2}_)?/)?(https?:/.*)\Z", re.IGNORECASE | re.DOTALL)
_TODAY = re.compile(r"/(?:([0-9]{4}[0-9.:-]{0,20})/)?(https?:/.*)\Z", re.IGNORECASE | re.DOTALL)
_ARCHIVES = frozenset({"web.archive.org", "wayback.archive.org", "classic-web.archive.org", "replay.waybackmachine.org"})
_TODAYS = frozenset({"archive.is", "archive.ph", "archive.today", "archive.fo", "archive.li", "archive.md", "archive.vn"})
_REDIRECTS = {
    "t.umblr.com/redirect": "z",
    "google.com/url": "q",
    "l.facebook.com/l.php": "u",
    "l.instagram.com": "u",
    "out.reddit.com": "url",
    "vk.com/away.php": "to",
    "pixiv.net/jump.php": "",
    "deviantart.com/users/outgoing": "",
    "href.li": "",
    "anonym.to": "",
}


def _unwrap(text: str, parts: _Parts) -> tuple[str, str | None] | None:
    """The address inside an archive's or a redirector's address, and when the archive took it."""
    raw = text.strip().replace("\\", "/")
    if parts.host in _ARCHIVES or (parts.host == "archive.org" and parts.path.startswith(("/web/", "/wayback/"))):
        tail = _tail(raw)
        found = _WAYBACK.match(tail) or _BARE_WAYBACK.match(tail)
        return (found[2], _instant(found[1])) if found else None
    if parts.host in _TODAYS:
        found = _TODAY.match(_tail(raw))
        return (found[2], _instant(found[1])) if found else None
    if parts.host == "webcache.googleusercontent.com":
        inner = _query(parts.query).get("q", "").removeprefix("cache:")
        head, colon, rest = inner.partition(":")
        return (rest if colon and "." not in head and head not in ("http", "https") else inner, None)
    key = _REDIRECTS.get(parts.host + parts.path, _REDIRECTS.get(parts.host))
    if key is None:
        return None
    inner = unquote(raw.partition("?")[2], errors="replace") if key == "" else _query(parts.query).get(key, "")
    return (inner, None) if inner else None


def _tail(text: str) -> str:
    """What follows the host, as written."""
    after = text.partition("://")[2] if "://" in text[:12] else text.lstrip("/")
    return "/" + after.partition("/")[2]


def _instant(digits: str | None) -> str | None:
    """``20160228123456`` as ``2016-02-28T12:34:56Z``; shorter ones as precise as they are."""
    if not digits:
        return None
    d = "".join(c for c in digits if c in "0123456789")
    date = "-".join(p for p in (d[:4], d[4:6], d[6:8]) if p)
    if len(d) < 14:
        return date
    return f"{date}T{d[8:10]}:{d[10:12]}:{d[12:14]}Z"


# ---------------------------------------------------------------- identify


def identify(url: str) -> Address | None:
    """What an address points to; None for text that is no web address.

    All forms of one address (http or https, www, port, mobile host, mirror, fragment, chapter, archived copy)
    give the same site, kind and id. An unknown host gives a ``page`` of its registrable domain.
    """
    if not isinstance(url, str) or len(url) > LONGEST * 2:
        return None
    text, captured = url, None
    for _ in range(_DEEPEST):
        parts = _split(text)
        if parts is None:
            return None
        inner = _unwrap(text, parts)
        if inner is None or _split(inner[0]) is None:
            break
        text, captured = inner[0], captured or inner[1]
    if parts is None:
        return None
    address = _known(parts) or _fav_me(parts) or _efiction(parts) or _page(parts)
    return address._replace(captured=captured) if captured else address


def _known(parts: _Parts) -> Address | None:
    host = _OWN_HOST.get(parts.host, parts.host)
    label, _, parent = host.partition(".")
    path = parts.path
    if parts.fragment.startswith("!"):
        path = f"{path}/#{parts.fragment}"
    query: dict[str, str] | None = None
    for key, account in (((host, False), None), ((parent, True), label)):
        for rule in _RULES.get(key, ()):
            found = rule.pattern.path.match(path)
            if found is None:
                continue
            values = {k: v for k, v in found.groupdict().items() if v is not None}
            if account is not None:
                values["account"] = account
            if rule.pattern.query:
                query = _query(parts.query) if query is None else query
                extra = _fields(rule.pattern, query)
                if extra is None:
                    continue
                values |= extra
            return _address(rule, values)
    if not path and host in _OWNERS and not parts.query:
        site = _OWNERS[host]
        return Address(site.name, "site", "/", f"https://{site.own_host}/")
    return None


def _fields(pattern: Pattern, query: dict[str, str]) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for key, expected in pattern.query.items():
        found = expected.match(query.get(key, ""))
        if found is None:
            return None
        values |= found.groupdict()
    return values


# Words that stand where an account could, and are the site's own pages.
_NOBODY = frozenset(
    {"about", "api", "assets", "dashboard", "explore", "help", "home", "intent", "login", "media", "privacy", "register"}
    | {"search", "settings", "share", "signup", "static", "support", "tos", "users", "works"}
)


def _address(rule: _Rule, values: dict[str, str]) -> Address | None:
    site, form = rule.site, rule.form
    account = values.get("account")
    if account is not None and account.lower() in _NOBODY:
        return None
    if account is not None and site.accounts == "-_":
        account = values["account"] = account.replace("-", "_")
    for name in ("id", "chapter"):
        if values.get(name, "").isdigit():
            values[name] = values[name].lstrip("0") or "0"
    identity = form.id.format_map(values)
    chosen = identity if form.exact else identity.lower()
    shown = {k: quote(v, safe="!$&'()*+,;=:@~%", errors="replace") for k, v in values.items()}
    template = form.url
    if account is not None and "://{account}." in template:
        shown["account"] = shown["account"].lower()
        if site.accounts == "-_" and shown["account"].strip("_") == shown["account"]:
            shown["account"] = shown["account"].replace("_", "-")
        elif site.accounts == "-_":
            # A host cannot begin or end with a hyphen: such journals live in a folder.
            template = template.replace("://{account}." + site.own_host, f"://www.{site.own_host}/users/{{account}}")
    return Address(site.name, form.kind, chosen, template.format_map(shown), account, None, values.get("chapter"))


def _fav_me(parts: _Parts) -> Address | None:
    """fav.me/dXXXXX: a deviation's number in base 36."""
    code = parts.path.removeprefix("/")
    if parts.host != "fav.me" or not re.fullmatch(r"d[0-9a-z]{1,10}", code, re.IGNORECASE):
        return None
    number = str(int(code[1:], 36))
    return Address("deviantart.com", "picture", number, f"https://www.deviantart.com/deviation/{number}")


# eFiction's scripts, on whatever host an archive stood: the field with the number, the kind, what else must be said.
_SCRIPTS = {
    "viewstory.php": ("sid", "work", ""),
    "reviews.php": ("item", "work", "type=st"),
    "viewuser.php": ("uid", "user", ""),
    "viewseries.php": ("seriesid", "series", ""),
}
_PLAIN = {"reviews.php": ("viewstory.php", "sid")}


def _efiction(parts: _Parts) -> Address | None:
    """A story, author or series of an eFiction archive nobody put into the table: by the script and its number."""
    folder, _, script = parts.path.rpartition("/")
    field, kind, also = _SCRIPTS.get(script.lower(), ("", "", ""))
    if not field or (also and also not in parts.query.lower()):
        return None
    query = _query(parts.query)
    number = query.get(field, "")
    if not number.isascii() or not number.isdigit() or len(number) > 10:
        return None
    number = number.lstrip("0") or "0"
    chapter = query.get("chapter", "") if kind == "work" else ""
    script, field = _PLAIN.get(script.lower(), (script.lower(), field))
    place = f"{parts.host}{quote(folder, safe='/~%', errors='replace')}".lower()
    url = f"https://{parts.host}{quote(folder, safe='/~%', errors='replace')}/{script}?{field}={number}"
    known = chapter if chapter.isascii() and chapter.isdigit() and len(chapter) < 10 else None
    return Address(registrable(parts.host), kind, f"{place}/{number}", url, None, None, known)


_SECOND = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "ne", "or", "me", "blog", "web"})


def registrable(host: str) -> str:
    """The part of a host that somebody registered, by a short rule (no public suffix list)."""
    labels = host.split(".")
    if len(labels) <= 2 or all(label.isdigit() for label in labels):
        return host
    keep = 3 if len(labels[-1]) == 2 and labels[-2] in _SECOND else 2
    return ".".join(labels[-keep:])


def _page(parts: _Parts) -> Address:
    site = registrable(parts.host)
    owner = _OWNERS.get(parts.host) or _OWNERS.get(site)
    path = quote(parts.path, safe="/!$&'()*+,;=:@~%", errors="replace") or "/"
    kept = [p for p in parts.query.split("&") if p and not _TRACKING.match(p.partition("=")[0])] if parts.query else []
    if kept:
        path += "?" + quote("&".join(kept), safe="/!$&'()*+,;=:@~%?", errors="replace")
    if parts.fragment.startswith("!"):
        path += "#" + quote(parts.fragment, safe="/!$&'()*+,;=:@~%?", errors="replace")
    name = owner.name if owner else site
    known_as = owner.own_host if owner else site
    identity = path if parts.host == known_as or (owner and parts.host in owner.mirrors) else f"{parts.host}{path}"
    return Address(name, "page", identity, f"https://{parts.host}{path}")
