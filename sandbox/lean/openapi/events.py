"""`/events/v1`."""

from sandbox.lean import schemas
from sandbox.lean.events import TYPES
from sandbox.lean.openapi.common import data, ok, paging, period, word
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
        refused=[Sample(query={"page": 0, "size": 1, "type": "refund.created"}), Sample()],
        about="Of the last 90 days, newest first.",
    )
}
