"""Reading the whole register as an auditor: every checksum, every link of the chain, every header.

The chain proves that nothing between two lines was changed, taken out or put in. What it cannot prove is
that the end was not cut off at a line's end; then the items recorded there show up as strays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from variorum.model import Finding
from variorum.vault.codes import finding
from variorum.vault.records import GENESIS, Envelope, decode, digest_of, lines
from variorum.vault.segments import Header, header_of, read_header, segment_name, segment_paths, voids

__all__ = ["Ledger", "audit"]

# Kinds of record that bring an item into the store.
_BRINGS = ("received", "derived")


@dataclass(slots=True)
class Ledger:
    """What the register says must be in the store, and what must not."""

    kept: dict[bytes, int] = field(default_factory=dict)  #: digest -> size (-1: not recorded)
    removed: set[bytes] = field(default_factory=set)

    def take(self, kind: str, data: Mapping[str, object]) -> None:
        """Takes one record into account."""
        if kind in _BRINGS:
            size = data.get("size")
            for digest in _digests(data.get("digest")):
                self.kept[digest] = size if isinstance(size, int) else -1
                self.removed.discard(digest)
        elif kind == "removal" and data.get("state") == "done":
            for digest in _digests(data.get("digests")):
                self.kept.pop(digest, None)
                self.removed.add(digest)


def _digests(value: object) -> Iterator[bytes]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and one.startswith("sha256:"):
            try:
                yield bytes.fromhex(one[7:])
            except ValueError:
                continue


def audit(folder: Path) -> tuple[Ledger, list[Finding], int]:
    """The ledger, what is wrong with the register, and the order of the next record. SchemaTooNew passes through."""
    auditor = _Auditor(folder)
    auditor.run()
    return auditor.ledger, auditor.findings, auditor.order


class _Auditor:
    def __init__(self, folder: Path) -> None:
        self.paths = segment_paths(folder)
        self.void = voids([header_of(path) for path in self.paths])
        self.ledger = Ledger()
        self.findings: list[Finding] = []
        self.order = 0
        self.expected: str | None = GENESIS  # the next line's prev; None after damage, when it cannot be known
        self.before: tuple[str | None, int] = (None, 0)  # the segment before, and how many of its records count

    def run(self) -> None:
        number = 1
        for path in self.paths:
            for absent in range(number, int(path.stem)):
                name = segment_name(absent)
                self.findings.append(finding("V013", f"register/{name}", f"segment {name} of the register is gone"))
                self.expected = None
            number = int(path.stem) + 1
            self.segment(path, last=path == self.paths[-1])

    def segment(self, path: Path, *, last: bool) -> None:
        stop = self.void.get(path.name)
        number = 0
        count = 0
        bad: list[tuple[int, str]] = []  # damaged lines not yet known to be followed by a sound one
        with path.open("rb") as handle:
            for line in lines(handle):
                if stop is not None and number + 1 >= stop:
                    break
                number += 1
                try:
                    if not line.whole:
                        raise ValueError("it is not finished")
                    envelope = decode(line.text, path.name, strict=True)
                except ValueError as error:
                    bad.append((number, str(error)))
                    continue
                if bad:
                    count += self.damaged(path, bad)
                    bad = []
                count += self.sound(path, number, line.text, envelope)
        if bad and not last:
            count += self.damaged(path, bad)
        elif bad or (last and number == 0):
            self.unfinished(path, bad[0][0] if bad else 1)
        self.before = (path.name, count)

    def sound(self, path: Path, number: int, line: bytes, envelope: Envelope) -> int:
        if self.expected is not None and envelope.prev != self.expected:
            reason = f"line {number} of {path.name} does not follow from the line before it"
            self.findings.append(finding("V032", f"register/{path.name}", reason))
        if number == 1:
            self.header(path, envelope)
        self.expected = digest_of(line)
        if envelope.kind == "segment":
            return 0
        self.ledger.take(envelope.kind, envelope.data)
        self.order += 1
        return 1

    def header(self, path: Path, envelope: Envelope) -> None:
        wrong = ""
        try:
            header = read_header(envelope)
        except ValueError as error:
            wrong = str(error)
        else:
            wrong = self.misfit(path, header)
            self.order = header.first
        if wrong:
            self.findings.append(finding("V033", f"register/{path.name}", f"line 1 of {path.name} does not fit: {wrong}"))

    def misfit(self, path: Path, header: Header) -> str:
        if header.number != int(path.stem):
            return f"it calls itself segment {header.number}"
        if self.expected is None:
            return ""  # what stood before is damaged or gone, and reported
        if header.previous != self.before[0]:
            return f"it says that it follows {header.previous}, and there is {self.before[0]}"
        if header.first != self.order or header.records != self.before[1]:
            return f"it counts {header.first} records before it, and there are {self.order}"
        return ""

    def damaged(self, path: Path, bad: list[tuple[int, str]]) -> int:
        """Reports damaged lines; how many of them were records (the first line is a header)."""
        for number, reason in bad:
            self.findings.append(finding("V031", f"register/{path.name}", f"line {number} of {path.name}: {reason}"))
        self.expected = None
        records = sum(1 for number, _ in bad if number > 1)
        self.order += records
        return records

    def unfinished(self, path: Path, number: int) -> None:
        reason = (
            f"line {number} of {path.name} is not a whole record. Writing stopped in the middle of it and nobody was told "
            "it was saved, or it was damaged later; the next change of the library leaves it behind"
        )
        self.findings.append(finding("V026", f"register/{path.name}", reason))
