"""Taking files in: walk, keep, write down, enter; and the second step of taking them out."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from variorum import intake
from variorum.catalogue import Catalogue
from variorum.errors import IntakeError
from variorum.library.entering import CHUNK, Entering, Progress
from variorum.model import Accession, Added, Item, Problem
from variorum.text import plain
from variorum.vault import Register, Store
from variorum.workers import Workers

__all__ = ["Adding"]

#: How standard input is called in the register.
STDIN = "standard input"


class Adding:
    """One call of `Library.add`."""

    def __init__(
        self, store: Store, register: Register, catalogue: Catalogue, entering: Callable[[], tuple[Entering, Workers]]
    ) -> None:
        self.store = store
        self.register = register
        self.catalogue = catalogue
        self.entering = entering

    def add(
        self, paths: Sequence[Path], *, source: str | None, look: bool, progress: Progress | None, stdin: bytes | None
    ) -> Accession:
        """See `Library.add`."""
        said = source or ", ".join(str(p) for p in paths) or STDIN
        if look:
            return self._look(paths, said)
        entering, workers = self.entering()
        accession = secrets.token_hex(8)
        results: dict[str, Added] = {}
        order: list[str] = []
        with workers:
            with self.register.writing():
                entering.catch_up()  # what a kill left undone comes first
                self.register.append([{"kind": "accession", "accession": accession, "source": said}])
            done = 0
            for batch in self._batches(paths, stdin):
                with self.register.writing():
                    # Another Variorum may have added meanwhile: what it wrote is entered before ours.
                    entering.catch_up()
                    entering.added.clear()
                    order += [name for name, _ in self._keep(accession, batch, results)]
                    entering.catch_up(lambda step, _total, name: progress(done + step, 0, name) if progress else None)  # noqa: B023
                    done += len(batch)
                    _collect(entering.added, accession, results, order)
        return _accession(accession, said, [results[name] for name in dict.fromkeys(order) if name in results])

    # ------------------------------------------------------------ keeping

    def _batches(self, paths: Sequence[Path], stdin: bytes | None) -> Iterator[list[intake.Candidate | bytes]]:
        candidates: Iterator[intake.Candidate | bytes] = intake.gather(paths)
        while batch := list(islice(candidates, CHUNK)):
            yield batch
        if stdin is not None:
            yield [stdin]

    def _keep(
        self, accession: str, batch: Sequence[intake.Candidate | bytes], results: dict[str, Added]
    ) -> list[tuple[str, str | None]]:
        """Puts the bytes of a batch into the vault, then the records into the register. Saved means: after this."""
        records: list[dict[str, Any]] = []
        names: list[tuple[str, str | None]] = []
        wanted = [c for c in batch if not isinstance(c, bytes) and c.skip is None]
        kept = iter(self.store.put_many([c.path for c in wanted]))
        fresh: set[str] = set()
        for candidate in batch:
            if isinstance(candidate, bytes):
                digest, _ = self.store.put(candidate)
                name, size = STDIN, len(candidate)
            elif candidate.skip is not None:
                results[candidate.name] = Added(candidate.name, None, "skipped", problem=candidate.skip)
                names.append((candidate.name, None))
                continue
            else:
                outcome = next(kept)
                name = candidate.name
                names.append((name, None))
                if isinstance(outcome, (OSError, IntakeError)):
                    results[name] = Added(name, None, "problem", problem=("unreadable", _unreadable(name, outcome)))
                    continue
                digest, size, _ = outcome
            known = self.catalogue.item(digest)
            if known is None and digest not in fresh:
                fresh.add(digest)
                records.append({"kind": "received", "accession": accession, "name": name, "digest": digest, "size": size})
            else:
                records.append({"kind": "known", "accession": accession, "name": name, "digest": digest, "size": size})
                results[name] = Added(name, digest, "known")
            names.append((name, digest))
        if records:
            self.register.append(records)
        self._known(results)
        return names

    def _known(self, results: dict[str, Added]) -> None:
        """Says of what was held already which witnesses and works it is."""
        for name, added in results.items():
            if added.status != "known" or added.witnesses or added.digest is None:
                continue
            item = self.catalogue.item(added.digest)
            if item is not None:
                works = tuple(self.catalogue.works_of(item.witnesses))
                results[name] = Added(name, added.digest, "known", item.format, item.witnesses, works, item.problem)

    def _look(self, paths: Sequence[Path], said: str) -> Accession:
        """What would be taken: nothing is written, not even a library."""
        items = []
        for candidate in intake.gather(paths):
            if candidate.skip is not None:
                items.append(Added(candidate.name, None, "skipped", problem=candidate.skip))
                continue
            try:
                with candidate.path.open("rb") as handle:
                    digest = "sha256:" + hashlib.file_digest(handle, "sha256").hexdigest()
            except OSError as error:
                items.append(Added(candidate.name, None, "problem", problem=("unreadable", _unreadable(candidate.name, error))))
                continue
            known = self.catalogue.item(digest) is not None
            items.append(Added(candidate.name, digest, "known" if known else "added"))
        return _accession("", said, items)

    # ------------------------------------------------------------ removing for good

    def purge(self, days: int) -> list[str]:
        """See `Library.purge`. The event is written before the bytes go, so that `verify` never misses them."""
        limit = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        due: dict[str, dict[str, Any]] = {}
        for record in self.register:
            if record.kind == "removal":
                key = record.data["work"]
                old = dt.datetime.fromisoformat(record.at.replace("Z", "+00:00")) <= limit
                if record.data["state"] == "asked" and old:
                    due[key] = dict(record.data)
                elif record.data["state"] != "asked":
                    due.pop(key, None)
        gone: list[str] = []
        for event in due.values():
            self.register.append([{**event, "kind": "removal", "state": "done"}])
            for digest in event["digests"]:
                self.store.discard(digest)
                gone.append(digest)
        return gone


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
