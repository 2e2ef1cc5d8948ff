"""What Lean refuses: status word, HTTP status and message, and in which order."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import Box

UNKNOWN = "00000000-0000-4000-8000-000000000000"
BAD = "The request is badly formatted or a parameter of the wrong type has been provided, "


def said(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    assert list(body) == ["timestamp", "status", "message", "metadata"]
    return answer.status_code, body["status"], body["message"]


@pytest.mark.parametrize(
    ("change", "http", "status", "message"),
    [
        ({"amount": "10"}, 400, "INVALID_PARAMETERS", f"{BAD}field: [0]->amount, value: 10"),
        ({"amount": True}, 400, "INVALID_PARAMETERS", f"{BAD}field: [0]->amount, value: true"),
        ({"amount": None}, 400, "MISSING_PARAMETERS", "field: [0]->amount"),
        ({"amount": 0}, 400, "INVALID_AMOUNT", "greater than zero"),
        ({"amount": -5}, 400, "INVALID_AMOUNT", "greater than zero"),
        ({"amount": 1.001}, 400, "INVALID_AMOUNT", "more decimals"),
        ({"amount": 100.01}, 400, "INVALID_AMOUNT", "cannot exceed the original payment"),
        ({"payment_id": None}, 400, "MISSING_PARAMETERS", "field: [0]->payment_id"),
        ({"payment_id": "abc"}, 400, "INVALID_PARAMETERS", "field: [0]->payment_id, value: abc"),
        ({"payment_id": 7}, 400, "INVALID_PARAMETERS", "field: [0]->payment_id, value: 7"),
        ({"payment_id": UNKNOWN}, 404, "UNKNOWN_PAYMENT", UNKNOWN),
        ({"reason_code": None}, 400, "MISSING_PARAMETERS", "field: [0]->reason_code"),
        ({"reason_code": "WHY"}, 400, "INVALID_PARAMETERS", "field: [0]->reason_code, value: WHY"),
        ({"currency": "USD"}, 400, "INVALID_PARAMETERS", "field: [0]->currency, value: USD"),
        ({"status": "CONFIRMED"}, 400, "INVALID_PARAMETERS", "[0]->status, value: CONFIRMED"),
        ({"status": "FAILED"}, 400, "INVALID_PARAMETERS", "field: [0]->status, value: FAILED"),
        ({"description": 1}, 400, "INVALID_PARAMETERS", "field: [0]->description, value: 1"),
        ({"beneficiary": []}, 400, "INVALID_PARAMETERS", "field: [0]->beneficiary"),
        ({"beneficiary": {"city": 1}}, 400, "INVALID_PARAMETERS", "[0]->beneficiary->city, value"),
    ],
)
def test_a_refused_item(
    box: Box, change: dict[str, Any], http: int, status: str, message: str
) -> None:
    payment = box.payment()
    answer = box.lean_refund(**{"payment_id": payment, **change})

    assert said(answer)[:2] == (http, status)
    assert message in said(answer)[2]
    assert (
        box.lean.get("/payouts/refunds?status=CREATED&size=1").json()["content"][0]["payment_id"]
        != payment
    )


@pytest.mark.parametrize("body", [{}, [], None, "text", 7, [{"payment_id": UNKNOWN}] * 101])
def test_a_body_that_is_no_array_of_1_to_100_items(box: Box, body: Any) -> None:
    for method in ("POST", "PUT"):
        answer = box.lean.call(method, "/payouts/refunds", json.dumps(body).encode())
        assert said(answer)[:2] == (400, "INVALID_PARAMETERS")


@pytest.mark.parametrize(
    ("fixture", "message"),
    [
        ("unreconciled", "payment not reconciled"),
        ("unreceived", "payment not reconciled"),
        ("failed", "payment not reconciled"),
        ("pending_with_bank", "payment not reconciled"),
    ],
)
def test_money_that_has_not_arrived_is_not_refunded(box: Box, fixture: str, message: str) -> None:
    payment = box.admin.get("/fixtures").json()["lean"]["payments"][fixture]["id"]

    assert said(box.lean_refund(payment)) == (
        403,
        "OPERATION_NOT_ALLOWED",
        f"Operation Not Allowed, {message}",
    )


@pytest.mark.parametrize("product", ["payments", "reconciliation", "payouts"])
def test_a_product_that_is_off(box: Box, product: str) -> None:
    on = [name for name in ("payments", "reconciliation", "payouts") if name != product]
    refund = box.lean_refund(box.payment()).json()[0]["refund_id"]
    box.admin.patch("/lean/application", {"products": on})
    refusal = (403, "OPERATION_NOT_ALLOWED", f"Operation Not Allowed, {product} not configured")

    assert said(box.lean_refund(box.payment())) == refusal
    decision = [{"refund_id": refund, "status": "APPROVED"}]
    assert said(box.lean.put("/payouts/refunds", decision)) == refusal


def test_rules_are_checked_in_their_order(box: Box) -> None:
    """Each mend uncovers the next rule: shape, product, payment, reconciled, currency, amount."""
    payment = box.payment(reconciliation="OUTSTANDING")
    item = {"payment_id": "x", "amount": -1, "currency": "USD", "reason_code": "ORDER_CANCELLED"}
    box.on("payouts-not-configured")
    seen = []

    def refuse() -> None:
        seen.append(said(box.lean.post("/payouts/refunds", [item]))[2])

    refuse()
    item["payment_id"] = UNKNOWN
    refuse()
    box.off("payouts-not-configured")
    refuse()
    item["payment_id"] = payment
    refuse()
    box.admin.patch(f"/lean/payments/{payment}", {"reconciliation": "RECONCILED"})
    refuse()
    item["currency"] = "AED"
    refuse()
    item["amount"] = 100.01
    refuse()
    item["amount"] = 100

    assert [
        word in message
        for word, message in zip(
            ["value: x", "payouts", "no payment", "reconciled", "USD", "zero", "total"],
            seen,
            strict=True,
        )
    ] == [True] * 7
    assert box.lean.post("/payouts/refunds", [item]).status_code == 201


def test_the_items_of_a_batch_count_together_and_stand_or_fall_together(box: Box) -> None:
    payment, other = box.payment(), box.payment()
    item = {"payment_id": payment, "amount": 60, "reason_code": "CUSTOMER_REQUEST"}
    refused = box.lean.post("/payouts/refunds", [{**item, "payment_id": other}, item, item])
    assert said(refused)[1] == "INVALID_AMOUNT"

    assert box.lean_refund(other, 100).status_code == 201
    both = box.lean.post("/payouts/refunds", [item, {**item, "amount": 40}])
    assert [refund["amount"] for refund in both.json()] == [60, 40]


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"status": "CREATED"}, "INVALID_PARAMETERS", "field: [0]->status, value: CREATED"),
        ({"status": None}, "MISSING_PARAMETERS", "field: [0]->status"),
        ({"refund_id": None}, "MISSING_PARAMETERS", "field: [0]->refund_id"),
        ({"refund_id": "x"}, "INVALID_PARAMETERS", "field: [0]->refund_id, value: x"),
        ({"refund_id": UNKNOWN}, "UNKNOWN_REFUND", UNKNOWN),
    ],
)
def test_a_refused_decision(box: Box, change: dict[str, Any], status: str, message: str) -> None:
    refund = box.lean_refund(box.payment()).json()[0]["refund_id"]
    decision = {"refund_id": refund, "status": "APPROVED", **change}
    answer = box.lean.put("/payouts/refunds", [decision])

    assert said(answer)[1] == status
    assert message in said(answer)[2]
    assert box.lean_status(refund) == "CREATED"


@pytest.mark.parametrize("word", ["APPROVED", "CONFIRMED", "REJECTED"])
def test_a_refund_is_decided_once(box: Box, word: str) -> None:
    first, second = (box.lean_refund(box.payment()).json()[0]["refund_id"] for _ in range(2))
    decide = [{"refund_id": first, "status": word}]
    assert box.lean.put("/payouts/refunds", decide).status_code == 200

    again = box.lean.put("/payouts/refunds", [{"refund_id": second, "status": word}, *decide])
    assert said(again)[::2] == (403, "Operation Not Allowed, refund already actioned")
    assert box.lean_status(second) == "CREATED"
    twice = [{"refund_id": second, "status": word}] * 2
    assert said(box.lean.put("/payouts/refunds", twice))[0] == 403
    assert box.lean_status(second) == "CREATED"


def test_money_returns_to_the_account_that_paid(box: Box) -> None:
    payment = box.payment()
    sender = box.lean.get(f"/payments/v1/{payment}").json()["sender_details"]
    given = {"name": "Somebody Else", "iban": "AE123456789", "city": "Sharjah"}
    refund = box.lean_refund(payment, beneficiary=given).json()[0]

    assert refund["beneficiary"] == {
        "name": sender["name"],
        "iban": sender["iban"],
        "account_id": refund["beneficiary"]["account_id"],
        "city": "Sharjah",
    }


@given(st.lists(st.tuples(st.integers(1, 6000), st.sampled_from("RAFS"))))
@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_refunds_never_exceed_their_payment(box: Box, steps: list[tuple[int, str]]) -> None:
    """Whatever is refunded and becomes of it: Rejected, Approved, Failed or left Standing."""
    payment, live = box.payment(), 0
    for fils, outcome in steps:
        answer = box.lean_refund(payment, fils / 100)
        assert answer.status_code == (201 if live + fils <= 10000 else 400)
        if answer.status_code != 201:
            continue
        live += fils
        refund = answer.json()[0]["refund_id"]
        if outcome in "RF":
            word = {"R": "REJECTED", "F": "FAILED"}[outcome]
            box.admin.post(f"/lean/refunds/{refund}/settle", {"status": word})
            live -= fils
        elif outcome == "A":
            box.lean.put("/payouts/refunds", [{"refund_id": refund, "status": "APPROVED"}])
