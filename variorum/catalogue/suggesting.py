"""What might be said of tags: which two are one by their spelling or by their company, and what stands under which fandom.

Values in, values out. By spelling: tags are compared bare (case, accents, punctuation, "&" and "and", a "(TV)" at the end,
the order of the names in a pairing) and, where they are long, with one letter wrong. By company: two fandoms that stand
beside the same people and almost never beside each other are likely one (cosine of the shares of works); somebody who stands in one
fandom only belongs under it. Nothing here is ever applied by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from variorum.catalogue.viewers import key_of
from variorum.model import TagSuggestion, TagWord

__all__ = ["bare", "by_company", "by_spelling", "under_fandoms"]

Spoken = Collection[tuple[str, str, str, str]]  # kind, key, kind, key

_LEAST = 3  # works a tag must have before its company says anything
_MOST = 400  # fandoms compared by their company
_COMPANY = 4000  # tags of that company looked at
_ALIKE = 0.6  # cosine
_TOGETHER = 0.2  # of the rarer one's works may have both
_BELONGS = 0.8  # of somebody's works are in the fandom
_LIFT = 1.5  # and so many times more than chance
_TYPO = 8  # letters a tag must have before one may be wrong

_MEDIA = re.compile(
    r"\s*(\((?:\d{4}\b[^()]*|[^()]*\b(?:tv|movies?|films?|books?|comics?|anime|manga|cartoons?|games?|series|podcast|radio|novels?|"
    r"web ?toons?|musicals?|live action|fandom|rpf|all media types)\b[^()]*)\)|[-–—|]\s*(?:all media types|fandom|related fandoms))\s*$",
    re.IGNORECASE,
)
_AUTHOR = re.compile(r"\s+[-–—]\s+(?:[^\W\d_][\w.'’]*\s*){1,5}$")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*$")
_WORDS = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")


def bare(kind: str, value: str) -> str:
    """A tag without letter case, accents and punctuation; "&" is "and", and a pairing has its names in order."""
    text = unicodedata.normalize("NFKD", value).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    if kind == "relationship":
        # A / B love, A & B are friends: two different tags to everybody who uses them.
        for mark in ("/", "&"):
            if mark in text:
                return mark.join(sorted(" ".join(_WORDS.findall(name)) for name in text.split(mark)))
    text = re.sub(r"[&+]", " and ", text)
    return " ".join(_WORDS.findall(text)) or text.strip()


def _short(kind: str, value: str) -> str:
    """Barer still: a fandom without its medium, author and article; a name without what tells it from its namesakes."""
    if kind == "fandom":
        return re.sub(r"^(?:the|a|an) ", "", bare(kind, _AUTHOR.sub("", _MEDIA.sub("", value)) or value))
    if kind == "relationship" and "/" in value:
        return bare(kind, "/".join(_BRACKETS.sub("", name) for name in value.split("/")))
    return bare(kind, _BRACKETS.sub("", value) or value) if kind == "character" else bare(kind, value)


def by_spelling(kind: str, counts: Mapping[str, int], spoken: Spoken = ()) -> list[TagSuggestion]:
    """Tags of one kind that differ only in how they are written; ``counts``: the works of each. The surest come first."""
    found: dict[tuple[str, str], TagSuggestion] = {}

    def suggest(groups: Iterable[Sequence[str]], certainty: float, why: str) -> None:
        for group in groups:
            ranked = sorted(group, key=lambda v: (-counts[v], -len(v), v))
            for other in ranked[1:]:
                _put(found, spoken, counts, TagWord("synonym", kind, other, kind, ranked[0]), certainty, why)

    values = list(counts)
    suggest(_alike(values, lambda v: bare(kind, v)), 0.95, "they differ only in letter case, accents or punctuation")
    if kind in ("fandom", "character", "relationship"):
        why = (
            "one says the medium or the author, the other does not"
            if kind == "fandom"
            else "one says which of that name is meant"
        )
        suggest(_one_plain(kind, _alike(values, lambda v: _short(kind, v))), 0.75, why)
    suggest(_one_letter(kind, values), 0.6, "one letter is different")
    return sorted(found.values(), key=lambda one: (-one.certainty, -one.of_works, one.word.of, one.word.tag))


def _put(
    found: dict[tuple[str, str], TagSuggestion],
    spoken: Spoken,
    counts: Mapping[str, int],
    word: TagWord,
    certainty: float,
    why: str,
) -> None:
    key, of_key = key_of(word.tag), key_of(word.of)
    ends = ((word.kind, key, word.of_kind, of_key), (word.of_kind, of_key, word.kind, key))
    if word.tag == word.of or any(end in spoken for end in ends) or (word.of, word.tag) in found:
        return
    found.setdefault((word.tag, word.of), TagSuggestion(word, certainty, why, counts[word.tag], counts[word.of]))


def _alike(values: Iterable[str], form: object) -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for value in values:
        groups[form(value)].append(value)  # type: ignore[operator]
    return [group for name, group in groups.items() if name and len(group) > 1]


def _one_plain(kind: str, groups: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Of people, only where one of two has no brackets: Sam (A) and Sam (B) are told apart on purpose."""
    for group in groups:
        if kind == "fandom":
            yield group
            continue
        marked = [value for value in group if "(" in value]
        plain = [value for value in group if "(" not in value]
        if len(plain) == 1 and len(marked) == 1:
            yield group


