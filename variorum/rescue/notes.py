"""Notes, disclaimers, credits and thanks run into the story: told apart and given to their own part.

The text is read as units (lines; in a flattened line, sentences). Each unit is scored by cues of how people
write around a story (`cues.py`); a Viterbi pass then decides where the story begins and ends, so that
a neutral sentence between two notes is a note and the same sentence between two story sentences is story.
Nothing is cut: the unit is read as a note, and refusing the emendation puts it back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from variorum.document import Emendation
from variorum.rescue.cues import HEADER, Cue
from variorum.rescue.scoring import BASE, classify, cues_of, found_in, neutral, neutral_of, score
from variorum.rescue.state import Passage, State

__all__ = ["Unit", "decide", "propose", "units"]

_SENTENCE = re.compile(
    r"(?<!\bMr)(?<!\bDr)(?<!\bMs)(?<!\bSt)(?<!\bMrs)[.!?…][\"”’')\]]{0,3}\s+(?=[\"“‘'(\[*<@~]{0,2}[A-Z0-9*@~]|https?:|www\.|[a-z]\w+: |(?:a/n|an?:|no beta|not beta|un-?beta|titles?|[tc]w|comments?|kudos|"
    r"thanks?|thank u|inspired|based on|come|beta|for the prompt|gift|written|edit|eta|ps|rebloggable|find me|follow me|drop|shout|hi+|hey|ok|okay|see you|fin|tbc|the end|to be"
    r"|con-?crit|reviews?|please|pls|hope|sorry|idk|disclaimer|spoilers?|set|heads|lyrics|playlist|art|prompt|cover|podfic|tumblr|warnings?)\b)|\s(?=[(\[](?:A/?N|Author|AN)\b)|\s(?=(?:~fin~|TBC\b|The End$))"
)
_LABEL = re.compile(rf"\s(?={HEADER.pattern})")
# A link ends with its white space; a full stop that stands alone behind it is the end of its sentence.
_URL_END = re.compile(r"(?:(?:https?://|www\.)\S+|(?<=\s)[\w.-]+\.[a-z]{2,7}/\S*)\s+(?:[.,;:!?…)\]\"”’]{1,3}(?:\s+|\Z))?")
# A note without its full stop, and the story after it: "hope you like it The keeper put the kettle on."
_RUN_ON = re.compile(
    r"(?<![.!?…,;:—-])\s(?=(?:The|An?|It|He|She|They|There|Nobody|Somebody|Nothing|When|His|Her|On|In|At|After|Every|Once|This) [a-z]"
    r"|[A-Z][a-z]+ (?:is|was|has|had|does|did|do|could|would|can|will|went|came|said|stood|sat|took|knew|felt|thought|never|always|[a-z]+(?:ed|n[’']t))\b)"
)
# Labels that say what a story is, not what its author has to say: where such lines stand inside a story, somebody reads them there.
_FIELD = re.compile(
    r"(?:Title|Author|Fandoms?|Rating|Rated|Pairings?|Category|Categories|Characters?|Genre|Status|Series|Word ?count|Words|Length|"
    r"Timeline|Setting|Published|Updated|Language|Classification)\b ?[:~=]",
    re.IGNORECASE,
)
_LETTER = re.compile(r"(?:From|To|Cc|Sent) ?:\s", re.IGNORECASE)
_BEGUN = 150  # characters of story before which a header is the story's own
_TOLD = 3.0  # the weight of a cue before which nothing is cut off as story
_LONGEST_UNIT = 2_000
_FAR = 1_000_000  # of what is flattened, only so much at both ends (twice that of several blocks) is cut into sentences

_ENTER, _LEAVE = 2.5, 2.5  # the price of changing between story and notes
_BEGIN, _LEAVE_BEFORE, _FAR_OFF = -1.0, 1.5, -1e9
_EDGE = 0.8  # a unit near the beginning or the end is likelier to be a note
_TAIL = 1.2  # and story seldom follows an end note
_CHEAPEST = min(_ENTER - _TAIL, -_BEGIN) - 1e-6  # no way among the notes costs less, whatever rounding does
_CLOSE = 3  # units without a cue on each side of one that are scored exactly


class Unit(NamedTuple):
    """A line or sentence of a passage."""

    passage: int
    start: int
    end: int
    text: str


def propose(state: State) -> Iterator[Emendation]:
    """Part emendations over what is not story."""
    passages = state.prose
    size = len(state.text.text)
    cut = _cut(state, passages, size)
    if len(cut) < 3:
        return
    chapters = [passage.block.chapter for passage in passages]
    chosen = decide(cut, chapters)
    if not any(chosen):
        return
    headed = any(block.part != "story" and _FIELD.match(block.text) for block in state.text.blocks)
    chosen = _told_fields(cut, chapters, chosen, headed=headed)
    first = next((i for i, note in enumerate(chosen) if note is None), len(cut))
    last = len(cut) - next((i for i, note in enumerate(reversed(chosen)) if note is None), len(cut))
    if first >= len(cut):
        return  # nothing but notes: then this is what there is to read
    yield from _emend(state, passages, cut, chosen, first, last)


def _told_fields(
    cut: Sequence[Unit], chapters: Sequence[int | None], chosen: list[Note | None], *, headed: bool
) -> list[Note | None]:
    """The same, but header lines in the midst of a story that is not ``headed`` by any are told in it; From and To always.

    A form, a file or a sign that somebody reads looks like a header; a part joined to another brings its header
    where the first part had one. A letter is written to somebody in the story.
    """
    first = next((i for i, note in enumerate(chosen) if note is None), len(cut))
    last = len(cut) - next((i for i, note in enumerate(reversed(chosen)) if note is None), len(cut))
    if first >= last:
        return chosen
    out = list(chosen)
    if headed and all(_LETTER.match(unit.text) for unit in cut[:first]):
        out[:first] = [None] * first  # below the header the story begins with a letter
    headed = headed or any(_FIELD.match(unit.text) for unit in cut[:first])
    told, chapter = 0, chapters[cut[0].passage]
    for noted, run in groupby(range(first, last), lambda index: chosen[index] is not None):
        indices = list(run)
        if chapters[cut[indices[0]].passage] != chapter:
            told, chapter = 0, chapters[cut[indices[0]].passage]
        if not noted:
            told += sum(len(cut[index].text) for index in indices if chapters[cut[index].passage] == chapter)
            continue
        letter = all(_LETTER.match(cut[index].text) for index in indices)
        fields = not headed and all(_FIELD.match(cut[index].text) or _LETTER.match(cut[index].text) for index in indices)
        headed = headed or (fields and not letter and told < _BEGUN)  # a title, a byline, then the header
        if letter or (fields and not headed):
            out[indices[0] : indices[-1] + 1] = [None] * len(indices)
    return out


def _cut(state: State, passages: Sequence[Passage], size: int) -> list[Unit]:
    """The units of all passages: most are one each."""
    cut: list[Unit] = []
    for number, passage in enumerate(passages):
        text = passage.block.text
        if "\n" not in text and (len(text) <= 300 or not _one_line(state, passage, size)):
            kept = text.strip()
            if kept:
                cut.append(Unit(number, 0, len(text), kept))
        else:
            cut += units(number, passage, flat=_one_line(state, passage, size))
    return cut


def _one_line(state: State, passage: Passage, size: int) -> bool:
    """Whether a passage holds story and notes alike: flattened, or most of what there is to read."""
    return ((state.flat and state.is_flat(passage)) or 2 * len(passage.text) > size) and min(
        passage.at, size - passage.at
    ) < 2 * _FAR


def units(number: int, passage: Passage, *, flat: bool) -> Iterator[Unit]:
    """The units of a passage: its lines, and in a flattened one its sentences."""
    position = 0
    text = passage.text
    if "\n" not in text and not (flat and len(text) > 300):
        if text.strip():
            yield Unit(number, 0, len(text), text.strip())
        return
    for line in text.split("\n"):
        if flat and len(line) > 300:
            yield from _sentences(number, text, position, position + len(line))
        elif line.strip():
            yield Unit(number, position, position + len(line), line.strip())
        position += len(line) + 1


def _sentences(number: int, text: str, start: int, end: int) -> Iterator[Unit]:
    if end - start > 2 * _FAR:
        # Of a line as long as many novels only the beginning and the end are read for notes.
        yield from _sentences(number, text, start, start + _FAR)
        yield Unit(number, start + _FAR, end - _FAR, text[start + _FAR : start + _FAR + _LONGEST_UNIT])
        yield from _sentences(number, text, end - _FAR, end)
        return
    ends = {m.end() for m in _SENTENCE.finditer(text, start, end)}
    edges = (*range(start, min(start + 6_000, end), 6_000), max(end - 12_000, start))
    for edge in edges:  # labels without a full stop before them, links without one after: only near the edges
        ends.update(m.end() for m in _LABEL.finditer(text, edge, min(edge + 12_000, end)))
        ends.update(m.end() for m in _URL_END.finditer(text, edge, min(edge + 12_000, end)))
    position = start
    for stop in [*sorted(ends), end]:
        if stop > position:
            for first, last in _run_on(text, position, stop):
                unit = text[first:last]
                if unit.strip():
                    yield Unit(number, first, first + len(unit.rstrip()), unit.strip()[:_LONGEST_UNIT])
            position = stop


def _run_on(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence as it is, or the note in it and the story that begins after it without a stop between them."""
    if end - start < _LONGEST_UNIT:
        for match in _RUN_ON.finditer(text, start, end):
            rest = text[match.end() : end]
            told = any(cue.weight >= _TOLD for cue in cues_of(text[start : match.start()]))
            if told and len(rest) >= 25 and not cues_of(rest):
                yield start, match.end()
                yield match.end(), end
                return
            if not told and match.start() - start > 300:
                break
    yield start, end


