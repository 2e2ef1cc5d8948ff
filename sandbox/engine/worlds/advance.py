"""What comes of an advance: what happened, and which webhooks were made or tried on the way."""

from bisect import bisect_left
from typing import NamedTuple

from sandbox.engine.provider.rules import Conflict
from sandbox.engine.time.timeline import Happening
from sandbox.engine.values.instants import LAST, Instant
from sandbox.engine.webhooks.deliveries import Deliveries
from sandbox.engine.webhooks.delivery import Delivery

MOST_EVENTS = 20_000
"""Of one advance, the first that are kept."""


def require_ahead(to: Instant | None, now: Instant) -> None:
    """Refuse a goal that a clock can't go to (None: wherever there is nothing to come).

    Raises:
        Conflict: it has passed, or is too far.
    """
    if to is not None and to < now:
        raise Conflict("the clock only moves forward, and that moment has passed")
    if to is not None and to > LAST:
        raise Conflict("the clock goes no further than the year 9000")


class Counts(NamedTuple):
    """How many of each."""

    events: int
    deliveries: int


class Page(NamedTuple):
    """A part of what came of an advance.

    Attributes:
        more: how many there are behind this page.
        dropped: how many there were that are not kept.
        stopped: whether it stopped for a delivery that is to be pulled.
        to: how far it was to go; None: until nothing is to come.
    """

    began: Instant
    now: Instant
    events: list[Happening]
    deliveries: list[Delivery]
    more: Counts
    dropped: Counts
    stopped: bool
    to: Instant | None


class Advance:
    """What comes of an advance, from when until when. Its user holds the world's lock.

    Deliveries are those of the outbox: their numbers grow, the oldest go first.

    Attributes:
        began, now: from when until when.
        to: how far it was to go; None: until nothing is to come.
        is_over: whether it went so far; else it stopped for a delivery that is to be pulled.
    """

    def __init__(self, began: Instant, deliveries: Deliveries) -> None:
        self.began = self.now = began
        self.to: Instant | None = None
        self.is_over = True
        self.count = 0
        """Of events."""
        self._events: list[Happening] = []
        self._all = deliveries
        self._first = self._end = deliveries.made + 1
        self._earlier: set[int] = set()

    def happened(self, event: Happening) -> None:
        """Keep an event, unless there are too many."""
        self.count += 1
        if len(self._events) < MOST_EVENTS:
            self._events.append(event)

    def touched(self, number: int) -> None:
        """A delivery has been made, or tried."""
        if number < self._first:
            self._earlier.add(number)

    def end(self, now: Instant, to: Instant | None, is_over: bool) -> None:
        """Nothing more comes of it."""
        self.now, self._end = now, self._all.made + 1
        self.to, self.is_over = to, is_over

    def page(self, offset: int, limit: int) -> Page:
        """At most so many of each, after the first `offset` ones; deliveries as they are by now."""
        earlier, oldest = sorted(self._earlier), self._all.oldest
        kept = earlier[bisect_left(earlier, oldest) :]
        made = range(max(self._first, oldest), self._end)
        there = Counts(len(self._events), len(kept) + len(made))
        all_made = len(earlier) + self._end - self._first
        numbers = [*kept, *made][offset : offset + limit]
        return Page(
            self.began,
            self.now,
            self._events[offset : offset + limit],
            [delivery for delivery in map(self._all.get, numbers) if delivery is not None],
            Counts(*(max(0, count - offset - limit) for count in there)),
            Counts(self.count - there.events, all_made - there.deliveries),
            not self.is_over,
            self.to,
        )
