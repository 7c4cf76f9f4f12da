"""OpenAPI 3.1 of the HTTP API: the objects of docs/contract.md as JSON Schema, and the addresses that give them.

Fields may be added in later versions; those described here keep their names, types and meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from variorum.doors import shapes
from variorum.doors.web.desk import Desk

__all__ = ["SCHEMAS", "description", "openapi"]

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_FLAG: Schema = {"type": "boolean"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _by_name(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _object(**fields: Schema) -> Schema:
    """An object whose fields are all there, always: what is not known is null or an empty list."""
    return {"type": "object", "required": list(fields), "properties": fields}


def _of(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_MAYBE = _or_null(_TEXT)
_TEXTS = _list(_TEXT)
_PLACE = _object(start=_WHOLE, end=_WHOLE)
_EXTENT = _one_of("whole", "partial", "unknown")
_VERDICT = _one_of("same", "revised", "contained", "contains", "anthology", "quotes")
_CHANGE = _one_of("word", "sentence", "passage", "moved", "typographic", "markup")

_OVER = _list(_object(when=_TEXT, words=_WHOLE, works=_WHOLE, finished=_WHOLE))

_FIELDS: Mapping[str, Schema] = {
    "work": _TEXT,
    "title": _MAYBE,
    "creators": _list(_of("Creator")),
    "fandoms": _TEXTS,
    "rating": _MAYBE,
    "warnings": _TEXTS,
    "categories": _TEXTS,
    "relationships": _TEXTS,
    "characters": _TEXTS,
    "tags": _TEXTS,
    "language": _MAYBE,
    "summary": _MAYBE,
    "series": _list(_object(title=_TEXT, position=_or_null({"type": "number"}), url=_MAYBE)),
    "gifts": _TEXTS,
    "published": _MAYBE,
    "updated": _MAYBE,
    "words": _WHOLE,
    "words_stated": _or_null(_WHOLE),
    "chapters": _WHOLE,
    "chapters_stated": _MAYBE,
    "status": _one_of("complete", "in-progress", "unknown"),
    "restricted": _FLAG,
    "audience": _MAYBE,
    "wishes": _list(_object(kind=_TEXT, evidence=_TEXT)),
    "adult": _or_null(_FLAG),
    "from": _by_name(_TEXT),
}
_LOST = _list(_object(site=_TEXT, url=_MAYBE, evidence=_TEXT))

#: The objects, by name.
SCHEMAS: Mapping[str, Schema] = {
    "Error": _object(error=_object(code=_TEXT, reason=_TEXT)),
    "Creator": _object(name=_TEXT, account=_MAYBE, site=_MAYBE, role=_TEXT, url=_MAYBE, agent=_MAYBE),
    "Witness": _object(
        witness=_TEXT,
        siglum=_TEXT,
        base=_FLAG,
        version=_WHOLE,
        digest=_TEXT,
        items=_TEXTS,
        name=_TEXT,
        format=_TEXT,
        site=_MAYBE,
        url=_MAYBE,
        captured=_MAYBE,
        added=_TEXT,
        words=_WHOLE,
        chapters=_WHOLE,
        extent=_EXTENT,
        extent_why=_MAYBE,
        kinship=_VERDICT,
        tool=_MAYBE,
        mapped=_list(_object(field=_TEXT, value=_TEXT, said=_TEXT, why=_TEXT)),
        history=_list(_object(at=_MAYBE, fields=_by_name(_TEXT))),
        picture=_or_null(_object(media=_TEXT, width=_WHOLE, height=_WHOLE, frames=_WHOLE, look=_MAYBE)),
        kept=_list(_object(source=_TEXT, name=_TEXT, label=_TEXT, values=_list(_TEXT))),
    ),
    "Relation": _object(
        relation=_TEXT,
        direction=_one_of("out", "in"),
        title=_MAYBE,
        url=_MAYBE,
        work=_MAYBE,
        creators=_list(_object(name=_TEXT, site=_MAYBE, role=_TEXT, agent=_MAYBE)),
        certainty=_SHARE,
        evidence=_MAYBE,
    ),
    "Work": _object(**_FIELDS, witnesses=_list(_of("Witness")), lost=_LOST, relations=_list(_of("Relation")), links=_TEXTS),
    "Found": _object(
        query=_TEXT,
        total=_WHOLE,
        works=_list(_object(**_FIELDS, score={"type": "number"}, snippet=_TEXT, lost=_LOST, links=_TEXTS)),
        facets=_by_name(_list(_object(value=_TEXT, count=_WHOLE))),
    ),
    "Shelf": _object(shelf=_TEXT, name=_TEXT, works=_WHOLE),
    "Shelves": _object(shelves=_list(_of("Shelf"))),
    "Owned": _object(
        work=_TEXT,
        title=_MAYBE,
        creators=_TEXTS,
        url=_MAYBE,
        rating=_or_null({"type": "integer", "minimum": 1, "maximum": 5}),
        note=_TEXT,
        at=_MAYBE,
        mark=_or_null(_one_of("read", "reading", "later")),
        shelves=_TEXTS,
        hidden=_FLAG,
    ),
    "Mine": _object(shelves=_list(_of("Shelf")), works=_list(_of("Owned"))),
    "Copies": _object(
        total=_WHOLE,
        every=_WHOLE,
        counts=_by_name(_by_name(_WHOLE)),
        groups=_list(
            _object(
                work=_TEXT,
                title=_MAYBE,
                ruled=_FLAG,
                sure={"type": "number"},
                copies=_list(
                    _object(
                        witness=_TEXT,
                        siglum=_TEXT,
                        base=_FLAG,
                        version=_WHOLE,
                        name=_TEXT,
                        words=_WHOLE,
                        extent=_one_of("whole", "partial", "unknown"),
                        said=_MAYBE,
                    )
                ),
            )
        ),
    ),
    "Statistics": _object(
        query=_TEXT,
        works=_WHOLE,
        words=_WHOLE,
        copies=_WHOLE,
        files=_WHOLE,
        bytes=_WHOLE,
        look=_WHOLE,
        by=_by_name(_list(_object(value=_TEXT, works=_WHOLE, words=_WHOLE, query=_MAYBE))),
        read=_object(words=_WHOLE, works=_WHOLE, months=_OVER, days=_OVER),
    ),
    "Reading": _object(
        sigla=_TEXTS,
        kind=_CHANGE,
        text=_TEXT,
        certainty=_SHARE,
        basis=_one_of("anchored", "filled", "paired", "moved"),
        lacuna=_FLAG,
        places=_by_name(_PLACE),
    ),
    "Apparatus": _object(
        base=_TEXT,
        witnesses=_list(_object(siglum=_TEXT, witness=_TEXT, name=_TEXT, words=_WHOLE)),
        summary=_by_name(
            _object(
                words_changed=_WHOLE,
                words_added=_WHOLE,
                words_removed=_WHOLE,
                sentences_reworked=_WHOLE,
                moved=_WHOLE,
                typographic=_WHOLE,
                same=_SHARE,
                words_lacking=_WHOLE,
                words_beyond=_WHOLE,
            )
        ),
        entries=_list(
            _object(kind=_CHANGE, place=_PLACE, lemma=_TEXT, context=_TEXT, move=_MAYBE, readings=_list(_of("Reading")))
        ),
        frame=_list(_object(field=_TEXT, lemma=_TEXT, readings=_list(_object(sigla=_TEXTS, text=_TEXT)))),
        newer=_by_name(
            _object(
                newer=_MAYBE,
                certainty=_SHARE,
                reasons=_TEXTS,
                sentence=_TEXT,
                progress=_or_null(_object(new=_list(_WHOLE), revised=_list(_WHOLE), words=_WHOLE, sentence=_TEXT)),
            )
        ),
        versions=_object(
            branches=_list(_object(sigla=_TEXTS, parent=_MAYBE, distance=_SHARE, date=_MAYBE, stated=_TEXT)),
            newick=_TEXT,
            why=_TEXT,
        ),
    ),
    "Trace": _object(
        claims=_list(
            _object(
                claim=_TEXT,
                subject=_TEXT,
                relation=_TEXT,
                object=_TEXT,
                evidence=_object(
                    witness=_TEXT, copy=_TEXT, start=_or_null(_WHOLE), end=_or_null(_WHOLE), text=_TEXT, field=_MAYBE
                ),
                rule=_TEXT,
                certainty=_SHARE,
                ruling=_MAYBE,
            )
        ),
        agents=_list(_object(agent=_TEXT, names=_list(_object(name=_TEXT, site=_MAYBE, url=_MAYBE)), certainty=_SHARE)),
        sightings=_list(_object(url=_TEXT, day=_MAYBE, outcome=_TEXT, said=_TEXT, item=_TEXT, name=_TEXT)),
    ),
}


def _parameter(name: str, says: str, schema: Schema = _TEXT, *, where: str = "query", many: bool = False) -> Schema:
    shape = _list(schema) if many else schema
    return {"name": name, "in": where, "required": where == "path", "description": says, "schema": shape}


def _get(says: str, gives: str, *parameters: Schema) -> Schema:
    problems = {
        "400": "What was asked cannot be read",
        "401": "A name and a password are wanted",
        "404": "There is no such thing",
    }
    answers: Schema = {"200": {"description": says, "content": {"application/json": {"schema": _of(gives)}}}}
    for status, why in problems.items():
        answers[status] = {"description": why, "content": {"application/json": {"schema": _of("Error")}}}
    return {"get": {"summary": says, "operationId": gives.lower(), "parameters": list(parameters), "responses": answers}}


_WORK = _parameter("work", "A work's id, or any unambiguous beginning of one", where="path")


def description() -> Schema:
    """The whole description as one JSON object."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Variorum",
            "version": "1",
            "summary": "A library of fan works: found, read, compared, credited.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/api/v1/works": _get(
                "The works that answer a query",
                "Found",
                _parameter("q", "A query (docs/search.md)"),
                _parameter("like", "What one remembers of a story, in any words"),
                _parameter("sort", "A field; with - in front the other way round"),
                _parameter("seed", "Of the order random: the same number, the same order", _WHOLE),
                _parameter("limit", "At most so many works; 50 when nothing is said", _WHOLE),
                _parameter("offset", "Works to pass over", _WHOLE),
                _parameter("known", "1: also works only known of", _one_of("0", "1")),
                _parameter("hidden", "1: also works that whoever asks put out of sight", _one_of("0", "1")),
            ),
            "/api/v1/works/{work}": _get("One work with its copies", "Work", _WORK, _parameter("witness", "A copy's own fields")),
            "/api/v1/works/{work}/collate": _get(
                "What differs between copies, to the word",
                "Apparatus",
                _WORK,
                _parameter("base", "The copy compared against"),
                _parameter("with", "A copy to compare", many=True),
                _parameter("notes", "1: notes and summaries too", _one_of("0", "1")),
            ),
            "/api/v1/shelves": _get("The shelves of whoever asks, in their order", "Shelves"),
            "/api/v1/mine": _get("Whoever asks: their shelves, and every work they rated, noted or put on one", "Mine"),
            "/api/v1/statistics": _get(
                "The library in numbers, each with the query that finds its works",
                "Statistics",
                _parameter("q", "Of which works"),
                _parameter("hidden", "1: also works that whoever asks put out of sight", _one_of("0", "1")),
            ),
            "/api/v1/copies": _get(
                "Works held more than once; the keeper's alone. A POST rules on many (docs/contract.md)",
                "Copies",
                _parameter("q", "Words of titles, and differ:, sure:, copies:, ruled:, sort: (docs/commands.md)"),
                _parameter("limit", "At most so many groups; 50 when nothing is said", _WHOLE),
                _parameter("offset", "Groups to pass over", _WHOLE),
            ),
            "/api/v1/works/{work}/trace": _get("Where a work comes from; the keeper's alone", "Trace", _WORK),
        },
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {
                "device": {"type": "http", "scheme": "basic", "description": "A profile's name and a device's password"}
            },
        },
        "security": [{}, {"device": []}],
    }


def openapi(_desk: Desk, _request: Request) -> Response:
    """``/api/v1/openapi.json``."""
    return Response(shapes.dump(description(), pretty=True).encode(), media_type="application/json")
