"""Payments on a consent, on the wire."""

from collections.abc import Mapping

from marshmallow import fields

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Lenient, Shape, Within, word
from sandbox.lean.account_on_file import FAILURES, STATUSES
from sandbox.lean.application import APPLICATION_ID
from sandbox.lean.consent_terms import PURPOSES
from sandbox.lean.schemas.common import load_page
from sandbox.lean.schemas.consents import MOST_ROWS, REFERENCE
from sandbox.lean.wire import CURRENCY, POSITIVE, Amount, Timestamp, Uuid


class CreatePayment(Lenient):
    """The body of `POST /payments/v1/account-on-file`; only what is answered is kept of it."""

    consent_id = Uuid(required=True)
    amount = Amount(required=True, metadata=POSITIVE)
    risk_details = fields.Dict(required=True)
    reference = fields.String(load_default=None, allow_none=True, validate=REFERENCE)
    purpose = word(PURPOSES, load_default=None, allow_none=True)
    creditor_reference = fields.String(load_default=None, allow_none=True)


class PaidAmount(Shape):
    """What is paid."""

    currency = CURRENCY
    amount = Amount()


class Failure(Shape):
    """Why a payment failed."""

    code = word(FAILURES, attribute="failure_code")
    details = fields.String(attribute="failure_reason")


class AccountOnFilePayment(Shape):
    """A payment on a consent (documented)."""

    id = Uuid()
    account_id = Uuid()
    application_id = Uuid(dump_default=APPLICATION_ID)
    consent_id = Uuid()
    status = word(STATUSES)
    reference = fields.String()
    amount = Within(PaidAmount)
    type = fields.Constant("ACCOUNT_ON_FILE")
    sender_customer_id = Uuid(attribute="customer_id")
    created_at = Timestamp()
    last_modified_at = Timestamp(attribute="updated_at")
    # only one that FAILED has them
    failure_details = Within(
        Failure,
        lambda payment: None if payment["failure_code"] is None else payment,
        metadata={"optional": True},
    )


CREATE = CreatePayment()
PAYMENT = AccountOnFilePayment()
PAYMENTS = AccountOnFilePayment(many=True)


def load_listing(query: Mapping[str, str]) -> Listing:
    """What `GET /consents/v1/{consent_id}/payments` asks for.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    page = load_page(query, "page_number", "page_size", MOST_ROWS, MOST_ROWS)
    return Listing({}, None, None, *page)
