"""Deciding a refund's outcome now."""

from typing import Any

import pytest

from tests.kit import Box


@pytest.mark.parametrize("outcome", ["processing", "processed", "failed"])
def test_a_lahza_refund_is_settled_in_its_own_wire_form(box: Box, outcome: str) -> None:
    refund = box.lahza_refund(box.transaction()).json()["data"]["id"]
    box.advance("10m")
    answer = box.admin.post(f"/lahza/refunds/{refund}/settle", {"status": outcome})

    assert answer.status_code == 200
    assert answer.json() == box.lahza.get(f"/refund/{refund}").json()["data"]
    assert (answer.json()["status"], answer.json()["updatedAt"]) == (
        outcome,
        "2026-05-13T12:00:42.625Z",
    )


def test_a_refund_that_is_not_at_its_end_goes_on_from_there(box: Box) -> None:
    lean = box.lean_refund(box.payment(), status="APPROVED").json()[0]["refund_id"]
    lahza = box.lahza_refund(box.transaction()).json()["data"]["id"]
    assert box.admin.post(f"/lean/refunds/{lean}/settle", {"status": "PENDING_WITH_BANK"}).ok
    assert box.admin.post(f"/lahza/refunds/{lahza}/settle", {"status": "processing"}).ok

    assert [(event["provider"], event["from"], event["to"]) for event in box.advance("2d")] == [
        ("lean", "PENDING_WITH_BANK", "ACCEPTED_BY_BANK"),
        ("lean", "ACCEPTED_BY_BANK", "PROCESSED"),
        ("lahza", "processing", "processed"),
    ]


@pytest.mark.parametrize("end", ["REJECTED", "FAILED", "ACCEPTED_BY_BANK"])
@pytest.mark.parametrize("later", ["APPROVED", "REJECTED", "PENDING_WITH_BANK", "FAILED"])
def test_a_lean_refund_that_has_ended_stays_so(box: Box, end: str, later: str) -> None:
    refund = box.lean_refund(box.payment()).json()[0]["refund_id"]
    box.admin.post(f"/lean/refunds/{refund}/settle", {"status": end})
    before = box.lean.get(f"/payouts/refunds/{refund}").json()
    answer = box.admin.post(f"/lean/refunds/{refund}/settle", {"status": later})

    assert (answer.status_code, answer.json()["field"]) == (409, "status")
    assert box.lean.get(f"/payouts/refunds/{refund}").json() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "status"),
        ({"status": None}, "status"),
        ({"status": "CREATED"}, "status"),
        ({"status": "fail"}, "status"),
        ({"status": ["FAILED"]}, "status"),
        ({"status": "FAILED", "reason": 7}, "reason"),
        ({"status": "FAILED", "reason": "x" * 501}, "reason"),
        ({"status": "FAILED", "because": "x"}, "because"),
    ],
)
def test_a_bad_outcome_names_its_key(box: Box, body: dict[str, Any], field: str) -> None:
    refund = box.lean_refund(box.payment()).json()[0]["refund_id"]
    answer = box.admin.post(f"/lean/refunds/{refund}/settle", body)

    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert box.lean_status(refund) == "CREATED"
