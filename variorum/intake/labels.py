"""Labels people and tools write above a story (``Title:``, ``Pairing:``, ``Rating:``) and what their values say.

The tables follow the habits of LiveJournal entries, mailing lists and the title pages of download tools.
Nothing is guessed: a value that does not say a thing for certain sets no field (it stays where it stands).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from variorum.addresses import identify
from variorum.intake.ao3 import LANGUAGES
from variorum.intake.mapping import CATEGORIES, map_rating, map_warnings
from variorum.model import Creator, Metadata, Series, Wish

__all__ = ["comma_list", "date_of", "field_of", "language_of", "read_labels"]

# field -> the labels that mean it, in lower case
_LABELS: dict[str, str] = {
    "title": "title|story title|story|fic title|fic",
    "author": "author|authors|by|writer|written by|author name|author's name|pen name|penname|creator|creators",
    "artist": "artist|artists|art by|illustrator",
    "translator": "translator|translated by|translators",
    "beta": "beta|betas|beta reader|beta readers|beta'd by|betaed by|betas by|beta by",
    "gift": "recipient|recipients|gift for|written for",
    "fandom": "fandom|fandoms",
    "rating": "rating|rated|ratings",
    "pairing": "pairing|pairings|relationship|relationships|main pairing|ship|ships|pairing(s)|pairings/characters",
    "characters": "characters|character|characters/pairings|main characters|character(s)",
    "category": "category|categories",
    "genre": "genre|genres",
    "warnings": "warnings|warning|content warnings|archive warning|archive warnings|warning(s)|trigger warnings",
    "tags": "tags|additional tags|keywords|key words|freeform tags",
    "language": "language",
    "series": "series",
    "collections": "collections",
    "summary": "summary|summery|description",
    "words": "words|word count|wordcount|length|count",
    "chapters": "chapters|chapter count",
    "status": "status",
    "published": "published|first published|date|posted|date posted|date written|written|originally posted|posted originally",
    "updated": "updated|last updated|completed",
    "url": "story url|original source|url|original url|story link|archived at",
    "author-url": "author url|author link",
    "archive": "archive|archiving|archive permission|distribution|permission to archive",
    "disclaimer": "disclaimer|disclaimers|legal",
    "notes": "notes|note|author's note|author's notes|authors note|authors notes|author notes|a/n|an|author’s note|author’s notes"
    "|dedication|thanks|acknowledgements|acknowledgments",
    # Known as labels, so that a header is recognised by them, but nothing is read out of them.
    "other": "spoilers|spoiler|feedback|e-mail|email|author's email|website|web site|homepage|prompt|challenge|timeline|setting"
    "|packaged|publisher|classification|disclosure|type|content|sequel|part|parts|crossover|contact|archived|medium|universe"
    "|continuity|era|season|episode|cast|kinks|format|size|warnings/spoilers|word processor|comments|tagset|collection",
    # The head of a mail or a news article.
    "mail": "from|to|subject|date sent|sent|newsgroups|message-id|cc|reply-to|x-mailer|organization|references|mime-version"
    "|content-type|content-transfer-encoding|received|return-path|followup-to|lines|path|nntp-posting-host|delivered-to",
}
_FIELDS = {label: field for field, labels in _LABELS.items() for label in labels.split("|")}

_NOTHING = frozenset({"", "none", "n/a", "na", "no", "-", "none.", "nope", "no one", "nobody", "unknown", "various"})

#: English names of languages beside those in the languages themselves.
_ENGLISH = {
    "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi", "czech": "cs", "hungarian": "hu", "turkish": "tr",
    "ukrainian": "uk", "greek": "el", "hebrew": "he", "arabic": "ar", "korean": "ko", "vietnamese": "vi", "romanian": "ro",
    "catalan": "ca", "latin": "la", "welsh": "cy", "irish": "ga", "thai": "th", "brazilian portuguese": "pt-BR",
}  # fmt: skip

_MONTHS = {m: n for n, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[ T].*)?\Z", re.DOTALL)
_DAY_FIRST = re.compile(r"(?:[A-Za-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? (\d{4})(?: .*)?\Z", re.DOTALL)
_MONTH_FIRST = re.compile(r"(?:[A-Za-z]{3,9},? )?([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?: .*)?\Z", re.DOTALL)
_WORDS = re.compile(
    r"(?:about|approx\.?|approximately|around|~)?\s*(\d{1,3}(?:[,. ]\d{3})+|\d+)\s*(?:words?)?\.?\Z", re.IGNORECASE
)
_OF = re.compile(r"(\d{1,5})\s*(?:/|of)\s*(\d{1,5}|\?)\Z", re.IGNORECASE)
_POSITION = re.compile(r"(.{1,300}?)\s*(?:[,(\[]|-|#)\s*(?:part|book|no\.?|#)?\s*(\d{1,4})\s*[)\]]?\Z", re.IGNORECASE | re.DOTALL)
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")


def field_of(label: str) -> str | None:
    """The field a label stands for (``title``, ``rating``, ``other`` ...), or None when it is no known label."""
    return _FIELDS.get(" ".join(label.split()).strip(" :*_").casefold())


def language_of(value: str) -> str | None:
    """The BCP 47 tag of a language's name, or of what is a tag already."""
    name = value.strip().casefold()
    if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}", name):
        return value.strip()
    return LANGUAGES.get(name) or _ENGLISH.get(name)


