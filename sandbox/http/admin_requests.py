"""What the admin API's calls share: strict bodies and exact amounts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError

from sandbox.engine.values import money
from sandbox.http.bodies import Malformed, read_json
from sandbox.http.problems import Problem, bad_value


def body_object() -> dict[str, Any]:
    """The request's JSON object; without a body, an empty one.

    Raises:
        Problem: 400, it is something else.
    """
    raw = request.get_data()
    try:
        value = read_json(raw) if raw else {}
    except Malformed as error:
        raise Problem(400, f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Problem(400, "the body must be a JSON object")
    return value


def load(schema: Schema) -> dict[str, Any]:
    """The request's JSON object, loaded.

    Raises:
        Problem: 400, naming the key and, where it is unknown, the valid ones.
    """
    return load_values(schema, body_object())


def load_query(schema: Schema) -> dict[str, Any]:
    """The request's query, loaded likewise."""
    return load_values(schema, request.args.to_dict())


def load_values(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values that were given, loaded likewise."""
    try:
        return dict(schema.load(values))
    except ValidationError as error:
        raise bad_value(error, schema) from error


def load_amount(amount: Decimal | int, decimals: int) -> int:
    """An amount in major units as minor units.

    Raises:
        Problem: 400, it has more decimals than its currency.
    """
    try:
        return money.to_minor(amount, decimals)
    except (money.Inexact, OverflowError) as error:
        raise Problem(400, str(error), "amount") from error
