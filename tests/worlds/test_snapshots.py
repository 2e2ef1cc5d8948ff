"""Restored, a world is as it was in all respects, and goes on as it would have."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.kit import Box, frozen, serving
from tests.receiver import Handler, Received, Receiver
from tests.test_repeatable import NOW, day
from tests.webhooks.calls import address, deliveries
from tests.worlds.calls import waiting_in, world

_PARTS = "clock fixtures requests scenarios settings webhooks webhooks/deliveries".split()


def state(box: Box) -> dict[str, Any]:
    """All that can be seen of a world without changing it."""
    return {part: box.admin.get(f"/{part}").json() for part in _PARTS}


def morning(box: Box, receiver: Receiver) -> None:
    """Leave something behind in every part of the world."""
    receiver.answer = lambda handler, _: handler.reply(500)
    address(box, "lean", receiver, secret="mine")
    box.on("rate-limited", times=3)
    box.on("refund-rejected-by-bank", times=2)
    assert box.lahza.get("/refund").status_code == 429
    box.on("webhook-late", after="2d", event="payment.created")
    box.admin.patch("/settings", {"lahza": {"processing_after": "2h"}, "webhook_timeout": "1s"})
    box.admin.patch("/lahza/merchant", {"balance": {"ILS": 70000}})
    box.payment(reconcile_after="3d")
    box.advance("1m")


def afternoon(box: Box) -> list[tuple[bytes, list[tuple[str, str]]]]:
    """Go on: the scenarios' last times, retries, ids to come, and all there is to be seen."""
    left = [box.lahza.get("/refund") for _ in range(3)]
    assert [answer.status_code for answer in left] == [429, 429, 200]
    return [*day(box), *((box.admin.get(f"/{p}").content, []) for p in ("clock", "scenarios"))]


