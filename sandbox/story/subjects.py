"""Whom a story is of: a refund or a payment by its id or reference, and what concerns it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from sandbox.engine.provider.ledger import Listed
from sandbox.engine.provider.model import Model
from sandbox.engine.store.collections import Document, Store

_PLAIN = re.compile(r"[\w.=-]+", re.ASCII)


class Unknown(KeyError):
    """There is no payment and no refund of that name."""


class Subject(NamedTuple):
    """One payment or refund, as texts and numbers name it, in lower case.

    Attributes:
        provider: whose it is.
        own: the ids and references of itself, and of the refunds of a payment.
        payment: those of the payment of a refund.
        others: the ids of that payment's other refunds.
        keys: the keys under which ids and references stand.
    """

    provider: str
    own: frozenset[str]
    payment: frozenset[str]
    others: frozenset[str]
    keys: frozenset[str]

    def is_in(self, names: Iterable[str]) -> bool:
        """Whether what has these names concerns it: others' refunds of its payment do not."""
        there = frozenset(names)
        if there & self.own:
            return True
        return bool(there & self.payment) and not there & self.others

    def may_be_in(self, text: bytes) -> bool:
        """Whether it may: this is quick to tell of a body, and not always right."""
        text = text.lower()
        return any(
            name.encode() in text or not _PLAIN.fullmatch(name)  # (else it may be escaped there)
            for name in chain(self.own, self.payment)
        )

    def names_in(self, value: Any) -> Iterator[str]:
        """All texts of a JSON value, and numbers where ids stand."""
        return _names(value, self.keys, False)

    def names_of(self, document: Document) -> Iterator[str]:
        """What a document is called, and what it belongs to."""
        return (str(document[key]).lower() for key in self.keys if document.get(key) is not None)


def _names(value: Any, keys: frozenset[str], is_id: bool) -> Iterator[str]:
    if isinstance(value, str):
        yield value.lower()
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _names(inner, keys, key in keys)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner, keys, is_id)
    elif is_id and isinstance(value, int | Decimal):
        yield str(value)


def find(name: str, models: Mapping[str, Model], store: Store) -> list[Subject]:
    """The payments and refunds that a name means; its caller holds the world's lock.

    Raises:
        Unknown: there is none.
    """
    found = [
        subject
        for model in models.values()
        if model.payments is not None
        for subject in _of(name, model, model.payments, store)
    ]
    if not found:
        raise Unknown(name)
    return found


def _of(name: str, model: Model, payments: Listed, store: Store) -> Iterator[Subject]:
    refunds = model.refunds
    listed = [each for each in (payments, refunds) if each is not None]
    keys = frozenset(key for each in listed for key in _keys(each))
    seen = store.collection(payments.resource.name)
    for paid in _called(name, payments, store):
        of_it = [] if refunds is None else _refunds(paid, payments, refunds, store)
        of_refunds = (_called_so(refund, refunds) for refund in of_it)
        all_of_it = frozenset(chain(_called_so(paid, payments), *of_refunds))
        yield Subject(model.name, all_of_it, frozenset(), frozenset(), keys)
    for refund in [] if refunds is None else _called(name, refunds, store):
        assert refunds is not None  # noqa: S101 (or there were none)
        payment = seen.get(str(refund[refunds.payment]))
        of_it = [] if payment is None else _refunds(payment, payments, refunds, store)
        id_key = refunds.resource.id_key
        others = (str(each[id_key]) for each in of_it if each[id_key] != refund[id_key])
        of = [] if payment is None else _called_so(payment, payments)
        own = frozenset(_called_so(refund, refunds))
        yield Subject(model.name, own, frozenset(of), frozenset(others), keys)


def _keys(listed: Listed) -> Sequence[str]:
    return ("id", listed.resource.id_key, listed.payment, *listed.references)


def _called_so(document: Document, listed: Listed | None) -> list[str]:
    """A document's id and references."""
    keys = () if listed is None else (listed.resource.id_key, *listed.references)
    return [str(document[key]).lower() for key in keys if document[key]]


def _called(name: str, listed: Listed, store: Store) -> list[Document]:
    """The documents with an id, or else those with a reference."""
    collection = store.collection(listed.resource.name)
    by_id = collection.get(name) or collection.get(name.lower())
    if by_id is not None:
        return [by_id]
    keys = listed.references
    return [each for each in collection.select() if name in [each[key] for key in keys]]


def _refunds(payment: Document, payments: Listed, refunds: Listed, store: Store) -> list[Document]:
    """Those of a payment, looked up in an index."""
    of = payment[payments.resource.id_key]
    return list(store.collection(refunds.resource.name).select(refunds.payment, of))
