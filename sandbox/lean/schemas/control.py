"""The bodies of Lean's part of the admin API."""

from marshmallow import fields, validate

from sandbox.engine.fields import DurationText, Strict, StrictBoolean
from sandbox.lean import application, payments
from sandbox.lean.wire import DECIMALS, Amount, Uuid


class PaymentValues(Strict):
    """What a payment may be given: the amount in major units, below a thousand billion."""

    amount = Amount(validate=validate.Range(min=0, min_inclusive=False, max=10**12))
    currency = fields.String(validate=validate.OneOf(list(DECIMALS)))
    status = fields.String(validate=validate.OneOf(payments.STATUSES))
    reconciliation = fields.String(validate=validate.OneOf(payments.RECONCILIATIONS))
    reconcile_after = DurationText()
    customer_id = Uuid()


class ApplicationValues(Strict):
    """What Lean has set up."""

    payouts_configured = StrictBoolean()
    products = fields.List(fields.String(validate=validate.OneOf(application.PRODUCTS)))
