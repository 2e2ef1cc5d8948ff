"""What happens outside Lean's API: payers pay, banks decide, money arrives."""

from collections.abc import Mapping
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.provider.rules import Call, Conflict
from sandbox.engine.store.collections import Document
from sandbox.engine.time.timeline import Event, Happening
from sandbox.engine.values.ids import uuid_of
from sandbox.engine.values.instants import LAST, Duration, Instant
from sandbox.lean import (
    customers,
    deposits,
    destinations,
    intents,
    payments,
    reconciliation,
    sources,
)
from sandbox.lean.deposits import DEPOSITS
from sandbox.lean.destinations import DESTINATIONS
from sandbox.lean.intents import INTENTS
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.refunds import REFUNDS
from sandbox.lean.settings import settings_of
from sandbox.lean.webhooks import PAYMENT_CREATED, PAYMENT_UPDATED, tell_payment

DEPOSIT = "deposit"
"""The kind of the timeline's events that bring deposits; their subject is the deposit's id."""


class Contradiction(Exception):
    """Two values that can't go together.

    Attributes:
        field: the one that is at fault.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def pay(call: Call, values: Mapping[str, Any]) -> Document:
    """A payer pays, now.

    Args:
        call: the world and the moment.
        values: amount (minor units), currency, status, failure_code, reconciliation,
            deposit_after, customer_id, reason, payment_intent_id (of an intent that there is),
            bank_identifier (of the source that it comes from).

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_INTENT.
        Conflict: the intent has a payment, even one that has failed, or the source cools off.
        Contradiction: the customer is not the intent's.
    """
    with call:
        if "payment_intent_id" in values:
            values = _of_intent(call, values)
        if values.get("deposit_after") is not None:
            values = {"reconciliation": "OUTSTANDING", **values}
        payment = draw_up(call, call.ids.uuid("lean.payment"), values, call.now)
        sources.require_active(call, payment)
        _let_stick(call, payment)
        sources.connect(call, payment, values.get("bank_identifier", sources.BANK))
        payment = put_new(call, payment)
        PAYMENTS.note(call, None, payment)
        if payment["reconciliation"] is not None:
            lifecycle.note(call, reconciliation.LIFECYCLE, payment["id"], None, payment)
        _tell(call, payment, PAYMENT_CREATED, final=payment["status"] == "FAILED")
        reconciliation.tell(call, payment, None)
        reconciliation.proceed(call, payment)
        return payment


def _of_intent(call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a payment of an intent: the intent's, unless given."""
    intent = _named_intent(call, values)
    _require_unpaid(call, intent["payment_intent_id"])
    said = {
        key: intent[key] for key in ("customer_id", "amount", "currency", "payment_destination_id")
    }
    said |= {"reason": intent["description"], "metadata": intent["metadata"]}
    if "reconciliation" not in values:
        said |= {"reconciliation": "OUTSTANDING", "deposit_after": settings_of(call).deposit_after}
    return {**said, **values}


def _named_intent(call: Call, values: Mapping[str, Any]) -> Document:
    intent = INTENTS.stored(call, values["payment_intent_id"])
    if values.get("customer_id", intent["customer_id"]) != intent["customer_id"]:
        raise Contradiction("customer_id", "the intent is of another customer")
    return intent


def _require_unpaid(call: Call, intent_id: str, but: str | None = None) -> None:
    """An intent has no payment, but for one that is to be overlooked."""
    for payment in PAYMENTS.collection(call).select("payment_intent_id", intent_id):
        if payment["id"] != but:
            raise Conflict(
                f"the intent has its one payment, which is {payment['status']}; to pay again, "
                "make a new intent"
            )


def _let_stick(call: Call, payment: Document) -> None:
    """What came in the header of the call that made an intent holds for its payments."""
    call.adopt(("lean", "intent", payment["payment_intent_id"]))
    call.stick(("lean", "payment", payment["id"]))


def draw_up(
    call: Call, payment_id: str, values: Mapping[str, Any], created_at: Instant
) -> Document:
    """A payment, not yet stored, to a destination and from a source that there are.

    A customer pays from the source of the last time, if that was in the currency, and at the bank
    that is named.
    """
    if "payment_destination_id" in values:
        destination = DESTINATIONS.find(call, values["payment_destination_id"])
    else:
        destination = destinations.default(call)
    customer_id, named = values.get("customer_id"), values.get("payment_source_id")
    if customer_id is not None and named is None and not values.get("sender"):
        currency, bank = values.get("currency", "AED"), values.get("bank_identifier")
        source = sources.connected(call, customer_id, currency, bank)
        values = {**values, "source": source}
    return payments.make(payment_id, values, created_at, destination)


def put_new(call: Call, payment: Document) -> Document:
    """Store a new payment with all that it needs: customer, intent, source and deposit.

    Returns:
        The payment as stored.
    """
    at = payment["created_at"]
    customers.ensure(call, payment["customer_id"], at)
    sources.ensure(call, payment)
    payment = PAYMENTS.put(call, reconciliation.settle_deposit(call, payment, at))
    intents.note(call, payment, at)
    return payment


