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

from variorum.catalogue.viewers import key_of
from variorum.model import TagSuggestion, TagWord

__all__ = [
    "LONGEST_TYPO",
    "MOST_TYPOS",
    "STAGES",
    "TYPO",
    "Spoken",
    "apart",
    "bare",
    "by_company",
    "by_spelling",
    "home_of",
    "one_plain",
    "ranked",
    "said_of",
    "short",
    "under_fandoms",
    "why_spelled",
]

Spoken = Collection[tuple[str, str, str, str]]  # kind, key, kind, key

_LEAST = 3  # works a tag must have before its company says anything
_TOGETHER = 0.2  # of the rarer one's works may have both
_BELONGS = 0.8  # of somebody's works are in the fandom
_LIFT = 1.5  # and so many times more than chance
TYPO, LONGEST_TYPO = 8, 80  #: letters a tag must have before one may be wrong, and may have
MOST_TYPOS = 6  #: tags that may share a form with one letter left out
STAGES = (0.95, 0.75, 0.6)  #: how sure: marks alone, the medium or which of a name, one letter

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


def short(kind: str, value: str) -> str:
    """Barer still: a fandom without its medium, author and article; a name without what tells it from its namesakes."""
    if kind == "fandom":
        return re.sub(r"^(?:the|a|an) ", "", bare(kind, _AUTHOR.sub("", _MEDIA.sub("", value)) or value))
    if kind == "relationship" and "/" in value:
        return bare(kind, "/".join(_BRACKETS.sub("", name) for name in value.split("/")))
    return bare(kind, _BRACKETS.sub("", value) or value) if kind == "character" else bare(kind, value)


def why_spelled(kind: str, stage: int) -> str:
    """The reason of a stage of `STAGES`."""
    if stage == 1:
        return (
            "one says the medium or the author, the other does not"
            if kind == "fandom"
            else "one says which of that name is meant"
        )
    return ("they differ only in letter case, accents or punctuation", "", "one letter is different")[stage]


def ranked(group: Iterable[str], counts: Mapping[str, int]) -> list[str]:
    """Tags in the order of which is the name of the others: the most works, the longest, by letters."""
    return sorted(group, key=lambda v: (-counts[v], -len(v), v))


def by_spelling(kind: str, counts: Mapping[str, int], spoken: Spoken = ()) -> list[TagSuggestion]:
    """Tags of one kind that differ only in how they are written; ``counts``: the works of each. The surest come first."""
    found: dict[tuple[str, str], TagSuggestion] = {}

    def suggest(groups: Iterable[Sequence[str]], certainty: float, why: str) -> None:
        for group in groups:
            first, *others = ranked(group, counts)
            for other in others:
                _put(found, spoken, counts, TagWord("synonym", kind, other, kind, first), certainty, why)

    values = list(counts)
    said = [(certainty, why_spelled(kind, stage)) for stage, certainty in enumerate(STAGES)]
    suggest(_alike(values, lambda v: bare(kind, v)), *said[0])
    if kind in ("fandom", "character", "relationship"):
        suggest(one_plain(kind, _alike(values, lambda v: short(kind, v))), *said[1])
    suggest(_one_letter(kind, values), *said[2])
    return sorted(found.values(), key=lambda one: (-one.certainty, -one.of_works, one.word.of, one.word.tag))


def said_of(word: TagWord, spoken: Spoken) -> bool:
    """Whether a person has spoken on these two tags."""
    if not spoken:
        return False
    key, of_key = key_of(word.tag), key_of(word.of)
    return (word.kind, key, word.of_kind, of_key) in spoken or (word.of_kind, of_key, word.kind, key) in spoken


def _put(
    found: dict[tuple[str, str], TagSuggestion],
    spoken: Spoken,
    counts: Mapping[str, int],
    word: TagWord,
    certainty: float,
    why: str,
) -> None:
    if word.tag == word.of or said_of(word, spoken) or (word.of, word.tag) in found:
        return
    found.setdefault((word.tag, word.of), TagSuggestion(word, certainty, why, counts[word.tag], counts[word.of]))


