"""What `set` may set in a scenario, of Lean's."""

from marshmallow import fields, validate

from sandbox.engine.fields import InstantText, Strict
from sandbox.engine.model import Target
from sandbox.lean import application, auth, payments
from sandbox.lean.keys import PAYMENT_WHERE
from sandbox.lean.schemas.control import ApplicationValues
from sandbox.lean.wire import Amount


class _Payment(Strict):
    status = fields.String(validate=validate.OneOf(payments.STATUSES))
    reconciliation = fields.String(validate=validate.OneOf(payments.RECONCILIATIONS))
    refundable = Amount(validate=validate.Range(min=0, max=10**12))


class _Credentials(Strict):
    valid_from = InstantText()
    missing_scope = fields.String(validate=validate.OneOf(["any", *auth.SCOPES]))


TARGETS = {
    application.TARGET: Target(ApplicationValues()),
    payments.TARGET: Target(_Payment(), PAYMENT_WHERE),
    auth.TARGET: Target(_Credentials()),
}
