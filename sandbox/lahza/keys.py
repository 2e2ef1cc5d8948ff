"""The keys by which a scenario tells Lahza's transactions and refunds apart."""

from typing import Any

from sandbox.engine.model import Key, one_of
from sandbox.lahza.wire import CURRENCIES, LEGAL, whole


def _named(value: object) -> str:
    """An id or a reference."""
    if not LEGAL.issuperset(str(value)):
        raise ValueError("neither an id nor a reference: those have letters, digits, - . =")
    return str(value)


def _same(key: str) -> Any:
    return lambda document, value: document[key] == value


_DOMAIN = Key(one_of(("test", "live")), _same("domain"))
_CURRENCY = Key(one_of(CURRENCIES), _same("currency"))

TRANSACTION_WHERE = {
    "transaction": Key(
        _named,
        lambda transaction, value: value in (str(transaction["id"]), transaction["reference"]),
        fixtures="lahza.transactions",
    ),
    "domain": _DOMAIN,
    "currency": _CURRENCY,
}

REFUND_WHERE = {
    "transaction": Key(
        _named,
        lambda refund, value: value in (str(refund["transaction"]), refund["reference"]),
        fixtures="lahza.transactions",
    ),
    "id": Key(whole, _same("id"), fixtures="lahza.refunds"),
    "amount": Key(whole, _same("amount")),
    "domain": _DOMAIN,
    "currency": _CURRENCY,
}
