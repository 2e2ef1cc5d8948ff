"""Refunds: their rules and their lifecycle.

A refund's document: refund_id, payment_id, status, approved_as (the word it was approved with),
amount and deposit_amount (minor units), currency, deposit_currency, reason_code, description,
external_reference, beneficiary {name, iban, account_id, city}, created_at, created_by,
actioned_by, refund_intent_id, failure_reason, by (the call that made it, or None).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from sys import intern
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.provider.ledger import Listed
from sandbox.engine.provider.resources import Resource, by_key
from sandbox.engine.provider.rules import Call, Lifecycle, Origin
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import uuid_of
from sandbox.engine.values.instants import Instant
from sandbox.lean import amounts, idempotency, payouts
from sandbox.lean.application import require_products
from sandbox.lean.errors import invalid, not_allowed, total_exceeded, unknown
from sandbox.lean.matchers import REFUND_WHERE
from sandbox.lean.payments import PAYMENTS, TARGET
from sandbox.lean.settings import settings_of
from sandbox.lean.wire import DECIMALS, major

_NO_LONGER_COUNT = ("REJECTED", "FAILED")
GATEWAY = "edge-gateway"
"""Who acts where a call of the API does, which is no user."""

REFUNDS = Resource(
    "lean.refunds",
    partial(unknown, "refund"),
    id_key="refund_id",
    indexes=by_key("status", "payment_id"),
    totals={
        "refunded": lambda refund: (
            refund["payment_id"],
            0 if refund["status"] in _NO_LONGER_COUNT else refund["amount"],
        )
    },
)


@idempotency.once("refunds")
def create(
    call: Call, items: Sequence[Mapping[str, Any]], actor: str = GATEWAY
) -> Sequence[Document]:
    """Create a batch of refunds, or none of it.

    Args:
        call: the world and the moment.
        items: loaded by `schemas.CreateRefund`; amounts in major units.
        actor: who creates them: the UUID of a user, or the API's gateway.

    Returns:
        The refunds as they were created.

    Raises:
        LeanError: a rule forbids one of them; checked rule by rule, in the documented order.
    """
    require_products(call)
    found = [PAYMENTS.find(call, item["payment_id"]) for item in items]
    _require_reconciled(found)
    _require_currency(items, found)
    minor = _amounts(items, found)
    _require_left(call, found, minor)
    created = []
    for item, payment, amount in zip(items, found, minor, strict=True):
        refund = make(call.ids.uuid("lean.refund"), payment, amount, item, call.now, call.origin)
        refund = {**refund, "created_by": actor}
        if item["status"] == "APPROVED":
            created.append(_enter(call, {**refund, "actioned_by": actor}, "APPROVED"))
        else:
            created.append(_enter(call, refund, "CREATED"))
    return created


def _require_reconciled(found: Sequence[Document]) -> None:
    for payment in found:
        if not is_reconciled(payment):
            raise not_allowed("payment not reconciled")


def is_reconciled(payment: Document) -> bool:
    """Whether a payment's money has arrived, so that it may be refunded."""
    return bool(payment["reconciliation"] == "RECONCILED")


def _require_currency(items: Sequence[Mapping[str, Any]], found: Sequence[Document]) -> None:
    for n, (item, payment) in enumerate(zip(items, found, strict=True)):
        currency = item["currency"]
        if currency is not None and currency != payment["currency"]:
            raise invalid(f"[{n}]->currency", currency)


def _amounts(items: Sequence[Mapping[str, Any]], found: Sequence[Document]) -> list[int]:
    """The amounts in minor units."""
    minor = []
    for n, (item, payment) in enumerate(zip(items, found, strict=True)):
        try:
            minor.append(amounts.to_minor(item["amount"], payment["currency"], f"[{n}]->amount"))
        except OverflowError as error:
            raise total_exceeded() from error
    return minor


def _require_left(call: Call, found: Sequence[Document], minor: Sequence[int]) -> None:
    """The items of a batch count together."""
    refunds = REFUNDS.collection(call)
    wanted: dict[str, int] = {}
    for payment, amount in zip(found, minor, strict=True):
        payment_id = payment["id"]
        wanted[payment_id] = wanted.get(payment_id, 0) + amount
        left = left_of(call, payment)
        if left < wanted[payment_id] <= payment["amount"] - refunds.total("refunded", payment_id):
            call.acted(TARGET, payment, "refundable")
        if wanted[payment_id] > left:
            raise total_exceeded()


def left_of(call: Call, payment: Document) -> int:
    """What may still be refunded of a payment, as scenarios show it: minor units, perhaps below 0.

    Its caller holds the world's lock.
    """
    left: int = payment["amount"] - REFUNDS.collection(call).total("refunded", payment["id"])
    limit = payment.get("refundable")
    return left if limit is None else min(left, int(limit * 10 ** DECIMALS[payment["currency"]]))


