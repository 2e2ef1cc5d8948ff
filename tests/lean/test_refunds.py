"""What a refund says of itself from creation to its end, and batches of many."""

from itertools import pairwise
from typing import Any

import pytest

from tests.kit import Box

UNKNOWN = "00000000-0000-4000-8000-000000000000"
REASONS = ["CUSTOMER_REQUEST", "DUPLICATED_PAYMENT", "ORDER_CANCELLED", "FRAUDULENT_PAYMENT"]


def row(box: Box, refund_id: str) -> dict[str, Any]:
    found: dict[str, Any] = box.lean.get(f"/payouts/refunds/{refund_id}").json()
    return found


def refused(answer: Any) -> tuple[str, str]:
    return answer.json()["status"], answer.json()["message"]


def test_what_the_caller_left_out_is_null(box: Box) -> None:
    created = box.lean_refund(box.payment(amount=120.5)).json()[0]
    read = row(box, created["refund_id"])

    for refund in (created, read):
        assert (refund["description"], refund["external_reference"]) == (None, None)
        assert (refund["currency"], refund["beneficiary"]["city"]) == ("AED", "Dubai")
    assert (read["amount"], read["deposit_amount"]) == (10, 120.5)


@pytest.mark.parametrize(
    ("decided", "settled", "status", "actioned", "has_intent"),
    [
        (None, None, "CREATED", None, False),
        ("REJECTED", None, "REJECTED", "edge-gateway", False),
        ("APPROVED", None, "APPROVED", "edge-gateway", True),
        ("CONFIRMED", None, "CONFIRMED", "edge-gateway", True),
        ("CONFIRMED", "PENDING_WITH_BANK", "PENDING_WITH_BANK", "edge-gateway", True),
        ("APPROVED", "ACCEPTED_BY_BANK", "ACCEPTED_BY_BANK", "edge-gateway", True),
        ("APPROVED", "FAILED", "FAILED", "edge-gateway", False),
    ],
)
def test_who_actioned_a_refund_and_which_payout_carries_it(
    box: Box,
    decided: str | None,
    settled: str | None,
    status: str,
    actioned: str | None,
    has_intent: bool,
) -> None:
    refund = box.lean_refund(box.payment()).json()[0]["refund_id"]
    if decided:
        box.lean.put("/payouts/refunds", [{"refund_id": refund, "status": decided}])
    if settled:
        box.admin.post(f"/lean/refunds/{refund}/settle", {"status": settled})
    read = row(box, refund)

    assert (read["status"], read["created_by"]) == (status, "edge-gateway")
    assert read["actioned_by"] == actioned
    assert (read["refund_intent_id"] is not None) is has_intent
    assert read["refund_intent_id"] != refund


def test_a_refund_keeps_its_payout_and_its_moment_of_creation_on_its_way(box: Box) -> None:
    refund = box.lean_refund(box.payment(), status="APPROVED").json()[0]["refund_id"]
    seen = [row(box, refund)]
    for by in ("30s", "5m"):
        box.advance(by)
        seen.append(row(box, refund))
    fixed = {(one["refund_intent_id"], one["created_at"]) for one in seen}

    assert [one["status"] for one in seen] == ["APPROVED", "PENDING_WITH_BANK", "ACCEPTED_BY_BANK"]
    assert len(fixed) == 1


@pytest.mark.parametrize("reason", REASONS)
def test_every_listed_reason_can_be_given(box: Box, reason: str) -> None:
    refund = box.lean_refund(box.payment(), reason_code=reason).json()[0]

    assert refund["reason_code"] == reason
    assert [entry["code"] for entry in box.lean.get("/payouts/refunds/reasons").json()] == REASONS


def test_a_batch_of_a_hundred_is_answered_in_its_own_order(box: Box) -> None:
    item = {"payment_id": box.payment(amount=5050), "reason_code": "ORDER_CANCELLED"}
    before = box.lean.get("/payouts/refunds").json()["page"]["total_elements"]
    made = box.lean.post("/payouts/refunds", [{**item, "amount": n} for n in range(1, 101)])
    listed = box.lean.get("/payouts/refunds").json()

    assert made.status_code == 201
    assert [refund["amount"] for refund in made.json()] == list(range(1, 101))
    assert len({refund["refund_id"] for refund in made.json()}) == 100
    assert len(listed["content"]) == 50
    assert listed["page"] == {
        "number": 0,
        "size": 50,
        "total_elements": before + 100,
        "total_pages": -(-(before + 100) // 50),
        "sort": None,
    }


def test_each_rule_is_checked_for_a_whole_batch_before_the_next_rule(box: Box) -> None:
    """The first item breaks a later rule than the second: the second's is told."""
    whole, unreconciled = box.payment(), box.payment(reconciliation="OUTSTANDING")
    breaks: list[tuple[dict[str, Any], str]] = [
        ({"amount": 101}, "cannot exceed the original payment"),
        ({"amount": 0}, "greater than zero"),
        ({"currency": "USD"}, "field: [{n}]->currency, value: USD"),
        ({"payment_id": unreconciled}, "payment not reconciled"),
        ({"payment_id": UNKNOWN}, UNKNOWN),
        ({"reason_code": "WHY"}, "field: [{n}]->reason_code, value: WHY"),
    ]
    good = {"payment_id": whole, "amount": 1, "reason_code": "ORDER_CANCELLED"}
    for (later, _), (earlier, message) in pairwise(breaks):
        for n, pair in ((1, (later, earlier)), (0, (earlier, later))):
            answer = box.lean.post("/payouts/refunds", [{**good, **change} for change in pair])
            assert message.format(n=n) in refused(answer)[1]


def test_decisions_of_one_batch_may_differ(box: Box) -> None:
    words = ["APPROVED", "REJECTED", "CONFIRMED"]
    decisions = [
        {"refund_id": box.lean_refund(box.payment()).json()[0]["refund_id"], "status": word}
        for word in words
    ]

    assert box.lean.put("/payouts/refunds", decisions).json() == decisions
    box.advance("6m")
    ends = [box.lean_status(decision["refund_id"]) for decision in decisions]
    assert ends == ["ACCEPTED_BY_BANK", "REJECTED", "ACCEPTED_BY_BANK"]


def test_rules_for_decisions_are_checked_in_their_order(box: Box) -> None:
    """Shape, products, refund known, refund still to be decided."""
    done = box.lean_refund(box.payment(), status="APPROVED").json()[0]["refund_id"]
    batch = [{"refund_id": done, "status": "APPROVED"}, {"refund_id": UNKNOWN, "status": "NO"}]
    box.on("payouts-not-configured")
    seen = []

    def refuse() -> None:
        seen.append(refused(box.lean.put("/payouts/refunds", batch)))

    refuse()
    batch[1]["status"] = "REJECTED"
    refuse()
    box.off("payouts-not-configured")
    refuse()
    del batch[1]
    refuse()

    assert [status for status, _ in seen] == [
        "INVALID_PARAMETERS",
        "OPERATION_NOT_ALLOWED",
        "UNKNOWN_REFUND",
        "OPERATION_NOT_ALLOWED",
    ]
    assert "payouts not configured" in seen[1][1]
    assert "refund already actioned" in seen[3][1]
