"""Lahza's API, described for OpenAPI: a file for each of `routes/`, an operation for each call."""

from operator import itemgetter
from pathlib import Path

from sandbox.lahza.openapi import charges, checkout, control, refunds, reports, transactions
from sandbox.lahza.openapi.common import Error, common, part_of_path
from sandbox.openapi.description import Described, Description
from sandbox.openapi.wire_examples import wire_examples

_API = Description(
    title="Lahza",
    about="As the refund sandbox serves it: transactions and refunds. Amounts are whole numbers of "
    "minor units. Any secret key does: `sk_test_…` or `sk_live_…`.",
    groups={
        "refunds": refunds.OPERATIONS,
        "transactions": transactions.OPERATIONS,
        "charges": charges.OPERATIONS,
        "reports": reports.OPERATIONS,
        "checkout": checkout.OPERATIONS,
    },
    error=lambda _: Error,  # no client must branch on the message
    error_name=itemgetter("message"),
    path=part_of_path,
    security={
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A secret key: `sk_test_…` or `sk_live_…`. Any will do.",
            "x-example": "sk_test_sandbox",
        }
    },
    common=common,
    credentials={"Authorization": "Bearer sk_test_sandbox"},
    is_empty_absent=True,
    wire_examples=wire_examples(Path(__file__).parents[1] / "wire_examples.yaml"),
)

DESCRIBED = Described(_API, control.OPERATIONS, control.SETTLED)