def _alike(values: Iterable[str], form: object) -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for value in values:
        groups[form(value)].append(value)  # type: ignore[operator]
    return [group for name, group in groups.items() if name and len(group) > 1]


def one_plain(kind: str, groups: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
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
        if TYPO <= len(name) <= LONGEST_TYPO:
            for at in range(len(name)):
                shapes[name[:at] + name[at + 1 :]].append(value)
            shapes[name].append(value)
    seen: set[tuple[str, ...]] = set()
    for group in shapes.values():
        pair = tuple(dict.fromkeys(group))
        if 1 < len(pair) <= MOST_TYPOS and pair not in seen and len({apart(v) for v in pair}) == 1:
            seen.add(pair)
            yield pair


def apart(value: str) -> tuple[object, ...]:
    """What one letter may never change: numbers, and whether a pairing is of love or of friends."""
    return (*_DIGITS.findall(value), "/" in value, "&" in value)


# ---------------------------------------------------------------- by company


def by_company(
    kind: str, works: Mapping[str, Collection[int]], alike: Iterable[tuple[str, str, float]], spoken: Spoken = ()
) -> list[TagSuggestion]:
    """Tags that stand beside the same others (``alike``, as `company` finds them) and hardly ever beside each other. ``works``: tag -> its works."""
    found: dict[tuple[str, str], TagSuggestion] = {}
    for of, tag, near in alike:
        having = len(works[tag])
        if len(set(works[of]) & set(works[tag])) <= _TOGETHER * having:
            certainty = round(min(0.9, near * having / (having + 2.0) + 0.2 * _initials(of, tag)), 2)
            why = "they stand beside the same people, and hardly ever on one work"
            counts = {of: len(works[of]), tag: having}
            _put(found, spoken, counts, TagWord("synonym", kind, tag, kind, of), certainty, why)
    return sorted(found.values(), key=lambda one: (-one.certainty, one.word.of, one.word.tag))


def _initials(a: str, b: str) -> bool:
    """Whether one is made of the first letters of the other."""
    short, long = sorted((a, b), key=len)
    first = "".join(word[0] for word in bare("tag", long).split())
    letters = bare("tag", short).replace(" ", "")
    return len(letters) > 1 and first.startswith(letters)


def home_of(works: Collection[int], fandoms: Mapping[int, Sequence[str]]) -> tuple[str, int] | None:
    """The fandom that most of somebody's works are in, and how many; None where it is not theirs. ``fandoms``: of each work."""
    beside = Counter(fandom for work in works for fandom in fandoms.get(work, ()))
    if len(works) < _LEAST or not beside:
        return None
    fandom, times = min(beside.items(), key=lambda one: (-one[1], one[0]))
    return (fandom, times) if times >= _BELONGS * len(works) else None


def under_fandoms(
    kind: str, home: Mapping[str, tuple[str, int, int]], counts: Mapping[str, int], total: int, spoken: Spoken = ()
) -> list[TagSuggestion]:
    """People and pairings that stand in one fandom only, as standing under it.

    ``home``: of each the fandom (`home_of`), how many works are in it, and how many there are; ``counts``: the works of each
    fandom; ``total``: works in all.
    """
    out = []
    for tag, (fandom, times, having) in home.items():
        share = times / having
        if share < _BELONGS or share * total < _LIFT * counts[fandom]:
            continue
        if not spoken or (kind, key_of(tag), "fandom", key_of(fandom)) not in spoken:
            why = f"{times} of its {having} works are in that fandom"
            certainty = round(share * having / (having + 1.0), 2)
            out.append(TagSuggestion(TagWord("parent", kind, tag, "fandom", fandom), certainty, why, having, counts[fandom]))
    return out
