"""Payments and refunds of all providers."""

from collections.abc import Sequence

from sandbox.admin.ledger import LedgerFilter, LedgerRow
from sandbox.openapi.description import Case, Operation, Operations, array, record, word

_MORE = {"type": "integer", "description": "How many that match stand behind those here."}


def operations(providers: Sequence[str]) -> Operations:
    """The operations, for some providers."""
    return {f"list_{kind}": _list(kind, providers) for kind in ("payments", "refunds")}


def _list(kind: str, providers: Sequence[str]) -> Operation:
    return Operation(
        f"List the {kind} of all providers",
        record(**{kind: array(LedgerRow), "more": _MORE}),
        {"outcome": "settled", "limit": 2},
        query={**LedgerFilter().fields, "provider": word(providers)},
        wrong={"provider": ["stripe"], "outcome": ["paid"], "limit": ["all"]},
        refused=[Case({"state": "paid"}), Case({"before": "17"})],
        about="Newest first; the page behind: `before`, with the id of the last one here. "
        "`by` is the call that made it: null for fixtures, seeds and the admin API.",
    )
