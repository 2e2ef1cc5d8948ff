"""`/transaction/totals` and `/transaction/export`."""

from sandbox.lahza import schemas
from sandbox.lahza.openapi.common import BAD_DATE, PERIOD, ok
from sandbox.lahza.openapi.transactions import BAD_FILTERS, FILTERS
from sandbox.openapi.description import Answer, Operation, Step, text

_CSV = "text/csv; charset=utf-8"
_AS_A_FILE = {
    "Content-Disposition": text("A browser saves it, under its name, and shows nothing of it.")
}

OPERATIONS = {
    "get_totals": Operation(
        "Get what transactions come to",
        ok("Transaction totals", schemas.reports.Totals),
        query={**FILTERS, **PERIOD},
        wrong={**BAD_DATE, **BAD_FILTERS},
        about="Of all pages; `page` and `perPage` change nothing.",
    ),
    "export_transactions": Operation(
        "Export transactions",
        ok("Export successful", schemas.reports.Export),
        query={**FILTERS, **PERIOD},
        wrong={**BAD_DATE, **BAD_FILTERS},
        about="Of all pages; `page` and `perPage` change nothing.",
    ),
    "get_export": Operation(
        "Get the file of an export",
        [Answer({"type": "string"}, media=_CSV, headers=_AS_A_FILE)],
        {"name": "test-94ff00ea424f26113bb5.csv"},
        before=[Step("GET", "/transaction/export")],
        wrong={"name": ["none.csv"]},
    ),
}
