"""Documents and words that are at hand while a library enters things, so that few are read twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from variorum.catalogue import Catalogue
from variorum.document import Document
from variorum.preparing import story
from variorum.text import Tokens

__all__ = ["AtHand"]

_KEPT_DOCUMENTS = 128
_KEPT_CHARACTERS = 64 << 20


class AtHand:
    """What one run has opened lately, and what its open transaction has that other connections cannot see yet."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._tokens: OrderedDict[str, Tokens] = OrderedDict()

    def document(self, witness: str) -> Document:
        """The document of a witness, from this run or from the catalogue."""
        found = self._documents.get(witness)
        if found is None:
            found = self.catalogue.document(witness)
            self.keep(witness, found)
        else:
            self._documents.move_to_end(witness)
        return found

    def keep(self, witness: str, document: Document) -> None:
        """Holds a document that the open transaction has and other connections cannot see yet."""
        self._documents[witness] = document
        self._documents.move_to_end(witness)

    def forget(self) -> None:
        """Lets go of old documents, after a transaction; never in one."""
        size = sum(len(d.source) for d in self._documents.values())
        while self._documents and (len(self._documents) > _KEPT_DOCUMENTS or size > _KEPT_CHARACTERS):
            _, document = self._documents.popitem(last=False)
            size -= len(document.source)
        while len(self._tokens) > _KEPT_DOCUMENTS:
            self._tokens.popitem(last=False)

    def words(self, witness: str) -> Tokens:
        """The words of a witness's story as they came."""
        tokens = self._tokens.get(witness)
        if tokens is None:
            tokens = self._tokens[witness] = story(self.document(witness))
        return tokens

    def words_of_piece(self, piece: str, document: Callable[[], Document]) -> Tokens:
        """The words of a piece's story as they came. Its id may be that of its copy, which is never asked for here."""
        tokens = self._tokens.get(piece)
        if tokens is None:
            tokens = self._tokens[piece] = story(document())
        return tokens
