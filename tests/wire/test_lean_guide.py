"""Lean's guide to refunds: its requests sent as they are printed, its error held as printed.

Its reasons stand, byte for byte, in test_lean.py.

Only the word "uuid", which the guide writes where an id belongs, is replaced by an id.
"""

import json

import pytest

from tests.kit import Box

CREATE = """[
{
"payment_id": "uuid",
"amount": 100.00,
"currency": "AED",
"reason_code": "CUSTOMER_REQUEST",
"description": "Customer requested refund",
"external_reference": "REF123",
"beneficiary": {
"name": "John Doe",
"iban": "AE123456789",
"city": "Dubai"
}
}
]"""
UPDATE = """[
{
"refund_id": "uuid",
"status": "CONFIRMED"
}
]"""
ERROR = """{
"status": "OPERATION_NOT_ALLOWED",
"message": "Operation Not Allowed, payouts not configured",
"timestamp": "2024-11-01T00:00:00Z"
}"""


def compact(text: str) -> bytes:
    """The same without the guide's line breaks, key order kept."""
    return json.dumps(json.loads(text), separators=(",", ":")).encode()


def created(box: Box) -> str:
    answer = box.lean.post("/payouts/refunds", CREATE.replace("uuid", box.payment()).encode())
    assert answer.status_code == 201
    return str(answer.json()[0]["refund_id"])


def test_the_guides_request_makes_a_refund_of_what_it_says(box: Box) -> None:
    """The money returns to the account that paid, so the guide's name and IBAN do not."""
    sent = json.loads(CREATE)[0]
    refund = box.lean.get(f"/payouts/refunds/{created(box)}").json()

    for name in ("amount", "currency", "reason_code", "description", "external_reference"):
        assert refund[name] == sent[name]
    assert refund["beneficiary"]["city"] == "Dubai"
    assert refund["beneficiary"]["iban"] != "AE123456789"


def test_the_guides_update_confirms_and_its_list_finds_it(box: Box) -> None:
    refund = created(box)
    request = UPDATE.replace("uuid", refund)
    answer = box.lean.put("/payouts/refunds", request.encode())
    listed = box.lean.get("/payouts/refunds?status=CONFIRMED").json()["content"]

    assert (answer.status_code, answer.content) == (200, compact(request))
    assert (listed[0]["refund_id"], listed[0]["status"]) == (refund, "CONFIRMED")


def test_the_guides_error_says_all_that_is_printed(box: Box) -> None:
    """A recorded error has another key order, and `metadata`: a recording goes before the guide."""
    payment = box.payment()
    box.admin.post("/reset", {"mode": "frozen", "now": "2024-11-01T00:00:00Z"})
    box.on("payouts-not-configured")
    answer = box.lean_refund(payment)

    assert answer.status_code == 403
    assert answer.json() == {**json.loads(ERROR), "metadata": None}


@pytest.mark.parametrize("where", ["payouts/refunds", "payments/v1", "reconciliation/v1/payments"])
def test_the_recorded_validation_error_in_a_path(box: Box, where: str) -> None:
    """Recorded for an entity's path, `field: entity_id`; here it is the field of this path."""
    field = "refund_id" if where == "payouts/refunds" else "payment_id"
    answer = box.lean.get(f"/{where}/abc")

    assert answer.status_code == 400
    assert (
        answer.content
        == (
            '{"timestamp":"2026-05-13T11:50:42.625199Z","status":"INVALID_PARAMETERS",'
            '"message":"The request is badly formatted or a parameter of the wrong type has been '
            f'provided, field: {field}, value: abc","metadata":null}}'
        ).encode()
    )
