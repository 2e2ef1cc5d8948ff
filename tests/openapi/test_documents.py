"""The OpenAPI documents are valid and complete, and so are their examples."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
import requests
from openapi_spec_validator import validate
from werkzeug.test import Client

from sandbox.app import create_app
from sandbox.engine.values.json_text import to_json
from sandbox.http.pipeline import routes_of
from sandbox.settings import Settings
from tests.conforming import NAMES, documents
from tests.examples.test_complete import written
from tests.kit import LAHZA, LEAN, Box, frozen, serving
from tests.wire.stories import EXAMPLES

CALLS = {
    (name, method.lower(), written(method, path).split(" ")[1])
    for name, method, path in routes_of(create_app(Settings()))
}


FILES = [*NAMES, *(f"{name}.client" for name in NAMES)]


@cache
def file(name: str) -> Mapping[str, Any]:
    """A document, or its second form."""
    told: Mapping[str, Any] = SERVED.get(f"/_sandbox/openapi/{name}.json").get_json()
    return told


SERVED = Client(create_app(Settings()))


def operations(name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, methods in file(name)["paths"].items():
        for method, said in methods.items():
            yield f"{method} {path}", said


def contents(said: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All bodies of an operation: what it takes, and what it answers."""
    for body in (said.get("requestBody", {}), *said["responses"].values()):
        yield from body.get("content", {}).values()


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_document_is_valid(name: str) -> None:
    validate(file(name))


def test_every_call_is_described() -> None:
    for name in NAMES:
        described = {tuple(said.split(" ")) for said, _ in operations(name)}
        assert described == {(method, path) for part, method, path in CALLS if part == name}


@pytest.mark.parametrize("name", FILES)
def test_every_example_is_as_its_schema_says(name: str) -> None:
    document = file(name)
    wrong, count = [], 0
    for where, said in operations(name):
        for shown in (*contents(said), *said.get("parameters", [])):
            check = jsonschema_rs.validator_for(
                {"allOf": [shown["schema"]], "components": document["components"]},
                validate_formats=True,
            )
            examples = [example["value"] for example in shown.get("examples", {}).values()]
            for example in (*examples, *([shown["example"]] if "example" in shown else [])):
                count += 1
                wrong += [f"{where}: {error.message}" for error in check.iter_errors(example)]
    assert wrong == []
    assert count > len(document["paths"])


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_has_a_summary_and_examples_of_its_answers(name: str) -> None:
    for where, said in operations(name):
        assert said["summary"], where
        for status, response in said["responses"].items():
            for media, content in response.get("content", {}).items():
                if media.endswith("json") and status not in LESS_USUAL.get(where, ()):
                    assert "example" in content or "examples" in content, f"{where}: {status}"


LESS_USUAL = {
    "put /_sandbox/snapshots/{name}": ("200",),
    "post /payouts/v1/payment": ("200",),
}
"""Answers that come beside the one that is shown."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_wire_example_that_the_sandbox_follows_stands_in_its_document(name: str) -> None:
    shown = {
        (where, example, json.dumps(made["value"]))
        for where, said in operations(name)
        for content in contents(said)
        for example, made in content.get("examples", {}).items()
    }
    for example in EXAMPLES[name].values():
        if example.call is None or example.differs or example.status == UNDESCRIBED:
            continue
        method, path = example.call.split(" ")
        where = f"{method.lower()} {path.rstrip('/')}"
        if example.body is not None:
            assert (where, example.name, json.dumps(json.loads(example.body))) in shown
        if example.sent is not None and example.status in ACCEPTED:
            sent = json.loads(to_json(example.sent_value))
            assert (where, example.name, json.dumps(sent)) in shown


UNDESCRIBED = 500
ACCEPTED = range(200, 300)
ANYTHING = {"RespondShape.body", "SeenRequest.body", "SeenRequest.response"}


@pytest.mark.parametrize("name", NAMES)
def test_every_field_says_what_it_is(name: str) -> None:
    said = {"type", "const", "enum", "$ref", "anyOf", "allOf"}
    silent = [
        f"{schema}.{field}"
        for schema, made in documents()[name]["components"]["schemas"].items()
        for field, value in made.get("properties", {}).items()
        if not said & set(value)
    ]
    assert set(silent) == (ANYTHING if name == "admin" else set())


@pytest.mark.parametrize("name", FILES)
def test_generators_of_clients_stumble_over_nothing(name: str) -> None:
    document = file(name)
    for schema in schemas(document["paths"], document["components"]):
        assert not isinstance(schema.get("const", ""), list | dict | None), schema
        assert None not in schema.get("enum", ()), schema
        assert "enum" not in schema or "type" in schema, schema
        assert schema.get("type") != "array" or "items" in schema, schema
        assert "properties" not in schema or not schema.keys() & {"anyOf", "oneOf"}, schema
        assert name in NAMES or "allOf" not in schema, schema
    for made in document["components"]["schemas"].values():
        for field in made.get("properties", {}).values():
            assert "default" not in field, "it would be taken to be always there"


@pytest.mark.parametrize("name", NAMES)
def test_for_clients_a_body_has_one_form_and_only_pages_are_missing(name: str) -> None:
    whole, simple = dict(operations(name)), dict(operations(f"{name}.client"))
    pages = {where for where, said in whole.items() if "text/html; charset=utf-8" in media(said)}
    assert simple.keys() == whole.keys() - pages
    for where, said in simple.items():
        forms = list(whole[where].get("requestBody", {}).get("content", {}))
        assert list(said.get("requestBody", {}).get("content", {})) == forms[:1], where
        assert said["responses"].keys() == whole[where]["responses"].keys()
    document = file(f"{name}.client")
    named = {schema["$ref"] for schema in schemas(document) if "$ref" in schema}
    assert {f"#/components/schemas/{name}" for name in document["components"]["schemas"]} <= named


def media(said: Mapping[str, Any]) -> set[str]:
    """The content types of an operation's answers."""
    return {media for answer in said["responses"].values() for media in answer["content"]}


