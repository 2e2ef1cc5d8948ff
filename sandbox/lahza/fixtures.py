"""Lahza's fixtures: what a fresh world holds, by name; and documents made up on top."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.provider.rules import Call
from sandbox.engine.reading.fields import Before, Strict
from sandbox.engine.reading.fixtures import BadFixture, require_new
from sandbox.engine.reading.validation import listed
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import fakers, random_of
from sandbox.engine.values.instants import DAY, SECOND
from sandbox.lahza import documents, merchant, refunds, transactions
from sandbox.lahza.schemas.control import TransactionValues


class _TransactionFixture(TransactionValues):
    about = fields.String(load_default="")
    id = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**12))
    before = Before(load_default=2 * DAY)


class _RefundFixture(Strict):
    about = fields.String(load_default="")
    id = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**12))
    transaction = fields.String(required=True)
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    status = fields.String(load_default="pending", validate=validate.OneOf(refunds.STATUSES))
    customer_note = fields.String(load_default=None)
    merchant_note = fields.String(load_default=None)
    refunded_by = fields.String(load_default=merchant.EMAIL)
    dispute = fields.Integer(load_default=None, strict=True)
    before = Before(load_default=DAY)


class FixtureSchema(Strict):
    """Lahza's part of a fixture file: transactions and refunds by name, amounts in minor units.

    `before` says how long before the world's start a document was made.
    """

    transactions = fields.Dict(
        keys=fields.String(), values=fields.Nested(_TransactionFixture), load_default=dict
    )
    refunds = fields.Dict(
        keys=fields.String(), values=fields.Nested(_RefundFixture), load_default=dict
    )


def populate(call: Call, loaded: Mapping[str, Any]) -> None:
    """Put fixtures into a fresh world; nothing comes of them by itself.

    Raises:
        BadFixture: a refund's transaction has no fixture.
    """
    names = call.fixtures.setdefault("lahza.transactions", {})
    for name, entry in loaded.get("transactions", {}).items():
        transaction = documents.make(entry["id"], entry, call.now - entry["before"])
        collection = call.collection(transactions.COLLECTION.name)
        at = ("lahza", "transactions", name)
        require_new(collection, str(entry["id"]), (*at, "id"))
        if transactions.by_reference(call, transaction["domain"], transaction["reference"]):
            raise BadFixture((*at, "reference"), "taken by another fixture")
        collection.put(str(entry["id"]), transaction)
        names[name] = {
            **{key: transaction[key] for key in ("id", "reference", "amount", "currency")},
            **{key: transaction[key] for key in ("status", "domain")},
            "about": entry["about"],
        }
    refund_names = call.fixtures.setdefault("lahza.refunds", {})
    for name, entry in loaded.get("refunds", {}).items():
        if entry["transaction"] not in names:
            path = ("lahza", "refunds", name, "transaction")
            raise BadFixture(path, f"unknown; {listed(names)}")
        paid = transactions.by_id(call, None, int(names[entry["transaction"]]["id"]))
        refund = _refund(call, entry, paid or {})
        collection = call.collection(refunds.COLLECTION.name)
        require_new(collection, str(entry["id"]), ("lahza", "refunds", name, "id"))
        collection.put(str(entry["id"]), refund)
        if collection.total("refunded", refund["transaction"]) > (paid or {})["amount"]:
            raise BadFixture(("lahza", "refunds", name, "amount"), "more than the transaction's")
        refund_names[name] = {
            **{key: refund[key] for key in ("id", "transaction", "reference", "amount")},
            **{key: refund[key] for key in ("currency", "status", "domain")},
            "about": entry["about"],
        }


def _refund(call: Call, entry: Mapping[str, Any], transaction: Document) -> Document:
    created_at = call.now - entry["before"]
    processed = entry["status"] == "processed"
    note = f"Refund for transaction {transaction['reference']}"
    return {
        "id": entry["id"],
        "transaction": transaction["id"],
        "reference": transaction["reference"],
        "customer": transaction["customer"],
        "domain": transaction["domain"],
        "amount": entry["amount"],
        "currency": transaction["currency"],
        "status": entry["status"],
        "customer_note": entry["customer_note"] or note,
        "merchant_note": entry["merchant_note"] or f"{note} by {merchant.EMAIL}",
        "refunded_by": entry["refunded_by"],
        "created_at": created_at,
        "updated_at": created_at,
        "refunded_at": created_at,
        "expected_at": created_at + refunds.EXPECTED_AFTER,
        "deducted_amount": entry["amount"] if processed else None,
        "dispute": entry["dispute"],
        "drawn": 0,
        "failure_reason": None,
        "key": None,
    }


_NUMBERS = 8_000_000_000
_STRIDE = 5_077_931_273
"""Has no factor in common with _NUMBERS, so no two transactions of a seed have the same number."""


def make_transactions(call: Call, count: int, seed: int | None, offset: int) -> dict[str, Document]:
    """Make transactions up with Faker, of the last 30 days, in all the states there are."""
    given = call.ids.seed_for("lahza.transactions", seed)
    first = random_of(given).randrange(_NUMBERS)
    made: dict[str, Document] = {}
    for n, faker in enumerate(fakers(given, offset, count), offset):
        number = 2_000_000_000 + (first + n * _STRIDE) % _NUMBERS
        values = {
            "amount": faker.random_int(10_00, 5_000_00),
            "currency": faker.random_element(OrderedDict(ILS=0.7, JOD=0.15, USD=0.15)),
            "status": faker.random_element(OrderedDict(success=0.85, failed=0.1, abandoned=0.05)),
            "reference": f"T{number * 90_000 + faker.random_int(0, 89_999)}",
        }
        before = faker.random_int(1, 30 * DAY // SECOND) * SECOND
        made[str(number)] = documents.make(number, values, call.now - before)
    return made


def put_transactions(call: Call, made: Mapping[str, Document]) -> int:
    """Store those of the transactions made up that are not there yet; how many."""
    collection = call.collection(transactions.COLLECTION.name)
    new = {doc_id: document for doc_id, document in made.items() if collection.get(doc_id) is None}
    for doc_id, document in new.items():
        collection.put(doc_id, document)
    return len(new)
