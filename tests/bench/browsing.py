"""The dashboard's lists, beside those of the API, among many refunds."""

from collections.abc import Iterator
from functools import partial

from tests.bench.client import ratios
from tests.bench.figures import Figure, spread
from tests.bench.inside import Call, Crowd, seconds, sender
from tests.bench.serving import LAHZA, LEAN

DOCUMENTS = 100_000
ROUNDS = 15
TIMES = 20
_LISTS = {
    "lahza": ("/_sandbox/dashboard/lahza/refunds", Call("GET", "/refund?perPage=50", LAHZA)),
    "lean": ("/_sandbox/dashboard/lean/refunds", Call("GET", "/payouts/refunds?size=50", LEAN)),
}
"""A page of 50 rows, and the API's own list of as many."""


def browsing(documents: int = DOCUMENTS, rounds: int = ROUNDS) -> Iterator[Figure]:
    """The time of a page against that of the list."""
    app = Crowd().fill(documents).app
    for provider, (page, call) in _LISTS.items():
        shown, listed = sender(app, Call("GET", page, {})), sender(app, call)
        both = partial(seconds, shown, TIMES), partial(seconds, listed, TIMES)
        yield f"browse.{provider}", spread(ratios(*both, rounds))
