"""Taking files in: walk, keep, write down, enter."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO, Literal

from variorum import intake
from variorum.catalogue import Catalogue, KnownItem
from variorum.errors import IntakeError
from variorum.library.about import About
from variorum.library.beside import Beside
from variorum.library.dumps import Dumps
from variorum.library.entering import CHUNK, CHUNK_BYTES, Entering, Progress
from variorum.library.finishing import finishing
from variorum.library.recorded import Recorded
from variorum.model import Accession, Added, Item, Problem
from variorum.text import plain
from variorum.vault import Register, Store
from variorum.workers import Workers

__all__ = ["Adding", "settled"]

Only = Callable[[intake.Candidate], bool]


class Adding:
    """One call of `Library.add`."""

    def __init__(
        self, store: Store, register: Register, catalogue: Catalogue, entering: Callable[[], tuple[Entering, Workers]]
    ) -> None:
        self.store = store
        self.register = register
        self.catalogue = catalogue
        self.entering = entering
        self._beside, self._about, self._dumps = Beside(), About(store), Dumps(store)
        self._held: dict[str, KnownItem] = {}  # items of this batch that were held before it, by digest

    def add(
        self,
        paths: Sequence[str],
        *,
        source: str | None,
        look: bool,
        progress: Progress | None,
        stdin: BinaryIO | None,
        only: Only | None = None,
    ) -> Accession:
        """See `Library.add`. ``only``: which of the files that are found are meant; the others are not even said."""
        said = source or ", ".join("standard input" if p == "-" else p for p in paths)
        if look:
            return self._look(paths, said, stdin)
        entering, workers = self.entering()
        self._beside, self._about, self._dumps = (
            Beside(),
            About(self.store),
            Dumps(self.store),
        )  # folders may have changed since an earlier call
        accession = secrets.token_hex(8)
        results: dict[str, Added] = {}
        order: list[str] = []
        with workers:
            with self.register.writing():
                entering.catch_up()  # what a kill left undone comes first
                self.register.append([{"kind": "accession", "accession": accession, "source": said}])
            done = 0
            candidates = (one for one in intake.gather(paths, stdin) if only is None or only(one))
            while batch := _batch(candidates):
                with self.register.writing():
                    # Another Variorum may have added meanwhile: what it wrote is entered before ours.
                    entering.catch_up()
                    entering.added.clear()
                    with finishing():
                        order += self._keep(accession, batch, results, entering.recorded)
                    entering.catch_up(lambda step, _total, name: progress(done + step, 0, name) if progress else None)  # noqa: B023
                    done += len(batch)
                    _collect(entering.added, accession, results, order)
                    self._known(results, [*(one.name for one in batch), *(item.name for _, item in entering.added)])
        made = _accession(accession, said, [results[name] for name in dict.fromkeys(order) if name in results])
        return settled(made, self.catalogue)

    # ------------------------------------------------------------ keeping

    def _keep(
        self, accession: str, batch: Sequence[intake.Candidate], results: dict[str, Added], recorded: Recorded
    ) -> list[str]:
        """Puts the bytes of a batch into the vault, then the records into the register. Saved means: after this."""
        records: list[dict[str, Any]] = []
        kept = iter(self.store.put_many([c.path for c in batch if c.skip is None and c.data is None]))
        fresh: set[str] = set()
        self._held.clear()
        for candidate in batch:
            name = candidate.name
            if candidate.skip is not None:
                results[name] = _skipped(candidate)
                continue
            if candidate.data is not None:
                digest, _ = self.store.put(candidate.data)
                size = len(candidate.data)
            else:
                outcome = next(kept)
                if isinstance(outcome, (OSError, IntakeError)):
                    results[name] = Added(name, None, "problem", problem=("unreadable", _unreadable(name, outcome)))
                    continue
                digest, size, _ = outcome
            # Bytes that are held only inside a container were not received themselves: that is written down too.
            if digest not in fresh and digest in recorded.received and (item := self.catalogue.item(digest)) is not None:
                self._held[digest] = item
            known = digest in fresh or digest in self._held
            if known:
                results[name] = Added(name, digest, "known")
            fresh.add(digest)
            record = {"kind": "known" if known else "received", "accession": accession, "name": name}
            page = self._beside.page(candidate) or self._dumps.dump_of(candidate)
            said = self._about.of(candidate)
            more = {"beside": page, "about": said, "chapters": self._dumps.files_of(candidate)}
            found = {name: value for name, value in more.items() if value}
            records.append({**record, "digest": digest, "size": size, **found})
        if records:
            self.register.append(records)
        return [c.name for c in batch]

    def _known(self, results: dict[str, Added], names: Sequence[str]) -> None:
        """Says of those that were held already which witnesses and works they are."""
        for name in names:
            added = results.get(name)
            if added is None or added.status != "known" or added.witnesses or added.digest is None:
                continue
            item = self._held.get(added.digest) or self.catalogue.item(added.digest)
            if item is not None:
                works = self.catalogue.works_of(item.witnesses)
                results[name] = Added(name, added.digest, "known", item.format, item.witnesses, works, item.problem)

    def _look(self, paths: Sequence[str], said: str, stdin: BinaryIO | None) -> Accession:
        """What would be taken: nothing is written."""
        items = []
        for candidate in intake.gather(paths, stdin):
            if candidate.skip is not None:
                items.append(_skipped(candidate))
                continue
            try:
                digest = _digest(candidate)
            except OSError as error:
                items.append(Added(candidate.name, None, "problem", problem=("unreadable", _unreadable(candidate.name, error))))
                continue
            known = self.catalogue.item(digest) is not None
            items.append(Added(candidate.name, digest, "known" if known else "added"))
        return _accession("", said, items)


def _batch(candidates: Iterator[intake.Candidate]) -> list[intake.Candidate]:
    """The next few files: so many, or so many bytes, as one transaction shall hold."""
    batch: list[intake.Candidate] = []
    size = 0
    while len(batch) < CHUNK and size < CHUNK_BYTES and (candidate := next(candidates, None)) is not None:
        batch.append(candidate)
        size += candidate.size
    return batch


def _skipped(candidate: intake.Candidate) -> Added:
    assert candidate.skip is not None
    code, reason = candidate.skip
    status: Literal["problem", "skipped"] = "problem" if candidate.fault else "skipped"
    return Added(candidate.name, None, status, problem=(code, f"{plain(candidate.name)} {reason}"))


def _digest(candidate: intake.Candidate) -> str:
    if candidate.data is not None:
        return "sha256:" + hashlib.sha256(candidate.data).hexdigest()
    with candidate.path.open("rb") as handle:
        return "sha256:" + hashlib.file_digest(handle, "sha256").hexdigest()


def _unreadable(name: str, error: OSError | IntakeError) -> str:
    if isinstance(error, IntakeError):
        return f"{plain(name)} {error.reason}"
    return f"{plain(name)} could not be read: {error.strerror or error}"


def _collect(added: Iterable[tuple[str, Added]], accession: str, results: dict[str, Added], order: list[str]) -> None:
    for whose, item in added:
        if whose == accession:
            results[item.name] = item
            order.append(item.name)


def _accession(accession: str, source: str, items: Sequence[Added]) -> Accession:
    problems = tuple(
        Problem(Item(i.digest or "", 0, i.name), i.problem[0], i.problem[1]) for i in items if i.status == "problem" and i.problem
    )
    return Accession(accession, source, tuple(items), problems)


def settled(accession: Accession, catalogue: Catalogue) -> Accession:
    """The accession with every item's works as they are at its end (a later file may have joined two of them), and what is only a part."""
    held = set(catalogue.works_of([w for item in accession.items for w in item.witnesses]))
    items = tuple(
        item if held.issuperset(item.works) else replace(item, works=catalogue.works_of(item.witnesses))
        for item in accession.items
    )
    fresh = dict.fromkeys(w for item in items if item.status == "added" for w in item.witnesses)
    return replace(accession, items=items, partial=len(catalogue.partial_of(list(fresh))))
