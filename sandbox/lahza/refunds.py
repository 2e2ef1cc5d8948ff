"""Refunds: their rules and their lifecycle.

A refund's document: id (a number of 7 digits; of 9, made up), transaction (its id), reference and
customer (the transaction's), key (the transaction's, else the one that made the refund, or None),
domain, amount (minor units), currency, status, customer_note, merchant_note, refunded_by,
created_at, updated_at, refunded_at, expected_at, deducted_amount (None until processed), dispute
(a number or None), drawn (from the balance, in minor units), failure_reason, by (the call that
made it, or None).
"""

from collections.abc import Hashable, Mapping
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.provider.ledger import Listed
from sandbox.engine.provider.notices import Notice
from sandbox.engine.provider.resources import Listing, Resource, by_key
from sandbox.engine.provider.rules import Call, Lifecycle
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import DAY, Duration, Instant
from sandbox.lahza import documents, merchant, transactions
from sandbox.lahza.errors import (
    fully_reversed,
    invalid,
    not_completed,
    refund_not_found,
    too_little,
    too_much,
)
from sandbox.lahza.matchers import REFUND_WHERE
from sandbox.lahza.settings import settings_of
from sandbox.lahza.transactions import TRANSACTIONS

FIRST_ID = 3_500_000
EXPECTED_AFTER: Duration = 9 * DAY

REFUNDS = Resource(
    "lahza.refunds",
    indexes={
        **by_key("domain", "transaction", "status"),
        "currency": lambda refund: (refund["domain"], refund["currency"]),
    },
    totals={
        "refunded": lambda refund: (
            refund["transaction"],
            0 if refund["status"] == "failed" else refund["amount"],
        ),
        "processed": lambda refund: (
            refund["transaction"],
            refund["amount"] if refund["status"] == "processed" else 0,
        ),
    },
)


def create(
    call: Call, domain: str, values: Mapping[str, Any], key: str | None = None
) -> tuple[Document, Document]:
    """Create a refund.

    Args:
        call: the world and the moment.
        domain: whose transactions there are.
        values: loaded by `schemas.CreateRefund`; amount in minor units or None.
        key: the secret key that the call came with.

    Returns:
        The refund and its transaction, as they were then.

    Raises:
        LahzaError: a rule forbids it.
    """
    with call:
        transaction = transactions.find(call, domain, values["transaction"])
        left = _left(call, transaction)
        amount = values["amount"]
        if amount is None:
            whole_amount = settings_of(call).default_amount == "original"
            amount = transaction["amount"] if whole_amount else left
        _check(call, transaction, values["currency"], amount, left)
        drawn = merchant.draw(call, transaction["currency"], amount)
        number = transactions.new_number(call, REFUNDS, FIRST_ID)
        refund = make(number, transaction, amount, values, call.now)
        refund |= {"drawn": drawn, "key": transaction["key"] or key, "by": call.origin}
        return lifecycle.enter(call, LIFECYCLE, str(number), refund, "pending"), transaction


def _left(call: Call, transaction: Document) -> int:
    """What may still be refunded, in minor units.

    Raises:
        LahzaError: 400, the transaction took no money or gave all of it back.
    """
    if transaction["status"] not in ("success", "reversed"):
        raise not_completed()
    refunded = REFUNDS.collection(call).total("refunded", transaction["id"])
    left: int = transaction["amount"] - refunded
    if transaction["status"] == "reversed" or left <= 0:
        raise fully_reversed()
    return left


def left_of(call: Call, transaction: Document) -> int:
    """What may still be refunded, as scenarios show it: minor units, perhaps 0.

    Its caller holds the world's lock.

    Raises:
        LahzaError: 400, the transaction took no money or gave all of it back.
    """
    left = _left(call, transaction)
    return min(left, int(transaction.get("refundable", left)))


def _check(call: Call, transaction: Document, currency: str | None, amount: int, left: int) -> None:
    if currency is not None and currency != transaction["currency"]:
        raise invalid("Currency does not match the transaction")
    minimum = settings_of(call).minimum_refund
    if minimum is not None and amount < minimum:
        raise too_little(transaction["currency"], minimum)
    if amount > left:
        raise too_much()
    if amount > transaction.get("refundable", left):
        call.acted(transactions.TARGET, transaction, "refundable")
        raise too_much()


