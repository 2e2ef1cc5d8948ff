"""Lean's fixtures: what a fresh world holds, by name; and documents made up on top."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.provider.rules import Call
from sandbox.engine.reading.fields import Before, Strict
from sandbox.engine.reading.fixtures import BadFixture, require_new
from sandbox.engine.reading.validation import listed
from sandbox.engine.store.collections import Document
from sandbox.engine.values import money
from sandbox.engine.values.ids import fakers
from sandbox.engine.values.instants import DAY, SECOND
from sandbox.lean import customers, destinations, payer, payments, payouts, refunds
from sandbox.lean.wire import DECIMALS, REASONS, Amount, Uuid, major

_POSITIVE = validate.Range(min=0, min_inclusive=False)


class _Sender(Strict):
    name = fields.String()
    iban = fields.String()
    account_number = fields.String()
    account_id = Uuid()


class _CustomerFixture(Strict):
    about = fields.String(load_default="")
    id = Uuid(required=True)
    app_user_id = fields.String(validate=validate.Length(1, 255))
    before = Before(load_default=30 * DAY)


class _DestinationFixture(Strict):
    about = fields.String(load_default="")
    id = Uuid(required=True)
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


class _PaymentFixture(Strict):
    about = fields.String(load_default="")
    id = Uuid(required=True)
    customer_id = Uuid()
    payment_intent_id = Uuid()
    payment_source_id = Uuid()
    bank_transaction_reference = fields.String()
    description = fields.String()
    amount = Amount(load_default=100, validate=_POSITIVE)
    currency = fields.String(load_default="AED", validate=validate.OneOf(list(DECIMALS)))
    status = fields.String(
        load_default="ACCEPTED_BY_BANK", validate=validate.OneOf(payments.STATUSES)
    )
    reconciliation = fields.String(validate=validate.OneOf(payments.RECONCILIATIONS))
    sender = fields.Nested(_Sender, load_default=dict)
    before = Before(load_default=2 * DAY)


class _RefundFixture(Strict):
    about = fields.String(load_default="")
    id = Uuid(required=True)
    payment = fields.String(required=True)
    amount = Amount(required=True, validate=_POSITIVE)
    status = fields.String(load_default="CREATED", validate=validate.OneOf(refunds.STATUSES))
    reason_code = fields.String(
        load_default="CUSTOMER_REQUEST", validate=validate.OneOf(list(REASONS))
    )
    description = fields.String(load_default=None)
    external_reference = fields.String(load_default=None)
    before = Before(load_default=DAY)


class FixtureSchema(Strict):
    """Lean's part of a fixture file: documents by kind and name, amounts in major units.

    `before` says how long before the world's start a document was made. The destination with the
    name `default` is the one of payments for which none is named.
    """

    customers = fields.Dict(
        keys=fields.String(), values=fields.Nested(_CustomerFixture), load_default=dict
    )
    destinations = fields.Dict(
        keys=fields.String(), values=fields.Nested(_DestinationFixture), load_default=dict
    )
    payments = fields.Dict(
        keys=fields.String(), values=fields.Nested(_PaymentFixture), load_default=dict
    )
    refunds = fields.Dict(
        keys=fields.String(), values=fields.Nested(_RefundFixture), load_default=dict
    )


def populate(call: Call, loaded: Mapping[str, Any]) -> None:
    """Put fixtures into a fresh world; nothing comes of them by itself.

    Raises:
        BadFixture: a refund's payment has no fixture, or an amount can't be one.
    """
    _put_customers(call, loaded.get("customers", {}))
    _put_destinations(call, loaded.get("destinations", {}))
    names = call.fixtures.setdefault("lean.payments", {})
    for name, entry in loaded.get("payments", {}).items():
        collection = call.collection(payments.COLLECTION.name)
        require_new(collection, entry["id"], ("lean", "payments", name, "id"))
        payment = payer.put_new(call, _payment(call, name, entry))
        names[name] = {
            "id": payment["id"],
            "amount": major(payment["amount"], payment["currency"]),
            "currency": payment["currency"],
            "status": payment["status"],
            "reconciliation": payment["reconciliation"],
            "about": entry["about"],
        }
    refund_names = call.fixtures.setdefault("lean.refunds", {})
    for name, entry in loaded.get("refunds", {}).items():
        if entry["payment"] not in names:
            path = ("lean", "refunds", name, "payment")
            raise BadFixture(path, f"unknown; {listed(names)}")
        payment_id = names[entry["payment"]]["id"]
        payment = payments.stored(call, payment_id)
        refund = _refund(call, name, entry, payment)
        collection = call.collection(refunds.COLLECTION.name)
        require_new(collection, refund["refund_id"], ("lean", "refunds", name, "id"))
        collection.put(refund["refund_id"], refund)
        payouts.put_carrying(call, refund)
        if collection.total("refunded", payment_id) > payment["amount"]:
            raise BadFixture(("lean", "refunds", name, "amount"), "more than the payment's")
        refund_names[name] = {
            "id": refund["refund_id"],
            "payment_id": payment_id,
            "amount": major(refund["amount"], refund["currency"]),
            "currency": refund["currency"],
            "status": refund["status"],
            "about": entry["about"],
        }


def _put_customers(call: Call, entries: Mapping[str, Any]) -> None:
    names = call.fixtures.setdefault("lean.customers", {})
    for name, entry in entries.items():
        collection = call.collection(customers.COLLECTION.name)
        require_new(collection, entry["id"], ("lean", "customers", name, "id"))
        app_user_id = entry.get("app_user_id", f"user-{entry['id']}")
        if collection.newest("app_user_id", app_user_id) is not None:
            path = ("lean", "customers", name, "app_user_id")
            raise BadFixture(path, "taken by another fixture")
        customers.put(call, entry["id"], app_user_id, call.now - entry["before"])
        names[name] = {"id": entry["id"], "app_user_id": app_user_id, "about": entry["about"]}


def _put_destinations(call: Call, entries: Mapping[str, Any]) -> None:
    names = call.fixtures.setdefault("lean.destinations", {})
    for name, entry in entries.items():
        collection = call.collection(destinations.COLLECTION.name)
        require_new(collection, entry["id"], ("lean", "destinations", name, "id"))
        values = {"display_name": entry["name"], **entry}
        made_at = call.now - entry["before"]
        destination = destinations.make(entry["id"], values, made_at, default=name == "default")
        collection.put(entry["id"], destination)
        names[name] = {
            "id": destination["id"],
            "name": destination["name"],
            "iban": destination["iban"],
            "about": entry["about"],
        }


def _amount(group: str, name: str, entry: Mapping[str, Any], currency: str) -> int:
    try:
        return money.to_minor(entry["amount"], DECIMALS[currency])
    except (money.Inexact, OverflowError) as error:
        raise BadFixture(("lean", group, name, "amount"), str(error)) from error


def _payment(call: Call, name: str, entry: Mapping[str, Any]) -> Document:
    values = {**entry, "amount": _amount("payments", name, entry, entry["currency"])}
    if "description" in entry:
        values["reason"] = entry["description"]
    return payer.draw_up(call, entry["id"], values, call.now - entry["before"])


def _refund(call: Call, name: str, entry: Mapping[str, Any], payment: Document) -> Document:
    status = entry["status"]
    approved = status not in ("CREATED", "REJECTED")
    return {
        "refund_id": entry["id"],
        "payment_id": payment["id"],
        "status": status,
        "approved_as": "APPROVED" if approved else None,
        "amount": _amount("refunds", name, entry, payment["currency"]),
        "currency": payment["currency"],
        "deposit_amount": payment["amount"],
        "deposit_currency": payment["currency"],
        "reason_code": entry["reason_code"],
        "description": entry["description"],
        "external_reference": entry["external_reference"],
        "beneficiary": refunds.beneficiary_of(payment, None),
        "created_at": call.now - entry["before"],
        "created_by": refunds.GATEWAY,
        "actioned_by": None if status == "CREATED" else refunds.GATEWAY,
        "refund_intent_id": refunds.intent_of(entry["id"]) if approved else None,
        "failure_reason": None,
    }


def make_payments(call: Call, count: int, seed: int | None, offset: int) -> dict[str, Document]:
    """Make payments up with Faker, of the last 30 days, in all the states there are."""
    made = {}
    with call:
        destination = destinations.default(call)
    for faker in fakers(call.ids.seed_for("lean.payments", seed), offset, count):
        status = faker.random_element(OrderedDict(ACCEPTED_BY_BANK=0.9, FAILED=0.1))
        values = {
            "amount": faker.random_int(10_00, 9_000_00),
            "currency": faker.random_element(OrderedDict(AED=0.9, USD=0.1)),
            "status": status,
            "reconciliation": faker.random_element(
                OrderedDict(RECONCILED=0.85, OUTSTANDING=0.1, UNRECEIVED=0.05)
            ),
        }
        before = faker.random_int(1, 30 * DAY // SECOND) * SECOND
        payment_id = faker.uuid4()
        made[payment_id] = payments.make(payment_id, values, call.now - before, destination)
    return made


def put_payments(call: Call, made: Mapping[str, Document]) -> int:
    """Store those of the payments made up that are not there yet; how many."""
    collection = call.collection(payments.COLLECTION.name)
    new = [payment for payment_id, payment in made.items() if collection.get(payment_id) is None]
    for payment in new:
        payer.put_new(call, payment)
    return len(new)
