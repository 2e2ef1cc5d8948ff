"""What the tests of webhooks do most."""

import hashlib
import hmac
from typing import Any

from tests.kit import Box
from tests.receiver import Received, Receiver

KEY = "sk_test_kit"
LEAN_SECRET = "sandbox-webhook-secret"


def address(box: Box, provider: str, receiver: Receiver, **more: Any) -> dict[str, Any]:
    """Let a provider's webhooks go to a receiver; what came of the probe is forgotten."""
    answer = box.admin.put(f"/webhooks/{provider}", {"url": receiver.url, **more})
    assert answer.status_code == 200, answer.text
    receiver.received.clear()
    return dict(answer.json())


def deliveries(box: Box, **query: Any) -> list[dict[str, Any]]:
    """The deliveries there are, once all that is due has been tried."""
    assert box.admin.post("/clock/advance", {"by": 0}).status_code == 200
    answer = box.admin.get("/webhooks/deliveries", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["deliveries"])


def advance(box: Box, **by: Any) -> dict[str, Any]:
    """Move the clock; all that the answer says."""
    answer = box.admin.post("/clock/advance", by)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def is_signed_by_lean(received: Received, secret: str = LEAN_SECRET) -> bool:
    digest = hmac.new(secret.encode(), received.body, hashlib.sha512).hexdigest()
    return received.headers["lean-signature"] == f"sha512={digest}"


def is_signed_by_lahza(received: Received, secret: str = KEY) -> bool:
    digest = hmac.new(secret.encode(), received.body, hashlib.sha256).hexdigest()
    return received.headers["x-lahza-signature"] == digest


def lahza_refund(box: Box) -> str:
    """A refund of 40.00 of a transaction that no webhook tells of; its id."""
    answer = box.lahza_refund("fixture-success", amount=4000)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["id"])
