"""Lean's API, described for OpenAPI: a file for each of `routes/`, an operation for each call."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from marshmallow import fields, validate

from sandbox.lean.openapi import (
    banks,
    control,
    customers,
    events,
    payments,
    payouts,
    reconciliation,
    refunds,
    tokens,
)
from sandbox.lean.openapi.common import common, error, part_of_path
from sandbox.lean.responses import TOKEN
from sandbox.openapi.description import Described, Description


def _wants(view: Callable[..., Any]) -> Sequence[Mapping[str, Sequence[str]]]:
    """A token with the scope of the view, or the name of an application."""
    scope = getattr(view, "scope", None)
    return [] if scope is None else [{"bearer": [scope]}, {"lean-app-token": []}]


_API = Description(
    title="Lean Technologies",
    about="As the refund sandbox serves it: payments, refunds, payouts and reconciliation. Amounts "
    "are JSON numbers in major units. Any credentials do. Examples are what a fresh world answers "
    "whose clock stands at 9 o'clock on 1 January 2027.",
    groups={
        "tokens": tokens.OPERATIONS,
        "refunds": refunds.OPERATIONS,
        "customers": customers.OPERATIONS,
        "payments": payments.OPERATIONS,
        "payouts": payouts.OPERATIONS,
        "reconciliation": reconciliation.OPERATIONS,
        "banks": banks.OPERATIONS,
        "events": events.OPERATIONS,
    },
    error=error,
    error_name=itemgetter("status"),
    path=part_of_path,
    security={
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": f"A token that `POST {TOKEN}` gave an application or a customer. Calls "
            "name the scope that it must have.",
        },
        "lean-app-token": {
            "type": "apiKey",
            "in": "header",
            "name": "lean-app-token",
            "description": "An application's id, as older integrations send it. Any will do.",
            "x-example": "sandbox",
        },
    },
    wants=_wants,
    common=common,
    credentials={"lean-app-token": "sandbox"},
    is_empty_absent=True,
    headers={
        "lean-correlation-id": fields.String(validate=validate.Regexp("^[A-Za-z]{16}$")),
        "lean-trace-id": fields.String(validate=validate.Regexp("^[0-9a-f]{32}$")),
    },
)

DESCRIBED = Described(_API, control.OPERATIONS, control.SETTLED)