def schemas(*within: Any) -> Iterator[Mapping[str, Any]]:
    """Whatever may be a schema."""
    for value in within:
        if isinstance(value, dict):
            yield value
            yield from schemas(*(value[key] for key in value if not key.startswith("example")))
        elif isinstance(value, list):
            yield from schemas(*value)


def test_every_error_word_of_lean_stands_in_its_document() -> None:
    refunds = documents()["lean"]["paths"]["/payouts/refunds"]["post"]["responses"]
    words = {status: answer["description"] for status, answer in refunds.items()}
    assert words == {
        "201": "Done.",
        "400": "INVALID_AMOUNT, INVALID_PARAMETERS, MISSING_PARAMETERS",
        "401": "UNAUTHORIZED",
        "403": "INSUFFICIENT_ACCESS_LEVEL, OPERATION_NOT_ALLOWED",
        "404": "UNKNOWN_PAYMENT",
        "409": "DUPLICATED_REQUEST",
        "429": "RATE_LIMIT_EXCEEDED",
        "503": "SERVICE_UNAVAILABLE",
    }


TOKEN = {"Authorization": "Bearer let-me-in"}
MANY = "x" * (2**20 + 1)
FAULTS = [{"Sandbox-Scenario": name} for name in ("rate-limited", "provider-down")]
LACKING = {**LEAN, "Sandbox-Scenario": "missing-permission"}
ANY_CALL = [
    ("lean", "/payouts/refunds/{refund_id}", "abc", {}, None),
    ("lean", "/payouts/refunds/{refund_id}", "a%2Fb", LEAN, None),
    ("lean", "/payouts/refunds/{refund_id}", "abc", LACKING, None),
    *(("lean", "/payouts/refunds/{refund_id}", "abc", {**LEAN, **fault}, None) for fault in FAULTS),
    ("lahza", "/refund/{reference}", "17", {}, None),
    ("lahza", "/refund/{reference}", "17", {"Authorization": "Bearer me"}, None),
    ("lahza", "/refund/{reference}", "17", LAHZA, "not JSON"),
    ("lahza", "/refund/{reference}", "a%2Fb", LAHZA, None),
    *(("lahza", "/refund/{reference}", "17", {**LAHZA, **fault}, None) for fault in FAULTS),
    ("admin", "/_sandbox/scenarios/{name}", "none", {"Sandbox-World": "team a"}, None),
    ("admin", "/_sandbox/scenarios/{name}", "none", {}, None),
    ("admin", "/_sandbox/scenarios/{name}", "none", TOKEN, MANY),
]
"""What ends in an error whatever the operation: document, operation, open part, headers, body."""


def test_errors_that_any_call_may_answer_are_those_of_the_server() -> None:
    with serving(frozen("2027-01-01T09:00:00Z", admin_token="let-me-in")) as box:
        for name, path, value, headers, body in ANY_CALL:
            url = box.url + re.sub(r"\{\w+\}", value, path)
            answer = requests.get(url, headers=headers, data=body)
            said = documents()[name]["paths"][path]["get"]["responses"][str(answer.status_code)]
            content = said["content"][answer.headers["Content-Type"]]
            shown = [example["value"] for example in content["examples"].values()]
            assert answer.json() in shown, answer.text


# How they are served ---------------------------------------------------------------------------


def test_examples_and_documents_are_the_same_for_every_server_and_world(box: Box) -> None:
    box.admin.post("/lean/payments")
    document = box.admin.get("/openapi/lean.json").json()
    assert document == documents()["lean"]

    other = requests.get(f"{box.url}/w/another/_sandbox/openapi/lean.json").json()
    assert other.pop("servers") == [{"url": "/w/another"}]
    assert document.pop("servers") == [{"url": "/"}]
    assert other == document


@pytest.mark.slow
def test_they_can_be_read_without_a_token_and_ask_for_no_credentials() -> None:
    closed = Settings(
        admin_token="let-me-in",
        credentials={"lean": {"client_id": "mine"}, "lahza": {"secret_key": "sk_test_mine"}},
    )
    with serving(closed) as box:
        for name in ("lean", "lahza"):
            assert box.admin.get(f"/openapi/{name}.json").json() == documents()[name]
        assert box.admin.get("/openapi/admin.json").status_code == 200
        assert box.admin.get("/openapi").status_code == 200
        other = requests.get(f"{box.url}/w/another/_sandbox/openapi/lean.json").json()
        assert other["servers"] == [{"url": "/w/another"}]
        assert box.admin.get("/clock").status_code == 401


def test_an_unknown_document_or_part_of_the_page(box: Box) -> None:
    answer = box.admin.get("/openapi/stripe.json")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == (
        "there is no document stripe.json; valid: lean.json, lahza.json, admin.json, "
        "lean.client.json, lahza.client.json, admin.client.json"
    )
    long = f"/openapi/{'a' * 300}.js"
    for path in ("/openapi/nothing.js", "/openapi/..%2fpage.html", "/openapi/a/b", long):
        answer = box.admin.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_page_is_made_of_files_of_this_server_alone(box: Box) -> None:
    page = box.admin.get("/openapi")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "://" not in page.text
    for file in ("swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"):
        assert f'"/_sandbox/openapi/{file}"' in page.text
        assert box.admin.get(f"/openapi/{file}").status_code == 200
