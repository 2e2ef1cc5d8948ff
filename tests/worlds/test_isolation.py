"""Worlds know nothing of each other, and each answers as if it were alone."""

from concurrent.futures import ThreadPoolExecutor

import requests

from sandbox.settings import Settings
from tests.kit import LEAN, Box, frozen, serving
from tests.receiver import Receiver
from tests.test_repeatable import NOW, day
from tests.worlds.calls import waiting_in, world


def test_eight_worlds_at_once_answer_byte_for_byte_as_one_alone() -> None:
    with serving(frozen(NOW)) as box:
        alone = day(box)
        names = [f"w{n}" for n in range(8)]
        with ThreadPoolExecutor(8) as pool:
            days = list(pool.map(lambda name: day(world(box, name)), names))
    assert [n for n, other in enumerate(days) if other != alone] == []


def test_nothing_of_one_world_is_seen_in_another(box: Box, receiver: Receiver) -> None:
    """Documents, clock, scenarios, settings, addresses, idempotency keys."""
    one, other = world(box, "one"), world(box, "other")
    for each in (one, other):
        each.admin.post("/reset", {"mode": "frozen", "now": NOW})
    before = {path: other.admin.get(path).json() for path in ADMIN}
    payment = box.admin.get("/fixtures").json()["lean"]["payments"]["reconciled"]["id"]
    item = [{"payment_id": payment, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}]
    keyed = {**LEAN, "idempotency-key": "order-1"}

    one.admin.put("/webhooks/lean", {"url": receiver.url})
    one.on("rate-limited", times=1)
    assert one.lean.get("/payouts/refunds").status_code == 429
    assert one.lean.post("/payouts/refunds", item, headers=keyed).status_code == 201
    one.admin.patch("/settings", {"lean": {"pending_after": "1s"}})
    one.admin.put("/snapshots/mine")
    one.advance("9d")

    assert {path: other.admin.get(path).json() for path in ADMIN} == before
    assert other.lean.get("/payouts/refunds").json() == box.lean.get("/payouts/refunds").json()
    other_key = other.lean.post(
        "/payouts/refunds", [{**item[0], "amount": 2}], headers=keyed
    )  # in one world, 409
    assert other_key.status_code == 201


ADMIN = [
    "/clock",
    "/fixtures",
    "/requests",
    "/scenarios",
    "/settings",
    "/snapshots",
    "/webhooks",
    "/webhooks/deliveries",
]


def test_a_removed_world_is_made_anew(box: Box) -> None:
    one = world(box, "removed")
    transaction = one.transaction()
    assert one.lahza.get(f"/transaction/{transaction}").ok

    left = box.admin.delete("/worlds/removed").json()["worlds"]
    assert "removed" not in {each["name"] for each in left}
    assert one.lahza.get(f"/transaction/{transaction}").status_code == 404


def test_a_call_that_its_world_waits_with_is_dropped_when_that_is_removed(box: Box) -> None:
    with waiting_in(box, "busy") as (_, call):
        box.admin.delete("/worlds/busy")
        assert isinstance(call.exception(30), requests.ConnectionError)
        assert world(box, "busy").admin.get("/requests").json()["requests"] == []


def test_what_can_not_be_removed(box: Box) -> None:
    assert box.admin.delete("/worlds/nobody").status_code == 404
    assert box.admin.delete("/worlds/default").status_code == 409
    assert Box(f"{box.url}/w/default").admin.get("/worlds").ok


def test_a_world_begins_as_the_server_was_started() -> None:
    with serving(frozen(NOW, switches={"lean": {"pending_after": "5s"}})) as box:
        settings = world(box, "new").admin.get("/settings").json()
        assert settings["lean"]["pending_after"] == "5s"
        clock = world(box, "new").admin.get("/clock").json()
        assert (clock["mode"], clock["now"]) == ("frozen", NOW)


def test_the_list_tells_what_each_holds() -> None:
    with serving(Settings()) as box:
        one = world(box, "one")
        one.transaction()
        one.lahza.get("/refund")
        box.lahza.get("/refund")
        listed = box.admin.get("/worlds").json()["worlds"]

    assert [each["name"] for each in listed] == ["one", "default"]
    assert [each["url"] for each in listed] == ["/w/one", "/"]
    assert listed[0]["documents"] == listed[1]["documents"] + 1
    assert [each["requests"] for each in listed] == [1, 1]
    assert {each["mode"] for each in listed} == {"realtime"}
