"""Holds answers against the OpenAPI documents: whatever a test asks for must be described."""

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import jsonschema_rs
from requests import Response
from werkzeug.test import Client

from sandbox.app import PROVIDERS, create_app
from sandbox.http.hints import HEADER as HINT
from sandbox.http.hints import TOO_SOON
from sandbox.settings import Settings

NAMES = ("lean", "lahza", "admin")
UNDESCRIBED = re.compile("^(/w/[^/]+)?/+(_sandbox/openapi(/.*)?)?$")
"""What tells of the calls: the documents, their page, and the page at the root."""
LOST = 504
"""What a gateway answers in the place of a provider: only scenarios do."""


class Operation(NamedTuple):
    """An operation of a document, and where it is found."""

    document: str
    path: str
    pattern: re.Pattern[str]
    method: str
    said: Mapping[str, Any]


@cache
def documents() -> Mapping[str, Mapping[str, Any]]:
    """The documents, as a sandbox serves them."""
    client = Client(create_app(Settings()))
    return {name: client.get(f"/_sandbox/openapi/{name}.json").get_json() for name in NAMES}


@cache
def operations() -> list[Operation]:
    """All operations; those whose path leaves less open come first."""
    found = [
        Operation(name, path, re.compile(_OPEN.sub("[^/]+", path)), method.upper(), said)
        for name, document in documents().items()
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    ]
    return sorted(found, key=lambda operation: len(_OPEN.findall(operation.path)))


_OPEN = re.compile(r"\{\w+\}")


@lru_cache(maxsize=4096)
def operation_of(method: str, path: str) -> Operation | None:
    """The operation that a request asks for."""
    path = re.sub(r"/+", "/", re.sub(r"^/+w/[^/]+", "", path)).rstrip("/")
    return next((o for o in operations() if o.method == method and o.pattern.fullmatch(path)), None)


@cache
def validator(document: str, path: str, method: str, status: str, media: str) -> Any:
    """What checks the body of an answer."""
    whole = documents()[document]
    said = whole["paths"][path][method.lower()]
    schema = said["responses"][status]["content"][media]["schema"]
    return jsonschema_rs.validator_for(
        {"allOf": [schema], "components": whole["components"]}, validate_formats=True
    )


RULES_OF_SUCCESS = [TOO_SOON, *(rule for p in PROVIDERS for rule in p.hints if rule.succeeds)]
HINTS_OF_SUCCESS = re.compile(
    "|".join(re.sub(r"\\{\w+\\}", ".+", re.escape(rule.says)) for rule in RULES_OF_SUCCESS)
)
"""What may be said beside a success."""


def require_described(response: Response) -> None:
    """Check an answer.

    Raises:
        AssertionError: its status, content type, a header or its body is none that is described, or
            it is a success with a hint that is for refusals.
    """
    request, hint = response.request, response.headers.get(HINT)
    if hint is not None and response.ok:
        assert HINTS_OF_SUCCESS.fullmatch(hint), f"a success has the hint: {hint}"
    if response.status_code == LOST:
        return
    for name in ("Content-Length", "Content-Type", "Date", "Server"):
        assert len(response.raw.headers.getlist(name)) <= 1, f"{name} is answered twice"
    path = urlsplit(request.url or "").path
    operation = operation_of(request.method or "", path)
    if operation is None:
        is_refused = response.status_code >= HTTPStatus.BAD_REQUEST
        assert is_refused or UNDESCRIBED.search(path), f"{path} is answered, and not described"
        return
    status = str(response.status_code)
    where = f"{operation.said['operationId']}: {status} {response.text[:300]}"
    said = operation.said["responses"].get(status)
    assert said is not None, f"the status is not described: {where}"
    media = response.headers.get("Content-Type", "")
    assert media in said.get("content", {}), f"the content type is not described: {where}"
    missing = [header for header in said.get("headers", {}) if header not in response.headers]
    assert not missing, f"{missing} is described, and missing: {where}"
    body = json.loads(response.text) if media.endswith("json") else response.text
    check = validator(operation.document, operation.path, operation.method, status, media)
    if check.is_valid(body):
        return
    found = [f"{error.instance_path}: {error.message}" for error in check.iter_errors(body)]
    raise AssertionError(f"the body is not as described, {found}: {where}")