class Note(NamedTuple):
    label: str
    certainty: float


def decide(cut: Sequence[Unit], chapters: Sequence[int | None] = ()) -> list[Note | None]:
    """For every unit what kind of note it is, or None for story; ``chapters`` are those of the passages, where they are known."""
    held = found_in([unit.text for unit in cut])
    scored = {index: score(cut[index].text, cues) for index, cues in held.items()}
    # Without a unit that gains by being a note, all of it is story: what holds no cue never gains.
    if not any(value + _EDGE > 0 for value in scored.values()):
        return [None] * len(cut)
    sizes = np.array([len(unit.text) for unit in cut])
    at_most = BASE + neutral_of(sizes)
    at_most[list(scored)] = list(scored.values())
    edges = _edges(sizes)
    # Nor where no stretch gains what it costs to come among the notes.
    sums = np.concatenate(([0.0], np.cumsum(at_most + edges)))
    if np.max(sums - np.minimum.accumulate(sums)) < _CHEAPEST:
        return [None] * len(cut)
    found: list[Sequence[Cue]] = [held.get(index, ()) for index in range(len(cut))]
    emission = [value + edge for value, edge in zip(_scores(cut, scored), edges.tolist(), strict=True)]
    begins = {i for i in range(1, len(cut)) if chapters and chapters[cut[i].passage] != chapters[cut[i - 1].passage]}
    path = _viterbi(emission, begins)
    out: list[Note | None] = []
    for index, note in enumerate(path):
        if not note:
            out.append(None)
            continue
        certainty = 1 / (1 + math.exp(-max(-6.0, min(6.0, emission[index] + 2.2))))
        before = out[-1] if out and cut[index - 1].passage == cut[index].passage else None
        # What says nothing of its own goes with the sentence before it: "Go and look at it".
        label = before.label if before is not None and not found[index] else classify(found[index])
        out.append(Note(label, max(0.62, min(0.98, certainty))))
    return out


