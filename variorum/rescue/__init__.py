"""MEND: damaged text made readable, as emendations laid over an untouched source.

    rescue(document, siblings) -> the same document with emendations

A rescue is the list REPAIRS, run in order. A repair is one file and one plain function from the text as
mended so far to proposals; each proposal has its rule, a sentence that says why, and how sure it is.
From a certainty of .60 on it is applied (a paragraph break from .50), below it is only offered. Nothing here raises on any text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from variorum.document import Document, Emendation, ReadingText, Sibling
from variorum.rescue import characters, emphasis, glue, headings, lines, mail, notes, paragraphs, scenes, siblings, spaces
from variorum.rescue.state import APPLIED, APPLIED_BREAK, SURE, State, settle

__all__ = ["APPLIED", "APPLIED_BREAK", "REPAIRS", "SURE", "Repair", "rescue"]


class Repair(NamedTuple):
    """One kind of repair: its name (the first part of the rules it uses) and its function."""

    name: str
    propose: Callable[[State], Iterable[Emendation]]


#: In this order: every repair reads the text as the ones before it left it.
REPAIRS: tuple[Repair, ...] = (
    Repair("characters", characters.propose),  # mojibake, entities left in the text
    Repair("mail", mail.propose),  # header, quote, signature and footer of a mail, quoted-printable
    Repair("lines", lines.propose),  # hard wraps
    Repair("siblings", siblings.propose),  # what another copy of the same text still has
    Repair("headings", headings.propose),  # chapters run together
    Repair("scenes", scenes.propose),  # home-made scene breaks
    Repair("notes", notes.propose),  # notes, disclaimers, credits run into the story
    Repair("emphasis", emphasis.propose),  # *x* _x_ /x/
    Repair("glue", glue.propose),  # words that ran together where inline markup was dropped
    Repair("spaces", spaces.propose),  # the stray spaces lost italics leave
    Repair("paragraphs", paragraphs.propose),  # the paragraphs of a flattened line
)


def rescue(document: Document, siblings: Sequence[Sibling] = (), came: ReadingText | None = None) -> Document:
    """The document with emendations for what is damaged in it; the source stays as it is.

    What a person has ruled on (an emendation with a ``ruling``) keeps its state; everything else is proposed
    anew, so rescuing twice is rescuing once. ``siblings`` are other copies whose words match: where one has a
    paragraph, its break is taken over before any rule guesses. ``came`` is the text as it came, where it is at hand.
    Linear in the length of the source.
    """
    ruled = {e.emendation: e for e in document.emendations if e.ruling is not None}
    held: dict[str, Emendation] = {}
    state = State.begin(document.with_emendations(()), siblings, came)
    for repair in REPAIRS:
        before = len(held)
        settle(held, repair.propose(state), ruled)
        if len(held) > before:
            flat = state.flat
            del state  # of a very long text two readings at a time are one too many
            state = State.at(document.with_emendations(held.values()), siblings, flat)
    for emendation in ruled.values():
        held.setdefault(emendation.emendation, emendation)
    return document.with_emendations(held.values())
