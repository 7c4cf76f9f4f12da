"""What FanFicFare says of a work, under its own names: title page, JSON and calibre's saved column are one list of fields.

Layouts as run with 4.62.0. Lists it wrote as text are ambiguous where a tag holds a comma; they are divided outside
brackets, which is what FanFicFare itself does. The names are those of its configuration (``datePublished``, ``ships``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from variorum.addresses import Address, identify
from variorum.intake.labels import comma_list, date_of, language_of
from variorum.intake.mapping import CATEGORIES, map_rating, map_warnings
from variorum.intake.markup import decoded, paragraphs, parse, text_of
from variorum.model import Creator, Metadata, Series

__all__ = ["LABELS", "Fields", "chapters_of", "metadata_of"]

Fields: TypeAlias = Mapping[str, "str | Sequence[str]"]

#: The label on a title page -> the field, for those that say something of the work.
LABELS: dict[str, str] = {
    "title": "title",
    "author": "author",
    "category": "category",
    "fandoms": "fandoms",
    "genre": "genre",
    "freeform tags": "freeformtags",
    "ao3 categories": "ao3categories",
    "characters": "characters",
    "relationships": "ships",
    "pairings": "ships",
    "series": "series",
    "additional series": "series01",
    "series url": "seriesUrl",
    "language": "language",
    "status": "status",
    "published": "datePublished",
    "updated": "dateUpdated",
    "packaged": "dateCreated",
    "rating": "rating",
    "warnings": "warnings",
    "chapters": "numChapters",
    "chapters/total chapters": "chapterslashtotal",
    "words": "numWords",
    "publisher": "site",
    "story url": "storyUrl",
    "author url": "authorUrl",
    "summary": "description",
    "collections": "collections",
    "restricted to registered users": "restricted",
    "extra tags": "extratags",
    "erotica tags": "eroticatags",
    "tags": "tags",
}
_SERIES = re.compile(r"(.{1,300}?) \[(\d{1,4}(?:\.\d{1,3})?)\]\Z", re.DOTALL)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]\w{1,8};")
# A comma inside a name while a list is divided, as characters no name holds.
_KEPT = {ord(","): "\ue0f0", ord(";"): "\ue0f1"}
_FREED = {ord(kept): chr(mark) for mark, kept in _KEPT.items()}
_COMPLETE = frozenset(("completed", "complete"))
_UNDERWAY = frozenset(("in-progress", "in progress"))
_NUMBERED = ("series", *(f"series{n:02}" for n in range(20)))


def metadata_of(fields: Fields, trust: str) -> Metadata:
    """The work as these fields say it is. Everything comes from one kind of source, ``trust``."""
    found: dict[str, Any] = {}
    address = identify(_one(fields, "storyUrl"))
    site = address.site if address is not None else None
    found["title"] = _one(fields, "title") or None
    found["creators"] = _creators(fields)
    found["url"] = address.url if address is not None else None
    found["site"] = site
    _tags(found, fields)
    found["rating"], mapped = map_rating(_one(fields, "rating"), site)
    found["warnings"], others, warned = map_warnings(_many(fields, "warnings"))
    found["tags"] = (*found["tags"], *others)
    found["mapped"] = (*mapped, *warned)
    found["series"] = tuple(_series(fields))
    language = _one(fields, "langcode") or _one(fields, "language")
    found["language"] = language_of(language) if language else None
    found["published"] = date_of(_one(fields, "datePublished")[:10])
    found["updated"] = date_of(_one(fields, "dateUpdated")[:10])
    taken = _DATE.match(_one(fields, "dateCreated"))
    found["captured"] = taken[0] if taken else None
    status = _one(fields, "status").casefold()
    if status in _COMPLETE or status in _UNDERWAY:
        found["status"] = "complete" if status in _COMPLETE else "in-progress"
    found["words_stated"] = _number(_one(fields, "numWords"))
    found["chapters_stated"] = chapters_of(fields)
    found["collections"] = _many(fields, "collections")
    found["restricted"] = _one(fields, "restricted").casefold() in ("restricted", "true")
    found["summary"] = _prose(_one(fields, "description"))
    found = {name: value for name, value in found.items() if value}
    untrusted = {"mapped", "captured"}
    return Metadata(**found, tool="FanFicFare", trust=dict.fromkeys(found.keys() - untrusted, trust))


def chapters_of(fields: Fields) -> str | None:
    """The chapters in AO3's form: as its adapter gives them, else the number held and whether that is all of them."""
    stated = _one(fields, "chapterslashtotal") or _one(fields, "numChapters")
    stated = stated.replace(",", "").replace(" ", "")
    if re.fullmatch(r"\d{1,6}/(?:\d{1,6}|\?)", stated):
        return stated
    if not re.fullmatch(r"\d{1,6}", stated):
        return None
    return f"{stated}/{stated if _one(fields, 'status').casefold() in _COMPLETE else '?'}"


