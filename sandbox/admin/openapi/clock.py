"""Health, clock and reset."""

from sandbox.admin import schemas
from sandbox.openapi.description import Case, Operation, Step

_PAST = "2026-12-31T09:00:00Z"

OPERATIONS = {
    "get_health": Operation("Say that it is up", schemas.Health),
    "get_clock": Operation("Get the clock, and what is to come", schemas.Clock),
    "change_clock": Operation(
        "Change how the clock runs",
        schemas.Clock,
        {"mode": "frozen", "now": "2030-03-01T08:00:00Z"},
        takes=schemas.ClockChange,
        needs_body=False,
        wrong={"mode": ["fast"], "now": [_PAST]},
        about="What is due on the way to `now` happens.",
    ),
    "advance_clock": Operation(
        "Move the clock forward",
        {"anyOf": [schemas.Advanced, schemas.Stoppable]},
        {"by": "1h"},
        before=[Step("POST", "/_sandbox/lean/payments", {"reconcile_after": "15m"})],
        takes=schemas.Advance,
        refused=[Case({"by": None}), Case({"by": None, "to": _PAST})],
        about="Events happen one after the other, each at its own moment. Give one of `by`, `to` "
        "and `until`. The answer has the first `limit` of either list.",
    ),
    "get_advance": Operation(
        "Get what the last advance told of, page by page",
        schemas.Advanced,
        {"limit": 10},
        before=[Step("POST", "/_sandbox/clock/advance", {"by": "1h"})],
        query=schemas.AdvancePage().fields,
        wrong={"limit": ["all"]},
        refused=[Case(after=[Step("POST", "/_sandbox/reset")])],
        about="The last since the world was reset or restored. Deliveries are as they are by now.",
    ),
    "reset": Operation(
        "Make the world as it starts",
        schemas.Clock,
        {"mode": "frozen", "now": "2027-01-01T09:00:00Z", "seed": 7},
        takes=schemas.Reset,
        needs_body=False,
        wrong={"mode": ["fast"]},
    ),
}
