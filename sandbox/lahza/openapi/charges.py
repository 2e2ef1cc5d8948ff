"""`/transaction`: the calls that begin a transaction."""

from sandbox.lahza import errors, schemas
from sandbox.lahza.errors import invalid
from sandbox.lahza.openapi.common import EITHER, failures, ok
from sandbox.openapi.description import Operation, Sample

_BAD = failures(
    invalid("Invalid amount passed."),
    invalid("Invalid Email Address Passed"),
    errors.LahzaError(400, "Amount is required", "missing_params"),
    errors.duplicate_reference(),
)
ORDER = {"amount": 15000, "email": "payer@example.com", "reference": "order-1"}
_CODE = "AUTH_8005732181"

OPERATIONS = {
    "initialize": Operation(
        "Initialize a transaction",
        ok("Authorization URL created", schemas.charges.Initialized),
        Sample(body=ORDER),
        takes=schemas.charges.Initialize,
        media=EITHER,
        failures=[*_BAD, *failures(invalid("callback_url must be a valid URL"))],
        about="The payer pays at `authorization_url`. Amounts are in minor units.",
    ),
    "charge_authorization": Operation(
        "Charge a card that has paid before",
        ok("Charge attempted", schemas.transactions.Transaction),
        Sample(
            body={"authorization_code": _CODE, "amount": 15000, "email": "payer@example.com"},
        ),
        takes=schemas.charges.ChargeAuthorization,
        media=EITHER,
        failures=[
            *_BAD,
            *failures(errors.unknown_authorization(), errors.not_reusable()),
        ],
        about="Always answered with 200: `status` tells.",
    ),
}
