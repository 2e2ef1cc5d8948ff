"""What the tests of Lean's payments side ask for."""

from itertools import count
from typing import Any

import requests

from tests.kit import Box

PAYER = "1ea00000-0000-4000-8000-000000000001"
"""lean.customers.payer"""
NEW = "1ea00000-0000-4000-8000-000000000002"
"""lean.customers.new"""
DEFAULT = "1ea00000-0000-4000-9000-000000000001"
"""lean.destinations.default"""
RECONCILED = "1ea00000-0000-4000-a000-000000000001"
UNRECONCILED = "1ea00000-0000-4000-a000-000000000002"
UNRECEIVED = "1ea00000-0000-4000-a000-000000000003"
FAILED = "1ea00000-0000-4000-a000-000000000008"
NOBODY = "00000000-0000-4000-8000-000000000000"
DESTINATION = {
    "name": "Noor Haddad",
    "display_name": "Noor",
    "address": "1 Creek Road",
    "city": "Dubai",
    "country": "ARE",
    "iban": "AE840260011928374650912",
}
ALWAYS = {"from": "1970-01-01", "to": "2999-12-31"}


def error(answer: requests.Response) -> tuple[int, str, str]:
    """An error's HTTP status, its word, and the last of its message: the field at fault."""
    body = answer.json()
    assert list(body) == ["timestamp", "status", "message", "metadata"], body
    return answer.status_code, body["status"], body["message"].rpartition(", field: ")[2]


def intent(box: Box, **values: Any) -> dict[str, Any]:
    """A new intent; 100 AED of the fixture `new` unless said."""
    body = {"customer_id": NEW, "amount": 100, "currency": "AED", **values}
    answer = box.lean.post("/payments/v1/intents", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def pay(box: Box, **values: Any) -> dict[str, Any]:
    """A new payment, as the admin API answers."""
    answer = box.admin.post("/lean/payments", values)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def deposit(box: Box, payment_id: str, **values: Any) -> dict[str, Any]:
    """A new deposit."""
    answer = box.admin.post("/lean/deposits", {"payment_id": payment_id, **values})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def state(box: Box, payment_id: str, **rest: Any) -> dict[str, Any]:
    """A payment's reconciliation."""
    answer = box.lean.get(f"/reconciliation/v1/payments/{payment_id}", **rest)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["reconciliation"])


def search(box: Box, scenario: str | None = None, **body: Any) -> dict[str, Any]:
    """The search of payments, over all time unless said, 100 to a page."""
    body = {
        "payment_initiation_date": ALWAYS,
        "pagination": {"results_per_page": 100},
        **body,
    }
    answer = box.lean.post("/reconciliation/v1/payments", body, scenario=scenario)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def found(box: Box, **body: Any) -> list[str]:
    """The ids of the payments that a search finds."""
    return [payment["id"] for payment in search(box, **body)["payments"]]


def deposits(box: Box, scenario: str | None = None, **query: Any) -> list[dict[str, Any]]:
    """The deposits of all time unless said, 100 to a page."""
    query = {"start_date": "1970-01-01", "end_date": "2999-12-31", "size": 100, **query}
    answer = box.lean.get("/reconciliation/v1/deposits/", params=query, scenario=scenario)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def told(box: Box) -> list[tuple[str, str]]:
    """Lean's webhooks so far: their types and statuses."""
    answer = box.admin.get("/webhooks/deliveries").json()["deliveries"]
    return [
        (delivery["body"]["type"], delivery["body"]["payload"]["status"])
        for delivery in answer
        if delivery["provider"] == "lean"
    ]


BACK = "https://shop.test/back?order=1"
"""Where sessions lead back to."""


def session(
    box: Box, scenario: str | None = None, back: str = BACK, **values: Any
) -> dict[str, Any]:
    """A new session of a new intent; what that is of, such as the amount, may be given."""
    made = intent(box, **values)["payment_intent_id"]
    flow = {"type": "PAY", "payload": {"payment_intent_id": made}}
    body = {"customer_id": NEW, "flow": flow, "redirect_url": back}
    answer = box.lean.post("/sessions/v1", body, scenario=scenario)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def link(box: Box, scenario: str | None = None, **values: Any) -> dict[str, Any]:
    """A new payment link; of 100 AED unless said."""
    details = {"reference": "Order 1", "currency": "AED", "amount": 100}
    body = {"payment_details": details, **values}
    answer = box.lean.post("/payment-links/v1", body, scenario=scenario)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


LIMITS = {"type": "VariableOnDemand", "period_type": "Month", "max_individual_amount": 1000}
CONSENT = {
    "customer_id": NEW,
    "destination_account_id": DEFAULT,
    "currency": "AED",
    "reference": "Membership",
    "purpose": "GDS",
}


def consent(box: Box, limits: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """A new consent; of 1000 AED a payment unless said."""
    body = {**CONSENT, "control_parameters": {**LIMITS, **(limits or {})}, **values}
    answer = box.lean.post("/consents/v1/account-on-file", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def settle_consent(box: Box, consent_id: str, status: str) -> requests.Response:
    """What the admin API answers."""
    return box.admin.post(f"/lean/consents/{consent_id}/settle", {"status": status})


def authorised(box: Box, limits: dict[str, Any] | None = None, **values: Any) -> str:
    """The id of a new consent to which its customer has said yes."""
    made = str(consent(box, limits, **values)["id"])
    assert settle_consent(box, made, "AUTHORISED").status_code == 200
    return made


def consent_status(box: Box, consent_id: str) -> str:
    """A consent's status."""
    return str(box.lean.get(f"/consents/v1/{consent_id}").json()["status"])


_KEYS = count()


def charge(
    box: Box, consent_id: str, /, amount: Any = 100, key: str | None = None, **values: Any
) -> requests.Response:
    """`POST /payments/v1/account-on-file`, with a key of its own unless one is given."""
    body = {"consent_id": consent_id, "amount": amount, "risk_details": {}, **values}
    headers = {"Idempotency-Key": key or f"charge-{next(_KEYS)}"}
    return box.lean.post("/payments/v1/account-on-file", body, headers=headers)


def charged(box: Box, consent_id: str, amount: Any = 100, **values: Any) -> str:
    """The id of a new payment on a consent."""
    answer = charge(box, consent_id, amount, **values)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])
