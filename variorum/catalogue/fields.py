"""A work's fields out of its witnesses': pure functions, values in, values out.

Each field: a ruling, else the most trusted kind of source (`model.TRUST`, per field), within it the
latest captured, among equals the earliest in the register. Lists are never merged. The base: a ruling;
else whole before partial, fewest emendations, latest stated update, earliest accession.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from variorum.addresses import identify
from variorum.model import TRUST, Creator, Extent, Kinship, LostWitness, Metadata, Series, Verdict, Wish

__all__ = ["FIELDS", "Held", "Merged", "address", "adult", "base_of", "inverse", "merge", "still_lost", "value_of", "versions_of"]

_OF_A_COPY = {"trust", "captured", "tool", "chapters_held", "extent", "extent_why", "mapped", "history", "picture", "kept"}

#: The fields a work takes from its witnesses; the others (trust, captured ...) are of a copy alone.
FIELDS = tuple(f.name for f in dataclasses.fields(Metadata) if f.name not in _OF_A_COPY)

_ADULT = frozenset({"mature", "explicit", "not rated", "m", "ma", "r", "nc-17", "fiction m", "fiction ma", "adult"})
_FREE = frozenset(
    {"general audiences", "teen and up audiences", "g", "pg", "pg-13", "k", "k+", "t", "fiction k", "fiction k+", "fiction t"}
)
_RATINGS = ("Not Rated", "General Audiences", "Teen And Up Audiences", "Mature", "Explicit")
_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_EXTENTS: Mapping[str, int] = {"whole": 0, "unknown": 1, "partial": 2}
_INVERSE: Mapping[str, Verdict] = {"contained": "contains", "contains": "contained"}


@dataclass(frozen=True, slots=True)
class Held:
    """What merging needs to know of one witness."""

    witness: str
    siglum: str
    order: int
    metadata: Metadata
    extent: Extent
    version_key: str
    words: int
    chapters: int
    applied: int = 0  #: emendations that stand
    creators: tuple[Creator, ...] = ()  #: credited by its notes
    wishes: tuple[Wish, ...] = ()  #: read out of its notes


@dataclass(frozen=True, slots=True)
class Merged:
    """A work as its witnesses and a person's rulings make it."""

    metadata: Metadata
    taken_from: Mapping[str, str]  #: field -> siglum, or "ruling"
    base: str  #: witness id
    words: int
    chapters: int
    adult: bool | None
    versions: Mapping[str, int]  #: witness id -> number
    kinship: Mapping[str, Verdict] = field(default_factory=dict)  #: witness id -> to the base


def merge(
    held: Sequence[Held],
    rulings: Mapping[str, Any] | None = None,
    base: str | None = None,
    kin: Mapping[tuple[str, str], Kinship] | None = None,
) -> Merged:
    """The work of these witnesses (at least one). ``rulings`` gives values by field, ``base`` a ruled witness id."""
    decided = rulings or {}
    chosen = base_of(held, base)
    values: dict[str, Any] = {}
    taken: dict[str, str] = {}
    for name in FIELDS:
        if name in decided:
            values[name], taken[name] = decided[name], "ruling"
            continue
        giver = _giver(held, name)
        if giver is not None:
            values[name], taken[name] = getattr(giver.metadata, name), giver.siglum
    by_siglum = {h.siglum: h for h in held}
    if taken.get("creators", "ruling") != "ruling":
        values["creators"] = _credited(values["creators"], by_siglum[taken["creators"]].creators)
    elif "creators" not in values:
        values["creators"] = _credited((), chosen.creators)
    values["wishes"] = _wishes(held, values.get("wishes", ())) if "wishes" not in decided else values["wishes"]
    metadata = Metadata(**values, extent=chosen.extent, captured=chosen.metadata.captured, tool=chosen.metadata.tool)
    return Merged(
        metadata=metadata,
        taken_from=taken,
        base=chosen.witness,
        words=chosen.words,
        chapters=chosen.chapters,
        adult=adult(metadata.rating),
        versions=versions_of(held),
        kinship={h.witness: _kinship(h, chosen, kin or {}) for h in held},
    )


def _is_set(metadata: Metadata, name: str) -> bool:
    value = getattr(metadata, name)
    return value not in (None, (), "", "unknown", False) or (value is False and name in metadata.trust)


def _giver(held: Sequence[Held], name: str) -> Held | None:
    """The witness a field is taken from."""
    giving = [h for h in held if _is_set(h.metadata, name)]
    if not giving:
        return None
    rank = {h.witness: _trust(h.metadata, name) for h in giving}
    best = min(rank.values())
    giving = [h for h in giving if rank[h.witness] == best]
    latest = max(_as_of(h.metadata) for h in giving)
    return min((h for h in giving if _as_of(h.metadata) == latest), key=lambda h: h.order)


def _as_of(metadata: Metadata) -> str:
    """When a copy was taken; where it does not say, it is no older than the update it states."""
    return metadata.captured or metadata.updated or metadata.published or ""


def _trust(metadata: Metadata, name: str) -> int:
    kind = metadata.trust.get(name)
    return TRUST.index(kind) if kind in TRUST else len(TRUST)


def _credited(named: Sequence[Creator], noted: Sequence[Creator]) -> tuple[Creator, ...]:
    """The creators a copy names, then those its notes credit with something else; what the notes know of a name is filled in."""
    known = {(c.name, c.role): c for c in reversed(noted)}
    out = []
    for creator in named:
        more = known.pop((creator.name, creator.role), None)
        if more is not None:
            gaps = {n: getattr(more, n) for n in ("site", "account", "url", "agent") if getattr(creator, n) is None}
            creator = dataclasses.replace(creator, **gaps)
        out.append(creator)
    return (*out, *(c for c in noted if known.pop((c.name, c.role), None) is not None))


