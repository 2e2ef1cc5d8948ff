"""A payout's way through its states, of its own or with the refund that it carries."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.kit import Box
from tests.lean.payouts import destination, intents, pay_out, payment, payout, states, told

PENDING, ACCEPTED = "PENDING_WITH_BANK", "ACCEPTED_BY_BANK"
WAITING = "AWAITING_AUTHORIZATION"


def settle(box: Box, payment_id: str, status: str, **more: Any) -> Any:
    return box.admin.post(f"/lean/payouts/{payment_id}/settle", {"status": status, **more})


def row(box: Box, intent_id: str) -> dict[str, Any]:
    rows = box.lean.get("/payouts/v1/payments?page_size=1000").json()["content"]
    (found,) = [row for row in rows if row["payment_intent_id"] == intent_id]
    return dict(found)


# Payouts of their own -------------------------------------------------------------------------


def test_an_authorized_payout_is_accepted_after_a_second_and_processed_within_forty(
    box: Box,
) -> None:
    made = payout(box)
    events = box.advance("1h")

    assert (made["status"], made["initiation_timestamp"]) == (PENDING, NOW)
    assert [(e["at"], e["kind"], e["subject"], e["from"], e["to"]) for e in events] == [
        ("2026-05-13T11:50:43.625199Z", "payout", made["id"], PENDING, ACCEPTED),
        ("2026-05-13T11:51:22.625199Z", "payout", made["id"], ACCEPTED, "PROCESSED"),
    ]
    intent = made["payment_intent_id"]
    assert told(box, intent) == [("payment.created", ACCEPTED), ("payment.updated", ACCEPTED)]
    assert states(box, intent) == [(ACCEPTED, None), (ACCEPTED, "PROCESSED")]


def test_one_that_is_not_authorized_waits_until_it_is_settled(box: Box) -> None:
    made = payout(box, authorize_payment=False)
    intent = made["payment_intent_id"]
    assert box.advance("30d") == []
    waiting = row(box, intent)
    answer = settle(box, made["id"], PENDING)
    authorized = row(box, intent)
    events = box.advance("1s")

    assert (made["status"], made["initiation_timestamp"]) == (WAITING, None)
    assert (waiting["auto_authorized"], waiting["pending_manual_authorization"]) == (False, True)
    assert answer.json()["initiation_timestamp"] == "2026-06-12T11:50:42.625199Z"
    assert authorized["pending_manual_authorization"] is False
    assert [event["to"] for event in events] == [ACCEPTED]
    assert states(box, intent) == [(WAITING, None), (PENDING, None), (ACCEPTED, None)]
    assert told(box, intent) == [
        ("payment.created", WAITING),
        ("payment.updated", PENDING),
        ("payment.updated", ACCEPTED),
    ]


@pytest.mark.parametrize(
    ("outcome", "status", "afterwards"),
    [
        ("FAILED", "FAILED", None),
        ("REJECTED", ACCEPTED, "REJECTED"),
        ("PROCESSED", ACCEPTED, "PROCESSED"),
    ],
)
def test_a_settled_payout_has_ended_and_says_why(
    box: Box, outcome: str, status: str, afterwards: str | None
) -> None:
    made = payout(box, authorize_payment=False)
    answer = settle(box, made["id"].upper(), outcome, reason="account closed")
    settled = answer.json()

    assert answer.status_code == 200
    assert settled == box.lean.get(f"/payouts/v1/{made['id']}").json()
    assert (settled["status"], settled["post_initiation_status"]) == (status, afterwards)
    assert settled["status_additional_details"] == "account closed"
    assert box.advance("1d") == []
    assert settle(box, made["id"], "FAILED").status_code == 409


def test_what_can_not_be_settled(box: Box) -> None:
    made = payout(box)

    assert settle(box, "nothing", "FAILED").status_code == 404
    for status in (WAITING, "CREATED", "fail"):
        refused = settle(box, made["id"], status)
        assert (refused.status_code, refused.json()["field"]) == (400, "status")
    assert settle(box, made["id"], PENDING).status_code == 409
    assert states(box, made["payment_intent_id"]) == []


def test_how_long_it_takes_can_be_set(box: Box) -> None:
    times = {"payout_accepted_after": "1d", "payout_processed_after": "2d"}
    assert box.admin.patch("/settings", {"lean": times}).status_code == 200
    payout(box)

    assert [event["at"][:10] for event in box.advance("9d")] == ["2026-05-14", "2026-05-16"]


def test_a_scenario_decides_what_becomes_of_a_payout(box: Box) -> None:
    step = {
        "on": "payout.pending_with_bank",
        "where": {"amount": 7, "currency": "AED"},
        "after": "1m",
        "become": "FAILED",
    }
    script = {"name": "bounce", "title": "Sevens bounce", "provider": "lean", "script": [step]}
    assert box.admin.post("/scenarios", script).status_code == 201
    to = destination(box)
    orders = [{"payment_destination_id": to, "amount": amount} for amount in (7, 8)]
    (alone,) = intents(pay_out(box, orders[0], scenario="bounce"))
    without = intents(pay_out(box, *orders))
    box.on("bounce")
    seven, eight = intents(pay_out(box, *orders))
    box.advance("1h")

    ends = [payment(box, intent)["status"] for intent in (alone, *without, seven, eight)]
    assert ends == ["FAILED", ACCEPTED, ACCEPTED, "FAILED", ACCEPTED]


# Payouts that carry refunds -------------------------------------------------------------------


def approved(box: Box, scenario: str | None = None) -> tuple[str, str]:
    """A refund that is approved: its id, and its payout's intent."""
    refund = box.lean_refund(box.payment(), 35).json()[0]["refund_id"]
    decision = [{"refund_id": refund, "status": "APPROVED"}]
    assert box.lean.put("/payouts/refunds", decision, scenario=scenario).status_code == 200
    return refund, str(box.lean.get(f"/payouts/refunds/{refund}").json()["refund_intent_id"])


