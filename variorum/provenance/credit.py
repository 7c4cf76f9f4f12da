"""One credit as a statement: how sure it is, and whether its name could stand in a story."""

from __future__ import annotations

from variorum.provenance.names import Scene, is_handle
from variorum.provenance.values import Mention, Statement

__all__ = ["credit", "is_telling"]


def credit(scene: Scene, role: str, mention: Mention, rule: str, certainty: float, *, of_source: bool = False) -> Statement:
    """The statement that a person did something, by a rule of the notes."""
    # A plain lower-case word is a name less surely than a handle or a capitalised name.
    plain = mention.name.islower() and mention.name.isalpha() and scene.text[mention.start - 1 : mention.start] != "@"
    return Statement(
        role, scene.start, scene.end, f"notes.{rule}", round(certainty * (0.92 if plain else 1), 3), mention, of_source=of_source
    )


def is_telling(scene: Scene, mention: Mention) -> bool:
    """Whether a name could stand in no story: a handle, an ``@``, a link, a site."""
    return scene.text[mention.start - 1 : mention.start] == "@" or is_handle(mention.name) or bool(mention.site or mention.url)