def calm(deliveries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Deliveries without what depends on how fast the machine is."""
    for delivery in deliveries:
        for attempt in delivery["attempts"]:
            del attempt["duration_ms"]
    return deliveries


def test_all_is_as_it_was_and_goes_on_as_it_would_have(box: Box, receiver: Receiver) -> None:
    morning(box, receiver)
    assert box.admin.put("/snapshots/noon").status_code == 201
    before = state(box)
    [first, second] = [day_after(box, "noon", before) for _ in range(2)]

    assert first == second


def day_after(box: Box, name: str, before: dict[str, Any]) -> Any:
    """Go on from a snapshot; returns what all that comes to."""
    answered = afternoon(box)
    told = calm(box.admin.get("/webhooks/deliveries").json()["deliveries"])
    box.off("rate-limited")
    box.admin.patch("/settings", {"lean": {"pending_after": "9s"}})
    box.admin.delete("/webhooks/lean")
    box.admin.post("/seed", {"payments": 20})
    script = [{"on": "request", "delay": "1s"}]
    box.admin.post("/scenarios", {"name": "late", "title": "Later", "script": script})
    assert state(box) != before
    assert box.admin.post(f"/snapshots/{name}/restore").status_code == 200
    assert state(box) == before
    return [body for body, _ in answered if b"duration_ms" not in body], told


def test_what_scenarios_hold_is_held_again_and_let_go_again(box: Box) -> None:
    """A refund that is stuck, a webhook that is late, one that waits for the next of its topic."""
    box.on("refund-stuck", transaction="lahza.transactions.success")
    stuck = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
    box.on("webhooks-out-of-order")
    box.lahza_refund(box.transaction(), amount=100)
    box.on("webhook-late", after="5d")
    box.lahza_refund(box.transaction(), amount=100)
    box.admin.put("/snapshots/held")
    first, second = [_let_go(box, stuck) for _ in range(2)]

    assert first == second
    statuses = {each["status"] for each in first[0]}
    assert statuses == {"waiting", "collected"}


def _let_go(box: Box, stuck: int) -> Any:
    """Switch the scenarios off one by one, and come back; what is seen on the way."""
    seen = [box.admin.get("/webhooks/deliveries").json()["deliveries"]]
    for name in ("webhooks-out-of-order", "webhook-late", "refund-stuck"):
        box.off(name)
        seen.append(box.admin.get("/webhooks/deliveries").json()["deliveries"])
    assert seen[-1] != seen[0]
    events = box.advance("2d")
    assert box.lahza_status(stuck) == "processed"
    box.admin.post("/snapshots/held/restore")
    box.advance("2h")  # the next one of its topic takes it along
    seen.append(box.admin.get("/webhooks/deliveries").json()["deliveries"])
    swapped = ("refund.pending", str(stuck + 1), "collected")
    assert swapped in [(d["event"], d["subject"], d["status"]) for d in seen[-1]]
    box.admin.post("/snapshots/held/restore")
    return [*seen, events]


def test_a_scenario_that_sticks_to_a_later_refund_is_forgotten(box: Box) -> None:
    box.admin.put("/snapshots/before")
    body = {"transaction": "fixture-success", "amount": 100}
    stuck = box.lahza.post("/refund", body, scenario="refund-stuck").json()["data"]["id"]
    box.admin.post("/snapshots/before/restore")
    assert box.lahza.post("/refund", body).json()["data"]["id"] == stuck
    box.advance("2d")

    assert box.lahza_status(stuck) == "processed"


def test_a_snapshot_outlives_a_reset_and_what_is_done_after_it_was_restored(box: Box) -> None:
    refund = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
    taken = box.admin.put("/snapshots/kept").json()
    for _ in range(2):
        box.advance("9d")
        assert box.lahza_status(refund) == "processed"
        box.admin.post("/reset")
        assert box.lahza.get(f"/refund/{refund}").status_code == 404
        assert box.admin.post("/snapshots/kept/restore").json() == taken
        assert box.lahza_status(refund) == "pending"


def test_the_answers_and_the_list(box: Box) -> None:
    with serving(frozen(NOW)) as box:
        documents = box.admin.get("/worlds").json()["worlds"][0]["documents"]
        first = {"name": "b", "at": NOW, "documents": documents}
        assert box.admin.put("/snapshots/b").json() == first
        box.transaction()
        box.advance("1s")
        second = {"name": "a", "at": NOW.replace("42.", "43."), "documents": documents + 1}
        assert box.admin.put("/snapshots/a").json() == second
        assert box.admin.get("/snapshots").json() == {"snapshots": [second, first]}
        again = box.admin.put("/snapshots/b")
        assert (again.status_code, again.json()) == (200, {**second, "name": "b"})
        assert box.admin.delete("/snapshots/b").json() == {"snapshots": [second]}
        assert box.admin.post("/snapshots/a/restore").json() == second


def test_a_snapshot_belongs_to_its_world(box: Box) -> None:
    one = world(box, "snapping")
    assert one.admin.put("/snapshots/mine").status_code == 201

    unknown = box.admin.post("/snapshots/mine/restore")
    assert (unknown.status_code, "there is no snapshot 'mine'" in unknown.text) == (404, True)
    box.admin.delete("/worlds/snapping")
    assert one.admin.get("/snapshots").json() == {"snapshots": []}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/snapshots/a b", 400),
        ("PUT", "/snapshots/-a", 400),
        ("DELETE", "/snapshots/nobody", 404),
        ("POST", "/snapshots/nobody/restore", 404),
        ("POST", "/snapshots/nobody", 405),
    ],
)
def test_what_is_refused(box: Box, method: str, path: str, status: int) -> None:
    answer = box.admin.call(method, path)

    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_there_are_a_hundred_at_most() -> None:
    with serving(frozen(NOW)) as box:
        statuses = [box.admin.put(f"/snapshots/s{n}").status_code for n in range(101)]
        assert statuses == [201] * 100 + [409]
        assert box.admin.put("/snapshots/s7").status_code == 200


def test_webhooks_under_way_are_tried_before_it_is_taken(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    box.lahza_refund("fixture-success", amount=100)
    box.admin.put("/snapshots/sent")
    assert len(receiver.received) == 1
    box.admin.post("/snapshots/sent/restore")

    assert [each["status"] for each in deliveries(box)] == ["delivered"]
    assert len(receiver.received) == 1


def test_none_is_taken_while_the_clock_is_being_moved(box: Box, receiver: Receiver) -> None:
    refused: list[int] = []

    def answer(handler: Handler, _: Received) -> None:
        refused.append(requests.put(f"{box.url}/_sandbox/snapshots/amid").status_code)
        handler.reply(200)

    address(box, "lahza", receiver)
    receiver.answer = answer
    box.lahza_refund("fixture-success", amount=100)
    box.advance("2h")

    assert 409 in refused


def test_a_restore_drops_the_calls_that_wait(box: Box) -> None:
    box.admin.delete("/worlds/dropping")
    with waiting_in(box, "dropping") as (slow, call):
        slow.admin.put("/snapshots/now")
        slow.admin.post("/snapshots/now/restore")
        assert isinstance(call.exception(30), requests.ConnectionError)
        assert slow.lahza.get("/refund").ok


def test_documents_that_are_being_made_up_do_not_come_into_the_world_restored(box: Box) -> None:
    one = world(box, "seeding")
    taken = one.admin.put("/snapshots/empty").json()
    with ThreadPoolExecutor(1) as pool:
        seeding = pool.submit(Box(one.url).admin.post, "/seed", {"payments": 20_000})
        while not seeding.done():
            one.admin.post("/snapshots/empty/restore")
    assert isinstance(seeding.exception(), requests.ConnectionError)
    assert one.admin.put("/snapshots/after").json()["documents"] == taken["documents"]


def test_the_ids_to_come_are_the_same_whatever_the_seed(box: Box) -> None:
    box.admin.post("/reset", {"seed": 7})
    box.admin.put("/snapshots/seven")
    first = box.payment()
    box.admin.post("/reset", {"seed": 8})
    assert box.payment() != first
    box.admin.post("/snapshots/seven/restore")
    assert box.payment() == first


@pytest.mark.parametrize("is_refunded_before", [True, False])
def test_where_the_clock_runs_what_is_due_comes_by_itself(
    box: Box, receiver: Receiver, is_refunded_before: bool
) -> None:
    """Nobody calls: an alarm rings for what was to come, and for what a later call schedules."""
    box.admin.post("/reset", {"mode": "realtime", "now": NOW, "rate": 1000})
    assert box.admin.patch("/settings", {"lahza": {"processing_after": "5m"}}).ok
    address(box, "lahza", receiver, events=["refund.processing"])
    if is_refunded_before:
        box.lahza_refund("fixture-success", amount=100)
    box.admin.put("/snapshots/soon")
    box.admin.put("/clock", {"mode": "frozen"})
    box.admin.post("/snapshots/soon/restore")
    if not is_refunded_before:
        box.lahza_refund("fixture-success", amount=100)
    receiver.wait_for(1)
    assert set(receiver.events) == {"refund.processing"}


def test_a_running_clock_goes_back_and_runs_on(box: Box) -> None:
    box.admin.post("/reset", {"mode": "realtime", "now": NOW, "rate": 1000})
    taken = box.admin.put("/snapshots/then").json()["at"]
    box.admin.put("/clock", {"mode": "frozen", "now": "2030-01-01T00:00:00Z"})
    box.admin.post("/snapshots/then/restore")
    clock = box.admin.get("/clock").json()

    assert (clock["mode"], clock["rate"]) == ("realtime", 1000)
    assert taken < clock["now"] < "2027"
