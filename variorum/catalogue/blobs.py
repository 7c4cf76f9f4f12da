"""Documents and texts as the catalogue's columns hold them: the form is `document.packing`'s."""

from __future__ import annotations

from variorum.document.packing import DOCUMENT_SCHEMA, pack_document, pack_text, unpack_document, unpack_text

__all__ = ["DOCUMENT_SCHEMA", "pack_document", "pack_text", "unpack_document", "unpack_text"]
