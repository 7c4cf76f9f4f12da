"""KEEP: the vault, the part of a library that nothing else can replace.

`Store` keeps bytes by digest, `Register` the append-only book of what came when and what was decided, and
`verify` reads every byte of both. docs/vault.md describes the layout, the finding codes and what is promised.
"""

from __future__ import annotations

from variorum.vault.codes import CODES
from variorum.vault.disk import LAYOUT, make_folder, prepare, write_file
from variorum.vault.lock import Lock
from variorum.vault.records import SCHEMA
from variorum.vault.register import Record, Register
from variorum.vault.store import Kept, Store
from variorum.vault.verify import verify

__all__ = [
    "CODES",
    "LAYOUT",
    "SCHEMA",
    "Kept",
    "Lock",
    "Record",
    "Register",
    "Store",
    "make_folder",
    "prepare",
    "verify",
    "write_file",
]
