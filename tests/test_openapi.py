"""The description of the HTTP API says what the API gives, to the key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import first_minute
import jsonschema
import pytest
from web_client import Client

from variorum.doors.web import create_app
from variorum.doors.web.openapi import description
from variorum.library import Library
from variorum.model import Viewer


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Iterator[Client]:
    with Library(tmp_path_factory.mktemp("api") / "library", create=True) as library:
        library.add([first_minute.HERE])
        works = [hit.work for hit in library.find().hits]
        library.own.act(Viewer(), "put", library.own.make(Viewer(), "winter").shelf, works)
        library.own.act(Viewer(), "rate", "4", works[:1])
        made = Client(create_app(library))
        yield made
        made.close()


def resolved(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def undescribed(value: Any, schema: dict[str, Any], whole: dict[str, Any], path: str = "") -> Iterator[str]:
    """Keys of an answer that the description does not name."""
    schema = resolved(schema, whole)
    if "anyOf" in schema:
        schema = resolved(schema["anyOf"][0], whole)
    if isinstance(value, list):
        for one in value:
            yield from undescribed(one, schema["items"], whole, path + "[]")
    elif isinstance(value, dict) and "properties" in schema:
        for key, one in value.items():
            if key not in schema["properties"]:
                yield f"{path}.{key}"
            else:
                yield from undescribed(one, schema["properties"][key], whole, f"{path}.{key}")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from undescribed(one, schema["additionalProperties"], whole, f"{path}.{key}")


def addresses(client: Client) -> Iterator[tuple[str, str]]:
    yield "/api/v1/works", "/api/v1/works?limit=100"
    yield "/api/v1/works", "/api/v1/works?q=lamp&known=1"
    yield "/api/v1/copies", "/api/v1/copies?q=sort:sure&limit=100"
    yield "/api/v1/shelves", "/api/v1/shelves"
    yield "/api/v1/mine", "/api/v1/mine"
    yield "/api/v1/statistics", "/api/v1/statistics?q=lamp"
    for work in client.get("/api/v1/works?limit=100").json()["works"]:
        yield "/api/v1/works/{work}", f"/api/v1/works/{work['work']}"
        yield "/api/v1/works/{work}", f"/api/v1/works/{work['work']}?witness=A"
        yield "/api/v1/works/{work}/trace", f"/api/v1/works/{work['work']}/trace"
        yield "/api/v1/works/{work}/collate", f"/api/v1/works/{work['work']}/collate?notes=1"


def test_every_answer_is_as_described(client: Client) -> None:
    """Each answer fits its schema, and holds no key that is not described."""
    whole = client.get("/api/v1/openapi.json").json()
    assert whole == description()
    seen = set()
    for path, address in addresses(client):
        answer = client.get(address)
        status = str(answer.status_code)
        schema = whole["paths"][path]["get"]["responses"][status if status == "200" else "400"]["content"]["application/json"][
            "schema"
        ]
        jsonschema.Draft202012Validator({**schema, "components": whole["components"]}).validate(answer.json())
        assert list(undescribed(answer.json(), schema, whole)) == [], address
        seen.add((path, status))
    assert {path for path, status in seen if status == "200"} == set(whole["paths"])


def test_errors_are_as_described(client: Client) -> None:
    """What is not there and what cannot be read answer with the described error."""
    whole = description()
    for address, status in (("/api/v1/works/nothing", 404), ("/api/v1/works?q=(", 400), ("/api/v1/nothing", 404)):
        answer = client.get(address)
        assert answer.status_code == status
        jsonschema.validate(answer.json(), {**whole["components"]["schemas"]["Error"]})


def test_the_description_is_sound(client: Client) -> None:
    """Every reference leads somewhere, and each schema is one."""
    whole = description()
    for schema in whole["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    text = client.get("/api/v1/openapi.json").text
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in whole["components"]["schemas"]
