"""The attempts that are under way: each calls a receiver in a thread of the background."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from sandbox.engine.webhooks.delivery import Answer, Attempt, Delivery

if TYPE_CHECKING:
    from sandbox.engine.webhooks.sending import Lanes, Line

_RETRY_LANES = 8


class Try(NamedTuple):
    """An attempt that is under way.

    Attributes:
        number: the delivery's.
        planned: whether the provider plans it.
        since: how the timeline marks what follows from it.
        done: set when it has been made, or dropped.
    """

    number: int
    planned: bool
    since: int
    done: threading.Event


class Attempts:
    """Those of an outbox, whose lock its user holds.

    Attributes:
        begun: how many there have been.
    """

    def __init__(
        self,
        hosts: Collection[str],
        call: Callable[[Line, int], Attempt | None],
        end: Callable[[int, Attempt | None], None],
        fail: Callable[[int, Answer], None],
    ) -> None:
        """Who makes them.

        Args:
            hosts: that may be called beside loopback and private ones.
            call: calls the receiver of a delivery, without the lock (None: no longer wanted).
            end: takes the lock, and what came of an attempt, by its key.
            fail: takes what came of one that could not begin; the lock is held.
        """
        self._hosts, self._call, self._end, self._fail = hosts, call, end, fail
        self._under_way: dict[int, Try] = {}
        self._lanes: Lanes | None = None
        self.begun = 0
        self.is_closed = False

    def unfinished(self) -> list[tuple[int, bool]]:
        """The deliveries under way, and whether their provider plans the attempt."""
        return [(each.number, each.planned) for each in self._under_way.values()]

    def begin(self, delivery: Delivery, planned: bool, since: int) -> threading.Event:
        """Let an attempt be made; what is returned is set when that is done.

        First attempts go out in their order; others have lanes of their own.
        """
        from sandbox.engine.webhooks.sending import NO_THREAD, Lanes  # (few worlds send anything)

        attempt = Try(delivery.number, planned, since, threading.Event())
        if self.is_closed:
            attempt.done.set()
            return attempt.done
        self.begun += 1
        key = self.begun
        self._under_way[key] = attempt
        retry = None if planned and not delivery.planned else delivery.number % _RETRY_LANES
        if self._lanes is None:
            self._lanes = Lanes(self._hosts)
        try:
            self._lanes.put((delivery.url, retry), partial(self._make, key, delivery.number))
        except RuntimeError:
            self._fail(key, Answer(None, NO_THREAD, b"", 0))
        return attempt.done

    def _make(self, key: int, number: int, line: Line) -> None:
        """In a lane's thread: make an attempt, without the lock."""
        made = None
        try:
            made = self._call(line, number)
        finally:
            self._end(key, made)

    def take(self, key: int) -> Try | None:
        """An attempt that comes to its end; None: it has been dropped."""
        return self._under_way.pop(key, None)

    def after(self, begun: int) -> list[threading.Event]:
        """For each under way after so many had begun, what is set when it has been made."""
        later = takewhile(lambda key: key > begun, reversed(self._under_way))
        return [self._under_way[key].done for key in later]

    def close(self) -> None:
        """Drop all that are under way."""
        self.is_closed = True
        if self._lanes is not None:
            self._lanes.close()
        for attempt in self._under_way.values():
            attempt.done.set()
        self._under_way.clear()
