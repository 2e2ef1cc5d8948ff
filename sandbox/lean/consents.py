"""Consents: what customers let the merchant take from their account, later and by itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.provider.resources import Listing
from sandbox.engine.provider.rules import Call, Lifecycle
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import random_of, uuid_of
from sandbox.engine.values.instants import LAST, SECOND, Instant, from_datetime
from sandbox.lean import account_on_file, amounts, consent_terms, idempotency, people, sources
from sandbox.lean.consent_terms import AMOUNTS, CONSENTS, NUMBERS, Consumed
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.destinations import DESTINATIONS
from sandbox.lean.errors import LeanError, consent_state, invalid, missing
from sandbox.lean.matchers import CONSENT_WHERE
from sandbox.lean.settings import settings_of
from sandbox.lean.webhooks import CONSENT, tell_consent
from sandbox.lean.wire import timestamp

AWAITING = "AWAITING_AUTHORISATION"


@idempotency.once("consents")
def create(call: Call, values: Mapping[str, Any]) -> Document:
    """Ask a customer for a consent.

    Args:
        call: the world and the moment.
        values: loaded by `schemas.consents.CreateConsent`; amounts in major units.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_PAYMENT_DESTINATION; 400, a limit or a date can't
            be, there is no limit, or no government identifier where one has to be.
    """
    customer = CUSTOMERS.find(call, values["customer_id"])
    DESTINATIONS.find(call, values["destination_account_id"])
    is_identified = values["government_identifier"] is not None or customer["has_identifier"]
    if settings_of(call).government_identifier == "required" and not is_identified:
        raise LeanError(400, "MISSING_PARAMETERS", "government_identifier is required")
    starts_at, expires_at = _validity(call, values)
    consent = {
        "id": call.ids.uuid("lean.consent"),
        "status": None,
        "customer_id": values["customer_id"],
        "destination_account_id": values["destination_account_id"],
        "currency": values["currency"],
        "reference": values["reference"],
        "purpose": values["purpose"],
        "starts_at": starts_at,
        "expires_at": expires_at,
        "control_parameters": _limits(values["control_parameters"], values["currency"]),
        "immediate_payment": None,
        "bank_identifier": None,
        "account": None,
        "failure_reason": None,
        "created_at": call.now,
    }
    if values["immediate_payment"] is not None:
        consent["immediate_payment"] = _immediate(consent, values["immediate_payment"])
    created: Document = lifecycle.enter(call, LIFECYCLE, str(consent["id"]), consent, AWAITING)
    return created


def _validity(call: Call, values: Mapping[str, Any]) -> tuple[Instant, Instant]:
    """When a consent starts, now unless said, and when it expires: a year later unless said."""
    starts_at, expires_at = values["start_date_time"], values["expiration_date_time"]
    if starts_at is None:
        starts_at = call.now
    if expires_at is None:
        expires_at = _a_year_after(starts_at)
    elif expires_at <= max(starts_at, call.now):
        raise invalid("expiration_date_time", timestamp(expires_at))
    return starts_at, expires_at


def _a_year_after(start: Instant) -> Instant:
    begins = datetime.fromtimestamp(start // SECOND, UTC)
    is_leap_day = (begins.month, begins.day) == (2, 29)
    ends = begins.replace(year=begins.year + 1, day=28 if is_leap_day else begins.day)
    return min(from_datetime(ends) + start % SECOND, LAST)


def _limits(given: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """The control parameters as they are kept."""
    if all(given[key] is None for key in (*AMOUNTS[:2], NUMBERS[0])):
        raise missing(f"control_parameters->{AMOUNTS[0]}")
    limits = {key: value for key, value in given.items() if value is not None}
    for key in AMOUNTS:
        if key in limits:
            field = f"control_parameters->{key}"
            limits[key] = amounts.to_bounded_minor(limits[key], currency, field)
    return {**limits, "currency": currency}


def _immediate(consent: Document, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is paid as soon as a consent is authorised: it has to keep the limits."""
    field, currency = "immediate_payment->amount", consent["currency"]
    amount = amounts.to_bounded_minor(given["amount"], currency, field)
    consent_terms.require_within(consent, Consumed(), amount, field)
    return {**given, "amount": amount, "currency": currency}


# Reads ----------------------------------------------------------------------------------------


def get(call: Call, consent_id: str) -> Document:
    """The consent of `GET /consents/v1/{consent_id}`, with what payments have taken of it.

    Raises:
        LeanError: 404 UNKNOWN_CONSENT.
    """
    with call:
        return _whole(call, CONSENTS.find(call, consent_id))


