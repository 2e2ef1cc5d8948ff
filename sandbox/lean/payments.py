"""Payments, and whether the money has arrived: what refunds hang on.

A payment's document: id, customer_id, payment_intent_id, payment_source_id,
sender {name, iban, account_number, account_id}, recipient {name, iban, account_number},
amount (minor units), currency, description, created_at, initiated_at, status,
bank_transaction_reference,
reconciliation (RECONCILED | OUTSTANDING | UNRECEIVED, or None while no money is under way),
reconciled_at.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.engine.call import Call
from sandbox.engine.ids import random_of, uuid_of
from sandbox.engine.instants import MINUTE, Duration, Instant
from sandbox.engine.people import EMIRATI_BANKS, emirati_iban, gulf_name
from sandbox.engine.store import CollectionSpec, Document
from sandbox.engine.timeline import Event, Happening
from sandbox.engine.world import Conflict
from sandbox.lean.errors import unknown

COLLECTION = CollectionSpec("lean.payments", created=lambda payment: int(payment["created_at"]))
TARGET = "lean.payment"
STATUSES = (
    "AWAITING_LOGIN_MFA",
    "AWAITING_PAYMENT_MFA",
    "AWAITING_APP_AUTH",
    "FAILED",
    "PENDING_WITH_BANK",
    "ACCEPTED_BY_BANK",
)
RECONCILIATIONS = ("RECONCILED", "OUTSTANDING", "UNRECEIVED")
UNDER_WAY = ("PENDING_WITH_BANK", "ACCEPTED_BY_BANK")
"""The statuses in which a payment's money is on its way, so that a deposit can match it."""
EVENT = "reconciliation"
_DEPOSIT_DELAY: Duration = 15 * MINUTE
"""Between the deposits that Lean fetches; hence a payment's and its deposit's moments."""


def find(call: Call, payment_id: str) -> Document:
    """The payment as rules and reads see it: its document, and what scenarios lay over it.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT.
    """
    return _seen(call, stored(call, payment_id))


def stored(call: Call, payment_id: str) -> Document:
    """The payment without what scenarios lay over it.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT.
    """
    payment: Document | None = call.collection(COLLECTION.name).get(payment_id)
    if payment is None:
        raise unknown("payment", payment_id)
    return payment


def get(call: Call, payment_id: str) -> Document:
    """The payment of `GET /payments/v1/{payment_id}`.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT.
    """
    with call:
        return find(call, payment_id)


def get_reconciliation(call: Call, payment_id: str) -> Document:
    """The payment, if its money is or was under way.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT, also where there is nothing to reconcile.
    """
    payment = get(call, payment_id)
    if payment["reconciliation"] is None:
        raise unknown("payment", payment_id)
    return payment


def _seen(call: Call, payment: Document) -> Document:
    overlay = call.overlay(TARGET, payment)
    if not overlay:
        return payment
    return with_state(payment, overlay, payment["created_at"] + _DEPOSIT_DELAY)


def with_state(payment: Document, changes: Mapping[str, Any], at: Instant) -> Document:
    """A payment with a changed status, reconciliation or other value, and what follows of it.

    Without a word of its own, the reconciliation follows the status: money that is not under
    way has none.
    """
    status = changes.get("status", payment["status"])
    reconciliation = changes.get("reconciliation", payment["reconciliation"])
    if status not in UNDER_WAY:
        reconciliation = None
    elif reconciliation is None:
        reconciliation = "OUTSTANDING"
    reconciled_at = payment["reconciled_at"]
    if reconciliation != payment["reconciliation"]:
        reconciled_at = at
    return {
        **payment,
        **changes,
        "status": status,
        "reconciliation": reconciliation,
        "reconciled_at": reconciled_at,
    }


def deposit_id(payment: Document) -> str:
    """The id of the deposit that reconciled a payment."""
    return uuid_of(f"{payment['id']}/deposit")


# What happens outside Lean's API: the admin API's calls ---------------------------------------


