"""Documents and the texts they give, kept at hand while nothing changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

from variorum.catalogue import Catalogue
from variorum.document import Document, ReadingText, reading

__all__ = ["Texts"]

_CHARACTERS = 32 << 20


class _Held(NamedTuple):
    change: int
    document: Document
    text: ReadingText


class Texts:
    """A small cache in front of the catalogue; safe to use from several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._guard = threading.Lock()

    def document(self, witness: str) -> Document:
        """The document of a witness (id), rulings applied; NotFound."""
        return self._get(witness).document

    def text(self, witness: str) -> ReadingText:
        """Its reading text."""
        return self._get(witness).text

    def forget(self) -> None:
        """After a ruling or a rebuild."""
        with self._guard:
            self._held.clear()

    def _get(self, witness: str) -> _Held:
        change = self.catalogue.change()
        with self._guard:
            held = self._held.get(witness)
            if held is not None and held.change == change:
                self._held.move_to_end(witness)
                return held
        document = self.catalogue.document(witness)
        held = _Held(change, document, reading(document))
        with self._guard:
            self._held[witness] = held
            size = sum(len(h.document.source) for h in self._held.values())
            while len(self._held) > 1 and size > _CHARACTERS:
                _, gone = self._held.popitem(last=False)
                size -= len(gone.document.source)
        return held
