"""`/events/v1`."""

from sandbox.lean import schemas
from sandbox.lean.events import TYPES
from sandbox.lean.openapi.common import NEEDED_PAGING, PERIOD, data
from sandbox.openapi.description import Operation, Step, word

OPERATIONS = {
    "list_events": Operation(
        "List the events that webhooks told of",
        data(schemas.events.Event),
        {"page": 0, "size": 1},
        before=[Step("POST", "/_sandbox/lean/payments", {"amount": 25})],
        query={**NEEDED_PAGING, **PERIOD, "type": word(TYPES, "Of one type alone.")},
        wrong={"type": ["refund.created"], "page": [None]},
        about="Of the last 90 days, newest first.",
    )
}
