"""What `set` may set in a scenario, of Lean's."""

from decimal import Decimal

from marshmallow import ValidationError, validate

from sandbox.engine.reading.fields import InstantText, Strict, word
from sandbox.engine.scenarios.steps import CALL_WHERE
from sandbox.engine.scenarios.vocabulary import Target
from sandbox.engine.values import money
from sandbox.lean import application, auth, payments
from sandbox.lean.matchers import PAYMENT_WHERE
from sandbox.lean.schemas.control import APPLICATION
from sandbox.lean.wire import DECIMALS, Amount


def _arrives(amount: Decimal | int) -> None:
    """Such an amount can arrive, whatever the currency."""
    if not 0 < amount <= 10**12:
        raise ValidationError("must be above 0 and at most 1000000000000")
    try:
        money.to_minor(amount, min(DECIMALS.values()))
    except money.Inexact as error:
        raise ValidationError(str(error)) from error


class _Payment(Strict):
    status = word(payments.STATUSES)
    reconciliation = word(payments.RECONCILIATIONS)
    refundable = Amount(validate=validate.Range(min=0, max=10**12))
    deposit_amount = Amount(validate=_arrives)


class _Credentials(Strict):
    valid_from = InstantText()
    missing_scope = word(["any", *auth.SCOPES])


TARGETS = {
    application.TARGET: Target(APPLICATION),
    payments.TARGET: Target(_Payment(), PAYMENT_WHERE),
    auth.TARGET: Target(_Credentials(), CALL_WHERE),
}
