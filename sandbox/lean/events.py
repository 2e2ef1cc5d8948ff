"""The events that webhooks told of, kept for those who missed one."""

from sandbox.engine.provider.resources import Listing
from sandbox.engine.provider.rules import Call
from sandbox.engine.values.instants import DAY, Duration
from sandbox.engine.webhooks.delivery import Delivery

TYPES = (
    "payment.created payment.updated payment_intent.created payment_intent.expired "
    "payment_source.created payment_source.updated payment_source.beneficiary.created "
    "payment_source.beneficiary.updated bank.availability.updated "
    "payment.reconciliation.updated bulk_payment_intent.created bulk_payment_intent.updated "
    "entity.created entity.updated entity.reconnected entity.data.refresh.updated results.ready "
    "bank.availability.new consent.status.updated payment.account-on-file.updated "
    "transaction.account transaction.account.post_process"
).split()
"""All that Lean is known to have; the sandbox has no cause to send some of them."""
_KEPT: Duration = 90 * DAY


def page(call: Call, asked: Listing) -> tuple[list[Delivery], int]:
    """A page of the events of the last 90 days, newest first, and how many there are on all.

    Filters: type.
    """
    with call:
        oldest = call.now - _KEPT
        found = [
            event
            for event in reversed(call.told("lean"))
            if event.at >= oldest
            and asked.covers(event.at)
            and asked.filters["type"] in (None, event.notice.event)
        ]
        return asked.page(found)