def test_a_refund_is_carried_by_a_payout_once_it_is_approved(box: Box) -> None:
    paid = box.payment(amount=80)
    refund = box.lean_refund(paid, 35.5, description="Order 1", external_reference="x-1").json()[0]
    before = box.lean.get("/payouts/v1/payments").json()["page"]["total_elements"]
    decision = [{"refund_id": refund["refund_id"], "status": "CONFIRMED"}]
    box.lean.put("/payouts/refunds", decision)
    listed = box.lean.get("/payouts/v1/payments").json()
    one = listed["content"][0]
    intent = box.lean.get(f"/payouts/v1/intents/{one['payment_intent_id']}").json()
    money = box.lean.get(f"/payments/v1/{paid}").json()
    sender = money["sender_details"]

    assert listed["page"]["total_elements"] == before + 1
    assert one["payment_intent_id"] == row_of(box, refund["refund_id"])["refund_intent_id"]
    assert (one["amount"], one["currency"], one["description"]) == (35.5, "AED", "Order 1")
    assert (one["recipient_name"], one["recipient_iban"]) == (sender["name"], sender["iban"])
    assert (one["recipient_city"], one["recipient_country"]) == ("Dubai", "ARE")
    assert one["recipient_bank_name"] == "LEAN_OF_RETAIL_UAE"
    assert (one["status"], one["auto_authorized"], one["pending_manual_authorization"]) == (
        WAITING,
        True,
        False,
    )
    assert intent["external_reference"] == "x-1"
    assert intent["payment"]["recipient_details"] == sender
    paying = intent["payment"]["sender_details"]
    assert paying["name"] == "Sandbox Trading LLC"
    assert paying != money["recipient_details"]
    to = intent["payment_destination"]["id"]
    assert box.lean.get(f"/payouts/v1/payment/destinations/{to}").json()["iban"] == sender["iban"]
    again = box.lean_refund(paid, 1, status="APPROVED").json()[0]["refund_id"]
    other = row_of(box, again)["refund_intent_id"]
    assert row(box, other)["recipient_iban"] == sender["iban"]
    assert box.lean.get(f"/payouts/v1/intents/{other}").json()["payment_destination"]["id"] == to


def row_of(box: Box, refund_id: str) -> dict[str, Any]:
    return dict(box.lean.get(f"/payouts/refunds/{refund_id}").json())


def test_the_payout_goes_where_the_refund_goes_and_then_on_by_itself(box: Box) -> None:
    refund, intent = approved(box)
    events = box.advance("1h")

    assert [(e["at"][11:19], e["kind"], e["subject"] == refund, e["to"]) for e in events] == [
        ("11:51:12", "refund", True, PENDING),
        ("11:56:12", "refund", True, ACCEPTED),
        ("11:56:51", "payout", False, "PROCESSED"),
    ]
    assert states(box, intent) == [
        (WAITING, None),
        (PENDING, None),
        (ACCEPTED, None),
        (ACCEPTED, "PROCESSED"),
    ]
    assert told(box, intent) == [
        ("payment.created", WAITING),
        ("payment.updated", PENDING),
        ("payment.updated", ACCEPTED),
        ("payment.updated", ACCEPTED),
    ]


