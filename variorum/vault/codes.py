"""The numbered findings of `verify`: one for each way the vault can be wrong. docs/vault.md explains each."""

from __future__ import annotations

from typing import Literal

from variorum.model import Finding

__all__ = ["CODES", "finding"]

Kind = Literal["damaged", "missing", "stray"]

#: Code -> kind and what it means. A code is never given another meaning.
CODES: dict[str, tuple[Kind, str]] = {
    "V001": ("damaged", "an item's bytes have changed"),
    "V002": ("damaged", "an item is shorter than it was"),
    "V003": ("damaged", "an item is longer than it was"),
    "V004": ("damaged", "an item is nothing but zeros, or empty"),
    "V005": ("damaged", "an item holds the bytes of another"),
    "V006": ("damaged", "an item cannot be read"),
    "V011": ("missing", "an item is gone"),
    "V012": ("missing", "an item is gone from its place; its bytes lie elsewhere in the vault"),
    "V013": ("missing", "a segment of the register is gone"),
    "V021": ("stray", "an item that no record speaks of"),
    "V022": ("stray", "a file among the items whose name or place is no item's"),
    "V023": ("stray", "a leftover of unfinished writing, older than a day"),
    "V024": ("stray", "an item that was removed is still there"),
    "V025": ("stray", "a file in the vault that is no part of it"),
    "V026": ("stray", "an unfinished record at the end of the register"),
    "V031": ("damaged", "a record of the register cannot be believed"),
    "V032": ("damaged", "the chain of records is broken: one was changed, taken out or put in"),
    "V033": ("damaged", "the header of a segment does not fit"),
    "V034": ("damaged", "the vault's layout file is missing or cannot be read"),
}


def finding(code: str, path: str, reason: str, digest: str | None = None) -> Finding:
    """A finding of this code; its kind comes from the table."""
    return Finding(CODES[code][0], code, path, reason, digest)
