"""Deposits: money that has arrived on an account of the merchant's.

A deposit's document: id, payment_id (whose money it is), amount (minor units), currency,
description, bank_deposit_reference, beneficiary {account_id, iban}, deposit_source_id, created_at
(when it arrives), status (RECONCILED | NOT_RECONCILED, or EXPECTED before it has arrived).
"""

from functools import lru_cache

from sandbox.engine.provider.resources import Resource, by_key
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document, Selection
from sandbox.engine.values.ids import uuid_of
from sandbox.engine.values.instants import Instant

RECONCILED, NOT_RECONCILED = "RECONCILED", "NOT_RECONCILED"
STATUSES = (RECONCILED, NOT_RECONCILED)
EXPECTED = "EXPECTED"

DEPOSITS = Resource(
    "lean.deposits",
    indexes={
        **by_key("payment_id", "status"),
        "arrived": lambda deposit: True if deposit["status"] != EXPECTED else None,
        "deposit_source_id": lambda deposit: (
            deposit["deposit_source_id"] if deposit["status"] != EXPECTED else None
        ),
    },
)


def make(call: Call, payment: Document, amount: int, at: Instant, status: str) -> Document:
    """A deposit of a payment's money, not yet stored.

    Args:
        call: the world.
        payment: whose money it is.
        amount: in minor units of the payment's currency.
        at: when it arrives.
        status: RECONCILED, NOT_RECONCILED or EXPECTED.
    """
    before, destination_id = len(of_payment(call, payment["id"])), payment["payment_destination_id"]
    return {
        "id": uuid_of(f"{payment['id']}/deposit" + (f"/{before}" if before else "")),
        "payment_id": payment["id"],
        "amount": amount,
        "currency": payment["currency"],
        "description": payment["description"],
        "bank_deposit_reference": payment["bank_transaction_reference"],
        "beneficiary": _beneficiary(destination_id, payment["recipient"]["iban"]),
        "deposit_source_id": source_of(destination_id),
        "created_at": at,
        "status": status,
    }


@lru_cache(maxsize=1024)
def _beneficiary(destination_id: str, iban: str) -> dict[str, str]:
    return {"account_id": uuid_of(f"{destination_id}/account"), "iban": iban}


@lru_cache(maxsize=1024)
def source_of(destination_id: str) -> str:
    """The id of the source of all deposits at a destination."""
    return uuid_of(f"{destination_id}/deposit-source")


def match(call: Call, payment: Document, at: Instant) -> Document:
    """The deposit that reconciles a payment, not yet stored.

    It is one that has arrived, matches nothing and has the very amount, or else a new one.
    """
    for deposit in of_payment(call, payment["id"]):
        if deposit["status"] == NOT_RECONCILED and fits(deposit, payment):
            return {**deposit, "status": RECONCILED}
    return make(call, payment, payment["amount"], at, RECONCILED)


def fits(deposit: Document, payment: Document) -> bool:
    """Whether a deposit is of the amount that was paid."""
    paid = (payment["amount"], payment["currency"])
    return (deposit["amount"], deposit["currency"]) == paid


def of_payment(call: Call, payment_id: str) -> Selection[Document]:
    """The deposits of a payment's money, those too that are expected; the newest first."""
    return DEPOSITS.collection(call).select("payment_id", payment_id)
