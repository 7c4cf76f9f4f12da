"""The catalogue itself: the one thing the library holds on to."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from variorum.catalogue import members, read, ties, wrangled
from variorum.catalogue import schema as s
from variorum.catalogue.based import Bases
from variorum.catalogue.batch import Batch
from variorum.catalogue.blobs import unpack_document, unpack_text
from variorum.catalogue.connect import identify, make_engine, migrate, reading, writing
from variorum.catalogue.fields import Merged, value_of
from variorum.catalogue.finding import Question, find, holdings, values
from variorum.catalogue.fusing import Voice
from variorum.catalogue.held_more import Several
from variorum.catalogue.index import IndexBusy, TextIndex, is_damage
from variorum.catalogue.kept import Kept
from variorum.catalogue.known import known_works
from variorum.catalogue.own import NOBODY, Own
from variorum.catalogue.people import People
from variorum.catalogue.pieces import work_of_each
from variorum.catalogue.refresh import own
from variorum.catalogue.rows import Counts, KnownItem, Sketch
from variorum.catalogue.shelving import changes, shelve
from variorum.catalogue.sketches import CAP, Remembered, Sketches
from variorum.catalogue.sql import get_state, put_state
from variorum.catalogue.tagging import Tagged
from variorum.catalogue.tally import Tally
from variorum.catalogue.typed import Typing
from variorum.catalogue.viewers import for_rows
from variorum.document import Document
from variorum.errors import NotFound
from variorum.model import (
    Agent,
    Claim,
    Found,
    Holdings,
    Kinship,
    Known,
    Ruling,
    Share,
    Viewer,
    Wish,
    Witness,
    Work,
)

__all__ = ["Catalogue"]

T = TypeVar("T")

_KEEPER = Viewer()


class Catalogue:
    """Works, witnesses and how to find them. Rebuildable from the vault; safe to use from many threads.

    ``url`` is SQLAlchemy's (``sqlite:///…`` or ``postgresql+psycopg://…``) or the path of an SQLite file, ``index``
    the folder of the text index, which is a cache of the database. Opening creates or migrates; SchemaTooNew when the
    database was written by a later version.
    """

    def __init__(self, url: str | Path, index: Path) -> None:
        self.index = TextIndex(Path(index))
        self.engine = make_engine(url)
        self.people = People(self.engine)
        self.kept = Kept(self.engine)
        self.bases = Bases(self.engine)
        self.tagged = Tagged(self.engine)
        self.several = Several(self.engine)
        self.tally = Tally(self.engine)
        self.typing = Typing(self.tally)
        self._remembered = Remembered()
        try:
            migrate(self.engine)
            identify(self.engine)
        except BaseException:
            self.engine.dispose()
            raise

    def close(self) -> None:
        """Gives back connections and the index; the catalogue may not be used afterwards."""
        self.index.close()
        self.engine.dispose()

    # ------------------------------------------------------------ entering

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """One transaction: everything entered in the block, or nothing of it."""
        with writing(self.engine) as connection:
            batch = Batch(connection, self._remembered)
            yield batch
            batch.finish()

    def clear(self) -> None:
        """Empties the catalogue for a rebuild. The text index notices by itself."""
        with writing(self.engine) as connection:
            change = int(get_state(connection, "change") or 0)
            for table in reversed(s.metadata.sorted_tables):
                connection.execute(sa.delete(table))
            put_state(connection, "identity", secrets.token_hex(8))
            put_state(connection, "change", str(change + 1))  # it never goes back: others compare it

    # ------------------------------------------------------------ state

    @property
    def state(self) -> Mapping[str, str]:
        """What the catalogue knows of itself: ``order``, ``change``, and the library's own words."""
        with reading(self.engine) as connection:
            return {row.key: row.value for row in connection.execute(sa.select(s.state))}

    def change(self) -> int:
        """A number that grows whenever a work, a copy or a ruling changed."""
        with reading(self.engine) as connection:
            return int(get_state(connection, "change") or 0)

    def highest_order(self) -> int:
        """The last register record that was entered; -1 when none was."""
        with reading(self.engine) as connection:
            return int(get_state(connection, "order") or -1)

    def counts(self, viewer: Viewer = _KEEPER) -> Counts:
        """How much is held."""
        with reading(self.engine) as connection:
            viewer = wrangled.meant(connection, viewer)
            one = sa.func.count()
            works = connection.execute(sa.select(one).select_from(s.works).where(for_rows(viewer))).scalar_one()
            seen = sa.select(one).select_from(s.witnesses.join(s.works, s.works.c.work == s.witnesses.c.work))
            witnesses = connection.execute(seen.where(for_rows(viewer))).scalar_one()
            size = sa.func.coalesce(sa.func.sum(s.items.c.size), 0)
            items, total = connection.execute(sa.select(one, size).select_from(s.items)).one()
            problems = connection.execute(sa.select(one).where(s.items.c.status == "problem")).scalar_one()
        return Counts(works, witnesses, items, int(total), problems)

    def updated(self) -> str | None:
        """When the latest witness was added; None while there is none."""
        with reading(self.engine) as connection:
            latest = connection.execute(sa.select(sa.func.max(s.witnesses.c.added))).scalar_one()
        return None if latest is None else str(latest)

    # ------------------------------------------------------------ reading

    def resolve(self, key: str, viewer: Viewer = _KEEPER) -> str:
        """The id of the work that answers to this key; NotFound."""
        with reading(self.engine) as connection:
            viewer = wrangled.meant(connection, viewer)
            return read.resolve(connection, key, viewer)

    def work(self, key: str, viewer: Viewer = _KEEPER) -> Work:
        """A work by id, retired id or unambiguous beginning of one, with its witnesses, ties, lost copies and links; NotFound.

        A work only known of (its id is from `find` with ``known``) has no witness and what ties it to those held.
        """
        with reading(self.engine) as connection:
            viewer = wrangled.meant(connection, viewer)
            found = known_works(connection, viewer, key) if key[:1] == "k" else []
            if len(found) != 1:
                found = read.works_of(connection, [read.resolve(connection, key, viewer)], viewer)
            if not found:
                raise NotFound("work", key)
            (work,) = read.with_what_is_known(connection, found)
            return replace(work, relations=ties.relations_of(connection, work, viewer))

    def works(self, viewer: Viewer = _KEEPER) -> Iterator[str]:
        """The ids of all works of which a copy is held, in register order."""
        with reading(self.engine) as connection:
            viewer = wrangled.meant(connection, viewer)
            query = sa.select(s.works.c.work).where(for_rows(viewer)).order_by(s.works.c.order, s.works.c.work)
            found = connection.execute(query).scalars().all()
        return iter(found)

    def works_of(self, witnesses: Sequence[str]) -> tuple[str, ...]:
        """The works of these witnesses, each once, in their order."""
        with reading(self.engine) as connection:
            out = work_of_each(connection, witnesses)
        return tuple(dict.fromkeys(out[witness] for witness in witnesses if witness in out))

    def partial_of(self, witnesses: Sequence[str]) -> frozenset[str]:
        """Those of these witnesses that say they hold a part of their work only."""
        with reading(self.engine) as connection:
            return read.partial_of(connection, witnesses)

    def seen(self, witnesses: Sequence[str], viewer: Viewer = _KEEPER) -> dict[str, str]:
        """By witness, its work, for those that are held and whose work exists for this viewer."""
        with reading(self.engine) as connection:
            return work_of_each(connection, witnesses, for_rows(wrangled.meant(connection, viewer)))

    def witness(self, key: str) -> Witness:
        """A witness by id or unambiguous beginning of one; NotFound."""
        with reading(self.engine) as connection:
            witness = read.resolve_witness(connection, key)
            work = connection.execute(sa.select(s.witnesses.c.work).where(s.witnesses.c.witness == witness)).scalar_one()
            return next(w for w in read.witnesses_of(connection, [work])[work] if w.witness == witness)

    def document(self, witness: str) -> Document:
        """The document of a witness (its whole id); NotFound."""
        with reading(self.engine) as connection:
            data = connection.execute(sa.select(s.documents.c.data).where(s.documents.c.witness == witness)).scalar()
        if data is None:
            raise NotFound("witness", witness)
        return unpack_document(data)

    def text(self, witness: str) -> str:
        """The story as it reads, as it was entered; NotFound."""
        with reading(self.engine) as connection:
            data = connection.execute(sa.select(s.texts.c.data).where(s.texts.c.witness == witness)).scalar()
        if data is None:
            raise NotFound("witness", witness)
        return unpack_text(data)

    def claims(self, work: str | None) -> tuple[Claim, ...]:
        """Everything claimed about a work (its whole id), or with None about every work, in register order."""
        with reading(self.engine) as connection:
            return read.claims_of(connection, work)

    def wishes(self, works: Sequence[str]) -> Mapping[str, tuple[Wish, ...]]:
        """By work, what any of its copies asks; what a person ruled to be misread is not among it."""
        with reading(self.engine) as connection:
            return read.wishes_of(connection, works)

    def still_known(self, viewer: Viewer = _KEEPER) -> tuple[Known, ...]:
        """The copies that are stated and not held, in register order."""
        with reading(self.engine) as connection:
            viewer = wrangled.meant(connection, viewer)
            return read.still_known(connection, viewer)

    def kin_of(self, witnesses: Sequence[str]) -> list[tuple[str, str, Kinship]]:
        """The verdicts on pairs of these witnesses, the first to the second, in the order of the first."""
        with reading(self.engine) as connection:
            return read.kin_of(connection, witnesses)

    def agents(self, work: Work | str) -> tuple[Agent, ...]:
        """The agents behind the names that stand in a work."""
        held = self.work(work) if isinstance(work, str) else work
        with reading(self.engine) as connection:
            return read.agents_of(connection, held)

    def agents_in(self, works: Sequence[str]) -> Mapping[str, tuple[Agent, ...]]:
        """By work, the agents whom the claims of these works' copies name."""
        with reading(self.engine) as connection:
            return read.agents_in(connection, works)

    def own_fields(self, witness: str) -> Merged:
        """The fields of one copy (its whole id) alone, with what its notes credit and ask; NotFound."""
        with reading(self.engine) as connection:
            return own(connection, witness)

    def witnesses_from(self, digest: str) -> tuple[str, ...]:
        """The witnesses that were read from an item, in register order."""
        with reading(self.engine) as connection:
            return read.witnesses_from(connection, digest)

    def work_of_emendation(self, key: str) -> str | None:
        """The work in which an emendation or claim with this whole id stands."""
        with reading(self.engine) as connection:
            return members.work_of_claim(connection, key)

    @staticmethod
    def check_value(name: str, text: str) -> None:
        """ValueError, in words, when a field cannot be set to this."""
        value_of(name, text)

    def emendation_or_claim(self, key: str) -> str:
        """The whole id of the emendation or claim that begins with ``key``; NotFound."""
        with reading(self.engine) as connection:
            return members.emendation_or_claim(connection, key)

    def item(self, digest: str) -> KnownItem | None:
        """The item with these bytes, with its problem and witnesses; None when it is not held."""
        with reading(self.engine) as connection:
            return read.item(connection, digest)

    def item_named(self, name: str) -> str | None:
        """The digest of the item that was last received under this name; None when there is none."""
        with reading(self.engine) as connection:
            return read.item_named(connection, name)

    def looks(self) -> list[tuple[str, str]]:
        """Of every copy that is a picture: its work, and how it looks (`model.Picture.look`), in register order."""
        with reading(self.engine) as connection:
            return read.looks(connection)

    def items(self, status: str | None = None) -> list[KnownItem]:
        """All items, or those with one status, in register order."""
        with reading(self.engine) as connection:
            query = sa.select(s.items.c.digest).order_by(s.items.c.order, s.items.c.digest)
            if status is not None:
                query = query.where(s.items.c.status == status)
            found = (read.item(connection, digest) for digest in connection.execute(query).scalars().all())
            return [item for item in found if item is not None]

    def rulings(self) -> tuple[Ruling, ...]:
        """All rulings, undone ones too, the earliest first."""
        with reading(self.engine) as connection:
            return members.rulings(connection)

    def candidates(self, sketch: Sketch, version_key: str | None, least: int = 4, cap: int = CAP) -> list[tuple[str, int, int]]:
        """Witnesses whose text may be kin to this one: (witness, shared hashes, its tokens), the likeliest first.

        An equal text always comes; of equal texts in one work the earliest witness stands for all. A hash in
        more than ``cap`` distinct texts of the library does not count.
        """
        with reading(self.engine) as connection:
            return Sketches(connection, self._remembered).candidates(sketch, version_key, least, cap)

    # ------------------------------------------------------------ finding

    def find(
        self,
        query: str = "",
        like: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        known: bool = False,
        viewer: Viewer = _KEEPER,
        own: Own = NOBODY,
        seed: int = 0,
        voices: tuple[Voice, ...] = (),
    ) -> Found:
        """Works that answer a query (docs/search.md), with facets and snippets; QueryError says where it cannot be read.

        ``own`` gives what is the asker's own (``is:read``, ``shelf:``). ``seed`` turns the order ``random``. ``like`` ranks by what a person remembers of the story, by words and by what the ``voices`` say. The answer is as fresh as the last `catch_up`.
        Works in it have their witnesses in brief (without metadata of their own) and no relations.
        """
        question = Question(query, like, sort, limit, offset, known, viewer, own, seed, voices=voices)
        return self._asking(find, question)

    def holdings(self, query: str = "", viewer: Viewer = _KEEPER, own: Own = NOBODY) -> Holdings:
        """What the works that answer a query are, in numbers; QueryError says where it cannot be read."""
        return self._asking(holdings, Question(query, viewer=viewer, own=own))

    def values(self, name: str, viewer: Viewer = _KEEPER, most: int = 1000) -> tuple[Share, ...]:
        """The values of a field that is counted (a fandom, an author, a series ...), the commonest first."""
        return self._asking(values(name, most), Question(viewer=viewer))

    def _asking(self, answer: Callable[[sa.Connection, tuple[Any, Any], Question], T], question: Question) -> T:
        with reading(self.engine) as connection:
            identity = get_state(connection, "identity") or ""
        self.index.open(identity)
        if self.index.stamp(identity) < 0:  # it was just made, for the first time or because it was damaged
            self.catch_up()

        def ask() -> T:
            with reading(self.engine) as connection:
                # Read before the searchers: they may only be newer.
                now = replace(question, tally=self.tally, kept=self.kept, stamp=self.index.stamp(identity))
                return answer(connection, self.index.searchers(identity), now)

        try:
            return ask()
        except BaseException as error:
            if not is_damage(error):
                raise
            self.index.damaged(identity)
            self.catch_up()
            return ask()

    def is_caught_up(self) -> bool:
        """Whether the text index has all that the catalogue has."""
        with reading(self.engine) as connection:
            return self.index.stamp(get_state(connection, "identity") or "") >= int(get_state(connection, "change") or 0)

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> bool:
        """Brings the text index up to the catalogue; False when somebody else is at it (their index serves us too).

        What is damaged is thrown away and made anew.
        """
        with reading(self.engine) as connection:
            identity, change = get_state(connection, "identity") or "", int(get_state(connection, "change") or 0)
            if self.index.stamp(identity) >= change:
                return True
            try:
                self._write(connection, identity, change, progress)
            except IndexBusy:
                return False
            except BaseException as error:
                if not is_damage(error):
                    raise
                self.index.damaged(identity)
                self._write(connection, identity, change, progress)
        return True

    def _write(self, connection: sa.Connection, identity: str, change: int, progress: Callable[[int, int], None] | None) -> None:
        with self.index.writing(identity) as writer:
            since = self.index.stamp(identity)  # read again under the lock
            shelve(connection, writer, changes(connection, since), change, progress)
