"""`/payments/v1`."""

from sandbox.lean import intents, schemas
from sandbox.lean.openapi import common
from sandbox.lean.openapi.common import UNKNOWN
from sandbox.lean.wire import Uuid
from sandbox.openapi.description import Case, Operation, Step, array, word

_MINIMUM = Step("PATCH", "/_sandbox/settings", {"lean": {"intent_minimum": "documented"}})

OPERATIONS = {
    "create_intent": Operation(
        "Create a payment intent",
        schemas.intents.NewIntent,
        {
            "customer_id": common.NEW_CUSTOMER,
            "amount": 150,
            "currency": "AED",
            "description": "Order 1",
        },
        takes=schemas.intents.CreateIntent,
        wrong={
            "currency": ["XXX"],
            "customer_id": [None, UNKNOWN],
            "amount": [150.001, 0, 10000000],
            "payment_destination_id": [UNKNOWN],
        },
        refused=[Case({"amount": 9}, [_MINIMUM])],
        about="The payer's browser pays it: the admin API stands in for that.",
    ),
    "list_intents": Operation(
        "List payment intents",
        common.data(schemas.intents.Intent),
        {"page": 0, "size": 1},
        query={
            **common.paging(),
            "customer_id": Uuid(),
            **common.PERIOD,
            "status": word(intents.STATUSES, "The status that its latest payment has."),
        },
        wrong={"status": ["OPEN"], "page": [-1]},
    ),
    "get_intent": Operation(
        "Get a payment intent", schemas.intents.Intent, {"payment_intent_id": common.INTENT}
    ),
    "create_destination": Operation(
        "Create a payment destination",
        schemas.destinations.Destination,
        {
            "name": "Acme Trading LLC",
            "display_name": "Acme",
            "address": "Sheikh Zayed Road",
            "city": "Dubai",
            "country": "ARE",
            "iban": "AE070331234567890123456",
        },
        takes=schemas.destinations.CreateDestination,
        wrong={
            "country": ["UAE!"],
            "display_name": [None],
            "name": ["Acme"],
            "iban": ["AE00"],
            "customer_id": [UNKNOWN],
        },
    ),
    "list_destinations": Operation(
        "List payment destinations", array(schemas.destinations.KnownDestination)
    ),
    "get_destination": Operation(
        "Get a payment destination",
        schemas.destinations.KnownDestination,
        {"payment_destination_id": common.DESTINATION},
    ),
    "get_payment": Operation(
        "Get a payment",
        schemas.payments.Payment,
        {"payment_id": common.PAYMENT},
        about="`failure_code` stands only in a payment that failed.",
    ),
}
