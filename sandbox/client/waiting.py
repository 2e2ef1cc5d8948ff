"""Waiting for something, by moving a frozen clock; only where the clock runs does time pass."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from inspect import isawaitable, iscoroutine
from typing import TypeVar

from .clock import Clock, Happening
from .webhooks import Webhooks

__tracebackhide__ = True  # pytest then shows the test instead

T = TypeVar("T")

_PATIENCE = 30
"""Seconds of real time, where the clock runs."""
_PAUSE = 0.02
"""Seconds between two looks at a world whose clock runs."""
_SHOWN = 10


class NeverHappened(AssertionError):
    """What a test waited for has not come."""


def wait_for(
    clock: Clock, webhooks: Webhooks, condition: Callable[[], T], within: timedelta | float | None
) -> T:
    """What a condition returns, once that is something true: see `Sandbox.wait_for`."""
    if not callable(condition):
        raise TypeError(f"{condition!r} can't be called: give a function that looks, or a lambda")
    if within is not None and not isinstance(within, timedelta):
        if not isinstance(within, int | float):
            raise TypeError(f"within is {within!r}; it is a timedelta, or a number of seconds")
        within = timedelta(seconds=within)
    state = clock.state()
    began = datetime.fromisoformat(state["now"])
    if state["mode"] == "frozen":
        return _by_moving(clock, condition, None if within is None else began + within)
    if within is None:
        within = timedelta(seconds=_PATIENCE * state["rate"])
    return _by_waiting(clock, webhooks, condition, began + within)


def _by_moving(clock: Clock, condition: Callable[[], T], until: datetime | None) -> T:
    seen = clock.settle()["events"]
    while not (holds := _looked(condition)):
        due = clock.state()["next_due_at"]
        if due is None or (until is not None and datetime.fromisoformat(due) > until):
            raise NeverHappened(
                f"It does not hold, and {_to_come(due, until)}. On the way happened: {_told(seen)}"
            )
        seen += clock.advance(to=due)["events"]
    return holds


def _by_waiting(clock: Clock, webhooks: Webhooks, condition: Callable[[], T], until: datetime) -> T:
    pause = threading.Event()
    while not (holds := _looked(condition)):
        state = clock.state()
        if datetime.fromisoformat(state["now"]) > until:
            due = state["next_due_at"]
            raise NeverHappened(f"It does not hold by {_iso(until)}; {_to_come(due, until)}.")
        webhooks.let_go()
        pause.wait(_PAUSE)
    return holds


def _looked(condition: Callable[[], T]) -> T:
    """What a condition returns.

    Raises:
        TypeError: it is async, and what it returns has yet to be awaited.
    """
    holds = condition()
    if isawaitable(holds):
        if iscoroutine(holds):
            holds.close()
        raise TypeError("the condition is async: wait_for can't await it; give one that is not")
    return holds


def _to_come(due: str | None, until: datetime | None) -> str:
    if due is None:
        return "nothing more is to come"
    return f"what comes next is at {due}" + (f", after {_iso(until)}" if until else "")


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _told(seen: list[Happening]) -> str:
    lines = [f"{e['at']} {e['kind']} {e['subject']}: {e['from']} → {e['to']}" for e in seen]
    more = [f"… {len(lines) - _SHOWN} before that"] if len(lines) > _SHOWN else []
    return "".join(f"\n  {line}" for line in [*more, *lines[-_SHOWN:]]) or "nothing"