def _plain(value: object) -> str:
    """A value as text: entities decoded, markup gone."""
    text = str(value).strip()
    if not _MARKUP.search(text):
        return " ".join(text.split())
    return text_of(text, parse(text)) if "<" in text else " ".join(decoded(text).split())


def _one(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        value = ", ".join(map(str, value))
    return value.strip() if name == "description" else _plain(value)


def _many(fields: Fields, name: str) -> tuple[str, ...]:
    value = fields.get(name, "")
    values: Iterable[str] = _divided(_plain(value), fields) if isinstance(value, str) else map(_plain, value)
    return tuple(dict.fromkeys(v for v in values if v))


def _divided(text: str, fields: Fields) -> Iterable[str]:
    """A comma list; names that stand whole in ``subject_tags``, commas and all, stay whole."""
    subjects = fields.get("subject_tags", ())
    known = [s for s in (() if isinstance(subjects, str) else map(_plain, subjects)) if "," in s or ";" in s]
    for name in sorted(known, key=len, reverse=True):
        if name in text:
            kept = name.translate(_KEPT).replace("\\", "\\\\")
            text = re.sub(rf"(?:\A|(?<=, )){re.escape(name)}(?=, |\Z)", kept, text)
    return (value.translate(_FREED) for value in comma_list(text))


def _tags(found: dict[str, Any], fields: Fields) -> None:
    """Fandoms, categories and additional tags; on title pages ``genre`` holds AO3's categories and freeforms in one list."""
    found["fandoms"] = _many(fields, "fandoms") or _many(fields, "category")
    found["relationships"] = _many(fields, "ships")
    found["characters"] = _many(fields, "characters")
    genre = _many(fields, "genre")
    categories = _many(fields, "ao3categories")
    tags = _many(fields, "freeformtags")
    if not categories:
        categories = tuple(CATEGORIES[g.casefold()] for g in genre if g.casefold() in CATEGORIES)
    if not tags:
        tags = tuple(g for g in genre if g.casefold() not in CATEGORIES)
    more = (tag for name in ("extratags", "eroticatags", "tags") for tag in _many(fields, name))
    found["categories"] = tuple(CATEGORIES.get(c.casefold(), c) for c in categories)
    found["tags"] = tuple(dict.fromkeys((*tags, *(tag for tag in more if tag != "FanFiction"))))


def _creators(fields: Fields) -> tuple[Creator, ...]:
    """The authors: from their links, else names and addresses by their place."""
    markup = fields.get("authorHTML", "")
    markup = markup if isinstance(markup, str) else " ".join(map(str, markup))
    if "<a" in markup:
        root = parse(markup)
        pairs = [(text_of(markup, a), a.get("href")) for a in root.find_all("a")]
    else:
        names = fields.get("author", "")
        listed = [_plain(names)] if isinstance(names, str) else [_plain(n) for n in names]
        urls = fields.get("authorUrl", "")
        places = urls.split(", ") if isinstance(urls, str) else list(urls)
        if len(listed) == 1 and len(places) > 1 and len(listed[0].split(", ")) == len(places):
            listed = listed[0].split(", ")
        pairs = [(name, _plain(places[n]) if n < len(places) else "") for n, name in enumerate(listed)]
    return tuple(dict.fromkeys(_creator(name, url) for name, url in pairs if name))


def _creator(name: str, url: str) -> Creator:
    address: Address | None = identify(url) if url else None
    if address is None or name == "Anonymous":
        return Creator(name, "author", address.site if address is not None else None)
    account = address.account or (address.id if address.kind == "user" else None)
    return Creator(name, "author", address.site, account, address.url if address.kind in ("user", "pseud", "blog") else None)


def _series(fields: Fields) -> Iterable[Series]:
    """``Name [2]`` with its address; AO3's several series stand in ``series00`` ..., the first of which is ``series`` again."""
    seen = set()
    for name in _NUMBERED:
        said = _one(fields, name)
        if not said or said in seen:
            continue
        seen.add(said)
        match = _SERIES.match(said)
        address = identify(_one(fields, f"{name}Url"))
        position = float(match[2]) if match else None
        yield Series(match[1] if match else said, position or None, address.url if address is not None else None)


def _number(text: str) -> int | None:
    digits = re.sub(r"[,.\s]", "", text)
    return int(digits) if digits.isdecimal() and len(digits) < 12 else None


def _prose(value: str) -> str | None:
    """A summary, which it gives as HTML."""
    if not value:
        return None
    text = "\n\n".join(block.text for block in paragraphs(value)) if _MARKUP.search(value) else value
    return text.strip() or None
