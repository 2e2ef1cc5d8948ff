"""Health, clock and reset."""

from sandbox.admin import schemas
from sandbox.http.problems import Problem, problems
from sandbox.openapi.description import Answer, Operation, Sample, Step

_BAD = Problem(400, "Must be one of: realtime, frozen.", "mode")

OPERATIONS = {
    "get_health": Operation("Say that it is up", [Answer(schemas.Health)]),
    "get_clock": Operation("Get the clock, and what is to come", [Answer(schemas.Clock)]),
    "change_clock": Operation(
        "Change how the clock runs",
        [Answer(schemas.Clock)],
        Sample(body={"mode": "frozen", "now": "2030-03-01T08:00:00Z"}),
        takes=schemas.ClockChange,
        needs_body=False,
        failures=problems(_BAD, Problem(409, "the clock is past that moment")),
        about="What is due on the way to `now` happens.",
    ),
    "advance_clock": Operation(
        "Move the clock forward",
        [Answer(schemas.Advanced)],
        Sample(
            body={"by": "1h"},
            before=[Step("POST", "/_sandbox/lean/payments", {"reconcile_after": "15m"})],
        ),
        takes=schemas.Advance,
        failures=problems(
            Problem(400, "Give one of by, to, until."), Problem(409, "an advance is under way")
        ),
        about="Events happen one after the other, each at its own moment. Give one of the keys.",
    ),
    "reset": Operation(
        "Make the world as it starts",
        [Answer(schemas.Clock)],
        Sample(body={"mode": "frozen", "now": "2027-01-01T09:00:00Z", "seed": 7}),
        takes=schemas.Reset,
        needs_body=False,
        failures=problems(_BAD),
    ),
}
