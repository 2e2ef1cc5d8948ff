"""The attempts that are under way: each calls a receiver in a thread of the background.

What a call causes begins once its answer has gone out, so that whoever calls hears of it first.
Its place among the others it takes before: by then whoever called may have called again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable, Iterable
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
_OUT_WITHIN = 0.1
"""Seconds for which what comes later waits for an answer to go out. Few clients do not read it."""


class Caused:
    """The attempts that a call has caused, until its answer has gone out.

    Attributes:
        awaited: set when attempts have been made that are to come before the answer.
    """

    __slots__ = ("_held", "_out", "_out_at", "awaited")

    def __init__(self) -> None:
        self._held: list[Callable[[Caused | None], None]] = []
        self._out: threading.Event | None = None
        self._out_at: Duration = 0
        self.awaited: list[threading.Event] = []

    def __bool__(self) -> bool:
        """Whether anything is held."""
        return bool(self._held)

    def hold(self, begin: Callable[[Caused | None], None]) -> None:
        """Let an attempt begin later; `begin` takes what it waits for then, if anything."""
        self._held.append(begin)

    def begin(self, at_once: bool = False) -> None:
        """Let all begin, in their order; unless at once, each waits for the answer."""
        if not at_once:
            self._out = threading.Event()
        held, self._held = self._held, []
        for begin in held:
            begin(None if at_once else self)

    def answered(self) -> None:
        """The answer has gone out."""
        self._out_at = elapsed()
        if self._out is not None:
            self._out.set()

    def wait(self, hurried: threading.Event) -> bool:
        """Wait until the answer has gone out, and a little longer, unless that is hurried.

        Returns:
            Whether it has; else it takes long.
        """
        if self._out is not None and not self._out.wait(_OUT_WITHIN):
            return False
        if (left := self._out_at + GRACE - elapsed()) > 0:
            hurried.wait(left / SECOND)
        return True


causing: ContextVar[Caused | None] = ContextVar("sandbox.causing", default=None)
"""What the call that this thread answers has caused; None: what happens begins at once."""


class Try(NamedTuple):
    """An attempt that is under way.

    Attributes:
        number: the delivery's.
        lane: those of one lane are made in their order.
        planned: whether the provider plans it.
        since: how the timeline marks what follows from it.
        done: set when it has been made, or dropped.
        hurried: set when somebody waits for it, so that it waits no longer itself.
    """

    number: int
    lane: Hashable
    planned: bool
    since: int
    done: threading.Event
    hurried: threading.Event


class Attempts:
    """Those of a dispatcher, whose lock its user holds.

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

        is_first = planned and not delivery.planned
        its_lane = lane if is_first else (delivery.url, delivery.number % _RETRY_LANES)
        done, hurried = threading.Event(), threading.Event()
        attempt = Try(delivery.number, its_lane, planned, since, done, hurried)
        if self.is_closed:
            done.set()
            return done
        self.begun += 1
        key = self.begun
        self._under_way[key] = attempt
        if self._lanes is None:
            self._lanes = Lanes(self._hosts)
        start = partial(self._start, self._lanes, key, attempt)
        caused = causing.get()
        if caused is not None and not at_once:
            caused.hold(start)
            return done
        if caused is not None:  # what was caused before it goes first
            caused.begin(at_once=True)
        start(None)
        return done

    def _start(self, lanes: Lanes, key: int, attempt: Try, caused: Caused | None) -> None:
        from sandbox.engine.webhooks.sending import NO_THREAD

        try:
            lanes.put(attempt.lane, partial(self._make, lanes, key, attempt, caused))
        except RuntimeError:
            self._fail(key, Answer(None, NO_THREAD, b"", 0))

    def _make(
        self, lanes: Lanes, key: int, attempt: Try, caused: Caused | None, line: Line
    ) -> None:
        """In a lane's thread: make an attempt, without the lock, when its time has come."""
        if caused is not None and not caused.wait(attempt.hurried):
            self._start(lanes, key, attempt, caused)  # behind those that are there by now
            return
        made = None
        self._calling.add(attempt.lane)
        try:
            made = self._call(line, attempt.number)
        finally:
            self._calling.discard(attempt.lane)
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


def wait_for(attempts: Iterable[threading.Event]) -> None:
    """Wait, without the world's lock, until attempts have been made, or dropped."""
    for attempt in attempts:
        attempt.wait()
