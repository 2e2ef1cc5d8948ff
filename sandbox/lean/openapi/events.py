"""`/events/v1`."""

from sandbox.lean import schemas
from sandbox.lean.errors import missing
from sandbox.lean.events import TYPES
from sandbox.lean.openapi.common import bad, data, failures, ok, paging, period, word
from sandbox.openapi.description import Operation, Sample, Step

OPERATIONS = {
    "list_events": Operation(
        "List the events that webhooks told of",
        ok(data(schemas.events.Event)),
        Sample(
            query={"page": 0, "size": 1},
            before=[Step("POST", "/_sandbox/lean/payments", {"amount": 25})],
        ),
        query={
            **paging(needed=True),
            **period("from", "to"),
            "type": word(TYPES, "Of one type alone."),
        },
        failures=failures(bad("type", "refund.created"), missing("page")),
        about="Of the last 90 days, newest first.",
    )
}
