"""`/transaction`: the calls that begin a transaction."""

from sandbox.lahza import schemas
from sandbox.lahza.openapi.common import EITHER, REFERENCE, ok
from sandbox.lahza.schemas.charges import LONGEST_REFERENCE
from sandbox.openapi.description import Operation, Wrong

_PAYER = {"amount": 15000, "email": "payer@example.com"}
ORDER = {**_PAYER, "reference": "order-1"}
_WRONG: Wrong = {
    "amount": [0, None],
    "email": ["payer", None],
    "currency": ["EUR"],
    "reference": [REFERENCE, "order 1", "1" * (LONGEST_REFERENCE + 1)],
    "metadata": [["order"]],
}
_REFUSED = "AUTH_4325943483"

OPERATIONS = {
    "initialize_transaction": Operation(
        "Initialize a transaction",
        ok("Authorization URL created", schemas.charges.Initialized),
        ORDER,
        takes=schemas.charges.Initialize,
        media=EITHER,
        wrong={**_WRONG, "callback_url": ["shop"]},
        about="The payer pays at `authorization_url`. Amounts are in minor units. What else there "
        "may be, as `channels` or `split_code`, is let pass.",
    ),
    "charge_authorization": Operation(
        "Charge a card that has paid before",
        ok("Charge attempted", schemas.transactions.Transaction),
        {**_PAYER, "authorization_code": "AUTH_5657494902"},
        takes=schemas.charges.ChargeAuthorization,
        media=EITHER,
        wrong={**_WRONG, "authorization_code": [None, "AUTH_none", _REFUSED]},
        about="Always answered with 200: `status` tells.",
    ),
}
