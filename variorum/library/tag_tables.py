"""Tables of tags, in and out: CSV and JSON of our own, and AO3's own dump of its tags. Text in, words out; docs/tags.md has the columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from variorum.errors import RulingError
from variorum.model import TagWord
from variorum.text import plain

__all__ = ["FORMS", "read_table", "write_table"]

FORMS = ("csv", "json")
_COLUMNS = ("relation", "kind", "tag", "of_kind", "of")
_VERSION = 1
#: Types of AO3's dump -> our kinds; media, ratings and the rest are no tags of ours.
_AO3 = {"Fandom": "fandom", "Character": "character", "Relationship": "relationship", "Freeform": "tag"}
_GUARDED = ("=", "+", "-", "@")  # a spreadsheet would take such a cell for a formula


def write_table(words: Iterable[TagWord], form: str) -> str:
    """The words as a table; RulingError for a form there is not."""
    rows = [(w.relation, w.kind, w.tag, w.of_kind, w.of) for w in words]
    if form == "json":
        table = {"variorum-tags": _VERSION, "words": [dict(zip(_COLUMNS, row, strict=True)) for row in rows]}
        return json.dumps(table, ensure_ascii=False, indent=1) + "\n"
    if form != "csv":
        raise RulingError(f"tables of tags are written as {' or '.join(FORMS)}, not {plain(form)[:20]!r}")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_guard(cell) for cell in row] for row in rows)
    return out.getvalue()


def read_table(text: str, held: Mapping[str, Collection[str]]) -> list[TagWord]:
    """The words of a table. ``held`` has the tags of the library by kind: of AO3's dump only what concerns one of them is taken.

    RulingError, with the line, for what cannot be read.
    """
    text = text.removeprefix("\ufeff").strip()
    if text.startswith(("{", "[")):
        return _from_json(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise RulingError(f"this table cannot be read: {error}") from None
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if {"id", "type", "name", "merger_id"} <= set(head):
        return _from_ao3(head, rows[1:], held)
    if not {"kind", "tag", "of"} <= set(head):
        raise RulingError("a table of tags begins with a line of names: relation, kind, tag, of_kind, of")
    out = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(head):
            raise RulingError(f"line {number} has {len(row)} cells, not {len(head)}")
        given = {name: _unguard(cell) for name, cell in zip(head, row, strict=True)}
        out.append(_word(given, f"line {number}"))
    return out


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _from_json(text: str) -> list[TagWord]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise RulingError("this JSON cannot be read") from None
    if isinstance(value, dict) and isinstance(value.get("variorum-tags"), int) and value["variorum-tags"] > _VERSION:
        raise RulingError("this table was written by a later Variorum")
    words = value.get("words") if isinstance(value, dict) else value
    if not isinstance(words, list):
        raise RulingError("a table of tags is a list of words, or an object with one under `words`")
    return [_word(one if isinstance(one, dict) else {}, f"word {number}") for number, one in enumerate(words, 1)]


def _word(given: Mapping[str, object], where: str) -> TagWord:
    kind = given.get("kind")
    cells = (given.get("relation") or "synonym", kind, given.get("tag"), given.get("of_kind") or kind, given.get("of"))
    if not all(isinstance(cell, str) and cell for cell in cells):
        raise RulingError(f"{where} does not say kind, tag and of")
    return TagWord(*map(str, cells))


def _from_ao3(head: Sequence[str], rows: Iterable[Sequence[str]], held: Mapping[str, Collection[str]]) -> list[TagWord]:
    """``id,type,name,canonical,cached_count,merger_id``: what was merged into what."""
    at = {name: head.index(name) for name in ("id", "type", "name", "merger_id")}
    names: dict[str, tuple[str, str]] = {}
    merged: list[tuple[str, str]] = []
    for row in rows:
        if len(row) == len(head) and row[at["type"]] in _AO3 and row[at["name"]] not in ("", "Redacted"):
            names[row[at["id"]]] = (_AO3[row[at["type"]]], row[at["name"]])
            if row[at["merger_id"]].strip():
                merged.append((row[at["id"]], row[at["merger_id"]].strip().removesuffix(".0")))
    out = []
    known = {kind: {value.casefold() for value in values} for kind, values in held.items()}
    for tag_id, of_id in merged:
        (kind, tag), (of_kind, of) = names[tag_id], names.get(of_id, ("", ""))
        here = known.get(kind, set())
        if of_kind == kind and tag != of and (tag.casefold() in here or of.casefold() in here):
            out.append(TagWord("synonym", kind, tag, kind, of))
    return out


def _guard(cell: str) -> str:
    return "'" + cell if cell.startswith((*_GUARDED, "'")) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in (*_GUARDED, "'") else cell
