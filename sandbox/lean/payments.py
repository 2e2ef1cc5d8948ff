"""Payments, and whether their money has arrived: what refunds hang on.

A payment's document: id, customer_id, payment_intent_id, payment_source_id,
payment_destination_id, sender {name, iban, account_number, account_id} (of the source),
recipient {name, iban, account_number} (of the destination), amount (minor units), currency,
description, reason and metadata (the intent's description and metadata), created_at,
initiated_at, status, failure_code, bank_transaction_reference,
reconciliation (RECONCILED | OUTSTANDING | UNRECEIVED, or None while no money is under way),
reconciled_at, deposit (the one that matches), deposit_after (how long after it becomes
OUTSTANDING its money arrives by itself; None: it doesn't). One that was made on a consent has
consent_id and bank_identifier besides, and no payment_intent_id or payment_source_id.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sandbox.engine.provider.ledger import Listed
from sandbox.engine.provider.resources import Resource, by_key
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import random_of, uuid_of
from sandbox.engine.values.instants import MINUTE, Duration, Instant
from sandbox.lean import deposits, people
from sandbox.lean.errors import unknown
from sandbox.lean.wire import DECIMALS, MOST_ROWS, major

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
DECIDED = (*UNDER_WAY, "FAILED")
"""The statuses in which the bank has taken a payment, or refused it."""
FAILURE_CODES = (
    "INSUFFICIENT_BALANCE",
    "EXCEEDS_DAILY_LIMIT",
    "USER_CANCELLED",
    "SESSION_EXPIRED_ON_OTP",
    "BANK_ISSUE",
    "BANK_MAINTENANCE",
    "LEAN_ERROR",
)
_DEPOSIT_DELAY: Duration = 15 * MINUTE
"""Between the deposits that Lean fetches; hence a payment's and its deposit's moments."""
_REASON = "Sandbox payment"
"""The description of an intent that is made up."""


def seen(call: Call, payment: Document) -> Document:
    """A payment, and what scenarios lay over it."""
    overlay = call.overlay(TARGET, payment)
    if not overlay:
        return payment
    at = payment["created_at"] + _DEPOSIT_DELAY
    changed = with_state(payment, overlay, at)
    deposit = None
    if changed["reconciliation"] == "RECONCILED":
        deposit = changed["deposit"] or deposits.match(call, changed, at)
    return {**changed, "deposit": deposit}


PAYMENTS = Resource(
    "lean.payments",
    partial(unknown, "payment"),
    indexes={
        **by_key("payment_intent_id", "customer_id", "reconciliation", "status"),
        "under_way": lambda payment: None if payment["reconciliation"] is None else True,
    },
    seen=seen,
    overlaid=("reconciliation", "under_way"),
)
LISTED = Listed(
    PAYMENTS,
    payment="id",
    outcomes={**dict.fromkeys(STATUSES, "open"), "ACCEPTED_BY_BANK": "settled", "FAILED": "failed"},
    decimals=DECIMALS.__getitem__,
    units=major,
    references=("payment_intent_id", "bank_transaction_reference"),
)


def payer_of(payment: Document) -> Document | None:
    """Who pays; None until the bank has said what becomes of it."""
    found: Document = payment["sender"]
    return found if payment["status"] in ("ACCEPTED_BY_BANK", "FAILED") else None


def bank_reference(payment: Document) -> str | None:
    """What the bank calls a payment or a payout; None unless the bank has taken it."""
    reference: str = payment["bank_transaction_reference"]
    return reference if payment["status"] in UNDER_WAY else None


def of_intent(call: Call, intent_id: str) -> list[Document]:
    """An intent's payments, as they are seen, newest first."""
    made = PAYMENTS.collection(call).select("payment_intent_id", intent_id).page(0, MOST_ROWS)
    return [seen(call, payment) for payment in made]


def with_state(payment: Document, changes: Mapping[str, Any], at: Instant) -> Document:
    """A payment with a changed status, reconciliation or other value, and what follows of it.

    Without a word of its own, the reconciliation follows the status: money that is not under
    way has none. The deposit is left as it is.
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
    failure_code = changes.get("failure_code", payment["failure_code"])
    return {
        **payment,
        **changes,
        "status": status,
        "failure_code": failure_code if status == "FAILED" else None,
        "reconciliation": reconciliation,
        "reconciled_at": reconciled_at,
    }


def make(
    payment_id: str, values: Mapping[str, Any], created_at: Instant, destination: Document
) -> Document:
    """A payment, not yet stored; all that is not given is made up, the same for the same id.

    Args:
        payment_id: its id.
        values: any of its document's values, amounts in minor units, and `source`, the one that
            it is paid from.
        created_at: when the payer paid.
        destination: where the money goes.
    """
    random = random_of(payment_id)
    sender = people.account(random, uuid_of(f"{payment_id}/account"))
    source_id = values.get("payment_source_id") or uuid_of(f"{payment_id}/source")
    if source := values.get("source"):
        sender, source_id = source["account"], source["id"]
    intent_id = values.get("payment_intent_id") or uuid_of(f"{payment_id}/intent")
    reference = values.get("bank_transaction_reference") or f"WD{random.randrange(10**12):012d}"
    status = values.get("status", "ACCEPTED_BY_BANK")
    blank = {"status": None, "failure_code": None, "reconciliation": None, "reconciled_at": None}
    state = {
        "status": status,
        "failure_code": values.get("failure_code"),
        "reconciliation": values.get(
            "reconciliation", "RECONCILED" if status == "ACCEPTED_BY_BANK" else "OUTSTANDING"
        ),
    }
    return {
        "id": payment_id,
        "customer_id": values.get("customer_id") or uuid_of(f"{payment_id}/customer"),
        "payment_intent_id": intent_id,
        "payment_source_id": source_id,
        "payment_destination_id": destination["id"],
        "sender": {**sender, **values.get("sender", {})},
        "recipient": _recipient(destination),
        "amount": values.get("amount", 100_00),
        "currency": values.get("currency", "AED"),
        "description": without_hyphens(intent_id),
        "reason": values.get("reason", _REASON),
        "metadata": values.get("metadata"),
        "created_at": created_at,
        "initiated_at": created_at,
        "bank_transaction_reference": reference,
        "deposit": None,
        "deposit_after": values.get("deposit_after"),
        **with_state(blank, state, created_at),
    }


def of(payment: Document, intent: Document, destination: Document) -> Document:
    """A payment as one of another intent, to its destination."""
    return {
        **payment,
        "payment_intent_id": intent["payment_intent_id"],
        "payment_destination_id": destination["id"],
        "recipient": _recipient(destination),
        "description": without_hyphens(intent["payment_intent_id"]),
        "reason": intent["description"],
        "metadata": intent["metadata"],
    }


def _recipient(destination: Document) -> dict[str, Any]:
    return {key: destination[key] for key in ("name", "iban", "account_number")}


def without_hyphens(intent_id: str) -> str:
    """An intent's id as a description: of its payments, and of itself where none was given."""
    return intent_id.replace("-", "")