def _edges(sizes: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """What each unit gains by being near the beginning or the end."""
    passed = np.cumsum(sizes)
    whole = int(passed[-1])
    near = np.minimum(passed - sizes, whole - passed)
    return np.where((near < 1_200) & (near < 0.12 * whole), _EDGE, 0.0)


def _scores(cut: Sequence[Unit], scored: Mapping[int, float]) -> list[float]:
    """The score of every unit; exact near a cue, elsewhere at least as high as it is.

    A stretch of units without any cue costs more than leaving the notes and coming back to them, so nothing in
    the middle of a long one can be a note, whatever else speaks against it.
    """
    close = {index + step for index in scored for step in range(-_CLOSE, _CLOSE + 1)} - scored.keys()
    return [
        scored[index] if index in scored else score(unit.text, ()) if index in close else BASE + neutral(unit.text)
        for index, unit in enumerate(cut)
    ]


def _viterbi(emission: Sequence[float], begins: Container[int] = ()) -> list[bool]:
    """Which units are notes, by the best path through three states: before the story, in it, and among notes after it.

    From the notes before a story to the story is the cheap way: every text with notes goes it once. Where a chapter
    ``begins``, the notes after the one before it are over without a price.
    """
    before, story, note = _BEGIN, 0.0, _FAR_OFF
    back: list[tuple[int, bool]] = []
    for index, value in enumerate(emission):
        ways = (story, note - (0.0 if index in begins else _LEAVE), before - _LEAVE_BEFORE)
        came = max(range(3), key=ways.__getitem__)
        entered = story - _ENTER > note
        back.append((came, entered))
        before, story, note = before + value, ways[came], max(note, story - _ENTER) + value
    path: list[bool] = []
    ends = (story, note + _TAIL, before)
    state = max(range(3), key=ends.__getitem__)  # 0 the story, 1 notes after it, 2 notes before it
    for came, entered in reversed(back):
        path.append(state > 0)
        if state == 0:
            state = came
        elif state == 1 and entered:
            state = 0
    path.reverse()
    return path


_PARTS = {"title": "title", "summary": "summary", "credit": "credits", "link": "credits"}


def _emend(
    state: State, passages: Sequence[Passage], cut: Sequence[Unit], chosen: Sequence[Note | None], first: int, last: int
) -> Iterator[Emendation]:
    index = 0
    while index < len(cut):
        note = chosen[index]
        if note is None:
            index += 1
            continue
        stop = index + 1
        while (
            stop < len(cut)
            and (following := chosen[stop]) is not None
            and following.label == note.label
            and cut[stop].passage == cut[index].passage
            and "\n" not in passages[cut[stop].passage].text[cut[stop - 1].end : cut[stop].start]
        ):
            stop += 1
        certainty = min(n.certainty for n in chosen[index:stop] if n is not None)
        passage = passages[cut[index].passage]
        start, end = state.source(passage, cut[index].start, cut[stop - 1].end)
        part = "notes-before" if index < first or stop <= last else "notes-after"
        part = _PARTS.get(note.label, part) if note.label not in ("credit", "link") or index >= last else part
        label = "meta" if note.label in ("title", "summary") else note.label
        yield state.emend("part", start, end, part, f"notes.{label}", _WHY[label], "notes", certainty)
        index = stop


_WHY = {
    "meta": "a line about the story, as headers have it, not of it",
    "note": "the author speaks to the readers here",
    "disclaimer": "a disclaimer: who owns the characters",
    "warning": "a warning about what the story holds",
    "credit": "somebody is thanked or credited",
    "link": "a link and where it leads",
    "feedback": "readers are asked for comments",
    "boiler": "the end mark or furniture of a page",
    "reply": "answers to readers' reviews",
}
