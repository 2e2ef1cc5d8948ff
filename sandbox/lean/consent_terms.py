"""What a consent allows: its document, its limits, and the periods for which some of them hold.

A consent's document: id, status, customer_id, destination_account_id, currency, reference, purpose,
starts_at, expires_at, control_parameters {type, period_type, those of LIMITS that were given
(amounts in minor units), currency}, immediate_payment {amount (minor units), reference,
creditor_reference, currency} or None, bank_identifier and account {name, iban, account_number,
account_id} (both None until it is authorised), failure_reason (why it was settled as it is),
created_at.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sandbox.engine.provider.resources import Resource, by_key
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import SECOND, Instant
from sandbox.lean.dates import day, zone_of
from sandbox.lean.errors import LeanError, consent_state, unknown
from sandbox.lean.wire import major

CONSENTS = Resource("lean.consents", partial(unknown, "consent"), indexes=by_key("customer_id"))
PERIODS = ("Day", "Week", "Month", "Year")
"""Those of the calendar, in ZONE; a week begins on a Monday."""
ZONE = "Asia/Dubai"
AMOUNTS = ("max_individual_amount", "max_cumulative_amount", "max_cumulative_amount_per_period")
NUMBERS = ("max_cumulative_number_of_payments", "max_cumulative_number_of_payments_per_period")
PURPOSES = {
    "FIS": "Financial services",
    "TCS": "Telecommunication services",
    "MWP": "Mobile wallet card payments",
    "OAT": "Own account transfer",
    "IFS": "Information services",
    "RNT": "Rent payments",
    "LNC": "Loan charges",
    "PIN": "Personal investments",
    "GDS": "Goods bought or sold",
}


class Consumed(NamedTuple):
    """What payments have taken of a consent: how many, and how much in minor units."""

    number: int = 0
    value: int = 0
    number_in_period: int = 0
    value_in_period: int = 0

    def and_one_of(self, amount: int) -> "Consumed":
        """With one more payment."""
        return Consumed(
            self.number + 1,
            self.value + amount,
            self.number_in_period + 1,
            self.value_in_period + amount,
        )


def period_of(consent: Document, at: Instant) -> Instant:
    """When the period of a consent began that a moment is in."""
    zone = zone_of(ZONE)
    today = datetime.fromtimestamp(at // SECOND, zone).date()
    first = {
        "Day": today,
        "Week": today - timedelta(days=today.weekday()),
        "Month": today.replace(day=1),
        "Year": today.replace(month=1, day=1),
    }[consent["control_parameters"]["period_type"]]
    return day(first.isoformat(), zone)[0]


def require_state(consent: Document, now: Instant) -> None:
    """Check that a consent lets its customer be charged now.

    Raises:
        LeanError: 400 INVALID_CONSENT_STATE.
    """
    if consent["status"] != "AUTHORISED":
        raise consent_state(400, f"is {consent['status']}, not AUTHORISED")
    if now < consent["starts_at"]:
        raise consent_state(400, "has not started")


def require_within(consent: Document, consumed: Consumed, amount: int, field: str) -> None:
    """Check that one more payment keeps a consent's limits.

    Args:
        consent: which has them.
        consumed: what payments have taken of it before.
        amount: the payment's, in minor units.
        field: where it stands in the body.

    Raises:
        LeanError: 400 CONSENT_LIMIT_EXCEEDED, naming the limit.
    """
    after = consumed.and_one_of(amount)
    taken = {
        "max_individual_amount": amount,
        "max_cumulative_amount": after.value,
        "max_cumulative_number_of_payments": after.number,
        "max_cumulative_amount_per_period": after.value_in_period,
        "max_cumulative_number_of_payments_per_period": after.number_in_period,
    }
    for limit, value in taken.items():
        most = consent["control_parameters"].get(limit)
        if most is not None and value > most:
            shown = major(most, consent["currency"]) if limit in AMOUNTS else most
            raise LeanError(
                400,
                "CONSENT_LIMIT_EXCEEDED",
                f"The payment would exceed the consent's {limit} of {shown}, field: {field}, "
                f"value: {major(amount, consent['currency'])}",
            )


def is_consumed(consent: Document, consumed: Consumed) -> bool:
    """Whether what has been taken reaches a limit that holds for all of a consent's time."""
    most = consent["control_parameters"]
    value, number = (
        most.get(f"max_cumulative_{what}") for what in ("amount", "number_of_payments")
    )
    return (value is not None and consumed.value >= value) or (
        number is not None and consumed.number >= number
    )
