"""Lean's fixtures: what a fresh world holds, by name."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.provider.fixtures import TAKEN, Fixture, FixtureGroup, named, values_of
from sandbox.engine.provider.rules import Call
from sandbox.engine.reading.fields import Before, Strict, word
from sandbox.engine.reading.fixtures import BadFixture
from sandbox.engine.store.collections import Document
from sandbox.engine.values import money
from sandbox.engine.values.instants import DAY, Instant
from sandbox.lean import customers, destinations, payer, payments, payouts, refunds
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.destinations import DESTINATIONS
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.refunds import REFUNDS
from sandbox.lean.wire import DECIMALS, REASONS, Amount, Uuid, major

_POSITIVE = validate.Range(min=0, min_inclusive=False)


class _Fixture(Fixture):
    id = Uuid(required=True)


class _Customer(_Fixture):
    app_user_id = fields.String(validate=validate.Length(1, 255))
    before = Before(load_default=30 * DAY)


class _Destination(_Fixture):
    customer_id = Uuid()
    name = fields.String(required=True)
    display_name = fields.String()
    iban = fields.String()
    account_number = fields.String()
    bank_identifier = fields.String()
    bank_type = fields.String()
    swift_code = fields.String()
    address = fields.String(load_default="Sheikh Zayed Road")
    branch_address = fields.String()
    city = fields.String(load_default="Dubai")
    country = fields.String(load_default="ARE")
    before = Before(load_default=30 * DAY)


class _Sender(Strict):
    name = fields.String()
    iban = fields.String()
    account_number = fields.String()
    account_id = Uuid()


class _Payment(_Fixture):
    customer_id = Uuid()
    payment_intent_id = Uuid()
    payment_source_id = Uuid()
    bank_transaction_reference = fields.String()
    description = fields.String()
    amount = Amount(load_default=100, validate=_POSITIVE)
    currency = word(DECIMALS, load_default="AED")
    status = word(payments.STATUSES, load_default="ACCEPTED_BY_BANK")
    reconciliation = word(payments.RECONCILIATIONS)
    sender = fields.Nested(_Sender, load_default=dict)
    before = Before(load_default=2 * DAY)


class _Refund(_Fixture):
    payment = fields.String(required=True)
    amount = Amount(required=True, validate=_POSITIVE)
    status = word(refunds.STATUSES, load_default="CREATED")
    reason_code = word(REASONS, load_default="CUSTOMER_REQUEST")
    description = fields.String(load_default=None)
    external_reference = fields.String(load_default=None)


def _put_customer(call: Call, _: str, given: Mapping[str, Any]) -> Document:
    app_user_id = given.get("app_user_id", f"user-{given['id']}")
    if CUSTOMERS.collection(call).newest("app_user_id", app_user_id) is not None:
        raise BadFixture(TAKEN, "app_user_id")
    return customers.put(call, given["id"], app_user_id, call.now - given["before"])


def _put_destination(call: Call, name: str, given: Mapping[str, Any]) -> Document:
    """The one with the name `default` is that of payments for which none is named."""
    wanted = {"display_name": given["name"], **given}
    made_at = call.now - given["before"]
    made = destinations.make(given["id"], wanted, made_at, default=name == "default")
    return DESTINATIONS.put(call, made)


def _put_payment(call: Call, _: str, given: Mapping[str, Any]) -> Document:
    wanted = {**given, "amount": _amount(given, given["currency"])}
    if "description" in given:
        wanted["reason"] = given["description"]
    made_at = call.now - given["before"]
    return payer.put_new(call, payer.draw_up(call, given["id"], wanted, made_at))


_WAYS = {
    "APPROVED": (payouts.AWAITING,),
    "PENDING_WITH_BANK": (payouts.AWAITING, "PENDING_WITH_BANK"),
    "ACCEPTED_BY_BANK": (payouts.AWAITING, "PENDING_WITH_BANK", "ACCEPTED_BY_BANK", "PROCESSED"),
    "FAILED": (payouts.AWAITING, "PENDING_WITH_BANK", "FAILED"),
}
"""The states that the payout of a refund has entered, by the refund's."""


def _put_refund(call: Call, _: str, given: Mapping[str, Any]) -> Document:
    payment = PAYMENTS.stored(call, named(call, "lean.payments", given, "payment"))
    amount, status = _amount(given, payment["currency"]), given["status"]
    approved = status not in ("CREATED", "REJECTED")
    made = {
        **refunds.make(given["id"], payment, amount, given, call.now - given["before"]),
        "status": status,
        "approved_as": "APPROVED" if approved else None,
        "actioned_by": None if status == "CREATED" else refunds.GATEWAY,
        "refund_intent_id": refunds.intent_of(given["id"]) if approved else None,
    }
    refund = REFUNDS.put(call, made)
    if approved:
        at: Instant = refund["created_at"]
        payouts.put_carrying(call, refund, dict.fromkeys(_WAYS[status], at))
    if REFUNDS.collection(call).total("refunded", payment["id"]) > payment["amount"]:
        raise BadFixture("more than the payment's", "amount")
    return refund


def _amount(given: Mapping[str, Any], currency: str) -> int:
    """In minor units."""
    try:
        return money.to_minor(given["amount"], DECIMALS[currency])
    except (money.Inexact, OverflowError) as error:
        raise BadFixture(str(error), "amount") from error


def _with_amount(*keys: str) -> Callable[[Document], Mapping[str, Any]]:
    """Makes of a document its values under these keys, the amount in major units."""
    shown = values_of(*keys)
    return lambda document: {
        **shown(document),
        "amount": major(document["amount"], document["currency"]),
    }


FIXTURES = (
    FixtureGroup("customers", _Customer, CUSTOMERS, _put_customer, values_of("app_user_id")),
    FixtureGroup(
        "destinations", _Destination, DESTINATIONS, _put_destination, values_of("name", "iban")
    ),
    FixtureGroup(
        "payments",
        _Payment,
        PAYMENTS,
        _put_payment,
        _with_amount("amount", "currency", "status", "reconciliation"),
    ),
    FixtureGroup(
        "refunds",
        _Refund,
        REFUNDS,
        _put_refund,
        _with_amount("payment_id", "amount", "currency", "status"),
    ),
)
