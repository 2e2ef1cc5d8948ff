"""Every path of Lean's: slashes at its end or doubled, and the methods that it takes."""

from typing import Any

import pytest
import requests

from tests.kit import Box

PAYMENT = "1ea00000-0000-4000-a000-000000000001"
REFUND = "1ea00000-0000-4000-b000-000000000001"
PAYOUT = "c9125c1c-f58f-4499-8962-94ce5a8e76e3"  # carries lean.refunds.accepted_by_bank
INTENT = "763b8b53-7154-486e-afe1-11f52c4448c8"  # its own
TOKEN = {"client_id": "a", "client_secret": "s", "grant_type": "client_credentials", "scope": "api"}
READS = [
    "/payouts/refunds",
    "/payouts/refunds/reasons",
    f"/payouts/refunds/{REFUND}",
    "/payouts/v1/payments",
    f"/payouts/v1/payments/{INTENT}/history",
    f"/payouts/v1/intents/{INTENT}",
    f"/payouts/v1/{PAYOUT}",
    "/banks/v1",
    f"/payments/v1/{PAYMENT}",
    f"/reconciliation/v1/payments/{PAYMENT}",
]
FORMS = ["{path}/", "/{path}", "{doubled}", "/{doubled}//"]


def written(path: str, form: str) -> str:
    return form.format(path=path, doubled=path.replace("/", "//"))


@pytest.mark.parametrize("form", FORMS)
def test_every_read_answers_however_its_slashes_are_written(box: Box, form: str) -> None:
    for path in READS:
        answer = box.lean.get(written(path, form), allow_redirects=False)
        assert (answer.status_code, answer.content) == (200, box.lean.get(path).content)


@pytest.mark.parametrize("form", FORMS)
def test_every_write_keeps_its_body_however_its_slashes_are_written(box: Box, form: str) -> None:
    path = written("/payouts/refunds", form)
    item = {"payment_id": PAYMENT, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}
    made = box.lean.post(path, [item], allow_redirects=False)
    decision = {"refund_id": made.json()[0]["refund_id"], "status": "APPROVED"}
    decided = box.lean.put(path, [decision], allow_redirects=False)
    url = box.url + written("/oauth2/token", form)

    assert (made.status_code, decided.status_code, decided.json()) == (201, 200, [decision])
    assert requests.post(url, data=TOKEN, allow_redirects=False).json()["token_type"] == "Bearer"


TAKES: list[tuple[str, str]] = [
    ("/oauth2/token", "POST"),
    ("/payouts/refunds", "GET, POST, PUT"),
    ("/payouts/v1/payment/destinations", "POST"),
    ("/events/v1", "GET"),
    *((path, "GET") for path in READS[1:]),
]


@pytest.mark.parametrize(("path", "takes"), TAKES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_path_refuses_each_method_that_it_does_not_take(
    box: Box, method: str, path: str, takes: str
) -> None:
    if method in takes.split(", "):
        assert box.lean.call(method, path).status_code != 405
        return
    answer = box.lean.call(method, path)
    body: dict[str, Any] = answer.json()

    assert (answer.status_code, answer.headers["Allow"]) == (405, takes)
    assert list(body) == ["timestamp", "status", "message", "metadata"]
    assert (body["status"], body["metadata"]) == ("INVALID_HTTP_METHOD", None)
    assert answer.headers["lean-correlation-id"]
