"""A work in two versions and a half-finished one, collated for real: for the tests and pictures of what compares them."""

from __future__ import annotations

import random
from dataclasses import replace

import web_fakes as fakes

from variorum.collation import Comparison, Copy
from variorum.document import Document
from variorum.model import Creator, Metadata, Work

__all__ = ["MOVED", "VersionedLibrary", "stair"]

WHO = ["Mara", "the keeper", "old Finn", "the harbourmaster", "Tamsin", "the ferryman", "Mr. Quill", "the pilot’s daughter"]
DID = [
    "wound the lamp",
    "counted the drops",
    "mended a net",
    "wrote in the log",
    "boiled the kettle",
    "swept the stair",
    "folded the chart",
]
WHERE = ["by the harbour", "on the landing", "in the net loft", "at the tide mill", "under the sea wall", "along the rope walk"]
WHY = [
    "and nobody asked why",
    "as on every other evening",
    "though the rain had stopped",
    "before the boats came in",
    "while it sang",
]
MOVED = "Then the whole town went quiet at once, as a room does when somebody lets a tray of glasses fall. It did not last."


def chapters(count: int, paragraphs: int) -> list[tuple[str, list[str]]]:
    """Invented chapters, the same every time."""
    rng = random.Random(11)
    out = []
    for number in range(1, count + 1):
        told = []
        for n in range(paragraphs):
            said = (f"{rng.choice(WHO).capitalize()} {rng.choice(DID)} {rng.choice(WHERE)}, {rng.choice(WHY)}." for _ in range(4))
            told.append(f"Evening {number}.{n} began with rain, {rng.choice(WHO)} said. " + " ".join(said))
        out.append((f"The {number}. Landing", told))
    return out


def stair(count: int = 6, paragraphs: int = 6) -> tuple[Work, dict[str, Document]]:
    """Copy A (2014), B as it stood in 2011 with a passage elsewhere, C its first two chapters in straight quotes."""
    new = chapters(count, paragraphs)
    old = [(title, list(told)) for title, told in new]
    new[1][1].insert(1, MOVED)
    old[2][1].insert(3, MOVED)
    for number, (_, told) in enumerate(old):
        told[0] = told[0].replace("rain", "sleet", 1)
        if number % 2:
            told[-1] = told[-1].replace("evening", "night")
    early = [(title, [p.replace("’", "'") for p in told]) for title, told in old[:2]]
    documents = {
        "A": fakes.chaptered("stair-a", new),
        "B": fakes.chaptered("stair-b", old),
        "C": fakes.chaptered("stair-c", early),
    }
    metadata = Metadata(title="The Long Stair", creators=(Creator("saltmarsh"),), rating="General Audiences", language="en")
    dated = replace(metadata, updated="2014-02-01", chapters_stated=f"{count}/{count}", status="complete")
    copies = (
        fakes.witness("stair.epub", "w8", "A", documents["A"], format="ao3-epub", metadata=dated),
        fakes.witness("stair-2011.html", "w8", "B", documents["B"], kinship="revised", captured="2011-05-01"),
        fakes.witness(
            "stair-early.html", "w8", "C", documents["C"], kinship="contained", extent="partial", captured="2010-03-01"
        ),
    )
    return Work("w8", metadata, copies[0].words, count, False, {}, copies), documents


class VersionedLibrary(fakes.FakeLibrary):
    """The handmade library with the real collation."""

    @classmethod
    def of(cls, count: int = 6, paragraphs: int = 6) -> VersionedLibrary:
        return cls(stair(count, paragraphs), fakes.bees(), fakes.letters())

    def compare(self, work, base=None, with_=(), *, notes=False, viewer=None) -> Comparison:
        held = self.work(work) if isinstance(work, str) else work
        first = held.witness(base) if base else held.base
        others = [held.witness(key) for key in with_] or [c for c in held.witnesses if c.siglum != first.siglum]
        copies = [
            Copy(
                w.siglum,
                w.witness,
                w.name,
                self.text(w.witness),
                replace(w.metadata, captured=w.captured),
                w.extent == "partial",
            )
            for w in (first, *others)
        ]
        return Comparison(copies, first.siglum, notes=notes)

    def collate(self, work, base=None, with_=(), *, notes=False, viewer=None):
        return self.compare(work, base, with_, notes=notes).apparatus
