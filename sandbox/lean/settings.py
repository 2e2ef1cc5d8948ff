"""Lean's switches: what `GET /_sandbox/settings` shows under `lean`."""

from dataclasses import dataclass
from typing import cast

from sandbox.engine.provider.rules import Call
from sandbox.engine.reading.fields import DurationText, Strict
from sandbox.engine.values.instants import MINUTE, SECOND, Duration


@dataclass(frozen=True)
class ProviderSettings:
    """How long refunds and payouts stay in their states, and money is on its way.

    Attributes:
        pending_after: from APPROVED to PENDING_WITH_BANK.
        accepted_after: from PENDING_WITH_BANK to ACCEPTED_BY_BANK.
        deposit_after: from the payment of an intent to the deposit that reconciles it.
        payout_accepted_after: the same for a payout that carries no refund.
        payout_processed_after: from ACCEPTED_BY_BANK to PROCESSED.
    """

    pending_after: Duration = 30 * SECOND
    accepted_after: Duration = 5 * MINUTE
    deposit_after: Duration = 15 * MINUTE
    payout_accepted_after: Duration = 1 * SECOND
    payout_processed_after: Duration = 39 * SECOND


class SwitchesSchema(Strict):
    """What can be set; durations as texts."""

    pending_after = DurationText()
    accepted_after = DurationText()
    deposit_after = DurationText()
    payout_accepted_after = DurationText()
    payout_processed_after = DurationText()


def settings_of(call: Call) -> ProviderSettings:
    """The world's switches for Lean, as they stand."""
    return cast(ProviderSettings, call.settings("lean"))