def make(
    number: int, transaction: Document, amount: int, values: Mapping[str, Any], at: Instant
) -> dict[str, Any]:
    """A refund, `pending`, not yet stored; it draws on no balance, and no call has made it.

    Args:
        number: its id.
        transaction: what it refunds.
        amount: in minor units.
        values: customer_note and merchant_note, or None.
        at: when it is made.
    """
    note = f"Refund for transaction {transaction['reference']}"
    return {
        "id": number,
        "transaction": transaction["id"],
        "reference": transaction["reference"],
        "customer": transaction["customer"],
        "domain": transaction["domain"],
        "amount": amount,
        "currency": transaction["currency"],
        "status": "pending",
        "customer_note": values["customer_note"] or note,
        "merchant_note": values["merchant_note"] or f"{note} by {merchant.EMAIL}",
        "refunded_by": merchant.EMAIL,
        "created_at": at,
        "updated_at": at,
        "refunded_at": at,
        "expected_at": at + EXPECTED_AFTER,
        "deducted_amount": None,
        "dispute": None,
        "drawn": 0,
        "failure_reason": None,
        "key": None,
        "by": None,
    }


def get(call: Call, domain: str, value: str) -> Document:
    """The refund of `GET /refund/:reference`.

    The value is tried as a refund's id, then as a transaction's id or reference, whose newest
    refund it is.

    Raises:
        LahzaError: 404.
    """
    with call:
        refunds = REFUNDS.collection(call)
        refund = refunds.get(value)
        if refund is not None and refund["domain"] == domain:
            return refund
        transaction = transactions.lookup(call, domain, value)
        newest = transaction and refunds.newest("transaction", transaction["id"])
        if newest is None:
            raise refund_not_found()
        return newest


def page(call: Call, domain: str, asked: Listing) -> tuple[list[Document], int]:
    """A page of a domain's refunds, newest first, and how many there are on all pages.

    Filters: reference (or id, of a transaction) and currency.
    """
    reference, currency = asked.filters["reference"], asked.filters["currency"]
    filters: dict[str, Hashable] = {}
    with call:
        if reference is not None:
            transaction = transactions.lookup(call, domain, reference)
            if transaction is None:
                return [], 0
            filters["transaction"] = transaction["id"]
        if currency is not None:
            filters["currency"] = (domain, currency)
        return REFUNDS.page(call, asked, filters or {"domain": domain})


# Lifecycle ------------------------------------------------------------------------------------


def _change(call: Call, refund: Document, status: str, at: Instant) -> Document:
    changed = {**refund, "status": status, "updated_at": at}
    if status == "failed" and refund["drawn"]:
        merchant.give_back(call, refund["currency"], refund["drawn"])
    if status == "processed":
        changed |= {"deducted_amount": refund["amount"], "refunded_at": at}
        before = TRANSACTIONS.stored(call, str(refund["transaction"]))
        TRANSACTIONS.note(call, before, reverse(call, refund))
    _tell(call, changed)
    return changed


def _tell(call: Call, refund: Document) -> None:
    """Let the merchant hear of a refund's state."""
    status, number = refund["status"], str(refund["id"])
    said = settings_of(call)
    as_text = status != "failed" and said.webhook_amount == "as_documented"
    more = {
        "amount": str(refund["amount"]) if as_text else refund["amount"],
        "signature_header": said.signature_header,
        "id": refund["id"] if said.webhook_refund_id else None,
    }
    call.tell(
        Notice(
            event=f"refund.{status}",
            subject=("lahza", "refund", number),
            documents=(refund, more),
            topic=number,
            channel=refund["domain"],
            last=not LIFECYCLE.may_become[status],
        )
    )


def reverse(call: Call, refund: Document) -> Document:
    """Let a transaction be `reversed` if a refund, now processed, gives back what is left of it.

    Returns:
        The transaction as it is then.
    """
    transaction = TRANSACTIONS.stored(call, str(refund["transaction"]))
    processed = REFUNDS.collection(call).total("processed", transaction["id"]) + refund["amount"]
    if transaction["status"] == "success" and processed >= transaction["amount"]:
        return TRANSACTIONS.put(call, documents.with_values(transaction, {"status": "reversed"}))
    return transaction


def _from_processing_on(call: Call, _: Document) -> Duration:
    return max(0, settings_of(call).processed_after - settings_of(call).processing_after)


LISTED = Listed(
    REFUNDS,
    payment="transaction",
    outcomes={
        "pending": "open",
        "processing": "open",
        "processed": "settled",
        "failed": "failed",
    },
)
LIFECYCLE = Lifecycle(
    provider="lahza",
    kind="refund",
    collection=REFUNDS.name,
    next={
        "pending": ("processing", lambda call, _: settings_of(call).processing_after),
        "processing": ("processed", _from_processing_on),
    },
    may_become={
        "pending": ("processing", "processed", "failed"),
        "processing": ("processed", "failed"),
        "processed": (),
        "failed": (),
    },
    where=REFUND_WHERE,
    state=lambda refund: str(refund["status"]),
    change=_change,
)
STATUSES = tuple(LIFECYCLE.may_become)
