"""Account on file: payments on a consent, without the payer being there.

A payment's document: id, consent_id, customer_id, account_id (of the destination), currency, amount
(minor units), reference, status, failure_code and failure_reason (None unless it FAILED), period
(when that of the consent began in which it was made), created_at, updated_at, by (the call that
made it, or None).

Once it is PROCESSED, its money is under way: it is then one of `payments`, too, with the same id,
so that it is reconciled and can be refunded.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from functools import partial
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.provider.resources import Listing, Resource, by_key
from sandbox.engine.provider.rules import Call, Lifecycle
from sandbox.engine.store.collections import Document
from sandbox.engine.time.timeline import Event
from sandbox.engine.values.instants import Instant
from sandbox.lean import amounts, consent_terms, idempotency, payments, reconciliation
from sandbox.lean.consent_terms import CONSENTS, Consumed
from sandbox.lean.destinations import DESTINATIONS
from sandbox.lean.errors import consent_state, unknown
from sandbox.lean.matchers import ACCOUNT_ON_FILE_WHERE
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.settings import settings_of
from sandbox.lean.webhooks import (
    ACCOUNT_ON_FILE,
    CONSENT,
    PAYMENT_CREATED,
    tell_account_on_file,
)
from sandbox.lean.wire import DECIMALS

CREATED = "CREATED"
FAILURES = {
    "INSUFFICIENT_BALANCE": "There is not enough money on the account.",
    "BANK_ISSUE": "The bank refused the payment.",
}
"""Why one fails, and what is then said of it unless it was settled with a reason."""

_Key = Callable[[Document], Hashable]
_of_consent: _Key = lambda payment: payment["consent_id"]  # noqa: E731
_of_period: _Key = lambda payment: (payment["consent_id"], payment["period"])  # noqa: E731


def _number(key: _Key, without: Collection[str]) -> Callable[[Document], tuple[Hashable, int]]:
    return lambda payment: (key(payment), int(payment["status"] not in without))


def _value(key: _Key, without: Collection[str]) -> Callable[[Document], tuple[Hashable, int]]:
    return lambda payment: (
        key(payment),
        0 if payment["status"] in without else payment["amount"],
    )


_FAILED, _UNPROCESSED = ("FAILED",), ("CREATED", "PROCESSING", "FAILED")
ON_FILE = Resource(
    "lean.account_on_file",
    partial(unknown, "payment"),
    indexes=by_key("consent_id"),
    totals={
        "number": _number(_of_consent, _FAILED),
        "value": _value(_of_consent, _FAILED),
        "number_in_period": _number(_of_period, _FAILED),
        "value_in_period": _value(_of_period, _FAILED),
        "number_processed": _number(_of_consent, _UNPROCESSED),
        "value_processed": _value(_of_consent, _UNPROCESSED),
    },
)


@idempotency.once("account-on-file payments")
def create(call: Call, values: Mapping[str, Any]) -> Document:
    """Make a payment on a consent.

    Args:
        call: the world and the moment.
        values: loaded by `schemas.account_on_file.CreatePayment`; the amount in major units.

    Raises:
        LeanError: 404 UNKNOWN_CONSENT; 400 INVALID_CONSENT_STATE, INVALID_AMOUNT,
            CONSENT_LIMIT_EXCEEDED.
    """
    consent = CONSENTS.find(call, values["consent_id"])
    consent_terms.require_state(consent, call.now)
    amount = amounts.to_bounded_minor(values["amount"], consent["currency"], "amount")
    consent_terms.require_within(consent, consumed(call, consent), amount, "amount")
    return pay(call, consent, amount, values["reference"])


def pay(call: Call, consent: Document, amount: int, reference: str | None) -> Document:
    """Make a payment on a consent that lets it be made; its caller holds the world's lock.

    Args:
        call: the world and the moment.
        consent: one that is AUTHORISED.
        amount: in minor units.
        reference: None: the consent's.
    """
    payment = {
        "id": call.ids.uuid("lean.account_on_file"),
        "consent_id": consent["id"],
        "customer_id": consent["customer_id"],
        "account_id": consent["destination_account_id"],
        "currency": consent["currency"],
        "amount": amount,
        "reference": consent["reference"] if reference is None else reference,
        "status": None,
        "failure_code": None,
        "failure_reason": None,
        "period": consent_terms.period_of(consent, call.now),
        "created_at": call.now,
        "updated_at": call.now,
        "by": call.origin,
    }
    made: Document = lifecycle.enter(call, LIFECYCLE, payment["id"], payment, CREATED)
    return made


# Reads ----------------------------------------------------------------------------------------


def page(call: Call, consent_id: str, asked: Listing) -> tuple[list[Document], int]:
    """A page of the payments on a consent, newest first, and how many there are on all pages.

    Raises:
        LeanError: 404 UNKNOWN_CONSENT.
    """
    with call:
        CONSENTS.find(call, consent_id)
        return ON_FILE.page(call, asked, {"consent_id": consent_id})


def consumed(call: Call, consent: Document) -> Consumed:
    """What payments have taken of a consent, in all and in the period that it is now."""
    made, consent_id = ON_FILE.collection(call), consent["id"]
    of_period = (consent_id, consent_terms.period_of(consent, call.now))
    return Consumed(
        made.total("number", consent_id),
        made.total("value", consent_id),
        made.total("number_in_period", of_period),
        made.total("value_in_period", of_period),
    )


def balance(call: Call, consent: Document) -> int:
    """What is left on the account of a consent, in minor units: never below zero."""
    there = settings_of(call).account_balance * 10 ** DECIMALS[consent["currency"]]
    taken = ON_FILE.collection(call).total("value_processed", consent["id"])
    return int(max(there - taken, 0))


def balance_of(call: Call, consent_id: str) -> tuple[str, int]:
    """The currency and the balance of `GET /consents/v1/{consent_id}/balance`.

    Raises:
        LeanError: 404 UNKNOWN_CONSENT; 409 INVALID_CONSENT_STATE.
    """
    with call:
        consent = CONSENTS.find(call, consent_id)
        if consent["status"] != "AUTHORISED":
            raise consent_state(409, f"is {consent['status']}, not AUTHORISED")
        return consent["currency"], balance(call, consent)


# Lifecycle ------------------------------------------------------------------------------------


def _change(call: Call, payment: Document, status: str, at: Instant) -> Document:
    consent = CONSENTS.stored(call, payment["consent_id"]) if status != CREATED else {}
    code = None
    if status == "PROCESSED" and payment["amount"] > balance(call, consent):
        status, code = "FAILED", "INSUFFICIENT_BALANCE"
    elif status == "FAILED":
        code = "BANK_ISSUE"
    changed = {
        **payment,
        "status": status,
        "failure_code": code,
        "failure_reason": code and (payment["failure_reason"] or FAILURES[code]),
        "updated_at": at,
    }
    event = PAYMENT_CREATED if status == CREATED else settings_of(call).account_on_file_event
    tell_account_on_file(call, changed, event, last=status in ("PROCESSED", "FAILED"))
    if status == "PROCESSED":
        _send_money(call, changed, consent)
        _consume(call, changed, consent)
    return changed


def _send_money(call: Call, payment: Document, consent: Document) -> None:
    """Let a payment's money be under way, as that of any payment that a bank has accepted."""
    values = {
        "customer_id": payment["customer_id"],
        "sender": consent["account"],
        "amount": payment["amount"],
        "currency": payment["currency"],
        "reason": payment["reference"],
        "reconciliation": "OUTSTANDING",
        "deposit_after": settings_of(call).deposit_after,
    }
    destination = DESTINATIONS.find(call, payment["account_id"])
    sent = {
        **payments.make(payment["id"], values, call.now, destination),
        "payment_intent_id": None,
        "payment_source_id": None,
        "description": payment["reference"],
        "consent_id": consent["id"],
        "bank_identifier": consent["bank_identifier"],
    }
    reconciliation.proceed(call, PAYMENTS.put(call, sent))


