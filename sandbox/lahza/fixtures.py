"""Lahza's fixtures: what a fresh world holds, by name; and documents made up on top."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.provider.fixtures import TAKEN, Fixture, FixtureGroup, named, values_of
from sandbox.engine.provider.rules import Call
from sandbox.engine.reading.fields import Before, word
from sandbox.engine.reading.fixtures import BadFixture
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import fakers, random_of
from sandbox.engine.values.instants import DAY, SECOND
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
