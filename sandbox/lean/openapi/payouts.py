"""`/payouts/v1`."""

from marshmallow import fields, validate

from sandbox.lean import schemas
from sandbox.lean.openapi import common
from sandbox.lean.openapi.common import NOT_CONFIGURED, UNKNOWN
from sandbox.lean.schemas.common import MOST_ITEMS
from sandbox.lean.schemas.payouts import HISTORY_SIZE
from sandbox.openapi.description import Answer, Case, Operation, Step, array, text

_NEW = {
    "name": "ABC CORP",
    "display_name": "ABC",
    "iban": "AE070331234567890123456",
    "city": "Dubai",
    "country": "ARE",
}
_CREATED = Step("POST", "/payouts/v1/payment/destinations", [_NEW])
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
ORDERED = (_CREATED, Step("POST", "/payouts/v1/payment", {"payment_details": [_FROM]}))
_INTENT = "763b8b53-7154-486e-afe1-11f52c4448c8"
_PAYOUT = "a0b82d19-9343-405b-9649-58ce53c36cbe"


def _from(**values: object) -> list[object]:
    return [{**_FROM, **values}]


def _to(**values: object) -> list[object]:
    return _from(destination_details=[{**_GOING, **values}])


def _bound(about: str) -> fields.String:
    known = validate.Regexp(schemas.payouts.BOUND)
    return text(f"{about}, in major units, included.", validate=known)


OPERATIONS = {
    "create_payouts": Operation(
        "Order payouts",
        [Answer(schemas.payouts.Orders, 201), Answer(schemas.payouts.Orders, 200)],
        {"payment_details": [_FROM], "idempotency-key": "wages-5"},
        before=[_CREATED],
        takes=schemas.payouts.CreatePayouts,
        headers=common.IDEMPOTENCY_KEY,
        wrong={
            "payment_details": [
                _from(currency="XXX"),
                _from(account_id=None),
                _to(amount=0),
                _to(amount=16.001),
                _to(amount=10**15),
                _to(payment_destination_id=UNKNOWN),
            ]
        },
        refused=[NOT_CONFIGURED, Case({"payment_details": _to(amount=17)}, again=True)],
        about="All of them, or none. One that is not authorized waits for someone who does.",
    ),
    "list_payouts": Operation(
        "List payouts",
        common.content(schemas.payouts.PayoutRow),
        {"page_size": 1},
        query={
            **common.paging("page_number", "page_size"),
            "amount_min": _bound("The least amount"),
            "amount_max": _bound("The largest amount"),
            **common.PERIOD,
            "from_updated_at": common.PERIOD["from"],
            "to_updated_at": common.PERIOD["to"],
        },
        wrong={"amount_min": ["much"], "from_updated_at": ["abc"]},
    ),
    "get_payout_history": Operation(
        "Get what became of a payout",
        common.content(schemas.payouts.PayoutHistory),
        {"payment_id": _PAYOUT},
        query=common.paging("page_number", "page_size", HISTORY_SIZE),
    ),
    "get_payout_intent": Operation(
        "Get a payout by its intent", schemas.payouts.PayoutIntent, {"intent_id": _INTENT}
    ),
    "get_payout": Operation(
        "Get a payout by its payment", schemas.payouts.Payout, {"payment_id": _PAYOUT}
    ),
    "create_payout_destinations": Operation(
        "Create payout destinations",
        array(schemas.payouts.AddedDestination, 1, MOST_ITEMS),
        _NEW,
        takes=array(schemas.payouts.CreatePayoutDestination, 1, MOST_ITEMS),
        wrong={"name": [5, None, "Acme"], "iban": ["AE00", None]},
        refused=[NOT_CONFIGURED],
        about="All of the batch, or none.",
    ),
    "get_payout_destination": Operation(
        "Get a payout destination",
        schemas.payouts.PayoutDestination,
        {"destination_id": _DESTINATION},
        before=[_CREATED],
    ),
}