def _consume(call: Call, payment: Document, consent: Document) -> None:
    """Let a consent be CONSUMED, if a payment that is PROCESSED was the last that it allows."""
    made = ON_FILE.collection(call)
    before = Consumed(*(made.total(f"{n}_processed", consent["id"]) for n in ("number", "value")))
    if consent["status"] in ("AUTHORISED", "SUSPENDED") and consent_terms.is_consumed(
        consent, before.and_one_of(payment["amount"])
    ):
        call.schedule(Event(call.now, "lean", CONSENT, consent["id"], "CONSUMED"))


LIFECYCLE = Lifecycle(
    provider="lean",
    kind=ACCOUNT_ON_FILE,
    collection=ON_FILE.name,
    next={
        "CREATED": (
            "PROCESSING",
            lambda call, _: settings_of(call).account_on_file_processing_after,
        ),
        "PROCESSING": (
            "PROCESSED",
            lambda call, _: settings_of(call).account_on_file_processed_after,
        ),
    },
    may_become={
        "CREATED": ("PROCESSING", "FAILED"),
        "PROCESSING": ("PROCESSED", "FAILED"),
        "PROCESSED": (),
        "FAILED": (),
    },
    where=ACCOUNT_ON_FILE_WHERE,
    state=lambda payment: str(payment["status"]),
    change=_change,
)
STATUSES = tuple(LIFECYCLE.may_become)
