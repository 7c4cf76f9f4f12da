"""Documents and words that are at hand while a library enters things, so that few are read twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from variorum.catalogue import Catalogue
from variorum.document import Document, Packed
from variorum.preparing import Shape, shape_of, story
from variorum.text import Tokens

__all__ = ["AtHand"]

_KEPT_DOCUMENTS = 128
_KEPT_SHAPES = 10_000
_KEPT_CHARACTERS = 64 << 20
_KEPT_WORDS = 4 << 20  # 16 bytes each
_A_TEXT = 64  # words that the bare frame of a text takes the room of


class AtHand:
    """What one run has opened lately, and what its open transaction has that other connections cannot see yet."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._documents: OrderedDict[str, Document | Packed] = OrderedDict()
        self._shapes: OrderedDict[str, Shape] = OrderedDict()
        self._tokens: OrderedDict[str, Tokens] = OrderedDict()
        self._held = 0  # the room of the words that are at hand, in words

    def document(self, witness: str) -> Document:
        """The document of a witness, from this run or from the catalogue."""
        found = self._documents.get(witness)
        if not isinstance(found, Document):
            found = self.catalogue.document(witness) if found is None else found.document()
            self._documents[witness] = found
        self._documents.move_to_end(witness)
        return found

    def keep(self, witness: str, document: Document | Packed, shape: Shape | None = None) -> None:
        """Holds a document that the open transaction has and other connections cannot see yet; ``shape``: its own, where that is known."""
        self._documents[witness] = document
        self._documents.move_to_end(witness)
        self._shapes.pop(witness, None)
        if shape is not None:
            self._keep_shape(witness, shape)

    def shape(self, witness: str) -> Shape:
        """How much of a document's shape there is, and how much of that is inferred."""
        found = self._shapes.get(witness)
        if found is None:
            found = shape_of(self.document(witness))
            self._keep_shape(witness, found)
        return found

    def _keep_shape(self, witness: str, shape: Shape) -> None:
        self._shapes[witness] = shape
        while len(self._shapes) > _KEPT_SHAPES:
            self._shapes.popitem(last=False)

    def forget(self) -> None:
        """Lets go of old documents, after a transaction; never in one."""
        size = sum(map(_size, self._documents.values()))
        while self._documents and (len(self._documents) > _KEPT_DOCUMENTS or size > _KEPT_CHARACTERS):
            _, document = self._documents.popitem(last=False)
            size -= _size(document)

    def words(self, witness: str) -> Tokens:
        """The words of a witness's story as they came."""
        tokens = self._tokens.get(witness)
        if tokens is None:
            tokens = story(self.document(witness))
            self.keep_words(witness, tokens)
        return tokens

    def keep_words(self, witness: str, tokens: Tokens) -> None:
        """Holds the words of a story as they came, and lets go of the oldest: they can be found again in its document."""
        before = self._tokens.pop(witness, None)
        self._tokens[witness] = tokens
        self._held += _room(tokens) - (0 if before is None else _room(before))
        while self._held > _KEPT_WORDS and len(self._tokens) > 1:
            self._held -= _room(self._tokens.popitem(last=False)[1])

    def words_of_piece(self, piece: str, document: Callable[[], Document]) -> Tokens:
        """The words of a piece's story as they came. Its id may be that of its copy, which is never asked for here."""
        tokens = self._tokens.get(piece)
        if tokens is None:
            tokens = story(document())
            self.keep_words(piece, tokens)
        return tokens

    def forget_all(self) -> None:
        """Lets go of everything: what is at hand may not be what was entered."""
        self.forget_documents()
        self._tokens.clear()
        self._held = 0

    def forget_documents(self) -> None:
        """Lets go of documents that another process may have changed."""
        self._documents.clear()
        self._shapes.clear()


def _room(tokens: Tokens) -> int:
    return len(tokens) + _A_TEXT


def _size(document: Document | Packed) -> int:
    return len(document.source if isinstance(document, Document) else document.data)
