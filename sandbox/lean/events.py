"""The events that webhooks told of, kept for those who missed one."""

from typing import NamedTuple

from sandbox.engine.provider.rules import Call
from sandbox.engine.values.instants import DAY, Duration
from sandbox.engine.webhooks.delivery import Delivery
from sandbox.lean.dates import Period

TYPES = (
    "payment.created",
    "payment.updated",
    "payment_intent.created",
    "payment_intent.expired",
    "payment_source.created",
    "payment_source.updated",
    "payment_source.beneficiary.created",
    "payment_source.beneficiary.updated",
    "bank.availability.updated",
    "payment.reconciliation.updated",
    "bulk_payment_intent.created",
    "bulk_payment_intent.updated",
    "entity.created",
    "entity.updated",
    "entity.reconnected",
    "results.ready",
)
"""All that Lean has; the sandbox has no cause to send some of them."""
_KEPT: Duration = 90 * DAY


class Wanted(NamedTuple):
    """What a list of events is to hold; no type: any."""

    type: str | None
    period: Period


def page(call: Call, wanted: Wanted, number: int, size: int) -> tuple[list[Delivery], int]:
    """A page of the events of the last 90 days, newest first, and how many there are on all."""
    with call:
        oldest = call.now - _KEPT
        found = [
            event
            for event in reversed(call.told("lean"))
            if event.at >= oldest
            and event.at in wanted.period
            and wanted.type in (None, event.notice.event)
        ]
        return found[number * size : (number + 1) * size], len(found)
