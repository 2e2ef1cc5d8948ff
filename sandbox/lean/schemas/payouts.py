"""Payouts and their destinations on the wire."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import fields, validate

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Lenient, Shape, StrictBoolean, Within, word
from sandbox.lean.payout_account import BANK, END_USER
from sandbox.lean.payouts import AFTERWARDS, STATUSES, awaits_authorization, events_of, task_of
from sandbox.lean.schemas.common import MOST_ITEMS, load_page, load_period, optional
from sandbox.lean.schemas.destinations import AN_ACCOUNT, TWO_WORDS
from sandbox.lean.schemas.payments import Party, bank_reference_field
from sandbox.lean.wire import CURRENCY, DECIMALS, POSITIVE, Amount, Timestamp, Uuid

_FEW = validate.Length(min=1, max=MOST_ITEMS)
HISTORY_SIZE = 10
BOUND = re.compile(r"^[0-9]{1,15}(\.[0-9]{1,9})?\Z")
"""An amount that a list is asked for."""

# What comes in --------------------------------------------------------------------------------


class OrderedPayout(Lenient):
    """One payout: where to, and how much."""

    authorize_payment = StrictBoolean(required=True)
    payment_destination_id = Uuid(required=True)
    amount = Amount(required=True, metadata=POSITIVE)
    currency = word(DECIMALS, load_default=None, allow_none=True)
    description = fields.String(required=True, validate=validate.Length(max=32))
    external_reference = fields.String(load_default=None, allow_none=True)


class OrderedAccount(Lenient):
    """What is to be paid from one account."""

    account_id = Uuid(required=True)
    currency = word(DECIMALS, load_default=None, allow_none=True)
    destination_details = fields.List(fields.Nested(OrderedPayout), required=True, validate=_FEW)


class CreatePayouts(Lenient):
    """The body of `POST /payouts/v1/payment`. What is not known here is let pass."""

    payment_details = fields.List(fields.Nested(OrderedAccount), required=True, validate=_FEW)


class CreatePayoutDestination(Lenient):
    """An item of `POST /payouts/v1/payment/destinations`."""

    openapi: ClassVar[Mapping[str, Any]] = AN_ACCOUNT

    name = fields.String(required=True, metadata=TWO_WORDS)
    display_name = fields.String(load_default=None, allow_none=True)
    iban = fields.String(load_default=None, allow_none=True)
    account_number = fields.String(load_default=None, allow_none=True)
    bank_identifier = fields.String(load_default=None, allow_none=True)
    swift_code = fields.String(load_default=None, allow_none=True)
    address = fields.String(load_default=None, allow_none=True)
    branch_address = fields.String(load_default=None, allow_none=True)
    city = fields.String(load_default=None, allow_none=True)
    country = fields.String(load_default=None, allow_none=True)
    currency_iso_code = fields.String(load_default=None, allow_none=True)
    postal_code = fields.String(load_default=None, allow_none=True)
    customer_id = Uuid(load_default=None, allow_none=True)


CREATE = CreatePayouts()
CREATE_DESTINATIONS = CreatePayoutDestination(many=True)


def load_listing(query: Mapping[str, str]) -> Listing:
    """What `GET /payouts/v1/payments` asks for; an empty value is absent.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    period = load_period(query)
    bounds = {"minimum": "amount_min", "maximum": "amount_max"}
    filters: dict[str, Any] = {key: optional(_bound, query, name) for key, name in bounds.items()}
    filters["updated"] = load_period(query, "from_updated_at", "to_updated_at")
    return Listing(filters, *period, *load_page(query, "page_number", "page_size"))


def _bound(text: str) -> Decimal:
    if not BOUND.fullmatch(text):
        raise ValueError("not an amount")
    return Decimal(text)


# What goes out --------------------------------------------------------------------------------


_AFTERWARDS = word(AFTERWARDS, allow_none=True)


class Recipient(Party):
    """Whom a new payout is for, by the name that is shown."""

    name = fields.String(attribute="display_name")


class DestinationOfOrder(Shape):
    """Where a new payout goes."""

    destination_id = Uuid(attribute="payment_destination_id")
    amount = Amount()
    currency = CURRENCY
    payment_status = fields.Function(
        lambda payout: "FAILED" if payout["status"] == "FAILED" else "CREATED",
        metadata={"type": "string", "enum": ["CREATED", "FAILED"]},
    )
    error_message = fields.String(attribute="failure_reason", allow_none=True)
    recipient_details = fields.Nested(Recipient, attribute="destination")


class Order(Shape):
    """A payout as `POST /payouts/v1/payment` answers it (recorded)."""

    payment_intent_id = Uuid()
    initiate_payment_task_id = fields.Function(
        lambda payout: task_of(payout["payment_intent_id"]), metadata=Uuid.openapi
    )
    account_number = fields.String(attribute="account.account_number")
    iban = fields.String(attribute="account.iban")
    destination_details = Within(DestinationOfOrder)
    bank_identifier = fields.Constant(BANK)


class Orders(Shape):
    """All that one call has ordered (recorded)."""

    end_user_id = Uuid(dump_default=END_USER)
    payouts_payment_details = fields.List(fields.Nested(Order))


