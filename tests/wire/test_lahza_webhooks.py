"""Lahza's webhooks, byte for byte.

The example of a refund is Paystack's. Its transaction's reference holds `_`, which Lahza refuses,
so the transaction has another; `reference` beside `transaction_reference` is the sandbox's own.
"""

import json
from typing import Any

import pytest

from tests.kit import Box

REFUND = (
    '{"event":"refund.«status»","data":{"status":"«status»",'
    '"transaction_reference":"T2154954-412829-3be32076-6lcg3",'
    '"reference":"T2154954-412829-3be32076-6lcg3","refund_reference":«refund_reference»,'
    '"amount":«amount»,"currency":"ILS","processor":"mpgs_zen","customer":{'
    '"first_name":"Drew","last_name":"Berry","email":"demo@example.com"},'
    '"integration":412829,"domain":"live"}}'
)


def told(box: Box, event: str) -> str:
    """The body of the one webhook of an event, as sent."""
    path = f"/webhooks/deliveries?provider=lahza&event={event}"
    (delivery,) = box.admin.get(path).json()["deliveries"]
    return json.dumps(delivery["body"], separators=(",", ":"), ensure_ascii=False)


@pytest.fixture
def refund(box: Box) -> int:
    """Of 50 of a live transaction that Drew Berry has paid."""
    body = {
        "reference": "T2154954-412829-3be32076-6lcg3",
        "amount": 5000,
        "email": "demo@example.com",
        "first_name": "Drew",
        "last_name": "Berry",
        "plan": "PLN_gx2wn530m0i3w3m",
    }
    box.live.post("/transaction/initialize", body)
    number = box.live.get(f"/transaction/verify/{body['reference']}").json()["data"]["id"]
    box.admin.patch(f"/lahza/transactions/{number}", {"status": "success"})
    answer = box.live.post("/refund", {"transaction": number})
    return int(answer.json()["data"]["id"])


def expected(status: str, amount: str, reference: str = "null") -> str:
    filled = REFUND.replace("«status»", status).replace("«amount»", amount)
    return filled.replace("«refund_reference»", reference)


def test_a_refund_that_is_processed(box: Box, refund: int) -> None:
    box.advance("1d")
    processed = told(box, "refund.processed")
    reference = json.loads(processed)["data"]["refund_reference"]

    assert told(box, "refund.pending") == expected("pending", '"5000"')
    assert told(box, "refund.processing") == expected("processing", '"5000"')
    assert processed == expected("processed", '"5000"', f'"{reference}"')
    assert len(reference) == 12
    assert reference.isdigit()


@pytest.mark.parametrize(("switch", "pending"), [("as_documented", '"5000"'), ("number", "5000")])
def test_a_refund_that_fails(box: Box, refund: int, switch: str, pending: str) -> None:
    """Of a failed one the amount is a number; a setting makes it one everywhere."""
    box.admin.patch("/settings", {"lahza": {"webhook_amount": switch}})
    another = box.live.post("/refund", {"transaction": "fixture-live", "amount": 5000}).json()
    box.admin.post(f"/lahza/refunds/{refund}/settle", {"status": "failed"})

    assert told(box, "refund.failed") == expected("failed", "5000")
    path = f"/webhooks/deliveries?event=refund.pending&subject={another['data']['id']}"
    (delivery,) = box.admin.get(path).json()["deliveries"]
    assert json.dumps(delivery["body"]["data"]["amount"]) == pending


def test_two_refunds_tell_of_themselves_alike_unless_a_setting_names_them(
    box: Box, refund: int
) -> None:
    """So Paystack's have it; a receiver that drops repetitions by content loses the second."""
    for named in (False, True):
        box.admin.patch("/settings", {"lahza": {"webhook_refund_id": named}})
        order = {"transaction": "fixture-success", "amount": 1}
        ids = [box.lahza.post("/refund", order).json()["data"]["id"] for _ in range(2)]
        sent = box.admin.get("/webhooks/deliveries?event=refund.pending").json()["deliveries"][-2:]
        bodies = [delivery["body"]["data"] for delivery in sent]

        assert [body.get("id") for body in bodies] == (ids if named else [None, None])
        assert (bodies[0] == bodies[1]) is not named


def test_a_charge_is_as_verify_shows_it_and_its_plan(box: Box, refund: int) -> None:
    answer: dict[str, Any] = box.live.get(
        "/transaction/verify/T2154954-412829-3be32076-6lcg3"
    ).json()
    shown = json.dumps(answer["data"], separators=(",", ":"), ensure_ascii=False)

    assert told(box, "charge.success") == (
        f'{{"event":"charge.success","data":{shown[:-1]},"plan":"PLN_gx2wn530m0i3w3m"}}}}'
    )
