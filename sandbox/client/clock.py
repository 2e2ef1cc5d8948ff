"""The world's clock, in a test's hands."""

import sys
import warnings
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypedDict, cast

from .connection import Connection, Part, Refused
from .moments import Moment, Span, given
from .receivers import Receivers

__tracebackhide__ = True  # pytest then shows the test instead


class ClockState(TypedDict):
    """How the clock stands: `due` events are to come, the first at `next_due_at`."""

    mode: Literal["realtime", "frozen"]
    now: str
    rate: float
    due: int
    next_due_at: str | None


Happening = TypedDict(
    "Happening", {"at": str, "kind": str, "provider": str, "subject": str, "from": str, "to": str}
)
"""An event: `subject` (an id, of that kind) went from one state to another."""


class Counts(TypedDict):
    """How many of each."""

    events: int
    deliveries: int


Advance = TypedDict(
    "Advance",
    {
        "from": str,
        "now": str,
        "events": list[Happening],
        "deliveries": list[dict[str, Any]],
        "more": Counts,
        "dropped": Counts,
    },
)
"""What happened on the way, and the webhooks that were made or tried.

`dropped` counts what the sandbox does not keep: of events it keeps the first 20,000. `more` counts
what is missing here because another advance, or a reset, came before it could be asked for.
"""


class Clock(Part):
    """Moves the world's time. It only goes forward, but for a reset."""

    def __init__(self, connection: Connection, receivers: Receivers) -> None:
        super().__init__(connection)
        self._receivers = receivers

    def state(self) -> ClockState:
        """How it stands."""
        return cast(ClockState, self._call("GET", "clock"))

    @property
    def now(self) -> datetime:
        """The world's time, in UTC."""
        return datetime.fromisoformat(self.state()["now"])

    @property
    def is_frozen(self) -> bool:
        return self.state()["mode"] == "frozen"

    def freeze(self, at: Moment | None = None) -> ClockState:
        """Let it stand, here or at a later moment; what is due until then happens."""
        body = {"mode": "frozen", **given(now=at)}
        return cast(ClockState, self._call("PUT", "clock", body=body))

    def run(self, rate: float | None = None) -> ClockState:
        """Let it run on from where it stands, `rate` world seconds to a real one."""
        body = {"mode": "realtime", **given(rate=rate)}
        return cast(ClockState, self._call("PUT", "clock", body=body))

    def advance(
        self,
        by: Span | None = None,
        *,
        to: Moment | None = None,
        days: float | None = None,
        hours: float | None = None,
        minutes: float | None = None,
        seconds: float | None = None,
    ) -> Advance:
        """Move forward: by `"3d"`, a timedelta or `days=3`, or to a moment.

        It returns when all that was due has happened, and its webhooks have been tried. What
        other calls make go out meanwhile is not waited for: `settle` afterwards does so.

        Raises:
            TypeError: not one of the three is given.
            Refused: 409, the moment has passed, or the clock is being moved already.
        """
        units = given(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if (by is not None) + (to is not None) + bool(units) != 1:
            raise TypeError('say how far: advance("3d"), advance(days=3) or advance(to=moment)')
        return self._advance(given(by=timedelta(**units) if units else by, to=to))

    def advance_until_idle(self) -> Advance:
        """Let all happen that is to come."""
        return self._advance({"until": "idle"})

    def settle(self) -> Advance:
        """Let all happen that is due now, and its webhooks be tried; the clock stays."""
        return self._advance({"by": 0})

    def _advance(self, body: Mapping[str, object]) -> Advance:
        if self._receivers:
            advance = self._by_turns(body)
        else:
            advance, _ = self._go({**body, "limit": _PAGE})
        if _has_a_loop() and any(map(_timed_out, advance["deliveries"])):
            warnings.warn(_BLOCKED, RuntimeWarning, stacklevel=3)
        return advance

    def _go(self, body: Mapping[str, object]) -> tuple[Advance, Mapping[str, object] | None]:
        """One call; what came of it, and the body of the one that goes on."""
        answer = self._call("POST", "clock", "advance", body=body)
        left = answer.pop("left", None)
        advance = cast(Advance, answer)
        self._complete(advance)
        return advance, left

    def _by_turns(self, body: Mapping[str, object]) -> Advance:
        """The sandbox stops where a delivery waits for a receiver of this client."""
        served = self._receivers.serve()
        advance, left = self._go({**body, "limit": _PAGE, "pull": True})
        while more := self._receivers.serve():
            served += more
            onward = left or (body if "until" in body else {"by": 0})
            part, left = self._go({**onward, "limit": _PAGE, "pull": True})
            advance["now"] = part["now"]
            advance["events"] += part["events"]
            advance["deliveries"] += part["deliveries"]
        tried = {each["id"]: each for each in (*advance["deliveries"], *served)}
        advance["deliveries"] = [tried[number] for number in sorted(tried)]
        return advance

    def _complete(self, advance: Advance) -> None:
        """Ask for what did not go into the answer, page by page."""
        while any(advance["more"].values()):
            offset = max(len(advance["events"]), len(advance["deliveries"]))
            query = {"offset": offset, "limit": _PAGE}
            try:
                page = cast(Advance, self._call("GET", "clock", "advance", query=query))
            except Refused:  # the world has been reset meanwhile
                return
            if (page["from"], page["now"]) != (advance["from"], advance["now"]):
                return
            advance["events"] += page["events"]
            advance["deliveries"] += page["deliveries"]
            advance["more"], advance["dropped"] = page["more"], page["dropped"]


_PAGE = 5000
"""How many events, and deliveries, are asked for at once."""
_BLOCKED = (
    "a receiver of webhooks did not answer in time. If it runs on the event loop of this thread, "
    "it could not: call the sandbox from another one, as in "
    "`await asyncio.to_thread(sandbox.clock.advance, days=1)`"
)


def _has_a_loop() -> bool:
    """Whether an event loop of asyncio's waits for this thread."""
    asyncio = sys.modules.get("asyncio")
    try:
        return asyncio is not None and asyncio.get_running_loop() is not None
    except RuntimeError:
        return False


def _timed_out(delivery: dict[str, Any]) -> bool:
    return any("no answer within" in (a["error"] or "") for a in delivery["attempts"])
