"""`/consents`."""

from marshmallow import fields

from sandbox.lean import schemas
from sandbox.lean.openapi import common
from sandbox.lean.openapi.common import CUSTOMER, DESTINATION, UNKNOWN
from sandbox.lean.schemas.consents import MOST_ROWS
from sandbox.lean.wire import Uuid
from sandbox.openapi.description import Case, Operation, Step, record

_REQUIRED = Step("PATCH", "/_sandbox/settings", {"lean": {"government_identifier": "required"}})
_SAMPLE = {
    "customer_id": CUSTOMER,
    "destination_account_id": DESTINATION,
    "currency": "AED",
    "reference": "Membership",
    "purpose": "GDS",
    "control_parameters": {
        "type": "VariableOnDemand",
        "period_type": "Month",
        "max_individual_amount": 1000,
        "max_cumulative_amount": 10000,
    },
}
ID = {"consent_id": "fe92dd49-d4d5-4233-8ad7-99cc36d2d5f5"}
ASKED = (Step("POST", "/consents/v1/account-on-file", _SAMPLE),)
"""What makes a consent."""
SETTLE = f"/_sandbox/lean/consents/{ID['consent_id']}/settle"
AUTHORISED = (*ASKED, Step("POST", SETTLE, {"status": "AUTHORISED"}))
"""What makes one that the customer has said yes to."""
PAID = (
    Step("POST", "/consents/v1/account-on-file", {**_SAMPLE, "immediate_payment": {"amount": 5}}),
    AUTHORISED[-1],
)
"""What makes one, and a payment on it."""
PAGING = common.paging("page_number", "page_size", MOST_ROWS, MOST_ROWS)


def _limits(**limits: object) -> dict[str, object]:
    return {"type": "VariableOnDemand", "period_type": "Month", **limits}


OPERATIONS = {
    "create_consent": Operation(
        "Ask a customer for a consent",
        schemas.consents.NewConsent,
        {**_SAMPLE, "idempotency-key": "membership-1"},
        takes=schemas.consents.CreateConsent,
        headers=common.IDEMPOTENCY_KEY,
        wrong={
            "customer_id": [None, UNKNOWN],
            "destination_account_id": [UNKNOWN],
            "currency": ["XXX"],
            "control_parameters": [_limits(), _limits(max_individual_amount=0)],
            "immediate_payment": [{"amount": 1001}],
            "expiration_date_time": ["2020-01-01T00:00:00Z"],
        },
        refused=[
            Case(after=[_REQUIRED]),
            Case({"reference": "Rent"}, again=True),
        ],
        about="The customer says yes or no in Lean's LinkSDK: a page of the sandbox and the admin "
        "API stand in for that.",
    ),
    "list_consents": Operation(
        "List a customer's consents",
        common.data(schemas.consents.Consent),
        {"customer_id": CUSTOMER},
        before=ASKED,
        query={
            "customer_id": Uuid(required=True),
            "status": fields.List(schemas.consents.Consent().fields["status"]),
            **PAGING,
        },
        wrong={"customer_id": [None, "me"], "status": ["OPEN"], "page_size": [MOST_ROWS + 1]},
    ),
    "get_consent": Operation("Get a consent", schemas.consents.Consent, ID, before=AUTHORISED),
    "get_balance": Operation(
        "Get the balance of the account that the customer has consented to",
        schemas.consents.Balance,
        ID,
        before=AUTHORISED,
        refused=[Case(after=[Step("POST", SETTLE, {"status": "SUSPENDED"})])],
    ),
    "list_payments_of_consent": Operation(
        "List the payments on a consent",
        common.data(schemas.account_on_file.AccountOnFilePayment),
        ID,
        before=PAID,
        query=PAGING,
        wrong={"page_number": [-1]},
    ),
    "revoke_consent": Operation(
        "Revoke a consent",
        record(),
        {**ID, "reason": "END_USER_REQUESTED"},
        before=AUTHORISED,
        takes=schemas.consents.Revoke,
        wrong={"reason": [None, "OTHER"]},
        refused=[Case(after=[Step("POST", SETTLE, {"status": "SUSPENDED"})])],
    ),
}
