"""What the tests of payouts do most."""

from typing import Any

import requests

from tests.kit import Box

ACCOUNT = "2652e3ac-3f34-48c2-b1ae-ed81e30c6601"
RECIPIENT = {"name": "Noor Haddad", "iban": "AE680030012312312312123"}


def destination(box: Box, **values: Any) -> str:
    """A new payout destination's id."""
    answer = box.lean.post("/payouts/v1/payment/destinations", [{**RECIPIENT, **values}])
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["destination_id"])


def pay_out(
    box: Box, *orders: dict[str, Any], scenario: str | None = None, **detail: Any
) -> requests.Response:
    """`POST /payouts/v1/payment` from one account; an order says at least where to."""
    said = {"amount": 10, "authorize_payment": True, "description": "Wages"}
    details = [{**said, **order} for order in orders]
    body = {"account_id": ACCOUNT, "currency": "AED", "destination_details": details, **detail}
    return box.lean.post("/payouts/v1/payment", {"payment_details": [body]}, scenario=scenario)


def intents(answer: requests.Response) -> list[str]:
    """The intents of the payouts that were made."""
    assert answer.status_code == 201, answer.text
    return [made["payment_intent_id"] for made in answer.json()["payouts_payment_details"]]


def payout(box: Box, **order: Any) -> dict[str, Any]:
    """A new payout's payment, of 10 AED and authorized unless said."""
    to = order.pop("payment_destination_id", None) or destination(box)
    return payment(box, intents(pay_out(box, {"payment_destination_id": to, **order}))[0])


def payment(box: Box, intent_id: str) -> dict[str, Any]:
    """The payment of a payout intent."""
    answer = box.lean.get(f"/payouts/v1/intents/{intent_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["payment"]
    return found


def states(box: Box, intent_id: str) -> list[tuple[str, str | None]]:
    """What the history says, oldest first: status, and post-initiation status."""
    (one,) = box.lean.get(f"/payouts/v1/payments/{intent_id}/history").json()["content"]
    return [(line["status"], line["post_initiation_status"]) for line in one["events"][::-1]]


def told(box: Box, intent_id: str) -> list[tuple[str, str]]:
    """What webhooks said of an intent's payment, oldest first: type and status."""
    deliveries = box.admin.get("/webhooks/deliveries").json()["deliveries"]
    bodies = [delivery["body"] for delivery in deliveries if delivery["provider"] == "lean"]
    return [
        (body["type"], body["payload"]["status"])
        for body in bodies
        if body["payload"].get("intent_id") == intent_id
    ]
