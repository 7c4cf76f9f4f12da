"""What of a half-remembered story is looked for: its telling words, each in the forms it may stand in.

"That fic where she sells her hair" is about selling and hair; the rest says only that it is a story. Little words and
the words people describe stories with are left out, and a word is looked for in its other forms too, its own form
weighing most. The forms are made by rule (English): those that stand nowhere cost nothing, because whoever asks drops
them. Nothing is stemmed in the index. Measured in docs/search.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from variorum.catalogue.analysis import terms

__all__ = ["LITTLE", "forms", "roots", "telling"]

#: Words that stand everywhere: passages are indexed without them.
LITTLE = frozenset(
    [
        "a",
        "about",
        "after",
        "again",
        "all",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "didn",
        "do",
        "does",
        "doesn",
        "doing",
        "don",
        "done",
        "down",
        "during",
        "each",
        "ever",
        "every",
        "everybody",
        "everyone",
        "few",
        "for",
        "from",
        "further",
        "get",
        "gets",
        "getting",
        "go",
        "goes",
        "going",
        "got",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "herself",
        "him",
        "himself",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "isn",
        "it",
        "its",
        "itself",
        "just",
        "know",
        "like",
        "ll",
        "made",
        "make",
        "makes",
        "me",
        "more",
        "most",
        "much",
        "my",
        "myself",
        "never",
        "no",
        "nobody",
        "nor",
        "not",
        "now",
        "of",
        "off",
        "on",
        "once",
        "only",
        "or",
        "other",
        "our",
        "ours",
        "out",
        "over",
        "own",
        "re",
        "really",
        "s",
        "said",
        "same",
        "say",
        "says",
        "she",
        "should",
        "so",
        "some",
        "such",
        "t",
        "than",
        "that",
        "the",
        "their",
        "theirs",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "us",
        "ve",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "won",
        "would",
        "you",
        "your",
        "yours",
        "m",
        "d",
        "aren",
    ]
)
#: What people call a story and what is in it, when they have forgotten the words.
_DESCRIBING = frozenset(
    [
        "fic",
        "fics",
        "fanfic",
        "story",
        "stories",
        "one",
        "ones",
        "someone",
        "something",
        "thing",
        "things",
        "somebody",
        "anyone",
        "guy",
        "guys",
        "turns",
        "turn",
        "keeps",
        "keep",
        "ends",
        "end",
        "called",
        "whole",
        "lot",
        "bit",
        "kind",
        "always",
        "tries",
        "try",
        "thinks",
        "think",
        "tells",
        "told",
    ]
)
_VOWELS = "aeiou"
_MOST = 64  # words
_SHORT = 4  # letters a word must have to have other forms
#: Endings, and what may have stood in their place.
_ENDINGS = (
    *(("ies", "y"), ("ied", "y"), ("ily", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", "")),
    *(
        ("ed", "e"),
        ("er", ""),
        ("er", "e"),
        ("ers", ""),
        ("ers", "e"),
        ("ly", ""),
        ("est", ""),
        ("est", "e"),
        ("ness", ""),
        ("y", ""),
    ),
)
_DOUBLED = frozenset({"ing", "ed", "er", "ers", "est", "y"})  # stopping: one p is the ending's


def telling(text: str) -> list[str]:
    """The terms that say something of the story, each once; all of them where none does."""
    found = list(dict.fromkeys(terms(text)))
    for left_out in (LITTLE | _DESCRIBING, LITTLE):
        kept = [word for word in found if word not in left_out]
        if kept:
            return kept[:_MOST]
    return found[:_MOST]


def roots(word: str) -> set[str]:
    """The word without what may be an ending of it, in every way that may be; the word itself among them."""
    out = {word}
    if len(word) < _SHORT or not (word.isascii() and word.isalpha()):
        return out
    for ending, before in _ENDINGS:
        body = word.removesuffix(ending)
        if body != word and len(body) >= 3:
            out.add(body + before)
            if ending in _DOUBLED and len(body) > 3 and body[-1] == body[-2] and body[-1] not in _VOWELS:
                out.add(body[:-1])
    return out


def forms(word: str) -> list[str]:
    """The word, then every other form it may stand in."""
    if len(word) < _SHORT or not (word.isascii() and word.isalpha()):
        return [word]
    found = {form for root in roots(word) for form in _inflected(root)}
    return [word, *sorted(found - {word})]


def _inflected(root: str) -> Iterator[str]:
    yield root
    if len(root) < 3:
        return
    yield from (root + ending for ending in ("s", "ed", "ing", "er", "ers", "ly"))
    last = root[-1]
    if last == "e":
        yield from (root + "d", root[:-1] + "ing", root + "r", root + "rs")
    if last == "y":
        yield from (root[:-1] + "ies", root[:-1] + "ied", root[:-1] + "ily")
    else:
        yield root + "y"
    if last in "sxzho":
        yield root + "es"
    if last not in _VOWELS + "wxy" and root[-2] in _VOWELS:
        yield from (root + last + ending for ending in ("ed", "ing", "er"))
