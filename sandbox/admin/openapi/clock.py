"""Health, clock and reset."""

from sandbox.admin import schemas
from sandbox.openapi.description import Answer, Operation, Sample, Step

_BAD = Sample(body={"mode": "fast"})

OPERATIONS = {
    "get_health": Operation("Say that it is up", [Answer(schemas.Health)]),
    "get_clock": Operation("Get the clock, and what is to come", [Answer(schemas.Clock)]),
    "change_clock": Operation(
        "Change how the clock runs",
        [Answer(schemas.Clock)],
        Sample(body={"mode": "frozen", "now": "2030-03-01T08:00:00Z"}),
        takes=schemas.ClockChange,
        needs_body=False,
        refused=[_BAD, Sample(body={"now": "2026-12-31T09:00:00Z"})],
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
        refused=[Sample(body={}), Sample(body={"to": "2026-12-31T09:00:00Z"})],
        about="Events happen one after the other, each at its own moment. Give one of `by`, `to` "
        "and `until`. The answer has the first `limit` of either list.",
    ),
    "get_advance": Operation(
        "Get what the last advance told of, page by page",
        [Answer(schemas.Advanced)],
        Sample(query={"limit": 10}, before=[Step("POST", "/_sandbox/clock/advance", {"by": "1h"})]),
        query=schemas.AdvancePage().fields,
        refused=[Sample(), Sample(query={"limit": "all"})],
        about="The last since the world was reset or restored. Deliveries are as they are by now.",
    ),
    "reset": Operation(
        "Make the world as it starts",
        [Answer(schemas.Clock)],
        Sample(body={"mode": "frozen", "now": "2027-01-01T09:00:00Z", "seed": 7}),
        takes=schemas.Reset,
        needs_body=False,
        refused=[_BAD],
    ),
}
