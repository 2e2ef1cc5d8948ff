"""Waiting for something, by moving a frozen clock; only where the clock runs does time pass."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from .clock import Clock, Happening

T = TypeVar("T")

_PATIENCE = 30
"""Seconds of real time, where the clock runs."""
_PAUSE = 0.02
"""Seconds between two looks at a world whose clock runs."""
_SHOWN = 10


class NeverHappened(AssertionError):
    """What a test waited for has not come."""


def wait_for(clock: Clock, condition: Callable[[], T], within: timedelta | None) -> T:
    """What a condition returns, once that is something true: see `Sandbox.wait_for`."""
    __tracebackhide__ = True
    state = clock.state()
    began = datetime.fromisoformat(state["now"])
    if state["mode"] == "frozen":
        return _by_moving(clock, condition, None if within is None else began + within)
    return _by_waiting(clock, condition, began + (within or _PATIENCE * _second(state["rate"])))


def _second(rate: float) -> timedelta:
    return timedelta(seconds=rate)


def _by_moving(clock: Clock, condition: Callable[[], T], until: datetime | None) -> T:
    __tracebackhide__ = True
    seen = clock.settle()["events"]
    while not (holds := condition()):
        due = clock.state()["next_due_at"]
        if due is None or (until is not None and datetime.fromisoformat(due) > until):
            raise NeverHappened(
                f"It does not hold, and {_to_come(due, until)}. On the way happened: {_told(seen)}"
            )
        seen += clock.advance(to=due)["events"]
    return holds


def _by_waiting(clock: Clock, condition: Callable[[], T], until: datetime) -> T:
    __tracebackhide__ = True
    pause = threading.Event()
    while not (holds := condition()):
        state = clock.state()
        if datetime.fromisoformat(state["now"]) > until:
            due = state["next_due_at"]
            raise NeverHappened(f"It does not hold by {until.isoformat()}; {_to_come(due, until)}.")
        pause.wait(_PAUSE)
    return holds


def _to_come(due: str | None, until: datetime | None) -> str:
    if due is None:
        return "nothing more is to come"
    return f"what comes next is at {due}" + (f", after {until.isoformat()}" if until else "")


def _told(seen: list[Happening]) -> str:
    lines = [f"{e['at']} {e['kind']} {e['subject']}: {e['from']} → {e['to']}" for e in seen]
    more = [f"… {len(lines) - _SHOWN} before that"] if len(lines) > _SHOWN else []
    return "".join(f"\n  {line}" for line in [*more, *lines[-_SHOWN:]]) or "nothing"
