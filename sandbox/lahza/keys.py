"""The keys by which a scenario tells Lahza's transactions and refunds apart."""

from typing import Any

from sandbox.engine.model import Key
from sandbox.lahza.wire import CURRENCIES, whole


def _one_of(words: tuple[str, ...]) -> Any:
    def parse(value: object) -> object:
        if value not in words:
            raise ValueError("valid: " + ", ".join(words))
        return value

    return parse


def _named(value: object) -> str:
    """An id or a reference."""
    return str(value)


def _same(key: str) -> Any:
    return lambda document, value: document[key] == value


_DOMAIN = Key(_one_of(("test", "live")), _same("domain"))
_CURRENCY = Key(_one_of(CURRENCIES), _same("currency"))

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