def _wishes(held: Sequence[Held], first: Sequence[Wish]) -> tuple[Wish, ...]:
    """Every wish any copy carries: a wish binds even when a later copy does not repeat it."""
    seen: dict[tuple[str, str], Wish] = {}
    for wish in (*first, *(w for h in sorted(held, key=lambda h: h.order) for w in (*h.metadata.wishes, *h.wishes))):
        seen.setdefault((wish.kind, wish.evidence), wish)
    return tuple(seen.values())


def adult(rating: str | None) -> bool | None:
    """True for Mature, Explicit and Not Rated, False for what is meant for everybody; None for what nobody knows."""
    if rating is None:
        return None
    folded = rating.strip().casefold()
    if folded in _ADULT:
        return True
    return False if folded in _FREE else None


def base_of(held: Sequence[Held], ruled: str | None = None) -> Held:
    """The witness the others are compared against."""
    for witness in held:
        if witness.witness == ruled:
            return witness
    best = min((_EXTENTS[h.extent], h.applied) for h in held)
    good = [h for h in held if (_EXTENTS[h.extent], h.applied) == best]
    latest = max(_stated(h.metadata) for h in good)
    return min((h for h in good if _stated(h.metadata) == latest), key=lambda h: h.order)


def _stated(metadata: Metadata) -> str:
    return metadata.updated or metadata.published or ""


def versions_of(held: Sequence[Held]) -> dict[str, int]:
    """Numbers from 1: equal texts have equal numbers; dated texts by date, then the others by accession."""
    groups: dict[str, tuple[bool, str, int]] = {}
    for h in held:
        date = _stated(h.metadata) or (h.metadata.captured or "")[:10]
        key = (not date, date, h.order)
        groups[h.version_key] = min(groups.get(h.version_key, key), key)
    number = {key: n for n, key in enumerate(sorted(groups, key=lambda k: groups[k]), start=1)}
    return {h.witness: number[h.version_key] for h in held}


def inverse(verdict: Verdict) -> Verdict:
    """The same verdict seen from the other witness."""
    return _INVERSE.get(verdict, verdict)


def _kinship(h: Held, base: Held, kin: Mapping[tuple[str, str], Kinship]) -> Verdict:
    if h.witness == base.witness or h.version_key == base.version_key:
        return "same"
    if (h.witness, base.witness) in kin:
        return kin[h.witness, base.witness].verdict
    if (base.witness, h.witness) in kin:
        return inverse(kin[base.witness, h.witness].verdict)
    if h.extent == "partial" and base.extent != "partial":
        return "contained"
    return "contains" if base.extent == "partial" and h.extent != "partial" else "revised"


# ---------------------------------------------------------------- where copies stand


def address(url: str | None) -> str | None:
    """One spelling for every form of an address; two are equal when they name the same work or page."""
    found = identify(url) if url else None
    return None if found is None else "\x20".join(found.key)[:300]


def still_lost(lost: Sequence[LostWitness], held: Sequence[tuple[str | None, str | None]]) -> tuple[LostWitness, ...]:
    """Copies that are known of and not held; ``held`` gives the site and address of each witness.

    A lost copy is found when a copy from its very address is held; where either address is not known, when a
    copy from its site is. Of two mentions of the same copy the first that has an address stays.
    """
    addresses = {address(url) for _, url in held if url}
    sites = {site for site, _ in held if site}
    unplaced = {site for site, url in held if site and not url}
    out: dict[tuple[str, str | None], LostWitness] = {}
    for one in lost:
        where = address(one.url)
        if where in addresses if where else one.site in sites:
            continue
        if where and one.site in unplaced:
            continue
        out.setdefault((one.site, where), one)
    placed = {site for site, where in out if where}
    return tuple(one for (site, where), one in out.items() if where or site not in placed)


# ---------------------------------------------------------------- rulings


def value_of(name: str, text: str) -> Any:
    """What a person wrote for a field, as that field's value; ValueError says what it cannot be."""
    if name not in FIELDS:
        raise ValueError(f"a work has no field {name!r}")
    text = text.strip()
    words = tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())
    if name == "creators":
        return tuple(Creator(word) for word in words)
    if name == "series":
        return tuple(Series(word) for word in words)
    if name in {"wishes", "relations"}:
        raise ValueError(f"{name} are read from the copies and cannot be set")
    if isinstance(getattr(Metadata(), name), tuple):
        return words
    if name == "restricted":
        if text.casefold() not in _YES | _NO:
            raise ValueError("restricted is yes or no")
        return text.casefold() in _YES
    if name == "audience":
        if text not in {"public", "friends", "private"}:
            raise ValueError("audience is public, friends or private")
        return text
    if name == "words_stated":
        return int(text.replace(",", ""))
    if name == "status":
        if text not in {"complete", "in-progress", "unknown"}:
            raise ValueError("status is complete, in-progress or unknown")
        return text
    if not text:
        return None
    if name in {"published", "updated"} and not _is_date(text):
        raise ValueError(f"{name} is a date of the calendar, such as 2016, 2016-02 or 2016-02-28")
    if name == "language" and not _LANGUAGE.fullmatch(text):
        raise ValueError("language is a tag of BCP 47, such as en, de or pt-BR")
    if name == "rating":
        return _rating(text)
    return text


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _rating(text: str) -> str:
    """A rating in AO3's spelling."""
    folded = " ".join(text.casefold().split())
    for rating in _RATINGS:
        if rating.casefold() == folded:
            return rating
    raise ValueError(f"rating is {', '.join(_RATINGS[:-1])} or {_RATINGS[-1]}")
