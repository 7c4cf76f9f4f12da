"""The nouns of addresses, and the small language in which a site's forms are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Address", "Form", "Pattern", "Site", "compile_pattern", "describe"]


class Address(NamedTuple):
    """What an address points to. Two addresses name the same thing when ``key`` is equal."""

    site: str  #: the site's name as shown: ``archiveofourown.org``; for an unknown host its registrable domain
    kind: str  #: work chapter user pseud series collection post blog tag picture share site page
    id: str  #: its id on that site, in one spelling
    url: str  #: the address in the site's present form
    account: str | None = None  #: the account, blog or journal it belongs to, where the address says so
    captured: str | None = None  #: UTC instant of an archived copy (``2016-02-28T12:34:56Z``), as precise as the wrapper was
    chapter: str | None = None  #: the chapter (number or id) an address of a work points to

    @property
    def key(self) -> tuple[str, str, str]:
        """Site, kind and id: the identity of what is pointed to."""
        return self.site, self.kind, self.id


@dataclass(frozen=True, slots=True)
class Form:
    """One form of address of a site.

    ``at`` is a pattern of host and path (beginning with ``/`` for the site's own host):
    ``{name}`` is part of one path segment, ``{name:#}`` digits, ``{_}`` anything not kept,
    ``/**`` at the end an optional rest, ``?key={name}`` a query field that must be there.
    """

    kind: str
    at: str
    url: str  #: template of the canonical address
    id: str = "{id}"
    exact: bool = False  #: the id counts upper and lower case


@dataclass(frozen=True, slots=True)
class Site:
    """One site: its name, hosts that are the same host under another name, and its forms, the first match wins."""

    name: str
    forms: tuple[Form, ...]
    host: str = ""  #: the host the forms beginning with ``/`` stand on, when it is not the name
    mirrors: tuple[str, ...] = ()
    accounts: str = ""  #: how accounts are spelled: ``-_`` means that a hyphen in a host is an underscore in the name
    words: tuple[str, ...] = ()  #: how people call it in prose

    @property
    def own_host(self) -> str:
        """The host its forms stand on."""
        return self.host or self.name


def describe(site: Site) -> str:
    """The row of docs/addresses.md for a site: name, other hosts, kinds, words in prose."""
    hosts = ", ".join(sorted({*site.mirrors, *([site.host] if site.host else [])})) or "-"
    kinds = " ".join(dict.fromkeys(form.kind for form in site.forms))
    return f"| {site.name} | {kinds} | {hosts} | {', '.join(site.words) or '-'} |"


class Pattern(NamedTuple):
    """A compiled `Form.at`."""

    host: str  #: the literal host, or the part after ``{account}.``
    by_account: bool  #: the host's first label is the account
    path: re.Pattern[str]
    query: Mapping[str, re.Pattern[str]]


_HOLE = re.compile(r"\{([a-z_]+)(:#)?\}")


def compile_pattern(at: str, own_host: str) -> Pattern:
    """Compiles one pattern. Every hole stays inside its segment, so matching is linear for the lengths we take."""
    where, _, fields = at.partition("?")
    host, slash, path = where.partition("/")
    by_account = host.startswith("{account}.")
    if by_account:
        host = host.removeprefix("{account}.")
    query = {}
    if fields:
        for pair in fields.split("&"):
            key, _, value = pair.partition("=")
            query[key] = re.compile(_regex(value) + r"\Z", re.IGNORECASE)
    rest = ""
    if path.endswith("/**"):
        path, rest = path.removesuffix("/**"), r"(?:/.*)?"
    elif path == "**":
        slash, path, rest = "", "", r"(?:/.*)?"
    return Pattern(
        host or own_host, by_account, re.compile(_regex(slash + path) + rest + r"\Z", re.IGNORECASE | re.DOTALL), query
    )


def _regex(pattern: str) -> str:
    out, at = [], 0
    for hole in _HOLE.finditer(pattern):
        out.append(re.escape(pattern[at : hole.start()]))
        body = "[0-9]{1,24}" if hole[2] else "[^/]{1,200}"
        out.append(body if hole[1] == "_" else f"(?P<{hole[1]}>{body})")
        at = hole.end()
    out.append(re.escape(pattern[at:]))
    return "".join(out)
