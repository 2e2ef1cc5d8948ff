"""Charges: transactions that are to be paid, and the attempts to pay them by card."""

from collections.abc import Mapping
from typing import Any

from sandbox.engine.provider.notices import Subject
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.lahza import cards, documents, transactions
from sandbox.lahza.cards import Card
from sandbox.lahza.errors import (
    already_paid,
    duplicate_reference,
    not_reusable,
    transaction_not_found,
    unknown_authorization,
)
from sandbox.lahza.transactions import TRANSACTIONS


def initialize(call: Call, domain: str, values: Mapping[str, Any], key: str) -> Document:
    """A transaction for its payer to pay: `abandoned` until somebody tries.

    Args:
        call: the world and the moment.
        domain: whose it is.
        values: loaded by `schemas.INITIALIZE`; the amount in minor units.
        key: the secret key that the call came with.

    Raises:
        LahzaError: 400, the reference is taken.
    """
    with call:
        access_code = call.ids.letters("lahza.access_code", 12)
        new = _new(call, {**values, "domain": domain, "key": key}, access_code)
        transaction = TRANSACTIONS.put(call, new)
        TRANSACTIONS.note(call, None, transaction)
        call.stick(_subject(transaction))
        return transaction


def _subject(transaction: Document) -> Subject:
    return "lahza", "transaction", str(transaction["id"])


def _new(call: Call, values: Mapping[str, Any], access_code: str | None) -> dict[str, Any]:
    reference = values["reference"]
    if reference and transactions.by_reference(call, values["domain"], reference):
        raise duplicate_reference()
    number = transactions.new_number(call, TRANSACTIONS, transactions.FIRST_ID)
    more = {"access_code": access_code, "by": call.origin}
    return documents.new(number, {**values, **more}, call.now)


def find(call: Call, access_code: str) -> Document:
    """The transaction that a checkout page is for, as rules and reads see it.

    Raises:
        LahzaError: 404.
    """
    with call:
        return transactions.seen(call, _stored(call, access_code))


def _stored(call: Call, access_code: str) -> Document:
    transaction = TRANSACTIONS.collection(call).newest("access_code", access_code)
    if transaction is None:
        raise transaction_not_found()
    return transaction


def pay(call: Call, access_code: str, card: Card) -> Document:
    """Try to pay a transaction with a card; one that was refused may be tried again.

    Returns:
        The transaction: `success`, or `failed` with the reason as `gateway_response`.

    Raises:
        LahzaError: 404, there is no such transaction; 400, it has been paid.
    """
    with call:
        transaction = _stored(call, access_code)
        if transactions.seen(call, transaction)["paid_at"] is not None:
            raise already_paid()
        if transaction["paid_at"] is not None:  # which a scenario hides: nothing is charged twice
            return transactions.seen(call, transaction)
        call.adopt(_subject(transaction))
        response = cards.response_to(card)
        authorization = cards.authorization_of(
            card, transaction["domain"], transaction["customer"]["email"]
        )
        return _charge(call, transaction, response, authorization)


def charge_authorization(call: Call, domain: str, values: Mapping[str, Any], key: str) -> Document:
    """Charge a card again that was charged before, by its authorization code.

    Args:
        call: the world and the moment.
        domain: whose transactions and cards there are.
        values: loaded by `schemas.CHARGE`; the amount in minor units.
        key: the secret key that the call came with.

    Returns:
        The new transaction, `success` or `failed`.

    Raises:
        LahzaError: 400, the code is unknown or of a card that was refused, or the reference is
            taken.
    """
    with call:
        authorization = _authorization(call, domain, values["authorization_code"])
        transaction = _new(call, {**values, "domain": domain, "key": key}, None)
        return _charge(call, transaction, cards.SUCCESSFUL, authorization)


def _authorization(call: Call, domain: str, code: str) -> Mapping[str, Any]:
    collection = TRANSACTIONS.collection(call)
    reusable = collection.newest("authorization", (domain, code, True))
    if reusable is not None:
        authorization: Mapping[str, Any] = reusable["authorization"]
        return authorization
    if collection.newest("authorization", (domain, code, False)) is not None:
        raise not_reusable()
    raise unknown_authorization()


def _charge(
    call: Call, transaction: Document, response: str, authorization: Mapping[str, Any]
) -> Document:
    """Charge a card, unless a scenario has its bank refuse."""
    declined = transactions.seen(call, transaction).get("decline")
    if declined is not None:
        call.acted(transactions.TARGET, transaction, "decline")
        response = declined
    attempted = documents.attempted(transaction, response, authorization, call.now)
    before = TRANSACTIONS.collection(call).get(str(transaction["id"]))
    charged = TRANSACTIONS.put(call, attempted)
    TRANSACTIONS.note(call, before, charged)
    if charged["status"] == "success":
        transactions.tell_paid(call, charged)
    return transactions.seen(call, charged)
