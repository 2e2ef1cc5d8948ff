"""The world's time, and the one place that reads the machine's."""

import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Literal, NamedTuple

from sandbox.engine.values.instants import LAST, Duration, Instant

Mode = Literal["realtime", "frozen"]

# `clock_gettime` rather than `time.time`: what freezes Python's own time in a test does not replace
# it (freezegun), or the machine's time alone (time-machine); the sandbox must go on running then.
if hasattr(time, "clock_gettime_ns"):
    _wall: Callable[[], int] = partial(time.clock_gettime_ns, time.CLOCK_REALTIME)
    _elapsed: Callable[[], int] = partial(time.clock_gettime_ns, time.CLOCK_MONOTONIC)
else:  # pragma: no cover (Windows)
    _wall, _elapsed = time.time_ns, time.monotonic_ns


def wall() -> Instant:
    """The machine's time."""
    return _wall() // 1000


def elapsed() -> Duration:
    """Time since some fixed moment, never set back."""
    return _elapsed() // 1000


tick: Callable[[], int] = count(1).__next__
"""A number that grows with each call: it tells what came first of what happens at one moment."""


class Start(NamedTuple):
    """How a world begins: its moment (None: now), whether its time runs, how fast, and its seed.

    Without a seed, a world whose time runs begins with a fresh one, and one that is frozen with 0.
    """

    now: Instant | None = None
    mode: Mode = "realtime"
    rate: float = 1
    seed: int | None = None


class Running(NamedTuple):
    """How a clock runs since a moment of the world, and one of the machine (`elapsed`)."""

    base: Instant
    since: Duration
    mode: Mode
    rate: float


class Clock:
    """A world's clock: frozen, or running at `rate` times real time. It never goes back."""

    def __init__(self, start: Start) -> None:
        base = wall() if start.now is None else start.now
        self._state = Running(base, elapsed(), start.mode, start.rate)

    @property
    def running(self) -> Running:
        """Another one whenever it has been changed."""
        return self._state

    @property
    def mode(self) -> Mode:
        return self._state.mode

    @property
    def rate(self) -> float:
        return self._state.rate

    def now(self) -> Instant:
        """The world's time."""
        state = self._state
        if state.mode == "frozen":
            return state.base
        return min(LAST, state.base + int((elapsed() - state.since) * state.rate))

    def run(self, mode: Mode | None = None, rate: float | None = None) -> None:
        """Change how the clock runs, from where it stands."""
        state = self._state
        self._state = Running(self.now(), elapsed(), mode or state.mode, rate or state.rate)

    def move_to(self, moment: Instant) -> None:
        """Go forward to a moment; one that has passed leaves the clock as it is."""
        if moment > self.now():
            state = self._state
            self._state = Running(min(moment, LAST), elapsed(), state.mode, state.rate)
