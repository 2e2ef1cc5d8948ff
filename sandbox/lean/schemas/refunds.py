"""Refunds on the wire."""

from collections.abc import Mapping, Sequence

from marshmallow import fields

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Lenient, Shape, word
from sandbox.lean.refunds import STATUSES, status_word
from sandbox.lean.schemas.common import load_page, one_of
from sandbox.lean.wire import CURRENCY, POSITIVE, REASONS, Amount, Timestamp, Uuid

ACTIONS = ("APPROVED", "CONFIRMED", "REJECTED")
WORDS = (*STATUSES, "CONFIRMED")
"""All that a refund's status can be called: CONFIRMED is APPROVED, as the guide says it."""


class Beneficiary(Lenient):
    """Taken, but money always returns to the account that paid."""

    name = fields.String(load_default=None, allow_none=True)
    iban = fields.String(load_default=None, allow_none=True)
    city = fields.String(load_default=None, allow_none=True)


class CreateRefund(Lenient):
    """An item of `POST /payouts/refunds`. What is not known here is let pass."""

    payment_id = Uuid(required=True)
    amount = Amount(required=True, metadata=POSITIVE)
    reason_code = word(REASONS, required=True)
    currency = fields.String(load_default=None, allow_none=True)
    description = fields.String(load_default=None, allow_none=True)
    external_reference = fields.String(load_default=None, allow_none=True)
    status = word(
        ["CREATED", "APPROVED"],
        load_default="CREATED",
        allow_none=True,
    )
    beneficiary = fields.Nested(Beneficiary, load_default=None, allow_none=True)


class ActionRefund(Lenient):
    """An item of `PUT /payouts/refunds`. The guide says CONFIRMED, the recording APPROVED."""

    refund_id = Uuid(required=True)
    status = word(ACTIONS, required=True)


CREATE = CreateRefund(many=True)
ACTION = ActionRefund(many=True)


def load_listing(query: Mapping[str, str]) -> Listing:
    """What `GET /payouts/refunds` asks for.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    status = one_of(query, "status", WORDS)
    stored = "APPROVED" if status == "CONFIRMED" else status
    return Listing({"status": stored}, None, None, *load_page(query))


def _status(words: Sequence[str]) -> fields.Function:
    return fields.Function(status_word, metadata={"type": "string", "enum": list(words)})


class RefundedAccount(Shape):
    """The account that money goes back to."""

    name = fields.String()
    iban = fields.String()
    account_id = Uuid()
    city = fields.String()


class CreatedRefund(Shape):
    """A refund as `POST` answers it (recorded)."""

    refund_id = Uuid()
    payment_id = Uuid()
    status = _status(["CREATED", "APPROVED"])
    amount = Amount()
    currency = CURRENCY
    reason_code = word(REASONS)
    description = fields.String(allow_none=True)
    external_reference = fields.String(allow_none=True)
    beneficiary = fields.Nested(RefundedAccount)


class ActionedRefund(Shape):
    """A refund as `PUT` answers it (recorded)."""

    refund_id = Uuid()
    status = _status(ACTIONS)


class Refund(Shape):
    """A refund as `GET` answers it (recorded)."""

    refund_id = Uuid()
    deposit_amount = Amount("deposit_currency")
    deposit_currency = CURRENCY
    payment_id = Uuid()
    status = _status(WORDS)
    amount = Amount()
    currency = CURRENCY
    reason_code = word(REASONS)
    description = fields.String(allow_none=True)
    external_reference = fields.String(allow_none=True)
    beneficiary = fields.Nested(RefundedAccount)
    created_at = Timestamp()
    created_by = fields.String()
    actioned_by = fields.String(allow_none=True)
    refund_intent_id = Uuid(allow_none=True)


class Reason(Shape):
    """A reason for a refund (documented)."""

    code = word(REASONS)
    description = fields.String()


REFUND = Refund()
REFUNDS = Refund(many=True)
CREATED = CreatedRefund(many=True)
ACTIONED = ActionedRefund(many=True)