def date_of(value: str) -> str | None:
    """A date as ISO 8601, as precise as it was; None where day and month could be either."""
    value = value.strip()[:60]
    if re.fullmatch(r"\d{4}", value):
        return value
    if match := _ISO.match(value):
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
        return _date(year, month, day, with_day=match[3] is not None)
    if match := _DAY_FIRST.match(value):
        return _date(int(match[3]), _MONTHS.get(match[2][:3].lower(), 0), int(match[1]))
    if match := _MONTH_FIRST.match(value):
        return _date(int(match[3]), _MONTHS.get(match[1][:3].lower(), 0), int(match[2]))
    return None


def _date(year: int, month: int, day: int, *, with_day: bool = True) -> str | None:
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1900 <= year <= 2200):
        return None
    return f"{year:04}-{month:02}-{day:02}" if with_day else f"{year:04}-{month:02}"


def read_labels(pairs: Iterable[tuple[str, str]], trust: str) -> Metadata:
    """What a list of (label, value) says, the first of each field first. ``trust`` is one of `variorum.model.TRUST`."""
    found: dict[str, Any] = {}
    creators: list[Creator] = []
    account: str | None = None
    for label, value in pairs:
        field = field_of(label)
        value = "\n\n".join(" ".join(p.split()) for p in _EMPTY_LINE.split(value.strip()))
        if field is None or value.casefold() in _NOTHING:
            continue
        role = _ROLES.get(field)
        if role is not None:
            creators.extend(Creator(name, role) for name in _names(value))
        elif field == "author-url":
            account = value
        else:
            _SETTERS.get(field, _ignore)(found, value)
    if creators:
        authors = [c for c in creators if c.role == "author"]
        if account and len(authors) == 1 and (address := identify(account)) is not None:
            own = Creator(authors[0].name, "author", address.site, address.account, address.url)
            creators = [own if c is authors[0] else c for c in creators]
        found["creators"] = tuple(dict.fromkeys(creators))
    return Metadata(**found, trust=dict.fromkeys(found.keys() - {"mapped"}, trust))


_ROLES = {"author": "author", "artist": "artist", "translator": "translator", "beta": "beta"}


def _names(value: str) -> list[str]:
    """Names out of a value: an address or remark in brackets goes, ``and``, ``&`` and commas divide."""
    value = re.sub(r"[<(\[][^<>()\[\]]{0,200}[>)\]]", " ", value)
    value = re.sub(r"\s\S{1,60}@\S{1,60}", " ", " " + value)
    names = [" ".join(n.split()).strip(" .") for n in re.split(r",|;| & | and | with ", value)]
    return [n for n in names if n and len(n) <= 80]