def page(call: Call, asked: Listing) -> tuple[list[Document], int]:
    """A page of a customer's consents, likewise, newest first, and how many there are on all.

    Filters: customer_id; statuses, those to have; none: any.
    """
    statuses = asked.filters["statuses"]
    keep = (lambda consent: consent["status"] in statuses) if statuses else None
    with call:
        of_customer = {"customer_id": asked.filters["customer_id"]}
        rows, total = CONSENTS.page(call, asked, of_customer, keep)
        return [_whole(call, consent) for consent in rows], total


def _whole(call: Call, consent: Document) -> Document:
    """A consent with `consumed`, which is None until it is authorised."""
    is_authorised = consent["account"] is not None
    taken = account_on_file.consumed(call, consent)._asdict() if is_authorised else None
    return {**consent, "consumed": taken}


def asked(call: Call, consent_id: str) -> Document:
    """What the customer of a consent is asked for.

    Returns:
        consent, is_expired (whether its time is over, whatever its status is), recipient.

    Raises:
        LeanError: 404 UNKNOWN_CONSENT.
    """
    with call:
        consent = CONSENTS.find(call, consent_id)
        destination = DESTINATIONS.find(call, consent["destination_account_id"])
        return {
            "consent": consent,
            "is_expired": call.now >= consent["expires_at"],
            "recipient": destination["display_name"] or destination["name"],
        }


# What becomes of it ---------------------------------------------------------------------------


def authorise(call: Call, consent_id: str, bank: str) -> Document:
    """The customer says yes, and chooses a bank.

    Raises:
        LeanError: 404 UNKNOWN_CONSENT.
        Final: an answer has been given, or it has expired.
    """
    with call:
        return _answer(call, consent_id, "AUTHORISED", bank)


def reject(call: Call, consent_id: str) -> Document:
    """The customer says no; the rest as `authorise`."""
    with call:
        return _answer(call, consent_id, "REJECTED", None)


def _answer(call: Call, consent_id: str, status: str, bank: str | None) -> Document:
    consent = CONSENTS.stored(call, consent_id)
    if consent["status"] != AWAITING:
        raise lifecycle.Final(f"it is {consent['status']}")
    answered = {**consent, "bank_identifier": bank}
    entered: Document = lifecycle.enter(call, LIFECYCLE, consent_id, answered, status)
    return entered


def revoke(call: Call, consent_id: str) -> None:
    """Give a consent up, by the merchant's own call.

    Raises:
        LeanError: 404 UNKNOWN_CONSENT; 400 INVALID_CONSENT_STATE, it is not AUTHORISED.
    """
    with call:
        consent = CONSENTS.find(call, consent_id)
        if consent["status"] != "AUTHORISED":
            raise consent_state(400, f"is {consent['status']}, not AUTHORISED")
        lifecycle.enter(call, LIFECYCLE, consent_id, consent, "REVOKED")


def _change(call: Call, consent: Document, status: str, at: Instant) -> Document:
    is_first = consent["status"] == AWAITING and status == "AUTHORISED"
    if is_first:
        if at >= consent["expires_at"]:
            raise lifecycle.Final("it expired before it was authorised")
        consent = {**consent, **_account(call, consent)}
    changed = {**consent, "status": status}
    if status != AWAITING:
        tell_consent(call, changed, last=not LIFECYCLE.may_become[status])
    immediate = changed["immediate_payment"]
    if is_first and immediate is not None:
        account_on_file.pay(call, changed, immediate["amount"], immediate["reference"])
    return changed


def _account(call: Call, consent: Document) -> dict[str, Any]:
    """The account that a customer consents to: the one connected last, at the bank if one is named.

    Where there is none, it is made up.
    """
    named = consent["bank_identifier"]
    source = sources.connected(call, consent["customer_id"], consent["currency"], named)
    if source is not None:
        return {"bank_identifier": source["bank_identifier"], "account": source["account"]}
    account_id = uuid_of(f"{consent['id']}/account")
    account = people.account(random_of(consent["id"]), account_id)
    return {"bank_identifier": named or sources.BANK, "account": account}


_FINAL = ("REVOKED", "EXPIRED", "CONSUMED")
LIFECYCLE = Lifecycle(
    provider="lean",
    kind=CONSENT,
    collection=CONSENTS.name,
    next={
        status: ("EXPIRED", lambda call, consent: consent["expires_at"] - call.now)
        for status in ("AUTHORISED", "SUSPENDED")
    },
    may_become={
        AWAITING: ("AUTHORISED", "REJECTED"),
        "AUTHORISED": ("SUSPENDED", *_FINAL),
        "SUSPENDED": ("AUTHORISED", *_FINAL),
        "REJECTED": (),
        **dict.fromkeys(_FINAL, ()),
    },
    where=CONSENT_WHERE,
    state=lambda consent: str(consent["status"]),
    change=_change,
)
STATUSES = tuple(LIFECYCLE.may_become)
