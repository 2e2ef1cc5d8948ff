"""What is kept of webhooks is bounded, and shown page by page."""

import tracemalloc

import pytest

from sandbox.engine.webhooks import deliveries as bounds
from sandbox.engine.webhooks.delivery import MOST_ATTEMPTS
from sandbox.engine.worlds import advance as advances
from tests.bench.filled import frozen_world as fresh
from tests.bench.filled import pending
from tests.kit import Box
from tests.receiver import Handler, Received, Receiver
from tests.webhooks.calls import address, deliveries, lahza_refund


def test_of_the_attempts_at_a_delivery_the_latest_hundred_are_kept(
    box: Box, receiver: Receiver
) -> None:
    def count(handler: Handler, _: Received) -> None:
        handler.reply(500, str(len(receiver.received)).encode())

    address(box, "lahza", receiver)
    receiver.answer = count
    lahza_refund(box)
    (first,) = deliveries(box)
    for _ in range(MOST_ATTEMPTS + 4):
        again = box.admin.post(f"/webhooks/deliveries/{first['id']}/redeliver")
    attempts = again.json()["attempts"]

    assert [attempt["answer"] for attempt in attempts] == [
        str(n) for n in range(6, MOST_ATTEMPTS + 6)
    ]
    assert again.json()["next_attempt_at"] == first["next_attempt_at"] is not None


def test_the_oldest_go_when_they_take_too_much_and_are_tried_no_more(
    box: Box, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    address(box, "lahza", receiver)
    receiver.answer = lambda handler, _: handler.reply(500, b"x" * 900)
    box.on("refund-stuck")
    for amount in range(1, 5):
        box.lahza_refund("fixture-large", amount=amount)
    assert len(deliveries(box)) == box.admin.get("/clock").json()["due"] == 4
    monkeypatch.setattr(bounds, "MOST_BYTES", 20_000)
    box.advance("10m")
    found = box.admin.get("/webhooks/deliveries").json()

    assert 0 < len(found["deliveries"]) < 4
    assert found["dropped"] == 4 - len(found["deliveries"])
    assert found["deliveries"][-1]["body"]["data"]["amount"] == "4"
    assert box.admin.get("/clock").json()["due"] == len(found["deliveries"])
    told = box.admin.get("/clock/advance").json()
    assert told["deliveries"] == found["deliveries"]
    assert told["dropped"] == {"events": 0, "deliveries": found["dropped"]}

    monkeypatch.setattr(bounds, "MOST_BYTES", 1)
    box.lahza_refund("fixture-large", amount=5)
    (latest,) = deliveries(box)
    assert latest["body"]["data"]["amount"] == "5"


def test_deliveries_are_shown_page_by_page(box: Box) -> None:
    for amount in range(1, 6):
        box.lahza_refund("fixture-large", amount=amount)
    box.payment()
    lahza = {"provider": "lahza", "limit": 2}
    last = box.admin.get("/webhooks/deliveries", params=lahza).json()
    before = {**lahza, "before": last["deliveries"][0]["id"]}
    middle = box.admin.get("/webhooks/deliveries", params=before).json()

    amounts = [d["body"]["data"]["amount"] for d in [*middle["deliveries"], *last["deliveries"]]]
    assert (amounts, last["more"], middle["more"]) == (["2", "3", "4", "5"], 3, 1)
    for wrong in ("limit=0", "limit=10001", "before=0", "before=x"):
        assert box.admin.get(f"/webhooks/deliveries?{wrong}").status_code == 400


@pytest.mark.slow
def test_an_advance_of_many_refunds_takes_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of 200,000 refunds, under a tenth of each bound."""
    count = 20_000
    for module, bound in ((bounds, "MOST"), (bounds, "MOST_BYTES"), (advances, "MOST_EVENTS")):
        monkeypatch.setattr(module, bound, getattr(module, bound) // 10)
    moved = fresh()
    pending(moved, "Lahza", count)
    tracemalloc.start()
    try:
        assert moved.advance().count == 2 * count
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2048 * count
