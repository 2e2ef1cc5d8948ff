"""The payments and the refunds of all providers, in one shape."""

from typing import TypedDict, cast

from .connection import Connection, Part
from .moments import given

__tracebackhide__ = True  # pytest then shows the test instead

_PAGE = 5000
"""How many are asked for at once."""


class MadeBy(TypedDict):
    """The call that made something; `request` is the `id` of what `requests` lists."""

    request: int | None
    method: str
    path: str


class Row(TypedDict):
    """A payment or a refund.

    `id` and `payment` (the one that it belongs to) are texts, `references` are what else it is
    called, `amount` is in minor units, with
    `decimals` to a major one; `state` is as the provider says it, `outcome` open, settled or
    failed; `by` is None for what no call of the provider's API made.
    """

    id: str
    references: list[str]
    provider: str
    payment: str
    amount: int
    currency: str
    decimals: int
    state: str
    outcome: str
    at: str
    by: MadeBy | None


class Ledger(Part):
    """The world's payments, or its refunds, whoever's they are."""

    def __init__(self, connection: Connection, kind: str) -> None:
        super().__init__(connection)
        self._kind = kind

    def all(
        self,
        *,
        provider: str | None = None,
        state: str | None = None,
        outcome: str | None = None,
        limit: int | None = None,
    ) -> list[Row]:
        """Those that match, newest first.

        Args:
            provider: lean or lahza.
            state: as the provider says it.
            outcome: open, settled or failed.
            limit: that many, the newest; unless given, all.
        """
        query: dict[str, object] = given(provider=provider, state=state, outcome=outcome)
        found: list[Row] = []
        while True:
            query["limit"] = _PAGE if limit is None else min(_PAGE, limit - len(found))
            page = self._call("GET", self._kind, query=query)
            found += cast(list[Row], page[self._kind])
            if not page["more"] or limit == len(found):
                return found
            query["before"] = found[-1]["id"]
