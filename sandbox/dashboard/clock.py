"""The page that moves the world's time."""

from sandbox.admin.schemas import ClockChange
from sandbox.engine.provider.rules import Conflict
from sandbox.engine.values.instants import DAY, HOUR, LAST
from sandbox.engine.worlds.world import World
from sandbox.http.admin_requests import load_values
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit
from sandbox.http.problems import Problem

MOST_DUE = 20
"""Events that are shown of those to come."""
STEPS = {"hour": ("+1 hour", HOUR), "day": ("+1 day", DAY)}
_CHANGE = ClockChange()


def show(visit: Visit) -> Shown | Moved:
    """The clock, what is due next, and buttons that move it."""
    if visit.path:
        raise NotThere
    refused: dict[str, str] = {}
    if visit.is_post:
        try:
            return Moved(visit.here(), _move(visit))
        except Conflict as error:
            refused = {"problem": str(error)}
        except Problem as problem:
            refused = {"wrong": problem.reason, "typed": visit.request.form.get("rate", "")}
    world = visit.world
    with world.lock:
        due = world.state.timeline.first(MOST_DUE)
        clock = world.state.clock
        values = {
            "mode": clock.mode,
            "rate": f"{clock.rate:.12g}",
            "steps": STEPS,
            "due": due,
            "more": len(world.state.timeline) - len(due),
        }
    status = 409 if "problem" in refused else 400 if refused else 200
    return Shown("dashboard/time.html", {**values, **refused}, status)


def _move(visit: Visit) -> str:
    """Do what a button says; what the next page is to say.

    Raises:
        Conflict, Problem: it can't be done.
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
    """What was typed as one.

    Raises:
        Problem: it is none.
    """
    try:
        given: float | str = float(text)
    except ValueError:
        given = text
    return float(load_values(_CHANGE, {"rate": given})["rate"])


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
    "{count} more to come.": "{count} أخرى ستأتي.",
    "At": "عند",
    "What": "ماذا",
    "Becomes": "يصبح",
    "Nothing is due.": "لا شيء مستحق.",
    "The next event has happened.": "وقع الحدث التالي.",
    "All that was due has happened.": "وقع كل ما كان مستحقًا.",
    "The clock stands.": "الساعة متوقفة.",
    "The clock runs.": "الساعة تجري.",
}
