"""The second layer over the authors' tags: what a person says of them, what might be said, tables in and out.

What is said goes into the register as a record of its own kind (``wrangled``), many things in one record, so that it outlives
every rebuild and ten thousand imported synonyms are no ten thousand rulings. A later word on the same pair replaces the earlier.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from variorum.catalogue import TAG_KINDS, Batch, Catalogue
from variorum.errors import RulingError
from variorum.library.tag_tables import read_table, write_table
from variorum.model import TAG_RELATIONS, TagGroup, TagSuggestion, TagWord
from variorum.text import plain, shown
from variorum.vault import Record, Register

__all__ = ["Wrangling", "enter_words"]

_LONGEST = 1000  # characters of a tag
_TOGETHER = 5000  # words of one record

Settling = Callable[[], AbstractContextManager[Callable[[], None]]]


class Wrangling:
    """Tags of one library. ``settling`` holds the register's writer lock, caught up, and gives what catches up afterwards."""

    def __init__(self, register: Register, catalogue: Catalogue, settling: Settling) -> None:
        self._register = register
        self._catalogue = catalogue
        self._settling = settling
        self._suggested: tuple[int, list[TagSuggestion]] | None = None

    def say(self, words: Sequence[TagWord], *, why: str | None = None, back: bool = False) -> int:
        """Keeps what a person says of tags (``back``: takes it back); all of it or nothing. Gives how much was new.

        RulingError for a relation or kind there is not, a tag that is no text, a synonym across kinds.
        """
        wanted = [_checked(word) for word in dict.fromkeys(words)]
        with self._settling() as catch_up:
            standing = set(self._catalogue.tagged.words())
            fresh = [word for word in wanted if (word in standing) == back]
            for start in range(0, len(fresh), _TOGETHER):
                said = [[w.relation, w.kind, w.tag, w.of_kind, w.of] for w in fresh[start : start + _TOGETHER]]
                self._register.append([{"kind": "wrangled", "said": said, "back": back, "why": why}])
            catch_up()
        return len(fresh)

    def words(self) -> list[TagWord]:
        """Everything that stands."""
        return self._catalogue.tagged.words()

    def groups(self) -> list[TagGroup]:
        """The tags that have other names or stand under something."""
        return self._catalogue.tagged.groups()

    def suggestions(self, kind: str | None = None, relation: str | None = None) -> list[TagSuggestion]:
        """What might be said, the surest first; nothing on which a person has spoken. Worked out anew when the library changed."""
        change = self._catalogue.change()
        if self._suggested is None or self._suggested[0] != change:
            self._suggested = change, self._catalogue.tagged.suggestions()
        return [one for one in self._suggested[1] if kind in (None, one.word.kind) and relation in (None, one.word.relation)]

    def export(self, form: str) -> str:
        """Everything that stands, as a table: ``csv`` or ``json`` (docs/tags.md)."""
        return write_table(self.words(), form)

    def take(self, text: str, *, why: str | None = None) -> int:
        """Takes a table in (CSV or JSON, by how it looks; AO3's own dump of tags too); gives how much was new. RulingError when it is none."""
        return self.say(read_table(text, self._catalogue.tagged.values()), why=why or "a table of tags")


def enter_words(batch: Batch, record: Record) -> None:
    """A record of the register into the catalogue; what a later Variorum may have written in it is passed over."""
    words = [TagWord(*map(str, one)) for one in record.data["said"] if len(one) == 5]
    batch.tag_words(words, record.at, back=bool(record.data.get("back")))


def _checked(word: TagWord) -> TagWord:
    if word.relation not in TAG_RELATIONS:
        raise RulingError(f"of tags one says {', '.join(TAG_RELATIONS)}, not {plain(word.relation)[:40]!r}")
    for kind in (word.kind, word.of_kind):
        if kind not in TAG_KINDS:
            raise RulingError(f"tags are of the kinds {', '.join(TAG_KINDS)}, not {plain(kind)[:40]!r}")
    tag, of = (" ".join(text.split()) for text in (word.tag, word.of))
    for text in (tag, of):
        if not text or len(text) > _LONGEST or shown(text) != text or "\x00" in text:
            raise RulingError(f"{plain(text)[:80]!r} is no tag")
    if word.relation.endswith("synonym") and word.kind != word.of_kind:
        raise RulingError(f"a {word.kind} and a {word.of_kind} cannot be one tag; one may stand under the other")
    if tag == of and word.kind == word.of_kind:
        raise RulingError(f"{plain(tag)[:80]!r} is that tag itself")
    return TagWord(word.relation, word.kind, tag, word.of_kind, of)