def make(
    refund_id: str,
    payment: Document,
    amount: int,
    values: Mapping[str, Any],
    at: Instant,
    by: Origin | None = None,
) -> Document:
    """A refund, CREATED, not yet stored.

    Args:
        refund_id: its id.
        payment: what it refunds.
        amount: in minor units of the payment's currency.
        values: reason_code, description, external_reference; beneficiary, if given.
        at: when it is made.
        by: the call that makes it, if one does.
    """
    city = (values.get("beneficiary") or {}).get("city")
    return {
        "refund_id": refund_id,
        "payment_id": payment["id"],
        "status": "CREATED",
        "approved_as": None,
        "amount": amount,
        "currency": payment["currency"],
        "deposit_amount": payment["amount"],
        "deposit_currency": payment["currency"],
        "reason_code": intern(values["reason_code"]),
        "description": values["description"],
        "external_reference": values["external_reference"],
        "beneficiary": _beneficiary(payment, city),
        "created_at": at,
        "created_by": GATEWAY,
        "actioned_by": None,
        "refund_intent_id": None,
        "failure_reason": None,
        "by": by,
    }


def _beneficiary(payment: Document, city: str | None) -> dict[str, str]:
    """Where a refund's money goes: always to the account that paid."""
    sender = payment["sender"]
    account = _account(sender["name"], sender["iban"], sender["account_id"])
    return {**account, "city": city} if city else account


@lru_cache(maxsize=1024)
def _account(name: str, iban: str, account_id: str) -> dict[str, str]:
    """One for all the refunds of a payment that name no other city: they share it."""
    return {"name": name, "iban": iban, "account_id": account_id, "city": "Dubai"}


def intent_of(refund_id: str) -> str:
    """The id of the payout intent that carries a refund."""
    return uuid_of(f"{refund_id}/intent")


def action(
    call: Call, decisions: Sequence[Mapping[str, str]], actor: str = GATEWAY
) -> list[Document]:
    """Approve or reject a batch of refunds, or none of it.

    Args:
        call: the world and the moment.
        decisions: refund_id and status: APPROVED, CONFIRMED (the same, and kept) or REJECTED.
        actor: who decides: the UUID of a user, or the API's gateway.

    Raises:
        LeanError: payouts are off, a refund is unknown or no longer CREATED, or four eyes are
            wanted and a user would approve what the same one has created.
    """
    with call:
        require_products(call)
        found = [REFUNDS.find(call, decision["refund_id"]) for decision in decisions]
        seen = set()
        for refund in found:
            if refund["status"] != "CREATED" or refund["refund_id"] in seen:
                raise not_allowed("refund already actioned")
            seen.add(refund["refund_id"])
        for refund, decision in zip(found, decisions, strict=True):
            if decision["status"] != "REJECTED" and lacks_eyes(call, refund, actor):
                raise not_allowed("the user who created a refund cannot approve it")
        actioned = []
        for refund, decision in zip(found, decisions, strict=True):
            word, refund = decision["status"], {**refund, "actioned_by": actor}
            if word == "REJECTED":
                actioned.append(_enter(call, refund, "REJECTED"))
            else:
                actioned.append(_enter(call, {**refund, "approved_as": intern(word)}, "APPROVED"))
        return actioned


def lacks_eyes(call: Call, refund: Document, actor: str) -> bool:
    """Whether four eyes are wanted for an approval, and its would-be actor created the refund.

    The API's gateway is no user: whoever stands behind it sees to that.
    """
    return settings_of(call).four_eyes and refund["created_by"] == actor != GATEWAY


def status_word(refund: Document) -> str:
    """A refund's status as Lean says it: it keeps the word with which it was approved."""
    word: str = refund["status"]
    return refund["approved_as"] or word if word == "APPROVED" else word


# Lifecycle ------------------------------------------------------------------------------------


def _change(call: Call, refund: Document, status: str, at: Instant) -> Document:
    changed: dict[str, Any] = {**refund, "status": status}
    if status in ("APPROVED", "REJECTED"):
        changed["actioned_by"] = refund["actioned_by"] or GATEWAY
    if status == "APPROVED":
        changed["refund_intent_id"] = intent_of(refund["refund_id"])
    if changed["refund_intent_id"] is not None:
        payouts.follow(call, changed, at)
    if status == "FAILED" and refund["status"] == "APPROVED":
        changed["refund_intent_id"] = None  # it never reached the bank
    return changed


def _enter(call: Call, refund: Document, status: str) -> Document:
    entered: Document = lifecycle.enter(call, LIFECYCLE, refund["refund_id"], refund, status)
    return entered


LISTED = Listed(
    REFUNDS,
    payment="payment_id",
    outcomes={
        "CREATED": "open",
        "APPROVED": "open",
        "PENDING_WITH_BANK": "open",
        "ACCEPTED_BY_BANK": "settled",
        "REJECTED": "failed",
        "FAILED": "failed",
    },
    said=status_word,
    decimals=DECIMALS.__getitem__,
    units=major,
    references=("external_reference", "refund_intent_id"),
)
LIFECYCLE = Lifecycle(
    provider="lean",
    kind="refund",
    collection=REFUNDS.name,
    next={
        "APPROVED": ("PENDING_WITH_BANK", lambda call, _: settings_of(call).pending_after),
        "PENDING_WITH_BANK": ("ACCEPTED_BY_BANK", lambda call, _: settings_of(call).accepted_after),
    },
    may_become={
        "CREATED": ("APPROVED", "REJECTED"),
        "APPROVED": ("PENDING_WITH_BANK", "FAILED"),
        "REJECTED": (),
        "PENDING_WITH_BANK": ("ACCEPTED_BY_BANK", "FAILED"),
        "ACCEPTED_BY_BANK": (),
        "FAILED": (),
    },
    where=REFUND_WHERE,
    state=lambda refund: str(refund["status"]),
    change=_change,
)
STATUSES = tuple(LIFECYCLE.may_become)
