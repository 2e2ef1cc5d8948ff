"""What the scenario tests ask the providers for, and how they sum the answer up."""

from collections.abc import Callable
from typing import Any

import requests

from tests.kit import Box

PAYMENT = "1ea00000-0000-4000-a000-000000000001"
"""lean.payments.reconciled"""
OTHER_PAYMENT = "1ea00000-0000-4000-a000-000000000020"
"""lean.payments.recent"""
CUSTOMER = "1ea00000-0000-4000-8000-000000000002"
"""lean.customers.new"""
TRANSACTION = 1004700001
"""lahza.transactions.success, whose reference is fixture-success"""
OTHER_TRANSACTION = 1004700012
"""lahza.transactions.recent"""
LONG = "365d"
"""After this every refund that goes anywhere has arrived."""


def pay_back(
    box: Box, payment_id: str = PAYMENT, scenario: str | None = None, **values: Any
) -> requests.Response:
    """Ask Lean for a refund of 1."""
    item = {"payment_id": payment_id, "amount": 1, "reason_code": "CUSTOMER_REQUEST", **values}
    return box.lean.post("/payouts/refunds", [item], scenario=scenario)


def give_back(
    box: Box, transaction: Any = TRANSACTION, scenario: str | None = None, **values: Any
) -> requests.Response:
    """Ask Lahza for a refund of 100 agorot."""
    body = {"transaction": transaction, "amount": 100, **values}
    return box.lahza.post("/refund", body, scenario=scenario)


def word(answer: requests.Response) -> str:
    """An answer in a few words: its status, and what a client would read in it first.

    `201 CREATED`, `403 Operation Not Allowed, payouts not configured`, `200 pending`.
    """
    body = answer.json() if answer.content else None
    if isinstance(body, list):
        return f"{answer.status_code} {body[0]['status']}"
    if not body:
        return str(answer.status_code)
    if body.get("status") is True:
        return f"{answer.status_code} {body['data']['status']}"
    if body.get("status") is False or body["status"] == "OPERATION_NOT_ALLOWED":
        return f"{answer.status_code} {body['message']}"
    return f"{answer.status_code} {body['status']}"


def lean(box: Box, scenario: str | None = None) -> str:
    return word(pay_back(box, scenario=scenario))


def lahza(box: Box, scenario: str | None = None) -> str:
    return word(give_back(box, scenario=scenario))


def lean_read(box: Box, scenario: str | None = None) -> str:
    return word(box.lean.get(f"/payments/v1/{PAYMENT}", scenario=scenario))


def lahza_read(box: Box, scenario: str | None = None) -> str:
    return word(box.lahza.get("/transaction/verify/fixture-success", scenario=scenario))


def charge(box: Box, scenario: str | None = None) -> str:
    """Charge the card of TRANSACTION once more."""
    card = box.lahza.get(f"/transaction/{TRANSACTION}").json()["data"]["authorization"]
    body = {
        "authorization_code": card["authorization_code"],
        "email": "drew@example.com",
        "amount": 500,
    }
    return word(box.lahza.post("/transaction/charge_authorization", body, scenario=scenario))


def reconciliation(box: Box, scenario: str | None = None) -> str:
    answer = box.lean.get(f"/reconciliation/v1/payments/{PAYMENT}", scenario=scenario)
    return str(answer.json()["reconciliation"]["status"])


def of_intent(box: Box, scenario: str | None = None) -> str:
    """How the money of a payment fares, of an intent that is created with a scenario or without."""
    wanted = {"customer_id": CUSTOMER, "amount": 100, "currency": "AED"}
    intent = box.lean.post("/payments/v1/intents", wanted, scenario=scenario)
    assert intent.status_code == 200, intent.text
    payment_id = box.payment(payment_intent_id=intent.json()["payment_intent_id"])
    box.advance(LONG)
    found = box.lean.get(f"/reconciliation/v1/payments/{payment_id}").json()
    return str(found["reconciliation"]["status"])


def lean_end(
    box: Box, scenario: str | None = None, payment_id: str = PAYMENT, **values: Any
) -> str:
    """How a Lean refund that is approved at once ends."""
    answer = pay_back(box, payment_id, scenario, **{"status": "APPROVED", **values})
    assert answer.status_code == 201, answer.text
    box.advance(LONG)
    return box.lean_status(answer.json()[0]["refund_id"])


def lahza_end(
    box: Box, scenario: str | None = None, transaction: Any = TRANSACTION, **values: Any
) -> str:
    """How a Lahza refund ends."""
    answer = give_back(box, transaction, scenario, **values)
    assert answer.status_code == 200, answer.text
    box.advance(LONG)
    return box.lahza_status(answer.json()["data"]["id"])


def token(box: Box, scenario: str | None = None) -> requests.Response:
    """Ask Lean for a token."""
    form = b"client_id=a&client_secret=b&grant_type=client_credentials&scope=api"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return box.anyone.post("/oauth2/token", form, headers=kind, scenario=scenario)


def acted(box: Box, name: str) -> int:
    """How often a scenario has acted."""
    return int(box.admin.get(f"/scenarios/{name}").json()["acted"])


def bearer(box: Box) -> dict[str, str]:
    """A new token, as headers."""
    return {"Authorization": f"Bearer {token(box).json()['access_token']}"}


def own(box: Box, *script: dict[str, Any], name: str = "own", **more: Any) -> str:
    """Post a scenario of the caller's own; returns its name."""
    body = {"name": name, "title": "A test's own", "script": list(script), **more}
    answer = box.admin.post("/scenarios", body)
    assert answer.status_code == 201, answer.text
    return name


def own_on(box: Box, *script: dict[str, Any], name: str = "own", **more: Any) -> None:
    """Post a scenario of the caller's own and switch it on."""
    box.on(own(box, *script, name=name, **more))


def until(seen: Callable[[], Any]) -> Any:
    """Ask until there is something to see, a bounded number of times; returns it."""
    for _ in range(2000):
        if found := seen():
            return found
    raise AssertionError("it never came")


def refunds_made(box: Box) -> tuple[int, int]:
    """How many refunds of PAYMENT and TRANSACTION there are."""
    rows = box.lean.get("/payouts/refunds?size=100").json()["content"]
    ours = box.lahza.get("/refund?reference=fixture-success").json()["data"]
    return sum(row["payment_id"] == PAYMENT for row in rows), len(ours)
