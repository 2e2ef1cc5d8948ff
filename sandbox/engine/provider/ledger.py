"""The payments and the refunds of all providers, in one shape and one list."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeAlias

from sandbox.engine.provider.resources import Resource
from sandbox.engine.provider.rules import Call, Origin
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import Instant

Outcome: TypeAlias = Literal["open", "settled", "failed"]
"""What a state comes to: more is to happen, the money has moved, or it never will."""


class Listed(NamedTuple):
    """How a provider's payments, or its refunds, stand in the list.

    Their documents have `amount` (minor units), `currency` and `created_at`; `by`, if calls of the
    provider's API make them.

    Attributes:
        resource: what they are.
        payment: the key of the id of the payment that one belongs to.
        outcomes: what each state comes to; all the states there are.
        said: the state as the provider says it.
        decimals: of a currency.
        by_state: the resource's index by state.
        keys: the keys of that index for one state.
        units: an amount in minor units, of a currency, as the provider's own API says it.
        references: the keys of what people call one by, beside its id.
    """

    resource: Resource
    payment: str
    outcomes: Mapping[str, Outcome]
    said: Callable[[Document], str] = itemgetter("status")
    decimals: Callable[[str], int] = lambda _: 2
    by_state: str = "status"
    keys: Callable[[str], Sequence[Hashable]] = lambda state: (state,)
    units: Callable[[int, str], int | float] = lambda minor, _: minor
    references: Sequence[str] = ()

    def ways(self, state: str | None, outcome: Outcome | None) -> Iterator[tuple[Any, Any]]:
        """The indexes, each with a key, that lead to those in a state and of an outcome."""
        if state is None and outcome is None:
            yield None, None
            return
        for each, its_outcome in self.outcomes.items():
            if state in (None, each.lower()) and outcome in (None, its_outcome):
                yield from ((self.by_state, key) for key in self.keys(each))


class Row(NamedTuple):
    """A payment or a refund, whoever's it is.

    Attributes:
        id, payment: its own id, and that of the payment that it belongs to, as texts.
        references: what else it is called.
        amount: in minor units.
        decimals: how many of a major unit's digits are minor.
        state: as the provider says it.
        at: when it was made.
        by: the call of the provider's API that made it, if one did.
    """

    id: str
    references: Sequence[str]
    provider: str
    payment: str
    amount: int
    currency: str
    decimals: int
    state: str
    outcome: Outcome
    at: Instant
    by: Origin | None


def page(
    call: Call,
    listed: Mapping[str, Listed],
    state: str | None,
    outcome: Outcome | None,
    before: str | None,
    limit: int,
) -> tuple[list[Row], int]:
    """The newest of some providers' payments or refunds, and how many older ones there are.

    Every filter is looked up in an index. Of those made at the same moment, the first provider's
    come first.

    Args:
        call: the world.
        listed: by provider.
        state: that one alone, in lower case, whatever case its provider has.
        outcome: likewise.
        before: the id of one; those that stand behind it.
        limit: so many at most.

    Raises:
        KeyError: there is none with the id `before`.
    """
    found: list[tuple[tuple[Instant, int, int], str, Document]] = []
    there = 0
    with call:
        begin = None if before is None else _place(call, listed, before)
        for rank, (provider, kind) in enumerate(listed.items()):
            collection = kind.resource.collection(call)
            until = below = None
            if begin is not None and rank == -begin[1]:
                below = before
            elif begin is not None:
                until = begin[0] + (rank > -begin[1])
            for index, key in kind.ways(state, outcome):
                selection = collection.select(index, key, until=until, below=below)
                there += len(selection)
                for document in selection.page(0, limit):
                    created, number = collection.place(str(document[kind.resource.id_key]))
                    found.append(((created, -rank, number), provider, document))
    found.sort(key=itemgetter(0), reverse=True)
    rows = [_row(provider, listed[provider], document) for _, provider, document in found[:limit]]
    return rows, there - len(rows)


def _place(call: Call, listed: Mapping[str, Listed], doc_id: str) -> tuple[Instant, int, int]:
    """Where one stands: when it was made, its provider's rank below 0, and its number."""
    for rank, kind in enumerate(listed.values()):
        collection = kind.resource.collection(call)
        if collection.get(doc_id) is not None:
            created, number = collection.place(doc_id)
            return created, -rank, number
    raise KeyError(doc_id)


def _row(provider: str, kind: Listed, document: Document) -> Row:
    return Row(
        id=str(document[kind.resource.id_key]),
        references=[str(document[key]) for key in kind.references if document[key] is not None],
        provider=provider,
        payment=str(document[kind.payment]),
        amount=document["amount"],
        currency=document["currency"],
        decimals=kind.decimals(document["currency"]),
        state=kind.said(document),
        outcome=kind.outcomes[document["status"]],
        at=document["created_at"],
        by=document.get("by"),
    )
