"""`/payments/v1`."""

from sandbox.lean import intents, schemas
from sandbox.lean.openapi.common import (
    DESTINATION,
    INTENT,
    NEW_CUSTOMER,
    PAYMENT,
    UNKNOWN,
    data,
    no_such,
    ok,
    paging,
    period,
    word,
)
from sandbox.lean.wire import Uuid
from sandbox.openapi.description import Operation, Sample, array

_ORDER = Sample(
    body={
        "customer_id": NEW_CUSTOMER,
        "amount": 150,
        "currency": "AED",
        "description": "Order 1",
    }
)
_DESTINATION = Sample(
    body={
        "name": "Acme Trading LLC",
        "display_name": "Acme",
        "address": "Sheikh Zayed Road",
        "city": "Dubai",
        "country": "ARE",
        "iban": "AE070331234567890123456",
    }
)

OPERATIONS = {
    "create_intent": Operation(
        "Create a payment intent",
        ok(schemas.intents.Intent),
        _ORDER,
        takes=schemas.intents.CreateIntent,
        refused=[
            _ORDER.but(currency="XXX"),
            _ORDER.but(customer_id=None),
            _ORDER.but(amount=150.001),
            _ORDER.but(amount=1),
            _ORDER.but(amount=10000000),
            _ORDER.but(customer_id=UNKNOWN),
            _ORDER.but(payment_destination_id=UNKNOWN),
        ],
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
        refused=[Sample(query={"page": 0, "size": 1, "status": "OPEN"}), Sample()],
    ),
    "get_intent": Operation(
        "Get a payment intent",
        ok(schemas.intents.Intent),
        Sample({"payment_intent_id": INTENT}),
        refused=no_such("payment_intent_id"),
    ),
    "create_destination": Operation(
        "Create a payment destination",
        ok(schemas.destinations.Destination),
        _DESTINATION,
        takes=schemas.destinations.CreateDestination,
        refused=[
            _DESTINATION.but(country="UAE!"),
            _DESTINATION.but(display_name=None),
            _DESTINATION.but(name="Acme"),
            _DESTINATION.but(iban="AE00"),
            _DESTINATION.but(customer_id=UNKNOWN),
        ],
    ),
    "list_destinations": Operation(
        "List payment destinations", ok(array(schemas.destinations.Destination))
    ),
    "get_destination": Operation(
        "Get a payment destination",
        ok(schemas.destinations.Destination),
        Sample({"payment_destination_id": DESTINATION}),
        refused=no_such("payment_destination_id"),
    ),
    "get_payment": Operation(
        "Get a payment",
        ok(schemas.payments.Payment),
        Sample({"payment_id": PAYMENT}),
        refused=no_such("payment_id"),
        about="`failure_code` stands only in a payment that failed.",
    ),
}
