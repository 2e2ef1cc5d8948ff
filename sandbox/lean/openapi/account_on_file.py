"""`/payments/v1/account-on-file`."""

from marshmallow import validate

from sandbox.lean import schemas
from sandbox.lean.idempotency import LONGEST_KEY
from sandbox.lean.openapi.common import UNKNOWN
from sandbox.lean.openapi.consents import AUTHORISED, ID, SETTLE
from sandbox.openapi.description import Case, Operation, Step, text

ON_FILE = "d7b3351d-00df-4701-90d9-7f92f628316f"
"""The id of the first payment on a consent."""

OPERATIONS = {
    "create_account_on_file_payment": Operation(
        "Make a payment on a consent",
        schemas.account_on_file.AccountOnFilePayment,
        {
            **ID,
            "idempotency-key": "order-1",
            "amount": 150,
            "risk_details": {"transaction_indicators": {"channel": "WEB"}},
        },
        before=AUTHORISED,
        takes=schemas.account_on_file.CreatePayment,
        headers={
            "idempotency-key": text(
                "The same key with the same body is answered as before, for 24 hours.",
                required=True,
                validate=validate.Length(1, LONGEST_KEY),
            )
        },
        wrong={
            "idempotency-key": [None],
            "consent_id": [UNKNOWN],
            "amount": [None, 150.001, 1000.01],
            "risk_details": [None],
        },
        refused=[
            Case(after=[Step("POST", SETTLE, {"status": "SUSPENDED"})]),
            Case({"amount": 151}, again=True),
        ],
    )
}
