"""`Library`: one method per verb."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from variorum import collation, editions, vault
from variorum.catalogue import Counts
from variorum.collation import Comparison
from variorum.document import Document, ReadingText
from variorum.library import folder, gathering, together
from variorum.library.answering import Answering
from variorum.library.collating import compare, copy_of, export
from variorum.library.credit import Credit
from variorum.library.crediting import by_name, credited
from variorum.library.deciding import Deciding
from variorum.library.devices import DeviceBooks
from variorum.library.duplicates import Copies
from variorum.library.inbox import inbox
from variorum.library.likeness import Likenesses
from variorum.library.meaning import Meaning
from variorum.library.originals import item_bytes
from variorum.library.owning import Owning
from variorum.library.pictures import Pictures
from variorum.library.publishing import Published, published
from variorum.library.recorded import Recorded
from variorum.library.statistics import Statistics
from variorum.library.texts import Texts
from variorum.library.wrangling import Wrangling
from variorum.model import (
    Accession,
    Apparatus,
    Departure,
    Difference,
    Found,
    Ruling,
    Trace,
    Verification,
    Viewer,
    Witness,
    Work,
)
from variorum.people import People
from variorum.workers import Workers

if TYPE_CHECKING:
    from variorum.library.entering import Entering, Progress

# What opens and mends files (intake, rescue) takes as long to import as all the rest: reading must not wait for it.

__all__ = ["Library"]

_KEEPER = Viewer()


class Library:
    """A folder with works in it. Methods may be called from several threads; closing is the opener's affair."""

    def __init__(self, path: Path | str, *, create: bool = False, anew: bool = False) -> None:
        """Opens a library (with ``create``, makes one in an absent or empty folder).

        ``anew`` opens what is left of one for `rebuild`: a vault is enough, and a catalogue that cannot be read is
        put away. NotALibrary when there is none, SchemaTooNew when a later Variorum wrote it.
        """
        self.path = Path(path)
        if create or (anew and folder.has_vault(self.path)):
            folder.make(self.path)
        self.store = vault.Store(self.path / "vault")
        self.register = vault.Register(self.path / "vault")
        self.catalogue = folder.open_catalogue(self.path, folder.settings(self.path), anew=anew)
        self.people = People(self.path / "people")
        self.own = Owning(self.people, self.catalogue)
        self._answering = Answering(self.people, self.catalogue)
        self.cover_svg = editions.drawn_cover
        self.statistics = Statistics(self.people, self.catalogue)
        self._texts = Texts(self.catalogue)
        self.pictures = Pictures(self.catalogue, self._texts, self.item_bytes)
        self.credit = Credit(self.catalogue)
        self._recorded = Recorded()
        self.likenesses = Likenesses(self.catalogue)
        self.meaning = Meaning(self.path / "meaning", self.register, self.catalogue, self.people)
        self.device_books = DeviceBooks(self.text, lambda work, witness: self.publish_bytes(work, "epub", witness))
        self.suggest, self.story = self.catalogue.typing.suggest, self.catalogue.text
        self.watch = partial(inbox, self.store, self.register, self.catalogue, self._entering)
        self.tags = Wrangling(self.register, self.catalogue, self._settling)
        self._deciding = Deciding(self.store, self.register, self.catalogue, self._recorded)
        self.copies = Copies(self.catalogue, self._texts, self._deciding, self._settling)

    def close(self) -> None:
        """Lets go of files and connections."""
        self.catalogue.close()
        self.people.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------ keeping

    def add(
        self,
        paths: Iterable[Path | str],
        *,
        source: str | None = None,
        look: bool = False,
        progress: Progress | None = None,
        stdin: BinaryIO | None = None,
    ) -> Accession:
        """Takes files and folders in; nothing of the person's is moved, changed or deleted.

        Stopped at any moment (Ctrl-C, a kill, a power cut) it leaves a sound library, and the same call goes on
        from there. Problems are in the accession, not raised.
        """
        given = [paths] if isinstance(paths, (str, Path)) else paths
        from variorum.library.adding import Adding  # noqa: PLC0415  (see the head of this file)

        adding = Adding(self.store, self.register, self.catalogue, self._entering)
        return adding.add([str(p) for p in given], source=source, look=look, progress=progress, stdin=stdin)

    def remove(self, key: str, *, why: str | None = None, withdraw: bool = False) -> str:
        """The first step of removing a work: it is hidden, its bytes stay. ``withdraw`` takes it back. Gives the work's id.

        NotFound for a work that is not held, or a removal that is not there or was carried out for good.
        """
        with self.register.writing():
            self._catch_up()
            if not withdraw:
                removed = self._deciding.remove(self.work(key), why)
                self._catch_up()
                return removed
            removed = self._deciding.withdraw(key)
        # The items come back where they stood in the order of things: that is what a rebuild does.
        self.rebuild()
        return removed

    def purge(self, *, days: int = 30) -> list[str]:
        """The second step of removing: deletes the bytes of what was removed at least ``days`` ago; gives their digests.

        What came out of a container stays inside the container's bytes, and is not among them.
        """
        with self.register.writing():
            self._catch_up()
            return self._deciding.purge(days)

    def verify(self, *, progress: Callable[[int, int, str], None] | None = None) -> Verification:
        """Reads every byte of the vault; what is damaged, missing or stray is in the answer (and noted as an event)."""
        step = (lambda done, total: progress(done, total, "")) if progress else None
        found = vault.verify(self.store, self.register, progress=step)
        with self.register.writing():
            event = {"kind": "fixity", "items": found.items, "bytes": found.bytes, "intact": found.intact}
            self.register.append([{**event, "findings": [f.code for f in found.findings]}])
        return found

    def rebuild(self, *, progress: Progress | None = None) -> Counts:
        """Makes the catalogue and the index anew from the vault alone; every id stays the same."""
        with self.register.writing():
            self.catalogue.clear()
            self._recorded.reset()
            self._catch_up(progress)
        self._texts.forget()
        self._index()
        return self.counts()

    def rule(self, kind: str, *on: str, why: str | None = None) -> Ruling:
        """A person's decision, kept in the register; RulingError for a wrong kind or number, NotFound for an unknown key.

        ``contradicts`` of the answer names standing rulings that keep this one from having its way.
        """
        with self.register.writing():
            self._catch_up()
            given = self.catalogue.rulings()
            ruling = self._deciding.rule(kind, on, why)
            self._catch_up()
            made = next(r for r in reversed(self.catalogue.rulings()) if r.ruling == ruling)
            made = replace(made, contradicts=self._deciding.contradictions(made, given))
        self._texts.forget()
        return made

    def rule_all(self, kind: str, keys: Sequence[str], why: str | None = None) -> tuple[Ruling, ...]:
        """One ruling (accept, refuse, undo) for each of these keys, in one step: all of them are kept, or none.

        Errors as for `rule`.
        """
        with self.register.writing():
            self._catch_up()
            given = set(self._deciding.rule_all(kind, [[key] for key in dict.fromkeys(keys)], why)) if keys else set()
            self._catch_up()
            made = tuple(r for r in self.catalogue.rulings() if r.ruling in given)
        self._texts.forget()
        return made

    # ------------------------------------------------------------ finding and reading

    def find(
        self,
        query: str = "",
        *,
        like: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        known: bool = False,
        viewer: Viewer = _KEEPER,
        seed: int = 0,
    ) -> Found:
        """Works that answer a query (docs/search.md; ``seed`` is of the order `random`); QueryError, with the place, for one that cannot be read."""
        self._index()
        return self._answering.find(query, like, sort, limit, offset, known, viewer, seed, self.meaning.voices(like))

    def work(self, key: str, *, viewer: Viewer = _KEEPER) -> Work:
        """The work with this id, or an unambiguous prefix of it; NotFound for none, several, or one the viewer may not see."""
        return self._answering.work(key, viewer)

    def work_of(self, witness: str, *, viewer: Viewer = _KEEPER) -> Work | None:
        """The work a copy (by its id) belongs to; None when it is not held, or not for this viewer."""
        return self._answering.work_of(witness, viewer)

    @staticmethod
    def copy_of(work: Work, key: str | None = None) -> Witness:
        """The copy of a work with this letter or id (or a beginning of it), else the base; NotFound."""
        return copy_of(work, key)

    def copy_fields(self, work: Work, key: str) -> Work:
        """The work with the fields of one copy alone, by the same rules: its rating, its wishes, whom it and its notes credit."""
        own = self.catalogue.own_fields(self.copy_of(work, key).witness)
        called = by_name(self.catalogue.agents_in([work.work])[work.work])
        alone = replace(work, metadata=own.metadata, words=own.words, chapters=own.chapters, adult=own.adult)
        return credited(replace(alone, taken_from=own.taken_from), called)

    def document(self, witness: str) -> Document:
        """A copy's source with its emendations, a person's rulings applied."""
        return self._texts.document(witness)

    def text(self, witness: str) -> ReadingText:
        """The text of a copy as it reads."""
        return self._texts.text(witness)

    def plain_text(self, witness: str, *, notes: bool = False) -> str:
        """The reading text as plain text with ``*emphasis*``; with ``notes`` also what stands around the story."""
        return editions.plain_text(self.text(witness).blocks, notes=notes)

    def item_bytes(self, digest: str) -> bytes:
        """The bytes of an item as they were received, checked against their digest; a container's member is taken out of it.

        NotFound for an item that is not held, FixityError for one that is damaged.
        """
        return item_bytes(self.store, self.register, self.catalogue, digest)

    def counts(self, *, viewer: Viewer = _KEEPER) -> Counts:
        """How many works, copies, items and problems there are."""
        return self.catalogue.counts(viewer)

    def collate(
        self,
        work: Work | str,
        base: str | None = None,
        with_: Sequence[str] = (),
        *,
        notes: bool = False,
        viewer: Viewer = _KEEPER,
    ) -> Apparatus:
        """What differs between the copies of a work, to the word; CollationError with fewer than two copies.

        ``with_`` names the copies that are compared with the base; each counts once, and the base itself for nothing.
        """
        return self.compare(work, base, with_, notes=notes, viewer=viewer).apparatus

    def compare(
        self,
        work: Work | str,
        base: str | None = None,
        with_: Sequence[str] = (),
        *,
        notes: bool = False,
        viewer: Viewer = _KEEPER,
    ) -> Comparison:
        """`collate` and what follows from it: which copy is newer, the tree of versions, the texts side by side."""
        held = self.work(work, viewer=viewer) if isinstance(work, str) else work
        return compare(held, base, with_, self.text, notes=notes)

    @staticmethod
    def export(work: Work, comparison: Comparison, form: str) -> bytes:
        """A comparison as scholars' tools read it (docs/collation.md has the forms); PublishError for one there is not."""
        return export(work, comparison, form)

    @staticmethod
    def summarise(difference: Difference) -> str:
        """A difference in plain words: "2 words changed, 1 sentence reworked"."""
        return collation.summarise(difference)

    def trace(self, work: Work | str, *, viewer: Viewer = _KEEPER) -> Trace:
        """Where a work comes from: claims with their evidence, and for the keeper which names are one agent."""
        held = self.work(work, viewer=viewer) if isinstance(work, str) else work
        return self.credit.trace(held, viewer)

    def may_leave(self, work: Work | str) -> Departure:
        """Whether a work may go to others, and why not: every door that hands one on asks here (`credit` for many at once)."""
        return self.credit.may_leave(self.work(work) if isinstance(work, str) else work)

    # ------------------------------------------------------------ publishing

    def publish(
        self, work: Work | str, file: Path | str, *, witness: str | None = None, force: bool = False, for_others: bool = False
    ) -> Published:
        """Makes an edition; the file's ending says which. PublishError when the file exists (without ``force``).

        ``for_others``: MayNotLeave when an author's wish keeps the work here. One for oneself is always made.
        """
        target = Path(file)
        held = self.work(work) if isinstance(work, str) else work
        if for_others:
            self.credit.refuse_to_others(held)
        copy = self.copy_of(held, witness)
        return published(target, copy.siglum, self.publish_bytes(held, target.suffix, copy.siglum), force=force)

    def publish_together(
        self, query: str, file: Path | str, *, title: str | None = None, force: bool = False, for_others: bool = False
    ) -> tuple[Published, tuple[str, ...]]:
        """Every work a query finds as one EPUB, a series in its order; what was made, and the works in it.

        PublishError when it finds none or too many, or the file exists; ``for_others`` as for `publish`.
        """
        asked = self.own.in_sight(_KEEPER, query)
        found = [hit.work for hit in self.find(asked, sort="title", limit=together.MOST + 1).hits]
        called = title or (query.partition(":")[2].strip(" ='\"“”‘’") if query.startswith("series:") else query) or "Works"
        works = together.in_series(found, called)
        for work in works if for_others else ():
            self.credit.refuse_to_others(self.work(work.work))
        data = together.book_of(self, works, called)
        return published(Path(file), "", data, force=force), tuple(work.work for work in works)

    def publish_bytes(self, work: Work, ending: str, witness: str | None = None) -> bytes:
        """The bytes of an edition, the same for the same copy every time; PublishError for an ending nobody makes."""
        copy = self.copy_of(work, witness)
        return together.edition_of(self, work, copy, ending)

    def updated(self) -> str:
        """When the latest copy came, as an instant; long ago while there is none."""
        return self.catalogue.updated() or "2000-01-01T00:00:00Z"

    def cover(self, work: Work, width: int = 600) -> bytes:
        """A cover for a work as PNG, ``width`` pixels wide."""
        return editions.cover(work, width)

    # ------------------------------------------------------------ inside

    def finish(self, progress: Progress | None = None) -> bool:
        """Goes on with what a kill left undone (an add, a rebuild), unless another process is at it; whether anything was."""
        named = gathering.is_current(self.catalogue.state)
        if named and next(iter(self.register.since(self.catalogue.highest_order() + 1)), None) is None:
            return False
        with self.register.trying() as free:
            if free:
                self._catch_up(progress)
            if free and not named:
                with self.catalogue.batch() as batch:
                    gathering.gather(batch)
        return free

    def _entering(self) -> tuple[Entering, Workers]:
        from variorum.library.entering import Entering  # noqa: PLC0415  (see the head of this file)

        workers = Workers()
        return Entering(self.store, self.register, self.catalogue, self._recorded, workers), workers

    @contextlib.contextmanager
    def _settling(self) -> Iterator[Callable[..., None]]:
        with self.register.writing():
            self._catch_up()
            yield self._catch_up

    def _catch_up(self, progress: Progress | None = None) -> None:
        entering, workers = self._entering()
        with workers:
            entering.catch_up(progress)

    def _index(self) -> None:
        self.catalogue.catch_up()
