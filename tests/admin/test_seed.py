"""Documents made up by the hundred: refunds in every state, which the rules would have let be."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine.values.instants import parse_instant
from tests.conftest import NOW
from tests.kit import Box

COUNT = 60
LEAN_STATES = set("CREATED APPROVED REJECTED PENDING_WITH_BANK ACCEPTED_BY_BANK FAILED".split())
LAHZA_STATES = {"pending", "processing", "processed", "failed"}


def seeded(box: Box, **body: int) -> dict[str, int]:
    answer = box.admin.post("/seed", body)
    assert answer.status_code == 201, answer.text
    return {kind: count for kind, count in answer.json().items() if count}


def refunds(box: Box) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lean's and Lahza's, those of fixtures left out."""
    lean = box.lean.get("/payouts/refunds?size=1000").json()["content"]
    lahza = box.lahza.get("/refund?perPage=1000").json()["data"]
    fixtures = box.admin.get("/fixtures").json()
    known = {f["id"] for name in ("lean", "lahza") for f in fixtures[name]["refunds"].values()}
    return (
        [refund for refund in lean if refund["refund_id"] not in known],
        [refund for refund in lahza if refund["id"] not in known],
    )


def test_refunds_to_page_through_are_made_in_one_call(box: Box) -> None:
    made = {"transactions": 3, "lean_refunds": 120, "lahza_refunds": 120}
    assert seeded(box, transactions=3, refunds=120) == made
    lean, lahza = refunds(box)
    assert (len(lean), len(lahza)) == (120, 120)


def test_they_are_in_every_state_of_both_providers(box: Box) -> None:
    seeded(box, refunds=6, seed=7)
    lean, lahza = refunds(box)
    assert {refund["status"] for refund in lean} == LEAN_STATES
    assert {refund["status"] for refund in lahza} == LAHZA_STATES


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {
            "lean": {"pending_after": "0s", "accepted_after": "0s", "payout_processed_after": "0s"},
            "lahza": {"processing_after": "0s", "processed_after": "0s"},
        },
        {
            "lean": {"pending_after": "90d", "accepted_after": "90d"},
            "lahza": {"processing_after": "90d", "processed_after": "180d"},
        },
    ],
)
def test_no_payment_gives_back_more_than_it_took_and_time_goes_forward(
    box: Box, settings: dict[str, Any]
) -> None:
    box.admin.patch("/settings", settings)
    seeded(box, refunds=COUNT, seed=7)
    lean, lahza = refunds(box)
    assert (len(lean), len(lahza)) == (COUNT, COUNT)
    now = parse_instant(NOW)
    given_back: dict[Any, Decimal] = {}
    for refund in lean:
        payment = box.lean.get(f"/payments/v1/{refund['payment_id']}").json()
        assert payment["currency"] == refund["currency"]
        made = parse_instant(refund["created_at"])
        assert parse_instant(payment["submission_timestamp"]) < made <= now
        if refund["status"] not in ("REJECTED", "FAILED"):
            given_back.setdefault(payment["id"], Decimal(str(payment["amount"])))
            given_back[payment["id"]] -= Decimal(str(refund["amount"]))
    for refund in lahza:
        paid = box.lahza.get(f"/transaction/{refund['transaction']}").json()["data"]
        made = parse_instant(refund["created_at"])
        changed = parse_instant(refund["updated_at"])
        assert parse_instant(paid["paid_at"]) < made <= changed <= now
        if refund["status"] != "failed":
            given_back.setdefault(paid["id"], Decimal(paid["amount"]))
            given_back[paid["id"]] -= refund["amount"]
    assert min(given_back.values()) >= 0


