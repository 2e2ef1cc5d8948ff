"""Lahza's switches: what `GET /_sandbox/settings` shows under `lahza`."""

from dataclasses import dataclass
from typing import Literal, cast

from marshmallow import fields, validate

from sandbox.engine.provider.rules import Call
from sandbox.engine.reading.fields import DurationText, Strict, StrictBoolean, word
from sandbox.engine.values.instants import DAY, HOUR, Duration


@dataclass(frozen=True)
class ProviderSettings:
    """What users can choose where Lahza's documents leave room.

    Attributes:
        processing_after: from a refund's creation to `processing`.
        processed_after: from a refund's creation to `processed`; not below the other.
        default_amount: what a refund without an amount takes: the transaction's whole amount,
            or what is left of it.
        minimum_refund: minor units; None: there is none.
        list_meta: whether the list of refunds carries `meta`.
        error_details: whether errors carry Paystack's `type`, `code` and `meta`.
        get_body: whether filters are read from the body of a GET, beside the query.
        verify_unknown_status: the HTTP status for an unknown reference.
        webhook_amount: a refund's amount in its webhooks: a number in `refund.failed` and a text
            in the others, or always a number.
        webhook_refund_id: whether webhooks of a refund name its id.
        signature_header: the header in which webhooks are signed.
    """

    processing_after: Duration = HOUR
    processed_after: Duration = DAY
    default_amount: Literal["original", "remaining"] = "original"
    minimum_refund: int | None = None
    list_meta: bool = False
    error_details: bool = False
    get_body: Literal["filters", "ignored"] = "filters"
    verify_unknown_status: int = 400
    webhook_amount: Literal["as_documented", "number"] = "as_documented"
    webhook_refund_id: bool = False
    signature_header: Literal["x-lahza-signature", "x_lahza_signature"] = "x-lahza-signature"

    def __post_init__(self) -> None:
        if self.processed_after < self.processing_after:
            raise ValueError("processed_after is below processing_after; both count from creation")


class SwitchesSchema(Strict):
    """What can be set; durations as texts."""

    processing_after = DurationText()
    processed_after = DurationText()
    default_amount = word(["original", "remaining"])
    minimum_refund = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(min=1, max=10**12)
    )
    list_meta = StrictBoolean()
    error_details = StrictBoolean()
    get_body = word(["filters", "ignored"])
    verify_unknown_status = fields.Integer(strict=True, validate=validate.OneOf([400, 404]))
    webhook_amount = word(["as_documented", "number"])
    webhook_refund_id = StrictBoolean()
    signature_header = word(["x-lahza-signature", "x_lahza_signature"])


def settings_of(call: Call) -> ProviderSettings:
    """The world's switches for Lahza, as they stand."""
    return cast(ProviderSettings, call.settings("lahza"))
