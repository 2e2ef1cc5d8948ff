"""Consents on the wire."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from marshmallow import fields, validate

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Lenient, Shape, Within, word
from sandbox.lean.application import APPLICATION_ID
from sandbox.lean.consent_terms import AMOUNTS, NUMBERS, PERIODS, PURPOSES
from sandbox.lean.consents import STATUSES
from sandbox.lean.errors import invalid
from sandbox.lean.schemas.common import load_page, parsed, required
from sandbox.lean.schemas.destinations import GovernmentIdentifier
from sandbox.lean.wire import CURRENCY, DECIMALS, POSITIVE, Amount, Timestamp, Uuid, to_uuid

MOST_ROWS = 100
"""Of a page, and how many there are unless said."""
REASONS = (
    "END_USER_REQUESTED",
    "CONSENT_RENEWAL",
    "KYC_VERIFICATION_FAILED",
    "REGULATORY_RESTRICTION",
    "FRAUD_SUSPECTED",
    "CLIENT_TERMINATED_RELATIONSHIP",
    "ACCOUNT_CLOSED_BY_USER",
    "DUPLICATE_CONSENT",
)
REFERENCE = validate.Length(1, 64)


def _amount(**rest: Any) -> Amount:
    return Amount(load_default=None, allow_none=True, metadata=POSITIVE, **rest)


def _number() -> fields.Integer:
    number = validate.Range(min=1, max=2**31 - 1)
    return fields.Integer(strict=True, load_default=None, allow_none=True, validate=number)


class Control(Lenient):
    """How much a customer consents to: at least one of the first three limits is needed."""

    openapi: ClassVar[Mapping[str, Any]] = {
        "anyOf": [{"required": [key]} for key in (*AMOUNTS[:2], NUMBERS[0])]
    }

    type = word(["VariableOnDemand"], required=True)
    period_type = word(PERIODS, required=True)
    max_individual_amount = _amount()
    max_cumulative_amount = _amount()
    max_cumulative_number_of_payments = _number()
    max_cumulative_amount_per_period = _amount()
    max_cumulative_number_of_payments_per_period = _number()


class Immediate(Lenient):
    """What is paid as soon as the customer has said yes."""

    amount = Amount(required=True, metadata=POSITIVE)
    reference = fields.String(load_default=None, allow_none=True, validate=REFERENCE)
    creditor_reference = fields.String(load_default=None, allow_none=True)


class CreateConsent(Lenient):
    """The body of `POST /consents/v1/account-on-file`."""

    customer_id = Uuid(required=True)
    destination_account_id = Uuid(required=True)
    currency = word(DECIMALS, required=True)
    reference = fields.String(required=True, validate=REFERENCE)
    purpose = word(PURPOSES, required=True)
    control_parameters = fields.Nested(Control, required=True)
    government_identifier = fields.Nested(GovernmentIdentifier, load_default=None, allow_none=True)
    start_date_time = Timestamp(load_default=None, allow_none=True)
    expiration_date_time = Timestamp(load_default=None, allow_none=True)
    immediate_payment = fields.Nested(Immediate, load_default=None, allow_none=True)


class Revoke(Lenient):
    """The body of `POST /consents/v1/{consent_id}/revocation`; kept nowhere."""

    reason = word(REASONS, required=True)
    additional_context = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=500)
    )


_GIVEN: Mapping[str, Any] = {"dump_default": None, "metadata": {"optional": True}}
"""Of a field that is left out where nothing was given."""


class ControlParameters(Shape):
    """The limits, as they were given."""

    type = word(["VariableOnDemand"])
    period_type = word(PERIODS)
    max_individual_amount = Amount(**_GIVEN)
    max_cumulative_amount = Amount(**_GIVEN)
    max_cumulative_number_of_payments = fields.Integer(**_GIVEN)
    max_cumulative_amount_per_period = Amount(**_GIVEN)
    max_cumulative_number_of_payments_per_period = fields.Integer(**_GIVEN)


class ImmediatePayment(Shape):
    """What is paid as soon as the customer has said yes."""

    amount = Amount()
    reference = fields.String(**_GIVEN)
    creditor_reference = fields.String(**_GIVEN)


class NewConsent(Shape):
    """A consent as it is created (documented)."""

    id = Uuid()
    application_id = Uuid(dump_default=APPLICATION_ID)
    status = word(STATUSES)
    customer_id = Uuid()
    destination_account_id = Uuid()
    currency = CURRENCY
    reference = fields.String()
    purpose = word(PURPOSES)
    start_date_time = Timestamp(attribute="starts_at")
    expiration_date_time = Timestamp(attribute="expires_at")
    control_parameters = fields.Nested(ControlParameters)
    immediate_payment = fields.Nested(ImmediatePayment, **_GIVEN)


class ConsentedAccount(Shape):
    """The account that the customer has consented to."""

    iban = fields.String()
    holder_name = fields.String(attribute="name")


class Purpose(Shape):
    """What payments are for."""

    code = word(PURPOSES, attribute="purpose")
    description = fields.Function(
        lambda consent: PURPOSES[consent["purpose"]], metadata={"type": "string"}
    )


class Consumption(Shape):
    """What payments have taken of a consent, but for those that failed."""

    cumulative_number_of_payments = fields.Integer(attribute="consumed.number")
    cumulative_value_of_payments = Amount(attribute="consumed.value")
    cumulative_number_of_payments_in_current_period = fields.Integer(
        attribute="consumed.number_in_period"
    )
    cumulative_value_of_payments_in_current_period = Amount(attribute="consumed.value_in_period")


class Consent(Shape):
    """A consent that is read (documented)."""

    consent_id = Uuid(attribute="id")
    bank_identifier = fields.String(allow_none=True)
    application_id = Uuid(dump_default=APPLICATION_ID)
    start_date_time = Timestamp(attribute="starts_at")
    expiration_date_time = Timestamp(attribute="expires_at")
    customer_id = Uuid()
    status = word(STATUSES)
    destination_account_id = Uuid()
    sender_account_id = Uuid(attribute="account.account_id", dump_default=None, allow_none=True)
    reference = fields.String()
    consented_account = Within(
        ConsentedAccount, lambda consent: consent["account"], allow_none=True
    )
    currency = CURRENCY
    payment_purpose = Within(Purpose)
    control_parameters = fields.Nested(ControlParameters)
    payment_consumption = Within(
        Consumption,
        lambda consent: None if consent["consumed"] is None else consent,
        metadata={"optional": True},
    )
    immediate_payment = fields.Nested(ImmediatePayment, **_GIVEN)


class Balance(Shape):
    """What is on the account that the customer has consented to."""

    currency = CURRENCY
    balance = Amount()


CREATE = CreateConsent()
REVOKE = Revoke()
NEW = NewConsent()
CONSENT = Consent()
CONSENTS = Consent(many=True)
BALANCE = Balance()


def load_listing(query: Mapping[str, str], said: Sequence[str]) -> Listing:
    """What `GET /consents/v1` asks for.

    Args:
        query: its parameters.
        said: what is said of the status, each time: words with commas between; none: any.

    Raises:
        LeanError: 400 MISSING_PARAMETERS, INVALID_PARAMETERS.
    """
    customer_id = parsed(to_uuid, "customer_id", required(query, "customer_id"))
    statuses = [status for text in said for status in text.split(",") if status]
    for status in statuses:
        if status not in STATUSES:
            raise invalid("status", status)
    page = load_page(query, "page_number", "page_size", MOST_ROWS, MOST_ROWS)
    return Listing({"customer_id": customer_id, "statuses": statuses}, None, None, *page)
