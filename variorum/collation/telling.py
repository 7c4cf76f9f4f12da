"""Which words of a text tell something about what it is: not numbering, not boilerplate, not a template, not a note.

Boilerplate is what the library knows from too many texts. Templates are what sites print around every work; a library of
three works has not seen enough of them to learn them, so they are known from the start. Notes are told by what people
say in them, where one copy has a stretch of words that the other wholly lacks.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from variorum.collation.arrays import U64, Ints, spread
from variorum.collation.sketch import SHINGLE, names_of_shingles
from variorum.text import tokenise

__all__ = ["NOTE_SHARE", "among", "hashes_of", "leave_out", "note_words", "notes_among", "numbering", "telling", "templates"]

_Mask = npt.NDArray[np.bool_]

_FIRST = np.uint64(48)
_FEW = 2048  #: values for which no table is made
_HOLE = 8  #: tokens between two pieces of boilerplate that belong to it (a long text's sketch knows a quarter of its shingles)
_NOTE = 6  #: tokens; a shorter stretch is an edit
_WORDS = 3  #: different words of notes, one of them sure, that make a stretch a note
NOTE_SHARE = 0.02  #: and so many of its words
_DOUBTFUL_WORDS, _DOUBTFUL_SHARE = 6, 0.08  #: the same without a sure one

#: Sentences that sites, tools and custom put around works; what is filled in differs and is left out.
_TEMPLATES = (
    "Posted originally on the Archive of Our Own at http archiveofourown.org works",
    "Please drop by the archive and comment to let the author know if you enjoyed their work",
    "Please drop by the Archive and comment to let the creator know if you enjoyed their work",
    "Creator Chose Not To Use Archive Warnings",
    "Archive Warning No Archive Warnings Apply Category",
    "See the end of the work for notes",
    "See the end of the chapter for notes",
    "See the end of the work for more notes",
    "See the end of the chapter for more notes",
    "See the end of the work for other works inspired by this one",
    "Originally posted to the Archive of Our Own",
    "This work is only available to registered users of the Archive",
    "All publicly recognizable characters settings etc are the property of their respective owners",
    "The original characters and plot are the property of the author",
    "The author is in no way associated with the owners creators or producers of any media franchise",
    "No copyright infringement is intended and no money is being made",
    "I do not own any of the characters and make no profit from this story",
    "I don't own the characters and I make no money from this",
    "Disclaimer I do not own any of these characters",
)

_SURE = """
ao3 fic fics fanfic fanfics fanfiction kudos beta beta'd betaed betas beta'ing unbetaed unbeta'd beta'ed disclaimer
oneshot ficlet drabble concrit livejournal dreamwidth tumblr lj dw discord headcanon fandom fandoms wip reviewers ooc
fest prompter pinboard ffn ficathon yuletide remix podfic
"""
_LIKELY = """
thanks thank notes note author author's writer reader readers reading comment comments commenting review reviews
reviewing feedback update updates updated updating chapter chapters posted posting post enjoy enjoyed hope prompt
prompts canon own copyright characters belong belongs rights profit infringement intended summary tags tagged warnings
warning rated rating pairing pairings ship gift recipient exchange typos mistakes hiatus sorry please title lyrics song
inspired sequel prequel series au pov wrote written writing story crossposted cross archive helping helped cheering
"""


def telling(words: U64, boilerplate: U64 | None) -> _Mask:
    """Which tokens are neither numbering nor in boilerplate (names of shingles, ascending) nor in a template."""
    out: _Mask = ~among(words, numbering())
    if len(words) < SHINGLE:
        return out
    names = names_of_shingles(words)
    known = [templates()] if boilerplate is None or not len(boilerplate) else [templates(), boilerplate]
    if len(known) > 1 and len(names) > len(known[1]):
        known = [np.union1d(*known)]  # one look at every name, where those are many
    frequent = among(names, known[0])
    for more in known[1:]:
        frequent |= among(names, more)
    at = np.flatnonzero(frequent)
    if len(at):
        for step in range(SHINGLE):
            out[at + step] = False
        holes = np.flatnonzero((np.diff(at) > SHINGLE) & (np.diff(at) <= SHINGLE + _HOLE))
        for low, high in zip((at[holes] + SHINGLE).tolist(), at[holes + 1].tolist(), strict=True):
            out[low:high] = False
    return out


def note_words(words: U64) -> tuple[_Mask, _Mask]:
    """Which words are surely said in notes, and which likely."""
    return among(words, hashes_of(_SURE)), among(words, hashes_of(_LIKELY))


def notes(words: U64, low: Ints, high: Ints, marks: tuple[_Mask, _Mask]) -> Ints:
    """Which of these stretches are somebody's notes and not the story, by number; ``marks`` as `note_words` gives them."""
    sure, likely = marks
    told = np.concatenate([[0], np.cumsum(sure | likely)])
    out = []
    for number in np.flatnonzero((high - low >= _NOTE) & (told[high] - told[low] >= _WORDS)).tolist():
        a, b = int(low[number]), int(high[number])
        share = float(told[b] - told[a]) / (b - a)
        if share < NOTE_SHARE:
            continue
        certain = len(set(words[a:b][sure[a:b]].tolist()))
        both = certain + len(set(words[a:b][likely[a:b]].tolist()))
        if (certain and both >= _WORDS and share >= NOTE_SHARE) or (both >= _DOUBTFUL_WORDS and share >= _DOUBTFUL_SHARE):
            out.append(number)
    return np.array(out, dtype=np.int64)


