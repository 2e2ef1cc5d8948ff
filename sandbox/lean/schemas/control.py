"""The bodies of Lean's part of the admin API."""

from marshmallow import fields, validate

from sandbox.engine.reading.fields import DurationText, Strict, StrictBoolean, word
from sandbox.lean import application, banks, payments, sources
from sandbox.lean.schemas.links import MOST_IDENTIFIERS
from sandbox.lean.wire import DECIMALS, Amount, Uuid

_MOST = 10**12
_POSITIVE = validate.Range(min=0, min_inclusive=False, max=_MOST)
"""Amounts in major units: at most a thousand billion."""
_BOUNDS = {"exclusiveMinimum": 0, "maximum": _MOST}


class PaymentChange(Strict):
    """What a payment may be changed to."""

    amount = Amount(validate=_POSITIVE, metadata=_BOUNDS)
    currency = word(DECIMALS)
    status = word(payments.STATUSES)
    failure_code = word(payments.FAILURE_CODES)
    reconciliation = word(payments.RECONCILIATIONS)
    reconcile_after = DurationText()
    payment_intent_id = Uuid()
    customer_id = Uuid()


class PaymentValues(PaymentChange):
    """What a new payment may be given."""

    description = fields.String(validate=validate.Length(max=32))


class DepositValues(Strict):
    """What a deposit may be given."""

    payment_id = Uuid(required=True)
    amount = Amount(load_default=None, validate=_POSITIVE, metadata=_BOUNDS)
    after = DurationText(load_default=0)


class BeneficiaryValues(Strict):
    """A destination that a payment source may pay to."""

    payment_destination_id = Uuid(required=True)
    cool_off = DurationText(load_default=0)


class SourceValues(BeneficiaryValues):
    """What a new payment source may be given."""

    customer_id = Uuid(required=True)
    bank_identifier = word(banks.BY_IDENTIFIER, load_default=sources.BANK)
    currency = word(DECIMALS, load_default="AED")
    payment_destination_id = Uuid(load_default=None)


class ApplicationValues(Strict):
    """What Lean has set up."""

    payouts_configured = StrictBoolean()
    products = fields.List(
        word(application.PRODUCTS),
        validate=validate.Length(max=len(application.PRODUCTS)),
    )


class Decision(Strict):
    """From which bank a customer pays, and what it says."""

    bank_identifier = word(banks.BY_IDENTIFIER)
    status = word(payments.STATUSES)
    failure_code = word(payments.FAILURE_CODES)


class UsageValues(Strict):
    """What a payer says of himself: a text for each identifier of the link, in their order."""

    identifiers = fields.List(
        fields.String(allow_none=True, validate=validate.Length(max=1000)),
        load_default=list,
        validate=validate.Length(max=MOST_IDENTIFIERS),
    )


class Nothing(Strict):
    """No key at all."""


PAYMENT = PaymentValues()
CHANGE = PaymentChange()
DEPOSIT = DepositValues()
SOURCE = SourceValues()
BENEFICIARY = BeneficiaryValues()
APPLICATION = ApplicationValues()
DECISION = Decision()
USAGE = UsageValues()
NOTHING = Nothing()
