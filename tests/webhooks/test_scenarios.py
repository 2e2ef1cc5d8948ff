"""Scenarios about webhooks."""

import pytest

from tests.kit import Box
from tests.lean.calls import PAYER
from tests.receiver import Receiver
from tests.webhooks.calls import (
    address,
    advance,
    deliveries,
    is_signed_by_lahza,
    is_signed_by_lean,
    lahza_refund,
)


@pytest.fixture(autouse=True)
def _listening(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    address(box, "lean", receiver)


def test_one_event_is_lost(box: Box, receiver: Receiver) -> None:
    box.on("webhook-lost", event="refund.processing")
    lahza_refund(box)
    advance(box, by="2d")
    (lost,) = deliveries(box, status="lost")

    assert receiver.events == ["refund.pending", "refund.processed"]
    assert (lost["event"], lost["attempts"]) == ("refund.processing", [])
    again = box.admin.post(f"/webhooks/deliveries/{lost['id']}/redeliver").json()
    assert again["status"] == "delivered"


def test_it_can_be_for_one_transaction_and_for_a_number_of_times(
    box: Box, receiver: Receiver
) -> None:
    box.on("webhook-lost", transaction="lahza.transactions.recent", times=1)
    lahza_refund(box)
    for _ in range(2):
        box.lahza_refund("fixture-recent", amount=7)
    box.payment()
    advance(box, by=0)

    lost = deliveries(box, status="lost")
    assert [d["body"]["data"]["transaction_reference"] for d in lost] == ["fixture-recent"]
    assert receiver.events.count("refund.pending") == 2
    assert "payment.created" in receiver.events


def test_each_arrives_twice(box: Box, receiver: Receiver) -> None:
    box.on("webhook-duplicated")
    lahza_refund(box)
    box.payment(reconciliation="OUTSTANDING")
    advance(box, by=0)

    bodies = [received.body for received in receiver.received]
    assert bodies[0] == bodies[1]
    assert b'"event_id"' in bodies[2]
    assert bodies[2] == bodies[3]
    assert box.lean.get("/events/v1?page=0&size=50").json()["page"]["total_elements"] == len(
        {body for body in bodies if b'"event_id"' in body}
    )


def test_a_refunds_events_come_in_the_wrong_order(box: Box, receiver: Receiver) -> None:
    box.on("webhooks-out-of-order")
    lahza_refund(box)
    (held,) = deliveries(box)
    advance(box, by="2d")

    assert (held["status"], held["next_attempt_at"]) == ("waiting", "2026-05-14T11:50:42.625199Z")
    assert receiver.events == ["refund.processing", "refund.pending", "refund.processed"]


def test_one_that_is_not_followed_is_held_for_a_day(box: Box, receiver: Receiver) -> None:
    box.on("webhooks-out-of-order")
    box.on("refund-stuck")
    lahza_refund(box)
    advance(box, by="23h")
    before = list(receiver.events)
    advance(box, by="1h")

    assert before == []
    assert receiver.events == ["refund.pending"]


def test_late(box: Box, receiver: Receiver) -> None:
    box.on("webhook-late", after="2h", event="refund.pending")
    lahza_refund(box)
    told = advance(box, by="2h")["deliveries"]

    assert receiver.events == ["refund.processing", "refund.pending"]
    assert told[0]["attempts"][0]["at"] == "2026-05-13T13:50:42.625199Z"


@pytest.mark.parametrize("name", ["webhook-late", "webhooks-out-of-order"])
def test_switched_off_it_lets_go_of_what_it_held(box: Box, receiver: Receiver, name: str) -> None:
    box.on(name)
    lahza_refund(box)
    advance(box, by=0)
    before = list(receiver.events)
    box.off(name)
    (delivered,) = deliveries(box)

    assert before == []
    assert receiver.events == ["refund.pending"]
    assert (delivered["status"], delivered["next_attempt_at"]) == ("delivered", None)
    assert box.admin.get("/clock").json()["due"] == 1


def test_wrongly_signed(box: Box, receiver: Receiver) -> None:
    box.on("webhook-bad-signature")
    lahza_refund(box)
    box.payment(customer_id=PAYER, reconciliation="OUTSTANDING")
    advance(box, by=0)
    lahza, lean = receiver.received

    assert not is_signed_by_lahza(lahza)
    assert len(lahza.headers["x-lahza-signature"]) == 64
    assert not is_signed_by_lean(lean)
    assert lean.headers["lean-signature"].startswith("sha512=")


def test_by_header_it_sticks_to_the_refund(box: Box, receiver: Receiver) -> None:
    body = {"transaction": "fixture-success", "amount": 5}
    box.lahza.post("/refund", body, scenario="webhook-lost; event=refund.processed")
    lahza_refund(box)
    advance(box, by="2d")

    (lost,) = deliveries(box, status="lost")
    assert lost["body"]["data"]["amount"] == "5"
    assert sorted(receiver.events) == sorted(
        ["refund.pending", "refund.processing"] * 2 + ["refund.processed"]
    )


def test_they_add_up(box: Box, receiver: Receiver) -> None:
    box.on("webhook-duplicated", event="refund.pending")
    box.on("webhook-bad-signature", event="refund.pending")
    box.on("webhook-late", event="refund.pending", after="10m")
    lahza_refund(box)
    advance(box, by="10m")

    assert receiver.events == ["refund.pending"] * 2
    assert [is_signed_by_lahza(received) for received in receiver.received] == [False, False]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"event": "refund.gone"}, "unknown"),
        ({"payment": "lean.payments.recent", "event": "refund.failed"}, "no provider"),
        ({"transaction": "fixture_recent"}, "neither an id nor a reference"),
    ],
)
def test_what_can_never_happen_is_refused(
    box: Box, parameters: dict[str, str], reason: str
) -> None:
    answer = box.admin.put("/scenarios/webhook-lost", {"parameters": parameters})
    assert answer.status_code == 400
    assert reason in answer.json()["detail"]
