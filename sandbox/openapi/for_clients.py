"""Makes an OpenAPI document into one for generators of clients: it is as true, but says less."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.openapi.description import JSON

_SCHEMAS = "#/components/schemas/"


def for_clients(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same API, as programs call it.

    A body that may be JSON is JSON alone. Pages for people are left out. An error is described by
    its schema alone, and an object by its keys: which words a call answers, and which keys go
    together, is left out.
    """
    calls = {
        path: {method: said for method, said in methods.items() if not _is_page(said)}
        for path, methods in document["paths"].items()
    }
    paths = {path: methods for path, methods in calls.items() if methods}
    made: dict[str, Any] = _simple({**document, "paths": paths})
    components = made["components"]
    while unused := components["schemas"].keys() - set(_named(made)):
        for name in unused:
            del components["schemas"][name]
    return made


def _is_page(operation: Mapping[str, Any]) -> bool:
    shown = [media for answer in operation["responses"].values() for media in answer["content"]]
    return any(media.startswith("text/html") for media in shown)


def _simple(value: Any) -> Any:
    if isinstance(value, list):
        return [_simple(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    match value:
        case {"allOf": [{"$ref": _} as narrowed, *_]}:
            return narrowed
        case {"requestBody": {"content": {"application/json": in_json}} as body}:
            value = {**value, "requestBody": {**body, "content": {JSON: in_json}}}
        case {"properties": _, "allOf": _}:
            value = {key: said for key, said in value.items() if key != "allOf"}
    return {key: _simple(each) for key, each in value.items()}


def _named(value: Any) -> Iterator[str]:
    """The schemas that something refers to."""
    if isinstance(value, list):
        for each in value:
            yield from _named(each)
    elif isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].removeprefix(_SCHEMAS)
        for each in value.values():
            yield from _named(each)