class PayoutRow(Shape):
    """A payout as `GET /payouts/v1/payments` lists it (recorded)."""

    recipient_name = fields.String(attribute="destination.display_name")
    recipient_bank_name = fields.String(attribute="destination.bank_identifier", allow_none=True)
    recipient_iban = fields.String(attribute="destination.iban", allow_none=True)
    recipient_cool_off_expiry = fields.Constant(None)
    recipient_address = fields.String(attribute="destination.address", allow_none=True)
    recipient_city = fields.String(attribute="destination.city", allow_none=True)
    recipient_country = fields.String(attribute="destination.country", allow_none=True)
    description = fields.String(attribute="reason", allow_none=True)
    currency = CURRENCY
    amount = Amount()
    created_at = Timestamp()
    updated_at = Timestamp()
    payment_intent_id = Uuid()
    auto_authorized = fields.Boolean()
    pending_manual_authorization = fields.Function(
        awaits_authorization, metadata={"type": "boolean"}
    )
    status = word(STATUSES)
    post_initiation_status = _AFTERWARDS
    bank_transaction_reference = bank_reference_field()


class PayoutEvent(Shape):
    """What became of a payout, and when."""

    event = fields.String()
    status = word(STATUSES)
    post_initiation_status = _AFTERWARDS
    published_at = Timestamp()


class PayoutHistory(Shape):
    """A payout's payment with its events, oldest first (recorded)."""

    payment_id = Uuid(attribute="id")
    events = Within(PayoutEvent, events_of, many=True)


class Payout(Shape):
    """A payout as `GET /payouts/v1/{payment_id}` answers it (recorded)."""

    id = Uuid()
    payment_intent_id = Uuid()
    payment_source_id = Uuid(attribute="end_user_id")
    sender_details = fields.Nested(Party, attribute="account")
    recipient_details = fields.Nested(Party, attribute="destination")
    amount = Amount()
    currency = CURRENCY
    description = fields.String(attribute="reason", allow_none=True)
    submission_timestamp = Timestamp(attribute="created_at")
    initiation_timestamp = Timestamp(attribute="initiated_at", allow_none=True)
    status = word(STATUSES)
    post_initiation_status = _AFTERWARDS
    bank_transaction_reference = bank_reference_field()
    granular_status_code = fields.Constant(None)
    status_additional_details = fields.String(attribute="failure_reason", allow_none=True)


_STATUS_OF_DESTINATION = word(["AWAITING_BENEFICIARY_COOL_OFF", "ACTIVE", "NOT_PRESENT", "REMOVED"])


class DestinationOfPayoutIntent(Shape):
    """Where a payout goes, as it stands in its intent (recorded; what is not known is null)."""

    id = Uuid(attribute="destination_id")
    name = fields.String()
    bank_identifier = fields.String(allow_none=True)
    short_name = fields.String(attribute="display_name")
    iban = fields.String(allow_none=True)
    account_number = fields.String(allow_none=True)
    swift_code = fields.String(allow_none=True)
    status = _STATUS_OF_DESTINATION
    address = fields.String(allow_none=True)
    country = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    emirate = fields.Function(
        lambda destination: destination["city"], metadata={"type": ["string", "null"]}
    )
    ifsc = fields.Constant(None)
    sort_code = fields.Constant(None)
    cool_off_expiry = fields.Constant(None)
    routing_code = fields.Constant(None)
    transit_code = fields.Constant(None)
    branch_address = fields.String(allow_none=True)
    currency_iso_code = fields.String(allow_none=True)
    postal_code = fields.String(allow_none=True)


class PayoutIntent(Shape):
    """A payout as `GET /payouts/v1/intents/{intent_id}` answers it (recorded)."""

    payment_intent_id = Uuid()
    customer_id = Uuid()
    amount = Amount()
    currency = CURRENCY
    description = fields.String(attribute="reason", allow_none=True)
    external_reference = fields.String(allow_none=True)
    payment = Within(Payout)
    payment_destination = fields.Nested(DestinationOfPayoutIntent, attribute="destination")


class AddedDestination(Shape):
    """A destination as `POST /payouts/v1/payment/destinations` answers it (recorded)."""

    add_beneficiary_task_id = Uuid()
    destination_id = Uuid()
    bank_identifier = fields.String(allow_none=True)
    iban = fields.String(allow_none=True)
    account_number = fields.String(allow_none=True)
    display_name = fields.String()
    status = fields.Constant("CONFIRMED")


class PayoutDestination(Shape):
    """A destination as `GET /payouts/v1/payment/destinations/{id}` answers it (documented)."""

    id = Uuid(attribute="destination_id")
    name = fields.String()
    display_name = fields.String()
    iban = fields.String(allow_none=True)
    account_number = fields.String(allow_none=True)
    swift_code = fields.String(allow_none=True)
    status = _STATUS_OF_DESTINATION
    address = fields.String(allow_none=True)
    country = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    currency_iso_code = fields.String(allow_none=True)


ORDERS = Orders()
ROWS = PayoutRow(many=True)
HISTORIES = PayoutHistory(many=True)
PAYOUT = Payout()
INTENT = PayoutIntent()
ADDED = AddedDestination(many=True)
DESTINATION = PayoutDestination()
