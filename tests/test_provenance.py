"""Provenance: what notes and metadata say of where a work comes from, and which names are one person."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum import provenance
from variorum.document import Document, Laid, Piece, Span, received
from variorum.model import Claim, Creator, Evidence, Metadata, Relation, Ruling, Series

FIXTURES = Path(__file__).parent / "provenance"
OPTIONAL = {"links-to", "page"}


@dataclass(frozen=True)
class Case:
    half: str
    text: str
    site: str | None
    expected: frozenset[str]


def cases(half: str) -> list[Case]:
    out = []
    for chunk in (FIXTURES / f"{half}.txt").read_text("utf-8").split("\n\n"):
        lines = [line for line in chunk.splitlines() if line and not line.startswith("#")]
        text = "\n\n".join(line[2:] for line in lines if line.startswith("> "))
        site = next((line[2:] for line in lines if line.startswith("< ")), None)
        expected = frozenset(line for line in lines if line[:2] not in ("> ", "< ") and line != "-")
        if text:
            out.append(Case(half, text, site, expected))
    return out


def document(*blocks: tuple[str, str], spans: tuple[Span, ...] = ()) -> Document:
    """A document of (part, text) blocks whose source is their texts, line by line."""
    source = "\n".join(text for _, text in blocks)
    laid, at = [], 0
    for part, text in blocks:
        laid.append(Laid("paragraph", part, (Piece(at, at + len(text)),)))
        at += len(text) + 1
    return Document("sha256:00#", source, (), tuple(laid), spans)


def read(*blocks: tuple[str, str], metadata: Metadata | None = None, spans: tuple[Span, ...] = ()) -> provenance.Provenance:
    text = received(document(*blocks, spans=spans))
    return provenance.read_claims(work="w1", witness="A", item="sha256:00#", metadata=metadata or Metadata(), text=text)


def found_in(case: Case) -> frozenset[str]:
    """The claims of a case, written as its file writes them."""
    author = Creator("the author")
    blocks = [("story", "Once there was a lamp."), *(("notes-after", text) for text in case.text.split("\n\n"))]
    got = read(*blocks, metadata=Metadata(creators=(author,), site=case.site))
    out = set()
    for claim in got.claims:
        if claim.relation in OPTIONAL or claim.evidence.field:
            continue
        object_, site = provenance.split_key(claim.object)
        if claim.relation == "also-known-as":
            subject = provenance.split_key(claim.subject)[0]
            out.add(f"also-known-as: {subject} = {claim.object}")
        else:
            out.add(f"{claim.relation}: {object_ if site and claim.relation in provenance.ROLES else claim.object}")
    return frozenset(out)


def measure(half: str) -> tuple[float, float, list[str]]:
    """Precision and recall over the claims of a half, and what went wrong."""
    right = wrong = missed = 0
    report = []
    for case in cases(half):
        found = {f.replace("inspired-by: ", "inspired-by: ") for f in found_in(case)}
        right += len(found & case.expected)
        wrong += len(found - case.expected)
        missed += len(case.expected - found)
        if found != case.expected:
            report.append(f"{case.text}\n    missed {sorted(case.expected - found)}\n    wrong  {sorted(found - case.expected)}")
    return right / max(1, right + wrong), right / max(1, right + missed), report


if __name__ == "__main__":
    import sys
    for half in sys.argv[1:] or ("notes",):
        p, r, report = measure(half)
        print(half, f"P {p:.3f} R {r:.3f}", len(cases(half)))
        if half == "notes" or "-v" in sys.argv:
            print("\n".join(report))