def test_a_lean_refund_that_was_approved_has_its_payout(box: Box) -> None:
    seeded(box, lean_refunds=COUNT, seed=7)
    lean, _ = refunds(box)
    without = {refund["status"] for refund in lean if refund["refund_intent_id"] is None}
    assert without == {"CREATED", "REJECTED"}
    for refund in lean:
        intent = refund["refund_intent_id"]
        if intent is not None:
            page = box.lean.get(f"/payouts/v1/payments/{intent}/history").json()
            events = page["content"][0]["events"]
            moments = [parse_instant(event["published_at"]) for event in events]
            assert moments == sorted(moments, reverse=True)
            assert parse_instant(refund["created_at"]) == moments[-1]
            statuses = [event["status"] for event in events]
            assert refund["status"].replace("APPROVED", "AWAITING_AUTHORIZATION") in statuses


def test_the_open_ones_go_on_by_themselves_and_of_the_past_no_webhook_tells(box: Box) -> None:
    seeded(box, refunds=COUNT, seed=7)
    assert box.admin.get("/webhooks/deliveries").json()["deliveries"] == []
    before, processing = refunds(box)
    box.advance("1d")
    lean, lahza = refunds(box)
    assert {refund["status"] for refund in lahza} == {"processed", "failed"}
    assert {refund["status"] for refund in lean} == LEAN_STATES - {"APPROVED", "PENDING_WITH_BANK"}
    was = {refund["id"]: refund for refund in processing}
    for refund in lahza:
        if was[refund["id"]]["status"] in ("pending", "processing"):
            took = parse_instant(refund["updated_at"]) - parse_instant(refund["created_at"])
            assert took == 24 * 3600 * 10**6
    told = box.admin.get("/webhooks/deliveries?event=refund.processed").json()["deliveries"]
    open_ones = [r for r in processing if r["status"] in ("pending", "processing")]
    assert len(told) == len(open_ones) > 0
    assert len(before) == len(lean)


def test_the_same_seed_makes_the_same_ones_at_once_and_in_parts(box: Box) -> None:
    def made(*parts: tuple[int, int]) -> list[Any]:
        box.admin.post("/reset", {"mode": "frozen", "now": NOW})
        for offset, count in parts:
            assert seeded(box, refunds=count, seed=7, offset=offset) == {
                "lean_refunds": count,
                "lahza_refunds": count,
            }
        return [sorted(found, key=str) for found in refunds(box)]

    at_once = made((0, 30))
    assert made((0, 10), (10, 1), (11, 19)) == at_once
    assert made((17, 13), (0, 17)) == at_once
    assert seeded(box, refunds=30, seed=7) == {}
    assert seeded(box, refunds=30, seed=8) == {"lean_refunds": 30, "lahza_refunds": 30}


def test_they_are_of_the_payments_of_their_seed(box: Box) -> None:
    seeded(box, payments=40, transactions=40, seed=7)
    payments = box.lean.get("/payments/v1/intents?page=0&size=100").json()["page"]
    transactions = box.lahza.get("/transaction?perPage=1").json()["meta"]["total"]
    assert seeded(box, refunds=40, seed=7) == {"lean_refunds": 40, "lahza_refunds": 40}
    assert box.lean.get("/payments/v1/intents?page=0&size=100").json()["page"] == payments
    assert box.lahza.get("/transaction?perPage=1").json()["meta"]["total"] == transactions
    lean, lahza = refunds(box)
    assert len({refund["payment_id"] for refund in lean}) == 10
    assert len({refund["transaction"] for refund in lahza}) == 10
    whole = box.lahza.get("/transaction?status=reversed&perPage=100").json()["data"]
    refunded = {refund["transaction"] for refund in lahza}
    assert refunded & {transaction["id"] for transaction in whole}


def test_what_has_been_refunded_meanwhile_is_not_refunded_again(box: Box) -> None:
    seeded(box, payments=1, transactions=1, seed=7)
    transaction = box.lahza.get("/transaction?perPage=50").json()["data"]
    [paid] = [each for each in transaction if not each["reference"].startswith("fixture-")]
    assert box.lahza_refund(paid["id"]).status_code == 200
    assert seeded(box, lahza_refunds=4, seed=7) == {}
    assert seeded(box, refunds=4, lahza_refunds=0, seed=7) == {"lean_refunds": 4}
