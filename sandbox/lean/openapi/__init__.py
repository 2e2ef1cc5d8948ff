"""Lean's API, described for OpenAPI: a file for each of `routes/`, an operation for each call."""

from operator import itemgetter
from pathlib import Path

from marshmallow import fields, validate

from sandbox.lean.openapi import (
    account_on_file,
    banks,
    consents,
    control,
    customers,
    events,
    links,
    pages,
    payments,
    payouts,
    reconciliation,
    refunds,
    sessions,
    tokens,
)
from sandbox.lean.openapi.common import NO_ID, common, error, part_of_path
from sandbox.lean.responses import TOKEN
from sandbox.openapi.description import Described, Description
from sandbox.openapi.wire_examples import wire_examples

_API = Description(
    title="Lean Technologies",
    about="As the refund sandbox serves it: payments, refunds, payouts and reconciliation. Amounts "
    "are JSON numbers in major units. Any credentials do.",
    groups={
        "tokens": tokens.OPERATIONS,
        "refunds": refunds.OPERATIONS,
        "customers": customers.OPERATIONS,
        "payments": payments.OPERATIONS,
        "sessions": sessions.OPERATIONS,
        "payment links": links.OPERATIONS,
        "consents": consents.OPERATIONS,
        "account on file": account_on_file.OPERATIONS,
        "pages": pages.OPERATIONS,
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
    common=common,
    credentials={"lean-app-token": "sandbox"},
    unknown=NO_ID,
    is_empty_absent=True,
    wire_examples=wire_examples(Path(__file__).parents[1] / "wire_examples.yaml"),
    headers={
        "lean-correlation-id": fields.String(validate=validate.Regexp("^[A-Za-z]{16}$")),
        "lean-trace-id": fields.String(validate=validate.Regexp("^[0-9a-f]{32}$")),
    },
)

DESCRIBED = Described(_API, control.OPERATIONS, control.SETTLED)
