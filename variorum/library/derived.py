"""What an outside program made of an item, as it stands on record."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Derived"]


class Derived(NamedTuple):
    """The digest of what was made, and what made it."""

    digest: str
    converter: str
    version: str
