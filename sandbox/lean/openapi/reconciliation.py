"""`/reconciliation/v1`."""

from sandbox.lean import deposits, schemas
from sandbox.lean.openapi.common import PAYMENT, data, day, paging
from sandbox.lean.wire import Uuid
from sandbox.openapi.description import Operation, text, word

_FIRST, _LAST = "2026-12-01", "2027-01-31"


OPERATIONS = {
    "search_reconciliations": Operation(
        "Search payments by whether their money has come",
        schemas.reconciliation.Found,
        {
            "payment_initiation_date": {"from": _FIRST, "to": _LAST},
            "status": "RECONCILED",
            "pagination": {"page_number": 0, "results_per_page": 1},
        },
        takes=schemas.reconciliation.SearchPayments,
        wrong={"status": ["LOST"], "payment_initiation_date": [None]},
    ),
    "get_reconciliation": Operation(
        "Get whether a payment's money has come",
        schemas.reconciliation.ReconciledPayment,
        {"payment_id": PAYMENT},
    ),
    "list_deposits": Operation(
        "List deposits",
        data(schemas.reconciliation.Deposit),
        {"start_date": _FIRST, "end_date": _LAST, "size": 1},
        query={
            "start_date": day("The first day.", required=True),
            "end_date": day("The last day.", required=True),
            **paging(most=schemas.reconciliation.MOST_ROWS),
            "reconciliation_status": word(deposits.STATUSES, "Whether it matches a payment."),
            "local_timezone": text("Whose days these are; Asia/Dubai unless said."),
            "time_zone": text("The same, where `local_timezone` is not given."),
            "deposit_source_id": Uuid(),
        },
        wrong={"start_date": ["today", None]},
    ),
}
