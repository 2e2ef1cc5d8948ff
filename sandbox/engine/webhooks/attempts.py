"""The attempts that are under way: each calls a receiver in a thread of the background.

What a call causes begins once its answer has gone out, so that whoever calls hears of it first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable
from contextvars import ContextVar
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from sandbox.engine.time.clock import elapsed
from sandbox.engine.values.instants import SECOND, Duration
from sandbox.engine.webhooks.delivery import Answer, Attempt, Delivery

if TYPE_CHECKING:
    from sandbox.engine.webhooks.sending import Lanes, Line

_RETRY_LANES = 8
GRACE: Duration = 100_000
"""Real time between an answer and what it caused: by then whoever called has read the answer."""


class Caused:
    """The attempts that a call has caused, until its answer has gone out.

    Attributes:
        awaited: set when attempts have been made that are to come before the answer.
    """

    __slots__ = ("_held", "awaited")

    def __init__(self) -> None:
        self._held: list[Callable[[Duration], None]] = []
        self.awaited: list[threading.Event] = []

    def __bool__(self) -> bool:
        """Whether anything is held."""
        return bool(self._held)

    def hold(self, begin: Callable[[Duration], None]) -> None:
        """Let an attempt begin once it is released; `begin` takes when (see `elapsed`)."""
        self._held.append(begin)

    def release(self, grace: Duration = GRACE) -> None:
        """Let all begin, in their order, after some real time."""
        held, self._held = self._held, []
        at = elapsed() + grace
        for begin in held:
            begin(at)


causing: ContextVar[Caused | None] = ContextVar("sandbox.causing", default=None)
"""What the call that this thread answers has caused; None: what happens begins at once."""


class Try(NamedTuple):
    """An attempt that is under way.

    Attributes:
        number: the delivery's.
        planned: whether the provider plans it.
        since: how the timeline marks what follows from it.
        done: set when it has been made, or dropped.
        hurried: set when somebody waits for it, so that it waits no longer itself.
    """

    number: int
    planned: bool
    since: int
    done: threading.Event
    hurried: threading.Event


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
            fail: takes the lock, and what came of one that could not begin.
        """
        self._hosts, self._call, self._end, self._fail = hosts, call, end, fail
        self._under_way: dict[int, Try] = {}
        self._lanes: Lanes | None = None
        self._calling: set[Hashable] = set()
        self.begun = 0
        self.is_closed = False

    def unfinished(self) -> list[tuple[int, bool]]:
        """The deliveries under way, and whether their provider plans the attempt."""
        return [(each.number, each.planned) for each in self._under_way.values()]

    def begin(
        self, delivery: Delivery, planned: bool, since: int, lane: Hashable, at_once: bool
    ) -> threading.Event:
        """Let an attempt be made; what is returned is set when that is done.

        First attempts of a lane go out in their order; others have lanes of their own.

        Args:
            delivery: what is sent, and where to.
            planned: whether the provider plans it.
            since: how the timeline marks what follows from it.
            lane: of first attempts.
            at_once: now, though a call has caused it that has yet to be answered.
        """
        from sandbox.engine.webhooks.sending import Lanes  # (few worlds send anything)

        attempt = Try(delivery.number, planned, since, threading.Event(), threading.Event())
        if self.is_closed:
            attempt.done.set()
            return attempt.done
        self.begun += 1
        key = self.begun
        self._under_way[key] = attempt
        is_first = planned and not delivery.planned
        its_lane: Hashable = lane if is_first else (delivery.url, delivery.number % _RETRY_LANES)
        if self._lanes is None:
            self._lanes = Lanes(self._hosts)
        start = partial(self._start, self._lanes, its_lane, key, attempt)
        caused = causing.get()
        if caused is None:
            start(0)
        elif at_once:
            caused.release(0)  # what was caused before it goes first
            start(0)
        else:
            caused.hold(start)
        return attempt.done

    def _start(self, lanes: Lanes, lane: Hashable, key: int, attempt: Try, at: Duration) -> None:
        from sandbox.engine.webhooks.sending import NO_THREAD

        try:
            lanes.put(lane, partial(self._make, lane, key, attempt, at))
        except RuntimeError:
            self._fail(key, Answer(None, NO_THREAD, b"", 0))

    def _make(self, lane: Hashable, key: int, attempt: Try, at: Duration, line: Line) -> None:
        """In a lane's thread: make an attempt, without the lock, when its time has come."""
        if (left := at - elapsed()) > 0:
            attempt.hurried.wait(left / SECOND)
        made = None
        self._calling.add(lane)
        try:
            made = self._call(line, attempt.number)
        finally:
            self._calling.discard(lane)
            self._end(key, made)

    def is_calling(self, lane: Hashable) -> bool:
        """Whether a receiver has yet to answer to a lane."""
        return lane in self._calling

    def take(self, key: int) -> Try | None:
        """An attempt that comes to its end; None: it has been dropped."""
        return self._under_way.pop(key, None)

    def after(self, begun: int) -> list[threading.Event]:
        """For each under way after so many had begun, what is set when it has been made.

        Whoever asks waits for them, so they hurry.
        """
        later = takewhile(lambda key: key > begun, reversed(self._under_way))
        attempts = [self._under_way[key] for key in later]
        for attempt in attempts:
            attempt.hurried.set()
        return [attempt.done for attempt in attempts]

    def close(self) -> None:
        """Drop all that are under way."""
        self.is_closed = True
        if self._lanes is not None:
            self._lanes.close()
        for attempt in self._under_way.values():
            attempt.hurried.set()
            attempt.done.set()
        self._under_way.clear()