def _one_letter(kind: str, values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Long tags one letter apart: they share a form with one letter left out."""
    shapes: dict[str, list[str]] = defaultdict(list)
    for value in values:
        name = bare(kind, value)
        if _TYPO <= len(name) <= 80:
            for at in range(len(name)):
                shapes[name[:at] + name[at + 1 :]].append(value)
            shapes[name].append(value)
    seen: set[tuple[str, ...]] = set()
    for group in shapes.values():
        pair = tuple(dict.fromkeys(group))
        if 1 < len(pair) <= 6 and pair not in seen and len({_apart(v) for v in pair}) == 1:
            seen.add(pair)
            yield pair


def _apart(value: str) -> tuple[object, ...]:
    """What one letter may never change: numbers, and whether a pairing is of love or of friends."""
    return (*_DIGITS.findall(value), "/" in value, "&" in value)


# ---------------------------------------------------------------- by company


def by_company(
    kind: str, works: Mapping[str, Collection[int]], company: Mapping[int, Sequence[str]], spoken: Spoken = ()
) -> list[TagSuggestion]:
    """Tags that stand beside the same others and hardly ever beside each other. ``works``: tag -> its works; ``company``: work -> others."""
    tags = sorted((t for t in works if len(works[t]) >= _LEAST), key=lambda t: (-len(works[t]), t))[:_MOST]
    often = Counter(other for tag in tags for work in works[tag] for other in company.get(work, ()))
    column = {other: n for n, (other, _) in enumerate(often.most_common(_COMPANY))}
    if len(tags) < 2 or not column:
        return []
    shares = np.zeros((len(tags), len(column)), dtype=np.float32)
    for row, tag in enumerate(tags):
        for work in works[tag]:
            for other in company.get(work, ()):
                if other in column:
                    shares[row, column[other]] += 1.0 / len(works[tag])
    # What stands beside everything says nothing.
    shares *= np.log(len(tags) / np.maximum(1, (shares > 0).sum(axis=0)) + 1.0).astype(np.float32)
    norms = np.maximum(np.linalg.norm(shares, axis=1, keepdims=True), 1e-9)
    alike = (shares / norms) @ (shares / norms).T
    counts = {tag: len(works[tag]) for tag in tags}
    sets = {tag: set(works[tag]) for tag in tags}
    found: dict[tuple[str, str], TagSuggestion] = {}
    for a, b in np.argwhere(np.triu(alike >= _ALIKE, 1)).tolist():
        of, tag = tags[a], tags[b]
        if len(sets[of] & sets[tag]) <= _TOGETHER * counts[tag]:
            certainty = round(min(0.9, float(alike[a, b]) * counts[tag] / (counts[tag] + 2.0) + 0.2 * _initials(of, tag)), 2)
            why = "they stand beside the same people, and hardly ever on one work"
            _put(found, spoken, counts, TagWord("synonym", kind, tag, kind, of), certainty, why)
    return sorted(found.values(), key=lambda one: (-one.certainty, one.word.of, one.word.tag))


def _initials(a: str, b: str) -> bool:
    """Whether one is made of the first letters of the other."""
    short, long = sorted((a, b), key=len)
    first = "".join(word[0] for word in bare("tag", long).split())
    letters = bare("tag", short).replace(" ", "")
    return len(letters) > 1 and first.startswith(letters)


def under_fandoms(
    kind: str, works: Mapping[str, Collection[int]], fandoms: Mapping[str, Collection[int]], total: int, spoken: Spoken = ()
) -> list[TagSuggestion]:
    """People and pairings that stand in one fandom only, as standing under it. ``total``: works in all."""
    of_work: dict[int, list[str]] = defaultdict(list)
    for fandom, having in fandoms.items():
        for work in having:
            of_work[work].append(fandom)
    counts = {**{f: len(w) for f, w in fandoms.items()}}
    out = []
    for tag, having in works.items():
        beside = Counter(fandom for work in having for fandom in of_work[work])
        if len(having) < _LEAST or not beside:
            continue
        fandom, times = min(beside.items(), key=lambda one: (-one[1], one[0]))
        share = times / len(having)
        if share < _BELONGS or share * total < _LIFT * counts[fandom]:
            continue
        pair = (kind, key_of(tag), "fandom", key_of(fandom))
        if pair not in spoken:
            why = f"{times} of its {len(having)} works are in that fandom"
            certainty = round(share * len(having) / (len(having) + 1.0), 2)
            out.append(TagSuggestion(TagWord("parent", kind, tag, "fandom", fandom), certainty, why, len(having), counts[fandom]))
    return sorted(out, key=lambda one: (-one.certainty, -one.works, one.word.tag))
