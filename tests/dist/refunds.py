"""A refund of each provider, run where nothing is installed but pytest and a wheel."""

import json
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from sandbox.client import Sandbox

LEAN = {"lean-app-token": "test"}
LAHZA = {"Authorization": "Bearer sk_test_me"}


def call(method: str, url: str, headers: dict[str, str], body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {**headers, "Content-Type": "application/json"}
    with urlopen(Request(url, data, headers, method=method)) as answer:
        return json.load(answer)


def test_lean_refunds(payments_sandbox: "Sandbox") -> None:
    refunds = f"{payments_sandbox.url}/payouts/refunds"
    payment = payments_sandbox.lean.pay(35)["id"]
    asked = {"payment_id": payment, "amount": 35, "reason_code": "DUPLICATED_PAYMENT"}
    [refund] = call("POST", refunds, LEAN, [asked])
    assert refund["status"] == "CREATED"
    approval = {"refund_id": refund["refund_id"], "status": "APPROVED"}
    call("PUT", refunds, LEAN, [approval])
    payments_sandbox.clock.advance(minutes=10)
    now = call("GET", f"{refunds}/{refund['refund_id']}", LEAN)
    assert now["status"] == "ACCEPTED_BY_BANK"


def test_lahza_refunds(payments_sandbox: "Sandbox") -> None:
    payments_sandbox.lahza.pay(5000, reference="order-1")
    asked = {"transaction": "order-1", "amount": 2000}
    refund = call("POST", f"{payments_sandbox.url}/refund", LAHZA, asked)["data"]
    assert refund["status"] == "pending"
    payments_sandbox.clock.advance(days=1)
    now = call("GET", f"{payments_sandbox.url}/refund/{refund['id']}", LAHZA)["data"]
    assert (now["status"], now["deducted_amount"]) == ("processed", 2000)
