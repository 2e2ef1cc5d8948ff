"""The page that moves the world's time."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from sandbox.admin.schemas import ClockChange
from sandbox.engine.provider.rules import Conflict
from sandbox.engine.reading.validation import explain
from sandbox.engine.values.instants import DAY, HOUR, LAST
from sandbox.engine.worlds.world import World
from sandbox.http.dashboard import Moved, Shown, Visit

MOST_DUE = 20
"""Events that are shown of those to come."""
STEPS = {"hour": ("+1 hour", HOUR), "day": ("+1 day", DAY)}
_CHANGE = ClockChange()


def show(visit: Visit) -> Shown | Moved:
    """The clock, what is due next, and buttons that move it."""
    if visit.path:
        return Shown("dashboard/missing.html", status=404)
    problem = None
    if visit.is_post:
        try:
            return Moved(visit.here(), _move(visit))
        except (Conflict, ValueError) as error:
            problem = str(error)
    world = visit.world
    with world.lock:
        due = world.state.timeline.first(MOST_DUE)
        clock = world.state.clock
        values = {"mode": clock.mode, "rate": clock.rate, "steps": STEPS, "due": due}
    return Shown("dashboard/time.html", {**values, "problem": problem}, 409 if problem else 200)


def _move(visit: Visit) -> str:
    """Do what a button says; what the next page is to say.

    Raises:
        Conflict, ValueError: it can't be done.
    """
    world, wanted = visit.world, visit.request.form.get("move", "")
    if wanted in STEPS:
        name, by = STEPS[wanted]
        world.advance(None, by, False)
        return visit.text(name)
    if wanted == "next":
        at = _next_at(world)
        if at is None:
            return visit.text("Nothing is due.")
        world.advance(at, None, False)
        return visit.text("The next event has happened.")
    if wanted == "idle":
        world.advance(None, None, False)
        return visit.text("All that was due has happened.")
    if wanted == "freeze":
        world.change_clock("frozen", None, None)
        return visit.text("The clock stands.")
    world.change_clock("realtime", _rate(visit.request.form.get("rate", "1")), None)
    return visit.text("The clock runs.")


def _next_at(world: World) -> int | None:
    with world.lock:
        at, now = world.state.timeline.next_at(), world.state.clock.now()
    return None if at is None else min(max(at, now), LAST)


def _rate(text: str) -> float:
    try:
        given: Any = float(text)
    except ValueError:
        given = text
    try:
        loaded: Mapping[str, Any] = _CHANGE.load({"rate": given})
    except ValidationError as error:
        raise ValueError(explain(error, _CHANGE)[1]) from error
    return float(loaded["rate"])


ARABIC = {
    "Sandbox": "البيئة",
    "Time": "الوقت",
    "+1 hour": "+ ساعة",
    "+1 day": "+ يوم",
    "Next event": "الحدث التالي",
    "Until idle": "حتى السكون",
    "Rate": "السرعة",
    "Run": "تشغيل",
    "Freeze": "إيقاف",
    "Set rate": "ضبط السرعة",
    "Seconds of the world to each real one.": "ثواني العالم لكل ثانية حقيقية.",
    "Due next": "المستحق تاليًا",
    "At": "عند",
    "What": "ماذا",
    "Becomes": "يصبح",
    "Nothing is due.": "لا شيء مستحق.",
    "The next event has happened.": "وقع الحدث التالي.",
    "All that was due has happened.": "وقع كل ما كان مستحقًا.",
    "The clock stands.": "الساعة متوقفة.",
    "The clock runs.": "الساعة تجري.",
}