def notes_among(words: U64, low: Ints, high: Ints) -> Ints:
    """The same for a few stretches of a long text: only their words are looked at."""
    long = np.flatnonzero(high - low >= _NOTE)
    if not len(long):
        return long
    size = high[long] - low[long]
    some = words.take(spread(low[long], size))
    end = np.cumsum(size)
    return long[notes(some, end - size, end, note_words(some))]


def leave_out(told: _Mask, low: Ints, high: Ints) -> None:
    """Makes the tokens of these stretches tell nothing, in place."""
    for first, last in zip(low.tolist(), high.tolist(), strict=True):
        told[first:last] = False


@lru_cache(maxsize=1)
def templates() -> U64:
    """The shingles of the templates, ascending."""
    return np.unique(np.concatenate([names_of_shingles(tokenise(sentence).hashes) for sentence in _TEMPLATES]))


@lru_cache(maxsize=1)
def numbering() -> U64:
    """The words of which tables of contents are made, in a few languages."""
    ones = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    roman = [tens + one for tens in ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc") for one in ("", *ones)]
    small = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    tens = "twenty thirty forty fifty sixty seventy eighty ninety hundred first second third fourth fifth sixth seventh eighth ninth tenth"
    words = "chapter chapters part parts book volume section act scene contents table of the prologue epilogue ch chap kapitel chapitre capitulo capítulo глава"
    return hashes_of(" ".join([*roman, small, tens, words, *map(str, range(1000))]))


@lru_cache(maxsize=8)
def hashes_of(words: str) -> U64:
    """The names of these words, ascending."""
    return np.unique(tokenise(words).hashes)


def among(values: U64, known: U64) -> _Mask:
    """Which values are among those known (ascending)."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    if len(values) < _FEW:
        few: _Mask = known.take(np.minimum(known.searchsorted(values), len(known) - 1)) == values
        return few
    # Most values are not among them: a table of their first 16 bits spares the search for those.
    table = np.zeros(1 << 16, dtype=bool)
    table[(known >> _FIRST).astype(np.int64)] = True
    out: _Mask = table[(values >> _FIRST).astype(np.int64)]
    maybe = np.flatnonzero(out)
    at = np.minimum(np.searchsorted(known, values[maybe]), len(known) - 1)
    out[maybe] = known[at] == values[maybe]
    return out
