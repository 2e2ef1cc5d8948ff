"""`/reconciliation/v1`."""

from marshmallow import fields

from sandbox.lean import deposits, schemas
from sandbox.lean.errors import missing, unknown
from sandbox.lean.openapi.common import (
    PAYMENT,
    UNKNOWN,
    bad,
    data,
    failures,
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


OPERATIONS = {
    "search_reconciliations": Operation(
        "Search payments by whether their money has come",
        ok(schemas.reconciliation.Found),
        Sample(
            body={
                "payment_initiation_date": _DAYS,
                "status": "RECONCILED",
                "pagination": {"page_number": 0, "results_per_page": 1},
            }
        ),
        takes=schemas.reconciliation.SearchPayments,
        failures=failures(bad("status", "LOST"), missing("payment_initiation_date")),
    ),
    "get_reconciliation": Operation(
        "Get whether a payment's money has come",
        ok(schemas.reconciliation.ReconciledPayment),
        Sample({"payment_id": PAYMENT}),
        failures=failures(bad("payment_id", "abc"), unknown("payment", UNKNOWN)),
    ),
    "list_deposits": Operation(
        "List deposits",
        ok(data(schemas.reconciliation.Deposit)),
        Sample(query={"start_date": "2026-12-01", "end_date": "2027-01-31", "size": 1}),
        query={
            "start_date": _day("The first day."),
            "end_date": _day("The last day."),
            **paging(most=schemas.reconciliation.MOST_ROWS),
            "reconciliation_status": word(deposits.STATUSES, "Whether it matches a payment."),
            "local_timezone": _zone("Whose days these are; Asia/Dubai unless said."),
            "time_zone": _zone("The same, where `local_timezone` is not given."),
            "deposit_source_id": Uuid(),
        },
        failures=failures(bad("start_date", "today"), missing("start_date")),
    ),
}
