"""Fixtures, made-up documents and settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema

from sandbox.admin import schemas
from sandbox.engine.provider.model import Model
from sandbox.engine.webhooks.dispatch import DISPATCHES
from sandbox.openapi.description import Answer, Case, Operation, Operations, record
from sandbox.settings import DISPATCH, TIMEOUT

_COUNT = {"type": "integer"}
_DISPATCH: Mapping[str, Any] = {"type": "string", "enum": list(DISPATCHES)}
_FIXTURE = {
    "type": "object",
    "properties": {"id": {"type": ["string", "integer"]}},
    "required": ["id"],
}


def operations(models: Sequence[Model]) -> Operations:
    """The operations, for what some providers have."""
    seeders = [pair for model in models for pair in model.seeders.items()]
    settings = {model.name: type(model.settings_schema) for model in models}
    shown = {name: _all_of(schema) for name, schema in settings.items()}
    all_settings = record(**shown, **{DISPATCH: _DISPATCH, TIMEOUT: {"type": "string"}})
    return {
        "list_fixtures": Operation(
            "List fixtures, with their ids",
            _by_name(_by_name(_by_name(_FIXTURE))),
            about="By provider, kind and name.",
        ),
        "seed": Operation(
            "Make up documents",
            [Answer(record(**{key: _COUNT for key, _ in seeders}), 201)],
            {"transactions": 3, "refunds": 120, "seed": 7},
            takes=type(schemas.seed_schema(seeders)),
            needs_body=False,
            refused=[Case({"offset": 3, "seed": None})],
            about="Says how many were added.",
        ),
        "get_settings": Operation("Get all settings", all_settings),
        "change_settings": Operation(
            "Change settings",
            all_settings,
            {"lean": {"pending_after": "2s"}, "lahza": {"list_meta": True}},
            takes={
                "type": "object",
                "properties": {
                    **settings,
                    DISPATCH: _DISPATCH,
                    TIMEOUT: {"type": ["string", "number", "null"]},
                },
                "additionalProperties": False,
            },
            needs_body=False,
            wrong={"lahza": [{"list": True}]},
        ),
    }


def _by_name(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": "object", "additionalProperties": value}


def _all_of(schema: type[Schema]) -> Mapping[str, Any]:
    """All keys of a provider's settings."""
    return {"allOf": [schema, {"required": list(schema().fields)}]}
