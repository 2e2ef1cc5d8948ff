"""A refund's way through its states, on a clock that the test holds."""

from tests.kit import Box


def test_an_approved_refund_reaches_the_payer(box: Box) -> None:
    refund = box.lean_refund(box.payment(), 35, status="APPROVED").json()[0]
    refund_id = refund["refund_id"]

    assert box.lean_status(refund_id) == "APPROVED"
    assert box.advance("29s") == []
    assert [event["to"] for event in box.advance("1s")] == ["PENDING_WITH_BANK"]
    assert [event["to"] for event in box.advance("5m")] == ["ACCEPTED_BY_BANK"]
    assert box.lean_status(refund_id) == "ACCEPTED_BY_BANK"
    assert [(event["kind"], event["to"]) for event in box.advance("1h")] == [
        ("payout", "PROCESSED")
    ]
    assert box.admin.get("/clock").json()["due"] == 0


def test_a_refund_that_nobody_approves_stays_as_it_is(box: Box) -> None:
    refund_id = box.lean_refund(box.payment()).json()[0]["refund_id"]

    assert box.advance("30d") == []
    assert box.lean_status(refund_id) == "CREATED"


def test_confirmed_is_approved_by_another_word(box: Box) -> None:
    refund_id = box.lean_refund(box.payment()).json()[0]["refund_id"]
    answer = box.lean.put("/payouts/refunds", [{"refund_id": refund_id, "status": "CONFIRMED"}])

    assert answer.json() == [{"refund_id": refund_id, "status": "CONFIRMED"}]
    for word in ("CONFIRMED", "APPROVED"):
        rows = box.lean.get(f"/payouts/refunds?status={word}").json()["content"]
        assert (refund_id, "CONFIRMED") in [(row["refund_id"], row["status"]) for row in rows]
    box.advance("6m")
    assert box.lean_status(refund_id) == "ACCEPTED_BY_BANK"


def test_every_refund_moves_at_its_own_moment(box: Box) -> None:
    first = box.lean_refund(box.payment(), status="APPROVED").json()[0]["refund_id"]
    box.advance("10s")
    second = box.lahza_refund(box.transaction()).json()["data"]["id"]
    events = [event for event in box.advance("1d") if event["kind"] == "refund"]

    assert [(event["at"][11:19], event["subject"], event["to"]) for event in events] == [
        ("11:51:12", first, "PENDING_WITH_BANK"),
        ("11:56:12", first, "ACCEPTED_BY_BANK"),
        ("12:50:52", str(second), "processing"),
        ("11:50:52", str(second), "processed"),
    ]
