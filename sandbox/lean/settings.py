"""Lean's switches: what `GET /_sandbox/settings` shows under `lean`."""

from dataclasses import dataclass
from typing import Literal, cast

from marshmallow import fields, validate

from sandbox.engine.provider.rules import Call
from sandbox.engine.reading.fields import DurationText, Strict, StrictBoolean, word
from sandbox.engine.values.instants import MINUTE, SECOND, Duration


@dataclass(frozen=True)
class ProviderSettings:
    """How long things stay in their states, and what to do where Lean's sources disagree.

    Attributes:
        pending_after: from APPROVED to PENDING_WITH_BANK.
        accepted_after: from PENDING_WITH_BANK to ACCEPTED_BY_BANK.
        deposit_after: from the payment of an intent to the deposit that reconciles it.
        payout_accepted_after: the same for a payout that carries no refund.
        payout_processed_after: from ACCEPTED_BY_BANK to PROCESSED.
        intent_minimum: the least amount of an intent: none, or the one that Lean documents.
        iban_check_digits: whether those of a destination's IBAN have to be right.
        reconciliation_payload: what webhooks of a reconciliation hold: the recorded keys, or the
            ids of the payment and its deposit.
        payout_status: the HTTP status of a payout that was made.
        session_expires_after: from a session's creation to its expiry.
        account_on_file_processing_after: from CREATED to PROCESSING, of a payment on a consent.
        account_on_file_processed_after: from PROCESSING to PROCESSED.
        account_on_file_event: what webhooks call a change of such a payment.
        account_balance: what is on each account that a customer consents to, in major units.
        government_identifier: whether a consent needs one, there or with its customer.
        four_eyes: whether a refund that a user of the dashboard created needs another user's
            approval.
    """

    pending_after: Duration = 30 * SECOND
    accepted_after: Duration = 5 * MINUTE
    deposit_after: Duration = 15 * MINUTE
    payout_accepted_after: Duration = 1 * SECOND
    payout_processed_after: Duration = 39 * SECOND
    intent_minimum: Literal["none", "documented"] = "none"
    iban_check_digits: bool = False
    reconciliation_payload: Literal["recorded", "with_deposit"] = "recorded"
    payout_status: int = 201
    session_expires_after: Duration = 30 * MINUTE
    account_on_file_processing_after: Duration = 1 * SECOND
    account_on_file_processed_after: Duration = 10 * SECOND
    account_on_file_event: Literal["payment.updated", "payment.account-on-file.updated"] = (
        "payment.updated"
    )
    account_balance: int = 1_000_000
    government_identifier: Literal["optional", "required"] = "optional"
    four_eyes: bool = False


class SwitchesSchema(Strict):
    """What can be set; durations as texts."""

    pending_after = DurationText()
    accepted_after = DurationText()
    deposit_after = DurationText()
    payout_accepted_after = DurationText()
    payout_processed_after = DurationText()
    intent_minimum = word(["none", "documented"])
    iban_check_digits = StrictBoolean()
    reconciliation_payload = word(["recorded", "with_deposit"])
    payout_status = fields.Integer(strict=True, validate=validate.OneOf([200, 201]))
    session_expires_after = DurationText()
    account_on_file_processing_after = DurationText()
    account_on_file_processed_after = DurationText()
    account_on_file_event = word(["payment.updated", "payment.account-on-file.updated"])
    account_balance = fields.Integer(strict=True, validate=validate.Range(min=0, max=10**12))
    government_identifier = word(["optional", "required"])
    four_eyes = StrictBoolean()


def settings_of(call: Call) -> ProviderSettings:
    """The world's switches for Lean, as they stand."""
    return cast(ProviderSettings, call.settings("lean"))