def make(payment_id: str, values: Mapping[str, Any], created_at: Instant) -> Document:
    """A payment, not yet stored; all that is not given is made up, the same for the same id."""
    random = random_of(payment_id)
    bank, ours = random.choice(EMIRATI_BANKS), random.choice(EMIRATI_BANKS)
    account, our_account = (f"{random.randrange(10**16):016d}" for _ in range(2))
    sender = {
        "name": " ".join(gulf_name(random)),
        "iban": emirati_iban(bank, account),
        "account_number": account,
        "account_id": uuid_of(f"{payment_id}/account"),
    }
    intent_id = values.get("payment_intent_id") or uuid_of(f"{payment_id}/intent")
    status = values.get("status", "ACCEPTED_BY_BANK")
    blank = {"status": None, "reconciliation": None, "reconciled_at": None}
    default = "RECONCILED" if status == "ACCEPTED_BY_BANK" else "OUTSTANDING"
    state = {"status": status, "reconciliation": values.get("reconciliation", default)}
    return {
        "id": payment_id,
        "customer_id": values.get("customer_id") or uuid_of(f"{payment_id}/customer"),
        "payment_intent_id": intent_id,
        "payment_source_id": uuid_of(f"{payment_id}/source"),
        "sender": {**sender, **values.get("sender", {})},
        "recipient": {
            "name": "Sandbox Trading LLC",
            "iban": emirati_iban(ours, our_account),
            "account_number": our_account,
        },
        "amount": values.get("amount", 100_00),
        "currency": values.get("currency", "AED"),
        "description": intent_id.replace("-", ""),
        "created_at": created_at,
        "initiated_at": created_at,
        "bank_transaction_reference": f"WD{random.randrange(10**12):012d}",
        **with_state(blank, state, created_at),
    }


def pay(call: Call, values: Mapping[str, Any], reconcile_after: Duration | None) -> Document:
    """Stand in for the payer and the bank: a payment is made now.

    Args:
        call: the world and the moment.
        values: amount (minor units), currency, status, reconciliation, customer_id.
        reconcile_after: reconciles it later.
    """
    with call:
        if reconcile_after is not None:
            values = {"reconciliation": "OUTSTANDING", **values}
        payment = make(call.world.ids.uuid("lean.payment"), values, call.now)
        return _put(call, payment, reconcile_after)


def change(
    call: Call, payment_id: str, values: Mapping[str, Any], reconcile_after: Duration | None
) -> Document:
    """Change a payment below whatever scenarios lay over it.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT.
        Conflict: refunds stand against its amount or currency.
    """
    with call:
        payment = stored(call, payment_id)
        refunded = call.collection("lean.refunds").total("refunded", payment_id)
        if refunded and values.get("currency", payment["currency"]) != payment["currency"]:
            raise Conflict("the payment has refunds in its currency")
        if values.get("amount", refunded) < refunded:
            raise Conflict("more than that amount has been refunded")
        if reconcile_after is not None:
            values = {"reconciliation": "OUTSTANDING", **values}
        return _put(call, with_state(payment, values, call.now), reconcile_after)


def _put(call: Call, payment: Document, reconcile_after: Duration | None) -> Document:
    call.collection(COLLECTION.name).put(payment["id"], payment)
    if payment["reconciliation"] != "OUTSTANDING":
        call.world.timeline.cancel("lean", EVENT, payment["id"])
    if reconcile_after is not None:
        at = call.now + reconcile_after
        call.world.timeline.schedule(Event(at, "lean", EVENT, payment["id"], "RECONCILED"))
    return payment


def happen(call: Call, event: Event) -> Happening:
    """Let a payment's deposit arrive and reconcile it."""
    payments = call.collection(COLLECTION.name)
    payment = stored(call, event.subject)
    payments.put(event.subject, with_state(payment, {"reconciliation": event.to}, event.at))
    return Happening(event.at, EVENT, "lean", event.subject, payment["reconciliation"], event.to)
