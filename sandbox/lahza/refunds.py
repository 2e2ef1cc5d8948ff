"""Refunds: their rules and their lifecycle.

A refund's document: id (a number of 7 digits), transaction (its id), reference and
customer (the transaction's), key (the transaction's, else the one that made the refund, or None),
domain, amount (minor units), currency, status, customer_note, merchant_note, refunded_by,
created_at, updated_at, refunded_at, expected_at, deducted_amount (None until processed), dispute
(a number or None), drawn (from the balance, in minor units), failure_reason.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.provider.notices import Notice
from sandbox.engine.provider.rules import Call, Lifecycle
from sandbox.engine.store.collections import CollectionSpec, Document
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
from sandbox.lahza.listing import Listing
from sandbox.lahza.matchers import REFUND_WHERE
from sandbox.lahza.settings import settings_of
from sandbox.lahza.wire import exact_id

STATUSES = ("pending", "processing", "processed", "failed")
FIRST_ID = 3_500_000
EXPECTED_AFTER: Duration = 9 * DAY

COLLECTION = CollectionSpec(
    "lahza.refunds",
    created=lambda refund: int(refund["created_at"]),
    indexes={
        "domain": lambda refund: refund["domain"],
        "currency": lambda refund: (refund["domain"], refund["currency"]),
        "transaction": lambda refund: refund["transaction"],
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
        return _create(
            call, transaction, amount, {**values, "drawn": drawn, "key": key}
        ), transaction


def _left(call: Call, transaction: Document) -> int:
    """What may still be refunded, in minor units.

    Raises:
        LahzaError: 400, the transaction took no money or gave all of it back.
    """
    if transaction["status"] not in ("success", "reversed"):
        raise not_completed()
    refunded = call.collection(COLLECTION.name).total("refunded", transaction["id"])
    left: int = transaction["amount"] - refunded
    if transaction["status"] == "reversed" or left <= 0:
        raise fully_reversed()
    return left


def _check(call: Call, transaction: Document, currency: str | None, amount: int, left: int) -> None:
    if currency is not None and currency != transaction["currency"]:
        raise invalid("Currency does not match the transaction")
    minimum = settings_of(call).minimum_refund
    if minimum is not None and amount < minimum:
        raise too_little(transaction["currency"], minimum)
    if amount > min(left, transaction.get("refundable", left)):
        raise too_much()


def _create(call: Call, transaction: Document, amount: int, values: Mapping[str, Any]) -> Document:
    number = transactions.new_number(call, COLLECTION.name, FIRST_ID)
    note = f"Refund for transaction {transaction['reference']}"
    refund = {
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
        "created_at": call.now,
        "updated_at": call.now,
        "refunded_at": call.now,
        "expected_at": call.now + EXPECTED_AFTER,
        "deducted_amount": None,
        "dispute": None,
        "drawn": values["drawn"],
        "failure_reason": None,
        "key": transaction["key"] or values["key"],
    }
    entered: Document = lifecycle.enter(call, LIFECYCLE, str(number), refund, "pending")
    return entered


def get(call: Call, domain: str, value: str) -> Document:
    """The refund of `GET /refund/:reference`.

    The value is tried as a refund's id, then as a transaction's id or reference, whose newest
    refund it is.

    Raises:
        LahzaError: 404.
    """
    with call:
        refunds = call.collection(COLLECTION.name)
        number = exact_id(value)
        refund: Document | None = None if number is None else refunds.get(str(number))
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
    currency, between = asked.filters.get("currency"), (asked.since, asked.until)
    with call:
        refunds = call.collection(COLLECTION.name)
        if "reference" in asked.filters:
            transaction = transactions.lookup(call, domain, asked.filters["reference"])
            if transaction is None or currency not in (None, transaction["currency"]):
                return [], 0
            selection = refunds.select("transaction", transaction["id"], *between)
        elif currency is not None:
            selection = refunds.select("currency", (domain, currency), *between)
        else:
            selection = refunds.select("domain", domain, *between)
        return selection.page(asked.offset, asked.size), len(selection)


# Lifecycle ------------------------------------------------------------------------------------


def _change(call: Call, refund: Document, status: str, at: Instant) -> Document:
    changed = {**refund, "status": status, "updated_at": at}
    if status == "failed" and refund["drawn"]:
        merchant.give_back(call, refund["currency"], refund["drawn"])
    if status == "processed":
        changed |= {"deducted_amount": refund["amount"], "refunded_at": at}
        _reverse(call, refund)
    _tell(call, changed)
    return changed


def _tell(call: Call, refund: Document) -> None:
    """Let the merchant hear of a refund's state."""
    status, number = refund["status"], str(refund["id"])
    as_text = status != "failed" and settings_of(call).webhook_amount == "as_documented"
    more = {"amount": str(refund["amount"]) if as_text else refund["amount"]}
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


def _reverse(call: Call, refund: Document) -> None:
    """Let a transaction be `reversed` once the whole of it has been given back."""
    transaction = transactions.by_id(call, None, refund["transaction"])
    processed = call.collection(COLLECTION.name).total("processed", refund["transaction"])
    if transaction is None or transaction["status"] != "success":
        return
    if processed + refund["amount"] >= transaction["amount"]:
        call.collection(transactions.COLLECTION.name).put(
            str(transaction["id"]), documents.with_values(transaction, {"status": "reversed"})
        )


def _until_processing(call: Call, _: Document) -> Duration:
    return settings_of(call).processing_after


def _from_processing_on(call: Call, _: Document) -> Duration:
    return max(0, settings_of(call).processed_after - settings_of(call).processing_after)


LIFECYCLE = Lifecycle(
    provider="lahza",
    kind="refund",
    collection=COLLECTION.name,
    next={
        "pending": ("processing", _until_processing),
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
