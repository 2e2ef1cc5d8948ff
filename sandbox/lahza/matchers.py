"""The keys by which a scenario tells Lahza's transactions and refunds apart."""

from sandbox.engine.scenarios.vocabulary import Key, one_of, same
from sandbox.engine.store.collections import Collection, Document
from sandbox.lahza.wire import CURRENCIES, DOMAINS, LEGAL, whole


def _named(value: object) -> str:
    """An id or a reference."""
    if not LEGAL.issuperset(str(value)):
        raise ValueError("neither an id nor a reference: those have letters, digits, - . =")
    return str(value)


def _is_there(transactions: Collection[Document], value: str) -> bool:
    """Whether an id or a reference names a transaction of either domain."""
    return transactions.get(value) is not None or any(
        transactions.newest("reference", (domain, value)) for domain in DOMAINS
    )


def _is_of(document: Document, value: str) -> bool:
    """Whether a document is the transaction that a value names, or a refund of it."""
    number = document.get("transaction", document["id"])
    return value in (str(number), document["reference"])


_TRANSACTION = Key(_named, _is_of, "lahza.transactions", _is_there)
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
    "id": Key(whole, same("id"), collection="lahza.refunds"),
    "amount": Key(whole, same("amount")),
    "domain": _DOMAIN,
    "currency": _CURRENCY,
}
