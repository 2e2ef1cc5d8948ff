"""The merchant's account with Lahza: who it is, and the balance that refunds draw on."""

from collections.abc import Mapping

from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import CollectionSpec, Document
from sandbox.lahza.errors import insufficient_balance

COLLECTION = CollectionSpec("lahza.merchant", created=lambda _: 0)
TARGET = "lahza.merchant"
INTEGRATION = 412829
EMAIL = "test@example.com"
_ID = "merchant"
_DEFAULT: Document = {"balance": {}}


def draw(call: Call, currency: str, amount: int) -> int:
    """Take a refund, in minor units, from the balance, if one has been set in its currency.

    Whether it covers the refund, what scenarios show decides; no more is taken than there is.

    Returns:
        What was taken.

    Raises:
        LahzaError: 400, the balance is too low.
    """
    balance = _stored(call)["balance"]
    shown = call.overlay(TARGET, {}).get("balance", {})
    if amount > shown.get(currency, amount):
        call.acted(TARGET, {}, "balance")
        raise insufficient_balance()
    if amount > {**balance, **shown}.get(currency, amount):
        raise insufficient_balance()
    drawn: int = min(amount, balance.get(currency, 0))
    if drawn:
        _put(call, {**balance, currency: balance[currency] - drawn})
    return drawn


def give_back(call: Call, currency: str, drawn: int) -> None:
    """Return to the balance what a failed refund has drawn on it, in minor units."""
    balance = _stored(call)["balance"]
    _put(call, {**balance, currency: balance[currency] + drawn})


def set_balance(call: Call, balance: Mapping[str, int]) -> Document:
    """Set the balance in some currencies, in minor units, below what scenarios lay over it."""
    with call:
        return _put(call, {**_stored(call)["balance"], **balance})


def _put(call: Call, balance: Mapping[str, int]) -> Document:
    merchant = {"balance": dict(balance)}
    call.collection(COLLECTION.name).put(_ID, merchant)
    return merchant


def _stored(call: Call) -> Document:
    return call.collection(COLLECTION.name).get(_ID) or _DEFAULT
