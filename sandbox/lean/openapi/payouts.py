"""`/payouts/v1`."""

from marshmallow import fields, validate

from sandbox.lean import schemas
from sandbox.lean.openapi.common import (
    IDEMPOTENCY_KEY,
    NOT_CONFIGURED,
    UNKNOWN,
    content,
    no_such,
    ok,
    paging,
    period,
)
from sandbox.lean.routes.payouts import HISTORY_SIZE
from sandbox.lean.schemas.common import MOST_ITEMS
from sandbox.openapi.description import Operation, Sample, Step, array

_NEW = {
    "name": "ABC CORP",
    "display_name": "ABC",
    "iban": "AE070331234567890123456",
    "city": "Dubai",
    "country": "ARE",
}
_CREATED = Step("POST", "/payouts/v1/payment/destinations", [_NEW])
_CREATING = Sample(body=[_NEW])
_DESTINATION = "f99d1d8d-1c03-45b9-b217-16838f7a3023"
_GOING = {
    "authorize_payment": True,
    "payment_destination_id": _DESTINATION,
    "amount": 16,
    "description": "test payment",
}
_FROM = {
    "account_id": "2652e3ac-3f34-48c2-b1ae-ed81e30c6601",
    "currency": "AED",
    "destination_details": [_GOING],
}
_ORDER = Sample(
    body={"payment_details": [_FROM]}, headers={"idempotency-key": "wages-5"}, before=[_CREATED]
)
ORDERED = (_CREATED, Step("POST", "/payouts/v1/payment", _ORDER.body, headers=_ORDER.headers))
_INTENT = "763b8b53-7154-486e-afe1-11f52c4448c8"
_PAYOUT = "a0b82d19-9343-405b-9649-58ce53c36cbe"


def _order_from(**values: object) -> Sample:
    return _ORDER.but(payment_details=[{**_FROM, **values}])


def _order_to(**values: object) -> Sample:
    return _order_from(destination_details=[{**_GOING, **values}])


def _bound(about: str) -> fields.Field[str]:
    return fields.String(
        validate=validate.Regexp(schemas.payouts.BOUND),
        metadata={"description": f"{about}, in major units, included."},
    )


OPERATIONS = {
    "create_payouts": Operation(
        "Order payouts",
        ok(schemas.payouts.Orders),
        _ORDER,
        takes=schemas.payouts.CreatePayouts,
        headers=IDEMPOTENCY_KEY,
        refused=[
            _order_from(currency="XXX"),
            _order_from(account_id=None),
            _order_to(amount=0),
            _order_to(amount=16.001),
            _order_to(amount=10**15),
            _ORDER.after(NOT_CONFIGURED),
            _order_to(payment_destination_id=UNKNOWN),
            _order_to(amount=17)._replace(before=ORDERED),
        ],
        about="All of them, or none. One that is not authorized waits for someone who does.",
    ),
    "list_payouts": Operation(
        "List payouts",
        ok(content(schemas.payouts.PayoutRow)),
        Sample(query={"page_size": 1}),
        query={
            **paging("page_number", "page_size"),
            "amount_min": _bound("The least amount"),
            "amount_max": _bound("The largest amount"),
            **period("from", "to"),
        },
        refused=[Sample(query={"amount_min": "much"})],
    ),
    "get_payout_history": Operation(
        "Get what became of a payout",
        ok(content(schemas.payouts.PayoutHistory)),
        Sample({"intent_id": _INTENT}),
        query=paging("page_number", "page_size", HISTORY_SIZE),
        refused=no_such("intent_id"),
    ),
    "get_payout_intent": Operation(
        "Get a payout by its intent",
        ok(schemas.payouts.PayoutIntent),
        Sample({"intent_id": _INTENT}),
        refused=no_such("intent_id"),
    ),
    "get_payout": Operation(
        "Get a payout by its payment",
        ok(schemas.payouts.Payout),
        Sample({"payment_id": _PAYOUT}),
        refused=no_such("payment_id"),
    ),
    "create_payout_destinations": Operation(
        "Create payout destinations",
        ok(array(schemas.payouts.PayoutDestination, 1, MOST_ITEMS)),
        _CREATING,
        takes=array(schemas.payouts.CreatePayoutDestination, 1, MOST_ITEMS),
        refused=[
            _CREATING.but(name=5),
            _CREATING.but(name=None),
            _CREATING.but(name="Acme"),
            _CREATING.but(iban="AE00"),
            _CREATING.but(iban=None),
            _CREATING.after(NOT_CONFIGURED),
        ],
        about="All of the batch, or none.",
    ),
    "get_payout_destination": Operation(
        "Get a payout destination",
        ok(schemas.payouts.PayoutDestination),
        Sample({"destination_id": _DESTINATION}, before=[_CREATED]),
        refused=no_such("destination_id"),
    ),
}
