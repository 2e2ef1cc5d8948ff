"""`webhook_dispatch`: all webhooks wait until the clock is moved."""

from typing import Any

import pytest

from sandbox.engine.worlds.passage import MOST_OTHERS
from tests.kit import Box
from tests.lean.calls import PAYER
from tests.receiver import Handler, Received, Receiver
from tests.webhooks.calls import address, advance, deliveries, lahza_refund


def deliveries_now(box: Box) -> list[dict[str, Any]]:
    """The deliveries as they stand."""
    return list(box.admin.get("/webhooks/deliveries").json()["deliveries"])


def on_advance(box: Box) -> None:
    """Let webhooks wait for the clock to be moved."""
    assert box.admin.patch("/settings", {"webhook_dispatch": "on_advance"}).ok


def test_all_can_wait_for_the_clock_to_be_moved(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    on_advance(box)
    lahza_refund(box)
    box.lahza_refund("fixture-large", amount=1)
    held = deliveries_now(box)
    told = advance(box, by="2d")["deliveries"]

    assert [(d["status"], d["attempts"]) for d in held] == [("pending", [])] * 2
    assert receiver.events == [
        f"refund.{state}" for state in ("pending", "processing", "processed") for _ in range(2)
    ]
    assert [d["status"] for d in told] == ["delivered"] * 6
    assert told[0]["attempts"][0]["at"] == "2026-05-13T11:50:42.625199Z"


def test_what_a_receiver_causes_goes_out_in_the_same_advance(box: Box, receiver: Receiver) -> None:
    """The events of the refund that it makes come in their order, too."""
    address(box, "lahza", receiver)
    on_advance(box)
    lahza_refund(box)
    made: list[Any] = []

    def refund_more(handler: Handler, received: Received) -> None:
        if received.json["event"] == "refund.processed" and len(made) < 2:
            made.append(Box(box.url).lahza_refund("fixture-large", amount=7).json())
        handler.reply(200)

    receiver.answer = refund_more
    advance(box, until="idle")

    states = ["refund.pending", "refund.processing", "refund.processed"]
    assert receiver.events == states * 3


def test_retries_of_what_waited_are_not_others_doing(box: Box, receiver: Receiver) -> None:
    """An advance waits for all of them, though there are more than others may bring about."""
    address(box, "lahza", receiver, events=["refund.pending"])
    on_advance(box)
    for _ in range(MOST_OTHERS + 1):
        box.lahza_refund("fixture-large", amount=1)
    receiver.answer = lambda handler, _: handler.reply(500)
    advance(box, by="4m")
    tried = deliveries(box, event="refund.pending")
    receiver.answer = lambda handler, _: handler.reply(200)
    advance(box, until="idle")
    told = deliveries(box, event="refund.pending")

    assert [len(d["attempts"]) for d in tried] == [2] * (MOST_OTHERS + 1)
    assert [d["status"] for d in told] == ["delivered"] * (MOST_OTHERS + 1)


def test_a_failed_redelivery_of_what_waits_is_its_first_attempt(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver, events=["refund.pending"])
    on_advance(box)
    lahza_refund(box)
    receiver.answers(500)
    (made,) = deliveries_now(box)
    redelivered = box.admin.post(f"/webhooks/deliveries/{made['id']}/redeliver").json()
    advance(box, by="1h")
    (told,) = deliveries(box, event="refund.pending")

    assert redelivered["next_attempt_at"] == "2026-05-13T11:53:42.625199Z"
    assert [a["status"] for a in told["attempts"]] == [500, 200]


def test_flush_sends_what_waits_and_leaves_the_time(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    on_advance(box)
    lahza_refund(box)
    before = list(receiver.received)
    sent = box.admin.post("/webhooks/deliveries/flush").json()["deliveries"]
    again = box.admin.post("/webhooks/deliveries/flush").json()["deliveries"]

    assert before == []
    assert [(d["event"], d["status"]) for d in sent] == [("refund.pending", "delivered")]
    assert again == []
    assert receiver.events == ["refund.pending"]
    assert box.admin.get("/clock").json()["now"] == "2026-05-13T11:50:42.625199Z"


def test_to_settle_a_document_sends_what_waits(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    on_advance(box)
    refund = lahza_refund(box)
    assert box.admin.post(f"/lahza/refunds/{refund}/settle", {"status": "failed"}).ok

    assert receiver.events == ["refund.pending", "refund.failed"]


def test_what_waits_is_in_a_snapshot_and_gone_after_a_reset(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    on_advance(box)
    lahza_refund(box)
    assert box.admin.put("/snapshots/waits").ok
    assert box.admin.post("/reset").ok
    address(box, "lahza", receiver)
    advance(box, by=0)
    after_the_reset = list(receiver.received)
    assert box.admin.post("/snapshots/waits/restore").ok
    after_the_restore = list(receiver.received)
    advance(box, by=0)

    assert (after_the_reset, after_the_restore) == ([], [])
    assert receiver.events == ["refund.pending"]


def test_what_waits_goes_out_where_it_no_longer_has_to(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    on_advance(box)
    lahza_refund(box)
    assert box.admin.patch("/settings", {"webhook_dispatch": "after_answer"}).ok
    receiver.wait_for(1)

    assert receiver.events == ["refund.pending"]


def test_a_retry_waits_too_where_time_runs(box: Box, receiver: Receiver) -> None:
    """Nothing comes beside the test's own thread."""
    address(box, "lean", receiver)
    on_advance(box)
    receiver.answers(500)
    box.payment(customer_id=PAYER, reconciliation="OUTSTANDING")
    advance(box, by=0)
    assert box.admin.put("/clock", {"mode": "realtime", "rate": 1_000_000}).ok
    while box.admin.get("/clock").json()["due"]:
        pass
    before = len(receiver.received)
    assert box.admin.post("/webhooks/deliveries/flush").ok

    assert before == 1
    assert len(receiver.received) == 2


@pytest.mark.parametrize("value", ["at_once", None, 1])
def test_another_value_is_refused(box: Box, value: Any) -> None:
    answer = box.admin.patch("/settings", {"webhook_dispatch": value})

    assert (answer.status_code, answer.json()["field"]) == (400, "webhook_dispatch")