def change(call: Call, payment_id: str, values: Mapping[str, Any]) -> Document:
    """Change a payment below whatever scenarios lay over it.

    Args:
        call: the world and the moment.
        payment_id: of a payment that there is.
        values: amount (minor units), currency, status, failure_code, reconciliation,
            deposit_after, payment_intent_id (of an intent that there is), customer_id.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT, UNKNOWN_PAYMENT_INTENT.
        Conflict: refunds stand against its amount or currency, its intent has another payment, its
            source cools off, or it was made on a consent and its money is not all that changes.
        Contradiction: the customer is not the intent's.
    """
    with call:
        before = PAYMENTS.stored(call, payment_id)
        if "consent_id" in before and not values.keys() <= {"reconciliation", "deposit_after"}:
            raise Conflict("the payment was made on a consent: only its reconciliation can change")
        of_it = REFUNDS.collection(call)
        refunded = of_it.total("refunded", payment_id)
        is_other = values.get("currency", before["currency"]) != before["currency"]
        if is_other and of_it.newest("payment_id", payment_id) is not None:
            raise Conflict("the payment has refunds in its currency")
        if values.get("amount", refunded) < refunded:
            raise Conflict("more than that amount has been refunded")
        moved, values = _moved(call, before, values)
        if moved is not before:
            sources.require_active(call, moved)
        if before["status"] == "FAILED" and values.get("status", "FAILED") != "FAILED":
            _require_unpaid(call, moved["payment_intent_id"], but=payment_id)
        decided = "reconciliation" in values or "deposit_after" in values
        if decided:
            values = {"reconciliation": "OUTSTANDING", "deposit_after": None, **values}
        call.act_for(("lean", "payment", payment_id))
        payment = payments.with_state(moved, values, call.now)
        payment = PAYMENTS.put(call, reconciliation.settle_deposit(call, payment, call.now))
        PAYMENTS.note(call, before, payment)
        lifecycle.note(call, reconciliation.LIFECYCLE, payment_id, before, payment)
        if moved is not before:
            customers.ensure(call, payment["customer_id"], call.now)
            sources.connect(call, payment)
            intents.follow(call, before, payment, call.now)
        changed = payment["reconciliation"] != before["reconciliation"]
        if payment["status"] != before["status"]:
            intents.note(call, payment, call.now)
            final = payment["status"] == "FAILED" or (
                payment["reconciliation"] == "RECONCILED" and not changed
            )
            _tell(call, payment, PAYMENT_UPDATED, final)
        reconciliation.tell(call, payment, before["reconciliation"])
        if changed or decided:
            reconciliation.proceed(call, payment)
        return payment


def _moved(
    call: Call, payment: Document, values: Mapping[str, Any]
) -> tuple[Document, Mapping[str, Any]]:
    """A payment as one of the intent or the customer that is named, and what else is to change.

    A customer's payment takes its intent along; what it was paid from becomes that customer's.
    """
    of, intent_id = payment["payment_intent_id"], values.get("payment_intent_id")
    customer_id = values.get("customer_id", payment["customer_id"])
    rest = {k: v for k, v in values.items() if k not in ("payment_intent_id", "customer_id")}
    moved = payment
    if intent_id not in (None, of):
        intent = _named_intent(call, values)
        _require_unpaid(call, intent_id)
        destination = DESTINATIONS.find(call, intent["payment_destination_id"])
        moved = payments.of(payment, intent, destination)
        customer_id = intent["customer_id"]
    elif customer_id != payment["customer_id"] and len(payments.of_intent(call, of)) > 1:
        raise Conflict("the intent has other payments, which are not of that customer")
    if customer_id != payment["customer_id"]:
        source_id = uuid_of(f"{payment['id']}/source/{customer_id}")
        moved = {**moved, "customer_id": customer_id, "payment_source_id": source_id}
    return moved, rest


def _tell(call: Call, payment: Document, event: str, final: bool) -> None:
    tell_payment(call, payment, event, ("lean", "payment", payment["id"]), last=final)


# Deposits ---------------------------------------------------------------------------------------


def deposit(call: Call, payment_id: str, amount: int | None, after: Duration) -> Document:
    """Let a payment's money arrive, now or later.

    Args:
        call: the world and the moment.
        payment_id: of a payment that there is.
        amount: in minor units; None: what was paid.
        after: how much later.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT.
    """
    with call:
        payment = PAYMENTS.stored(call, payment_id)
        amount = payment["amount"] if amount is None else amount
        at = min(call.now + after, LAST)
        expected = deposits.make(call, payment, amount, at, deposits.EXPECTED)
        if after:
            call.schedule(Event(at, "lean", DEPOSIT, expected["id"], "arrived"))
            return DEPOSITS.put(call, expected)
        return _arrive(call, expected)


def happen(call: Call, event: Event) -> Happening:
    """Let a deposit arrive that was expected."""
    expected = DEPOSITS.stored(call, event.subject)
    arrived = _arrive(call, expected)
    return Happening(
        event.at, DEPOSIT, "lean", event.subject, expected["status"], arrived["status"]
    )


def _arrive(call: Call, arrived: Document) -> Document:
    """The deposit as stored; it reconciles its payment if it is of the amount that is awaited."""
    before = PAYMENTS.stored(call, arrived["payment_id"])
    awaited = before["reconciliation"] in ("OUTSTANDING", "UNRECEIVED")
    if not awaited or not deposits.fits(arrived, before):
        return DEPOSITS.put(call, {**arrived, "status": deposits.NOT_RECONCILED})
    call.act_for(("lean", "payment", before["id"]))
    changes = {"reconciliation": "RECONCILED", "deposit_after": None}
    payment = payments.with_state(before, changes, call.now)
    payment = PAYMENTS.put(call, reconciliation.settle_deposit(call, payment, call.now, arrived))
    lifecycle.note(call, reconciliation.LIFECYCLE, payment["id"], before, payment)
    reconciliation.tell(call, payment, before["reconciliation"])
    reconciliation.proceed(call, payment)
    found: Document = payment["deposit"]
    return found
