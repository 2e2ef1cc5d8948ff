"""`/payouts/v1`."""

from marshmallow import fields

from sandbox.lean import schemas
from sandbox.lean.errors import bad_amount, duplicated_request, missing, not_allowed, unknown
from sandbox.lean.openapi.common import (
    IDEMPOTENCY_KEY,
    UNKNOWN,
    bad,
    content,
    failures,
    ok,
    paging,
    period,
)
from sandbox.lean.openapi.payments import BAD_ACCOUNT
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
_DESTINATION = "f99d1d8d-1c03-45b9-b217-16838f7a3023"
_ORDER = {
    "payment_details": [
        {
            "account_id": "2652e3ac-3f34-48c2-b1ae-ed81e30c6601",
            "currency": "AED",
            "destination_details": [
                {
                    "authorize_payment": True,
                    "payment_destination_id": _DESTINATION,
                    "amount": 16,
                    "description": "test payment",
                }
            ],
        }
    ]
}
ORDERED = (_CREATED, Step("POST", "/payouts/v1/payment", _ORDER))
_INTENT = "763b8b53-7154-486e-afe1-11f52c4448c8"
_PAYOUT = "a0b82d19-9343-405b-9649-58ce53c36cbe"
_NO_INTENT = failures(bad("intent_id", "abc"), unknown("payment intent", UNKNOWN))


def _bound(about: str) -> fields.Field[str]:
    return fields.String(metadata={"description": f"{about}, in major units, included."})


OPERATIONS = {
    "create_payouts": Operation(
        "Order payouts",
        ok(schemas.payouts.Orders),
        Sample(body=_ORDER, before=[_CREATED]),
        takes=schemas.payouts.CreatePayouts,
        headers=IDEMPOTENCY_KEY,
        failures=failures(
            bad("payment_details->[0]->currency", "XXX"),
            missing("payment_details->[0]->account_id"),
            bad_amount(
                "The amount must be greater than zero",
                "payment_details->[0]->destination_details->[0]->amount",
                0,
            ),
            not_allowed("payouts not configured"),
            unknown("payment destination", UNKNOWN),
            duplicated_request(),
        ),
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
        failures=failures(bad("amount_min", "much")),
    ),
    "get_payout_history": Operation(
        "Get what became of a payout",
        ok(content(schemas.payouts.PayoutHistory)),
        Sample({"intent_id": _INTENT}),
        query=paging("page_number", "page_size", HISTORY_SIZE),
        failures=_NO_INTENT,
    ),
    "get_payout_intent": Operation(
        "Get a payout by its intent",
        ok(schemas.payouts.PayoutIntent),
        Sample({"intent_id": _INTENT}),
        failures=_NO_INTENT,
    ),
    "get_payout": Operation(
        "Get a payout by its payment",
        ok(schemas.payouts.Payout),
        Sample({"payment_id": _PAYOUT}),
        failures=failures(bad("payment_id", "abc"), unknown("payment", UNKNOWN)),
    ),
    "create_payout_destinations": Operation(
        "Create payout destinations",
        ok(array(schemas.payouts.PayoutDestination, 1, MOST_ITEMS)),
        Sample(body=[_NEW]),
        takes=array(schemas.payouts.CreatePayoutDestination, 1, MOST_ITEMS),
        failures=failures(
            bad("[0]->name", 5),
            missing("[0]->name"),
            *BAD_ACCOUNT,
            not_allowed("payouts not configured"),
        ),
        about="All of the batch, or none.",
    ),
    "get_payout_destination": Operation(
        "Get a payout destination",
        ok(schemas.payouts.PayoutDestination),
        Sample({"destination_id": _DESTINATION}, before=[_CREATED]),
        failures=failures(bad("destination_id", "abc"), unknown("payment destination", UNKNOWN)),
    ),
}
