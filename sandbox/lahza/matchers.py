"""The keys by which a scenario tells Lahza's transactions and refunds apart."""

from sandbox.engine.provider.notices import Notice
from sandbox.engine.scenarios.vocabulary import Key, one_of, same
from sandbox.lahza.wire import CURRENCIES, DOMAINS, LEGAL, whole


def _named(value: object) -> str:
    """An id or a reference."""
    if not LEGAL.issuperset(str(value)):
        raise ValueError("neither an id nor a reference: those have letters, digits, - . =")
    return str(value)


_DOMAIN = Key(one_of(DOMAINS), same("domain"))
_CURRENCY = Key(one_of(CURRENCIES), same("currency"))

TRANSACTION_WHERE = {
    "transaction": Key(
        _named,
        lambda transaction, value: value in (str(transaction["id"]), transaction["reference"]),
        fixtures="lahza.transactions",
    ),
    "domain": _DOMAIN,
    "currency": _CURRENCY,
}


def _is_of(notice: Notice, value: str) -> bool:
    """Whether a notice is of a transaction, or of a refund of it."""
    document = notice.documents[0]
    number = document["transaction" if notice.subject[1] == "refund" else "id"]
    return value in (str(number), document["reference"])


NOTICE_WHERE = {
    "transaction": Key(_named, _is_of, fixtures="lahza.transactions"),
    "domain": Key(one_of(DOMAINS), lambda notice, value: notice.channel == value),
}

REFUND_WHERE = {
    "transaction": Key(
        _named,
        lambda refund, value: value in (str(refund["transaction"]), refund["reference"]),
        fixtures="lahza.transactions",
    ),
    "id": Key(whole, same("id"), fixtures="lahza.refunds"),
    "amount": Key(whole, same("amount")),
    "domain": _DOMAIN,
    "currency": _CURRENCY,
}
