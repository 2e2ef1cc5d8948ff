"""The keys by which a scenario tells Lahza's transactions and refunds apart."""

from sandbox.engine.scenarios.vocabulary import Key, one_of, same
from sandbox.engine.store.collections import Document
from sandbox.lahza.wire import CURRENCIES, DOMAINS, LEGAL, whole


def _named(value: object) -> str:
    """An id or a reference."""
    if not LEGAL.issuperset(str(value)):
        raise ValueError("neither an id nor a reference: those have letters, digits, - . =")
    return str(value)


def _is_of(document: Document, value: str) -> bool:
    """Whether a document is the transaction that a value names, or a refund of it."""
    number = document.get("transaction", document["id"])
    return value in (str(number), document["reference"])


_TRANSACTION = Key(_named, _is_of, fixtures="lahza.transactions")
_DOMAIN = Key(one_of(DOMAINS), same("domain"))
_CURRENCY = Key(one_of(CURRENCIES), same("currency"))

TRANSACTION_WHERE = {"transaction": _TRANSACTION, "domain": _DOMAIN, "currency": _CURRENCY}

NOTICE_WHERE = {
    "transaction": _TRANSACTION._replace(
        matches=lambda notice, value: _is_of(notice.documents[0], value)
    ),
    "domain": _DOMAIN._replace(matches=lambda notice, value: notice.channel == value),
}

REFUND_WHERE = {
    "transaction": _TRANSACTION,
    "id": Key(whole, same("id"), fixtures="lahza.refunds"),
    "amount": Key(whole, same("amount")),
    "domain": _DOMAIN,
    "currency": _CURRENCY,
}
