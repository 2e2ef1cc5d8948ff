"""`/reconciliation/v1`."""

from marshmallow import fields

from sandbox.lean import deposits, schemas
from sandbox.lean.openapi.common import (
    PAYMENT,
    data,
    no_such,
    ok,
    paging,
    word,
)
from sandbox.lean.wire import Uuid
from sandbox.openapi.description import Operation, Sample

_DAYS = {"from": "2026-12-01", "to": "2027-01-31"}


def _day(about: str) -> fields.String:
    return fields.String(required=True, metadata={"format": "date", "description": about})


def _zone(about: str) -> fields.String:
    return fields.String(metadata={"description": about})


_SEARCH = Sample(
    body={
        "payment_initiation_date": _DAYS,
        "status": "RECONCILED",
        "pagination": {"page_number": 0, "results_per_page": 1},
    }
)
_LISTED = Sample(query={"start_date": "2026-12-01", "end_date": "2027-01-31", "size": 1})

OPERATIONS = {
    "search_reconciliations": Operation(
        "Search payments by whether their money has come",
        ok(schemas.reconciliation.Found),
        _SEARCH,
        takes=schemas.reconciliation.SearchPayments,
        refused=[_SEARCH.but(status="LOST"), _SEARCH.but(payment_initiation_date=None)],
    ),
    "get_reconciliation": Operation(
        "Get whether a payment's money has come",
        ok(schemas.reconciliation.ReconciledPayment),
        Sample({"payment_id": PAYMENT}),
        refused=no_such("payment_id"),
    ),
    "list_deposits": Operation(
        "List deposits",
        ok(data(schemas.reconciliation.Deposit)),
        _LISTED,
        query={
            "start_date": _day("The first day."),
            "end_date": _day("The last day."),
            **paging(most=schemas.reconciliation.MOST_ROWS),
            "reconciliation_status": word(deposits.STATUSES, "Whether it matches a payment."),
            "local_timezone": _zone("Whose days these are; Asia/Dubai unless said."),
            "time_zone": _zone("The same, where `local_timezone` is not given."),
            "deposit_source_id": Uuid(),
        },
        refused=[_LISTED._replace(query={**_LISTED.query, "start_date": "today"}), Sample()],
    ),
}
