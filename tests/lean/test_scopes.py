"""Which scope a call wants of a bearer token."""

from typing import Any

import pytest
import requests

from tests.kit import Box

PAYMENT = "1ea00000-0000-4000-a000-000000000001"
REFUND = "1ea00000-0000-4000-b000-000000000001"
ITEM = {"payment_id": PAYMENT, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}
DECISION = {"refund_id": REFUND, "status": "REJECTED"}
CALLS: list[tuple[str, str, Any, int, str]] = [
    ("POST", "/payouts/refunds", [ITEM], 201, "payout.write"),
    ("PUT", "/payouts/refunds", [DECISION], 200, "payout.write"),
    ("GET", "/payouts/refunds", None, 200, "payout.read"),
    ("GET", "/payouts/refunds/reasons", None, 200, "payout.read"),
    ("GET", f"/payouts/refunds/{REFUND}", None, 200, "payout.read"),
    ("GET", f"/payments/v1/{PAYMENT}", None, 200, "payment.read"),
    ("GET", f"/reconciliation/v1/payments/{PAYMENT}", None, 200, "reconciliation.read"),
]


def bearer(box: Box, scope: str) -> dict[str, str]:
    form = {"client_id": "a", "client_secret": "s", "grant_type": "client_credentials"}
    answer = requests.post(f"{box.url}/oauth2/token", data={**form, "scope": scope})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.mark.parametrize(("method", "path", "body", "success", "wanted"), CALLS)
def test_a_token_for_the_api_may_make_every_call(
    box: Box, method: str, path: str, body: Any, success: int, wanted: str
) -> None:
    answer = box.anyone.call(method, path, body, headers=bearer(box, "api"))

    assert answer.status_code == success, wanted


@pytest.mark.parametrize(("method", "path", "body", "success", "wanted"), CALLS)
def test_a_call_is_refused_when_the_scope_that_it_wants_is_missing(
    box: Box, method: str, path: str, body: Any, success: int, wanted: str
) -> None:
    headers = bearer(box, "api")
    before = box.lean.get("/payouts/refunds").content
    box.on("missing-permission", scope=wanted)
    answer = box.anyone.call(method, path, body, headers=headers)

    assert (answer.status_code, answer.json()["status"]) == (403, "INSUFFICIENT_ACCESS_LEVEL")
    box.on("missing-permission", scope="bank.read")
    assert box.lean.get("/payouts/refunds").content == before
    assert box.anyone.call(method, path, body, headers=headers).status_code == success
