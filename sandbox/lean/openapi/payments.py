"""`/payments/v1`."""

from sandbox.lean import intents, schemas
from sandbox.lean.errors import LeanError, bad_amount, bad_value, missing, unknown
from sandbox.lean.openapi.common import (
    DESTINATION,
    NEW_CUSTOMER,
    PAYMENT,
    UNKNOWN,
    bad,
    data,
    failures,
    ok,
    paging,
    period,
    word,
)
from sandbox.lean.wire import Uuid
from sandbox.openapi.description import Operation, Sample, array

_IBAN = "AE070331234567890123456"
BAD_ACCOUNT: list[LeanError] = [
    bad_value("INVALID_NAME", "A name has two words or more", "name", "Acme"),
    bad_value("INVALID_IBAN", "The IBAN is not valid", "iban", "AE00"),
]
_OUT_OF_BOUNDS = "The amount is out of Lean's bounds"

OPERATIONS = {
    "create_intent": Operation(
        "Create a payment intent",
        ok(schemas.intents.Intent),
        Sample(
            body={
                "customer_id": NEW_CUSTOMER,
                "amount": 150,
                "currency": "AED",
                "description": "Order 1",
            }
        ),
        takes=schemas.intents.CreateIntent,
        failures=failures(
            bad("currency", "XXX"),
            missing("customer_id"),
            bad_amount("The amount has more decimals than its currency", "amount", 10.001),
            bad_value("AMOUNT_UNDER_MIN_VALUE", _OUT_OF_BOUNDS, "amount", 1),
            bad_value("AMOUNT_OVER_MAX_VALUE", _OUT_OF_BOUNDS, "amount", 10000000),
            unknown("customer", UNKNOWN),
            unknown("payment destination", UNKNOWN),
        ),
        about="The payer's browser pays it: the admin API stands in for that.",
    ),
    "list_intents": Operation(
        "List payment intents",
        ok(data(schemas.intents.Intent)),
        Sample(query={"page": 0, "size": 1}),
        query={
            **paging(needed=True),
            "customer_id": Uuid(),
            **period("from", "to"),
            "status": word(intents.STATUSES, "The status that its latest payment has."),
        },
        failures=failures(bad("status", "OPEN"), missing("page")),
    ),
    "get_intent": Operation(
        "Get a payment intent",
        ok(schemas.intents.Intent),
        Sample({"payment_intent_id": "0f5415b2-58de-41b1-baf7-d89024abafd7"}),
        failures=failures(bad("payment_intent_id", "abc"), unknown("payment intent", UNKNOWN)),
    ),
    "create_destination": Operation(
        "Create a payment destination",
        ok(schemas.destinations.Destination),
        Sample(
            body={
                "name": "Acme Trading LLC",
                "display_name": "Acme",
                "address": "Sheikh Zayed Road",
                "city": "Dubai",
                "country": "ARE",
                "iban": _IBAN,
            }
        ),
        takes=schemas.destinations.CreateDestination,
        failures=failures(
            bad("country", "UAE!"),
            missing("display_name"),
            *BAD_ACCOUNT,
            unknown("customer", UNKNOWN),
        ),
    ),
    "list_destinations": Operation(
        "List payment destinations", ok(array(schemas.destinations.Destination))
    ),
    "get_destination": Operation(
        "Get a payment destination",
        ok(schemas.destinations.Destination),
        Sample({"payment_destination_id": DESTINATION}),
        failures=failures(
            bad("payment_destination_id", "abc"), unknown("payment destination", UNKNOWN)
        ),
    ),
    "get_payment": Operation(
        "Get a payment",
        ok(schemas.payments.Payment),
        Sample({"payment_id": PAYMENT}),
        failures=failures(bad("payment_id", "abc"), unknown("payment", UNKNOWN)),
        about="`failure_code` stands only in a payment that failed.",
    ),
}