def comma_list(value: str) -> tuple[str, ...]:
    """A comma list, commas inside brackets not counted."""
    out, depth, start = [], 0, 0
    for at, mark in enumerate(value):
        if mark in "([":
            depth += 1
        elif mark in ")]":
            depth = max(depth - 1, 0)
        elif mark in ",;" and depth == 0:
            out.append(value[start:at].strip())
            start = at + 1
    out.append(value[start:].strip())
    return tuple(dict.fromkeys(v for v in out if v and v.casefold() not in _NOTHING))


def _put(found: dict[str, Any], field: str, value: Any) -> None:
    if value is not None and value != ():
        found.setdefault(field, value)


def _add(found: dict[str, Any], field: str, values: tuple[Any, ...]) -> None:
    if values:
        found[field] = tuple(dict.fromkeys((*found.get(field, ()), *values)))


def _ignore(_found: dict[str, Any], _value: str) -> None:
    """A label without a field of ours."""


def _category(found: dict[str, Any], value: str) -> None:
    """AO3's categories are categories; anything else people put there is a tag."""
    for part in comma_list(value):
        known = CATEGORIES.get(part.casefold())
        _add(found, "categories" if known else "tags", (known or part,))


def _rating(found: dict[str, Any], value: str) -> None:
    rating, mapped = map_rating(value)
    if "rating" not in found:
        _put(found, "rating", rating)
        _add(found, "mapped", mapped)


def _warnings(found: dict[str, Any], value: str) -> None:
    known, others, mapped = map_warnings(comma_list(value))
    _add(found, "warnings", known)
    _add(found, "tags", others)
    _add(found, "mapped", mapped)


def _series(found: dict[str, Any], value: str) -> None:
    match = _POSITION.match(value)
    series = Series(match[1].strip(), float(match[2])) if match else Series(value)
    _put(found, "series", (series,))


def _words(found: dict[str, Any], value: str) -> None:
    if match := _WORDS.match(value):
        _put(found, "words_stated", int(re.sub(r"\D", "", match[1])))


def _chapters(found: dict[str, Any], value: str) -> None:
    if match := _OF.match(value):
        _put(found, "chapters_stated", f"{match[1]}/{match[2]}")


def _status(found: dict[str, Any], value: str) -> None:
    word = value.casefold().strip(" .!")
    if word in ("complete", "completed", "finished", "done"):
        _put(found, "status", "complete")
    elif word in ("wip", "in progress", "in-progress", "work in progress", "ongoing", "incomplete"):
        _put(found, "status", "in-progress")


def _url(found: dict[str, Any], value: str) -> None:
    address = identify(value.split(maxsplit=1)[0]) if value else None
    if address is not None:
        _put(found, "url", address.url)
        _put(found, "site", address.site)


def _archive(found: dict[str, Any], value: str) -> None:
    """``ARCHIVE:`` is a permission given or withheld."""
    word = value.casefold()
    if re.search(r"\b(ask|permission|let me know|e-?mail me|tell me)\b", word):
        _put(found, "wishes", (Wish("ask-first", value),))
    elif re.match(r"(no\b|never|please (do not|don't|don’t)|do not|don't|don’t|nowhere)", word):
        _put(found, "wishes", (Wish("no-reposting", value),))


_SETTERS = {
    "title": lambda found, value: _put(found, "title", value.strip('"“”*_ ') or None),
    "gift": lambda found, value: _add(found, "gifts", tuple(_names(value))),
    "fandom": lambda found, value: _add(found, "fandoms", comma_list(value)),
    "rating": _rating,
    "pairing": lambda found, value: _add(found, "relationships", comma_list(value)),
    "characters": lambda found, value: _add(found, "characters", comma_list(value)),
    "category": _category,
    "genre": _category,
    "warnings": _warnings,
    "tags": lambda found, value: _add(found, "tags", comma_list(value)),
    "language": lambda found, value: _put(found, "language", language_of(value)),
    "series": _series,
    "collections": lambda found, value: _add(found, "collections", comma_list(value)),
    "summary": lambda found, value: _put(found, "summary", value),
    "words": _words,
    "chapters": _chapters,
    "status": _status,
    "published": lambda found, value: _put(found, "published", date_of(value)),
    "updated": lambda found, value: _put(found, "updated", date_of(value)),
    "url": _url,
    "archive": _archive,
}
