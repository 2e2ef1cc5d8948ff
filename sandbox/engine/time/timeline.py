"""What is due when: the only way that anything happens later."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from heapq import heapify, heappop, heappush, nsmallest
from typing import NamedTuple

from sandbox.engine.values.changes import EVENTS, Changed
from sandbox.engine.values.instants import LAST, Instant

_COLLECTED = 2000
"""After so many events the collector looks at what they made.

By itself it does so when there are more objects than before. But events put new documents in the
place of old ones, so it would wait for hundreds of thousands, and stop all threads for as long.
"""


class Event(NamedTuple):
    """Something to come: at its moment, `subject` (of that provider and kind) goes on to `to`.

    `since` is the number of the advance during which others' calls brought it about, if any.
    """

    at: Instant
    provider: str
    kind: str
    subject: str
    to: str
    since: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.provider, self.kind, self.subject)


class Happening(NamedTuple):
    """What an event did: `subject` went from one state (empty: it is new) to another."""

    at: Instant
    kind: str
    provider: str
    subject: str
    was: str
    became: str


class Timeline:
    """Events in the order of their moments; among equals, in the order they were scheduled.

    A subject has at most one event of a kind to come: a new one takes the place of the old.

    Attributes:
        since: what is scheduled now is marked with it: the number of the advance under way, or 0
            where what happens was to come already when that began.
        others: how many of those to come have the mark of the latest advance.
        changed: notes the numbers of events that come or go.
    """

    def __init__(self, sooner: Callable[[], None] = lambda: None) -> None:
        """`sooner` is called when an event becomes the earliest."""
        self._sooner = sooner
        self._heap: list[tuple[Instant, int]] = []
        self._events: dict[int, Event] = {}
        self._pending: dict[tuple[str, str, str], int] = {}
        self._scheduled = 0
        self._advance = 0
        self._taken = 0
        self.since = 0
        self.others = 0
        self.changed: Changed = None

    @property
    def numbers(self) -> tuple[int, int]:
        """How many events have been scheduled, and how many advances begun."""
        return self._scheduled, self._advance

    @property
    def events(self) -> Mapping[int, Event]:
        """All that are to come, by number."""
        return self._events

    def recover(self, events: Mapping[int, Event], numbers: tuple[int, int]) -> None:
        """Let the events come that were to come, by number."""
        self._events = dict(events)
        self._scheduled, self._advance = numbers
        self._pending = {event.key: number for number, event in events.items()}
        self._heap = [(event.at, number) for number, event in events.items()]
        heapify(self._heap)

    def _note(self, number: int) -> None:
        if self.changed is not None:
            self.changed.add((EVENTS, number))

    def copy(self, sooner: Callable[[], None] | None = None) -> "Timeline":
        """The same events, to go on from here by themselves; `sooner` in place of this one's."""
        other = Timeline(sooner or self._sooner)
        other._heap, other._scheduled = list(self._heap), self._scheduled
        other._events, other._pending = dict(self._events), dict(self._pending)
        other._advance = self._advance
        return other

    def __len__(self) -> int:
        return len(self._events)

    def begin_advance(self) -> None:
        """Mark from now on what others' calls bring about."""
        self._advance += 1
        self.since, self.others = self._advance, 0

    def is_others(self, event: Event) -> bool:
        """Whether others' calls have brought an event about since the latest advance began."""
        return 0 < event.since == self._advance

    @contextmanager
    def marking(self, since: int) -> Iterator[None]:
        """Mark what follows from something as that is marked."""
        before, self.since = self.since, since
        try:
            yield
        finally:
            self.since = before

    def schedule(self, event: Event) -> None:
        """Let an event come; it replaces the one that its subject was waiting for."""
        self.cancel(event.provider, event.kind, event.subject)
        event = event._replace(at=min(event.at, LAST), since=self.since)
        self.others += self.is_others(event)
        self._scheduled += 1
        self._events[self._scheduled] = event
        self._note(self._scheduled)
        self._pending[event.key] = self._scheduled
        heappush(self._heap, (event.at, self._scheduled))
        if self._heap[0][1] == self._scheduled:
            self._sooner()

    def cancel(self, provider: str, kind: str, subject: str) -> None:
        """Call off what a subject is waiting for, if anything."""
        number = self._pending.pop((provider, kind, subject), None)
        if number is not None:
            self.others -= self.is_others(self._events.pop(number))
            self._note(number)
            if len(self._heap) > 2 * len(self._events) + 100:
                self._heap = [(event.at, n) for n, event in self._events.items()]
                heapify(self._heap)

    def next_at(self) -> Instant | None:
        """The moment of the earliest event."""
        while self._heap and self._heap[0][1] not in self._events:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def next_of(self, provider: str, kind: str, subject: str) -> Event | None:
        """What a subject is waiting for, if anything."""
        return self._events.get(self._pending.get((provider, kind, subject), 0))

    def first(self, count: int) -> list[Event]:
        """The earliest events, so many at most."""
        there = (entry for entry in self._heap if entry[1] in self._events)
        return [self._events[number] for _, number in nsmallest(count, there)]

    def take(self, until: Instant) -> Event | None:
        """Remove and return the earliest event that is due by a moment."""
        due = self.next_at()
        if due is None or due > until:
            return None
        self._taken += 1
        if self._taken % _COLLECTED == 0:
            gc.collect(1)
        number = heappop(self._heap)[1]
        event = self._events.pop(number)
        self._note(number)
        del self._pending[event.key]
        if not self._events:  # an empty dict keeps the room that it had
            self._events, self._pending = {}, {}
        self.others -= self.is_others(event)
        return event
