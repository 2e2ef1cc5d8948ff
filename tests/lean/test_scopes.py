"""Which scope a call wants of a bearer token."""

from typing import Any

import jwt
import pytest
import requests

from tests.kit import LEAN, Box
from tests.lean.test_tokens import API_SCOPES, CUSTOMER_SCOPES, shipped_key

PAYMENT = "1ea00000-0000-4000-a000-000000000001"
REFUND = "1ea00000-0000-4000-b000-000000000001"
ITEM = {"payment_id": PAYMENT, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}
PAYOUT = "c9125c1c-f58f-4499-8962-94ce5a8e76e3"  # carries lean.refunds.accepted_by_bank
INTENT = "763b8b53-7154-486e-afe1-11f52c4448c8"  # its own
TO = {"name": "Noor Haddad", "account_number": "1"}
NO_DESTINATION = {
    "authorize_payment": False,
    "payment_destination_id": REFUND,
    "amount": 1,
    "description": "",
}
NO_PAYOUT = {"account_id": REFUND, "currency": "AED", "destination_details": [NO_DESTINATION]}
FLOW = {"type": "PAY", "payload": {"payment_intent_id": INTENT}}
NO_SESSION = {"customer_id": REFUND, "flow": FLOW, "redirect_url": "https://shop.test/"}
LIMITS = {"type": "VariableOnDemand", "period_type": "Day", "max_individual_amount": 1}
NO_CONSENT = {
    "customer_id": REFUND,
    "destination_account_id": REFUND,
    "currency": "AED",
    "reference": "1",
    "purpose": "GDS",
    "control_parameters": LIMITS,
}
REVOCATION = {"reason": "CONSENT_RENEWAL"}
LINK = {"payment_details": {"reference": "1", "currency": "AED", "amount": 1}}
DECISION = {"refund_id": REFUND, "status": "REJECTED"}
CALLS: list[tuple[str, str, Any, int, str]] = [
    ("POST", "/payouts/refunds", [ITEM], 201, "payout.write"),
    ("PUT", "/payouts/refunds", [DECISION], 200, "payout.write"),
    ("GET", "/payouts/refunds", None, 200, "payout.read"),
    ("GET", "/payouts/refunds/reasons", None, 200, "payout.read"),
    ("GET", f"/payouts/refunds/{REFUND}", None, 200, "payout.read"),
    ("POST", "/payouts/v1/payment", {"payment_details": [NO_PAYOUT]}, 404, "payout.write"),
    ("GET", "/payouts/v1/payments", None, 200, "payout.read"),
    ("GET", f"/payouts/v1/payments/{INTENT}/history", None, 200, "payout.read"),
    ("GET", f"/payouts/v1/intents/{INTENT}", None, 200, "payout.read"),
    ("GET", f"/payouts/v1/{PAYOUT}", None, 200, "payout.read"),
    ("POST", "/payouts/v1/payment/destinations", [TO], 200, "payout.write"),
    ("GET", f"/payouts/v1/payment/destinations/{REFUND}", None, 404, "payout.read"),
    ("GET", "/banks/v1", None, 200, "bank.read"),
    ("GET", "/events/v1?page=0&size=1", None, 200, "webhook.read"),
    ("GET", f"/payments/v1/{PAYMENT}", None, 200, "payment.read"),
    ("POST", "/sessions/v1", NO_SESSION, 404, "intent.write"),
    ("GET", f"/sessions/v1/{REFUND}", None, 404, "payment.read"),
    ("POST", "/payment-links/v1", LINK, 201, "intent.write"),
    ("GET", "/payment-links/v1", None, 200, "payment.read"),
    ("PUT", f"/payment-links/v1/{REFUND}", {"status": "ACTIVE"}, 404, "intent.write"),
    ("GET", f"/payment-links/v1/{REFUND}/usages", None, 404, "payment.read"),
    ("POST", "/consents/v1/account-on-file", NO_CONSENT, 404, "intent.write"),
    ("GET", f"/consents/v1?customer_id={REFUND}", None, 200, "payment.read"),
    ("GET", f"/consents/v1/{REFUND}", None, 404, "payment.read"),
    ("GET", f"/consents/v1/{REFUND}/balance", None, 404, "payment.read"),
    ("GET", f"/consents/v1/{REFUND}/payments", None, 404, "payment.read"),
    ("POST", f"/consents/v1/{REFUND}/revocation", REVOCATION, 404, "intent.write"),
    ("POST", "/payments/v1/account-on-file", {}, 400, "intent.write"),
    ("GET", f"/reconciliation/v1/payments/{PAYMENT}", None, 200, "reconciliation.read"),
]
CUSTOMER = "customer.3eb56f0c-cfa1-4a37-b1bd-0de76209b219"
LACKING = (403, "INSUFFICIENT_ACCESS_LEVEL")
_each = pytest.mark.parametrize(("method", "path", "body", "success", "wanted"), CALLS)


def bearer(box: Box, scope: str) -> dict[str, str]:
    form = {"client_id": "a", "client_secret": "s", "grant_type": "client_credentials"}
    answer = requests.post(f"{box.url}/oauth2/token", data={**form, "scope": scope})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def with_scopes(box: Box, scopes: object) -> dict[str, str]:
    """A bearer token that has these scopes instead of its own."""
    token = bearer(box, "api")["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})
    token = jwt.encode({**claims, "scope": scopes}, shipped_key(), "RS256")
    return {"Authorization": f"Bearer {token}"}


def said(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["status"]


@_each
def test_the_scope_that_it_wants_lets_a_call_in_and_no_other_does(
    box: Box, method: str, path: str, body: Any, success: int, wanted: str
) -> None:
    others = sorted({*API_SCOPES, *CUSTOMER_SCOPES} - {wanted})
    before = box.lean.get("/payouts/refunds").content
    for headers in (with_scopes(box, others), with_scopes(box, []), with_scopes(box, wanted)):
        assert said(box.anyone.call(method, path, body, headers=headers)) == LACKING
    assert box.lean.get("/payouts/refunds").content == before

    only = with_scopes(box, [wanted])
    assert box.anyone.call(method, path, body, headers=only).status_code == success


@_each
def test_who_may_make_a_call(
    box: Box, method: str, path: str, body: Any, success: int, wanted: str
) -> None:
    """A customer's token may not refund; of two credentials the bearer token decides."""
    customers = bearer(box, CUSTOMER)
    for_customers = success if wanted in CUSTOMER_SCOPES else 403
    for headers in (customers, {**LEAN, **customers}):
        answer = box.anyone.call(method, path, body, headers=headers)
        assert answer.status_code == for_customers

    whole = bearer(box, "api")
    assert box.anyone.call(method, path, body, headers=whole).status_code == success


def test_an_application_token_alone_has_the_scopes_of_the_api(box: Box) -> None:
    for method, path, body, success, _ in CALLS:
        box.admin.post("/reset")
        assert box.lean.call(method, path, body).status_code == success


@_each
def test_a_scenario_takes_the_scope_away_that_a_call_wants(
    box: Box, method: str, path: str, body: Any, success: int, wanted: str
) -> None:
    headers = bearer(box, "api")
    before = box.lean.get("/payouts/refunds").content
    box.on("missing-permission", scope=wanted)
    answer = box.anyone.call(method, path, body, headers=headers)

    assert said(answer) == LACKING
    box.on("missing-permission", scope="file.read")
    assert box.lean.get("/payouts/refunds").content == before
    assert box.anyone.call(method, path, body, headers=headers).status_code == success