@pytest.mark.parametrize(
    ("scenario", "way"),
    [
        ("refund-rejected-by-bank", [WAITING, PENDING, "FAILED"]),
        ("refund-rejected-by-bank; at=approval", [WAITING, "FAILED"]),
        ("refund-stuck", [WAITING, PENDING]),
    ],
)
def test_a_scenario_about_the_refund_is_one_about_its_payout(
    box: Box, scenario: str, way: list[str]
) -> None:
    refund, intent = approved(box, scenario)
    box.advance("1h")

    assert box.lean_status(refund) == way[-1]
    assert states(box, intent) == [(state, None) for state in way]
    assert [status for _, status in told(box, intent)] == way
    kept = row_of(box, refund)["refund_intent_id"]
    assert kept == (None if way == [WAITING, "FAILED"] else intent)


def test_the_reason_of_a_failed_refund_shows_in_its_payout(box: Box) -> None:
    refund, intent = approved(box)
    outcome = {"status": "FAILED", "reason": "account closed"}
    box.admin.post(f"/lean/refunds/{refund}/settle", outcome)

    assert payment(box, intent)["status_additional_details"] == "account closed"
    assert [status for _, status in told(box, intent)] == [WAITING, "FAILED"]


@pytest.mark.parametrize("status", [PENDING, ACCEPTED, "FAILED", "PROCESSED", "REJECTED"])
def test_a_refunds_payout_is_not_settled_before_the_bank_has_accepted_it(
    box: Box, status: str
) -> None:
    refund, intent = approved(box)
    refused = settle(box, payment(box, intent)["id"], status)

    assert (refused.status_code, refused.json()["field"]) == (409, "status")
    assert refund in refused.json()["detail"]
    assert states(box, intent) == [(WAITING, None)]
    assert [event["to"] for event in box.advance("30s")] == [PENDING]


def test_money_that_the_bank_has_accepted_may_still_come_back(box: Box) -> None:
    refund, intent = approved(box)
    box.advance("331s")
    answer = settle(box, payment(box, intent)["id"], "REJECTED", reason="unknown account")

    assert answer.json() == payment(box, intent)
    assert answer.json()["post_initiation_status"] == "REJECTED"
    assert box.lean_status(refund) == ACCEPTED
    assert box.advance("1h") == []


def test_a_fixtures_payout_is_as_far_as_its_refund(box: Box) -> None:
    ends = {
        "APPROVED": (WAITING, None),
        PENDING: (PENDING, None),
        ACCEPTED: (ACCEPTED, "PROCESSED"),
        "FAILED": ("FAILED", None),
    }
    before = box.lean.get("/payouts/v1/payments").content
    seen = set()
    for fixture in box.admin.get("/fixtures").json()["lean"]["refunds"].values():
        intent = row_of(box, fixture["id"])["refund_intent_id"]
        assert (intent is not None) is (fixture["status"] in ends)
        if intent is not None:
            assert states(box, intent)[-1] == ends[fixture["status"]]
            assert payment(box, intent)["amount"] == fixture["amount"]
            seen.add(intent)
    rows = box.lean.get("/payouts/v1/payments").json()["content"]
    assert {row["payment_intent_id"] for row in rows} == seen
    assert box.advance("365d") == []
    assert box.lean.get("/payouts/v1/payments").content == before
    assert box.admin.get("/webhooks/deliveries").json()["deliveries"] == []


def test_a_fixture_that_is_touched_takes_its_payout_along(box: Box) -> None:
    fixture = box.admin.get("/fixtures").json()["lean"]["refunds"]["pending_with_bank"]["id"]
    intent = row_of(box, fixture)["refund_intent_id"]
    box.admin.post(f"/lean/refunds/{fixture}/settle", {"status": ACCEPTED})

    assert states(box, intent)[-1] == (ACCEPTED, None)
    assert [event["to"] for event in box.advance("39s")] == ["PROCESSED"]


STEPS = st.sampled_from([PENDING, ACCEPTED, "FAILED", "payout PROCESSED", "advance", "advance"])


@pytest.mark.slow
@given(st.lists(STEPS, max_size=6))
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_refund_and_its_payout_never_disagree(box: Box, steps: list[str]) -> None:
    """Whatever is tried, and in whichever order; and each change of status is told once."""
    refund, intent = approved(box)
    for step in steps:
        if step == "advance":
            box.advance("40s")
        elif step == "payout PROCESSED":
            settle(box, payment(box, intent)["id"], "PROCESSED")
        else:
            box.admin.post(f"/lean/refunds/{refund}/settle", {"status": step})
        status, found = box.lean_status(refund), payment(box, intent)

        assert found["status"] == (WAITING if status == "APPROVED" else status)
        assert found["post_initiation_status"] is None or status == ACCEPTED
        lines = states(box, intent)
        assert [status for status, _ in lines] == [status for _, status in told(box, intent)]
        assert len(set(lines)) == len(lines)
