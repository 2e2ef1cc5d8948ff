"""Lahza's fixtures: what a fresh world holds, by name."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.provider.fixtures import TAKEN, Fixture, FixtureGroup, named, values_of
from sandbox.engine.provider.rules import Call
from sandbox.engine.reading.fields import Before, word
from sandbox.engine.reading.fixtures import BadFixture
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import DAY
from sandbox.lahza import documents, merchant, refunds, transactions
from sandbox.lahza.refunds import REFUNDS
from sandbox.lahza.schemas.control import TransactionValues
from sandbox.lahza.transactions import TRANSACTIONS


class _Fixture(Fixture):
    id = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**12))


class _Transaction(_Fixture, TransactionValues):
    before = Before(load_default=2 * DAY)


class _Refund(_Fixture):
    transaction = fields.String(required=True)
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    status = word(refunds.STATUSES, load_default="pending")
    customer_note = fields.String(load_default=None)
    merchant_note = fields.String(load_default=None)
    refunded_by = fields.String(load_default=merchant.EMAIL)
    dispute = fields.Integer(load_default=None, strict=True)


def _put_transaction(call: Call, _: str, given: Mapping[str, Any]) -> Document:
    transaction = documents.make(given["id"], given, call.now - given["before"])
    if transactions.by_reference(call, transaction["domain"], transaction["reference"]):
        raise BadFixture(TAKEN, "reference")
    return TRANSACTIONS.put(call, transaction)


def _put_refund(call: Call, _: str, given: Mapping[str, Any]) -> Document:
    paid = TRANSACTIONS.stored(call, str(named(call, "lahza.transactions", given, "transaction")))
    amount = given["amount"]
    made = {
        **refunds.make(given["id"], paid, amount, given, call.now - given["before"]),
        **{key: given[key] for key in ("status", "refunded_by", "dispute")},
        "deducted_amount": amount if given["status"] == "processed" else None,
    }
    refund = REFUNDS.put(call, made)
    if REFUNDS.collection(call).total("refunded", paid["id"]) > paid["amount"]:
        raise BadFixture("more than the transaction's", "amount")
    return refund


FIXTURES = (
    FixtureGroup(
        "transactions",
        _Transaction,
        TRANSACTIONS,
        _put_transaction,
        values_of("reference", "amount", "currency", "status", "domain"),
    ),
    FixtureGroup(
        "refunds",
        _Refund,
        REFUNDS,
        _put_refund,
        values_of("transaction", "reference", "amount", "currency", "status", "domain"),
    ),
)
