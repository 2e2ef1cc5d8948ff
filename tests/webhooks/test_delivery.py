"""Deliveries: what goes out when, how it is signed, and when it is tried again."""

import json

import pytest

from tests.kit import Box
from tests.receiver import Receiver, receiving
from tests.webhooks.calls import (
    address,
    advance,
    deliveries,
    is_signed_by_lahza,
    is_signed_by_lean,
    lahza_refund,
)

REFUND_LIFE = ["refund.pending", "refund.processing", "refund.processed"]


def minutes(box: Box, attempts: list[dict[str, str]]) -> list[float]:
    """When attempts were made, counted from the first, in minutes."""
    from sandbox.engine.values.instants import MINUTE, parse_instant

    moments = [parse_instant(attempt["at"]) for attempt in attempts]
    return [(moment - moments[0]) / MINUTE for moment in moments]


def test_without_an_address_events_are_collected(box: Box) -> None:
    refund = lahza_refund(box)
    advance(box, by="2d")
    found = deliveries(box, subject=refund)

    assert [d["event"] for d in found] == REFUND_LIFE
    assert [(d["status"], d["url"], d["attempts"]) for d in found] == [("collected", None, [])] * 3
    assert [d["body"]["data"]["status"] for d in found] == ["pending", "processing", "processed"]


def test_a_refund_is_told_of_in_order_signed_with_the_key_of_its_merchant(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver)
    lahza_refund(box)
    advance(box, by="2d")

    assert receiver.events == REFUND_LIFE
    assert [is_signed_by_lahza(received) for received in receiver.received] == [True] * 3
    assert receiver.received[0].headers["content-type"] == "application/json"


def test_lean_signs_with_sha512_and_its_default_secret(box: Box, receiver: Receiver) -> None:
    address(box, "lean", receiver)
    box.payment()
    advance(box, by=0)

    assert receiver.events == [
        "payment_source.created",
        "payment_source.beneficiary.created",
        "payment.created",
        "payment.reconciliation.updated",
    ]
    assert all(is_signed_by_lean(received) for received in receiver.received)


@pytest.mark.parametrize("provider", ["lean", "lahza"])
def test_a_secret_of_ones_own_signs(box: Box, receiver: Receiver, provider: str) -> None:
    answer = address(box, provider, receiver, secret="shh سر")
    box.payment()
    lahza_refund(box)
    advance(box, by=0)

    check = is_signed_by_lean if provider == "lean" else is_signed_by_lahza
    assert answer["secret"] == "***"
    assert receiver.received
    assert all(check(received, "shh سر") for received in receiver.received)


def test_lahzas_signature_may_stand_in_the_header_that_some_receivers_read(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver)
    lahza_refund(box)
    box.admin.patch("/settings", {"lahza": {"signature_header": "x_lahza_signature"}})
    box.transaction()
    lahza_refund(box)
    advance(box, by=0)
    names = ["x-lahza-signature", "x_lahza_signature"]
    found = [[name for name in names if name in each.headers] for each in receiver.received]

    assert found == [names[:1], names[1:], names[1:]]
    first, *_, last = receiver.received
    assert is_signed_by_lahza(first)
    last.headers["x-lahza-signature"] = last.headers["x_lahza_signature"]
    assert is_signed_by_lahza(last)


def test_what_a_delivery_shows_is_what_was_sent(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    lahza_refund(box)
    (shown,) = deliveries(box)
    (received,) = receiver.received

    raw = json.dumps(shown["body"], separators=(",", ":"), ensure_ascii=False).encode()
    assert raw == received.body
    assert shown["headers"]["x-lahza-signature"] == received.headers["x-lahza-signature"]
    assert shown["status"] == "delivered"
    assert shown["url"] == receiver.url
    (attempt,) = shown["attempts"]
    assert attempt["status"] == 200
    assert attempt["answer"] == "ok"
    assert attempt["error"] is None
    assert attempt["duration_ms"] > 0


@pytest.mark.parametrize(
    ("provider", "plan"),
    [
        ("lean", [0, 1, 2, 5, 10, 60, 180]),
        ("lahza", [0, 3, 6, 9, 12, *(60 * hour for hour in range(1, 73))]),
    ],
)
def test_three_days_play_all_the_retries_there_are(
    box: Box, receiver: Receiver, provider: str, plan: list[float]
) -> None:
    receiver.answer = lambda handler, _: handler.reply(500, b"not now")
    address(box, provider, receiver)
    if provider == "lean":
        box.payment(reconciliation="OUTSTANDING")
    else:
        box.transaction()
    told = advance(box, by="3d")["deliveries"]
    (failed,) = [d for d in told if d["event"] in ("payment.created", "charge.success")]

    assert minutes(box, failed["attempts"]) == plan
    assert {a["status"] for a in failed["attempts"]} == {500}
    assert failed["status"] == "failed"
    assert failed["next_attempt_at"] is None
    assert {received.body for received in receiver.received if b"charge" in received.body} <= {
        received.body for received in receiver.received[:1]
    }


def test_a_retry_that_succeeds_ends_the_plan(box: Box, receiver: Receiver) -> None:
    receiver.answers(500, 302, 204, 201)
    address(box, "lahza", receiver)
    receiver.answers(500, 302, 204, 201)
    lahza_refund(box)
    (waiting,) = deliveries(box)
    advance(box, by="3m")
    told = advance(box, by="30m")["deliveries"]

    assert waiting["status"] == "pending"
    assert waiting["next_attempt_at"] == "2026-05-13T11:53:42.625199Z"
    assert [a["status"] for a in told[0]["attempts"]] == [500, 302, 204, 201, 200]
    assert told[0]["status"] == "delivered"


def test_only_the_events_asked_for_are_sent(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver, events=["refund.processed", "refund.failed"])
    lahza_refund(box)
    advance(box, by="2d")

    assert receiver.events == ["refund.processed"]
    assert [d["status"] for d in deliveries(box)] == ["collected", "collected", "delivered"]


def test_test_and_live_have_an_address_each(box: Box, receiver: Receiver) -> None:
    with receiving() as live:
        address(box, "lahza", receiver)
        address(box, "lahza", live, domain="live")
        lahza_refund(box)
        box.live.post("/refund", {"transaction": "fixture-live"})
        advance(box, by=0)

        assert [body["data"]["domain"] for body in receiver.bodies] == ["test"]
        assert [body["data"]["domain"] for body in live.bodies] == ["live"]
        assert is_signed_by_lahza(live.received[0], "sk_live_kit")


def test_lahza_calls_an_address_before_it_is_saved(box: Box, receiver: Receiver) -> None:
    """What it answers is nobody's business: the address may be any host's in the network."""
    receiver.answer = lambda handler, _: handler.reply(405, b"inner")
    answer = box.admin.put("/webhooks/lahza", {"url": receiver.url}).json()
    receiver.answers()

    assert [(r.method, r.path) for r in receiver.received] == [("GET", "/hooks")]
    assert (answer["probe"]["status"], answer["probe"]["answer"]) == (405, None)
    assert (answer["provider"], answer["domain"], answer["url"]) == ("lahza", "test", receiver.url)
    assert box.admin.put("/webhooks/lean", {"url": receiver.url}).json()["probe"] is None
    assert len(receiver.received) == 1


def test_addresses_come_and_go(box: Box, receiver: Receiver) -> None:
    address(box, "lean", receiver, events=["payment.created"])
    address(box, "lahza", receiver)
    address(box, "lahza", receiver, domain="live")
    shown = box.admin.get("/webhooks").json()["webhooks"]
    left = box.admin.delete("/webhooks/lahza?domain=live").json()["webhooks"]
    box.admin.delete("/webhooks/lahza")
    lahza_refund(box)

    assert [(w["provider"], w["domain"]) for w in shown] == [
        ("lean", None),
        ("lahza", "test"),
        ("lahza", "live"),
    ]
    assert shown[0]["events"] == ["payment.created"]
    assert left == shown[:2]
    assert [d["status"] for d in deliveries(box)] == ["collected"]
    assert receiver.received == []


def test_one_can_be_sent_again(box: Box, receiver: Receiver) -> None:
    lahza_refund(box)
    (collected,) = deliveries(box)
    nowhere = box.admin.post(f"/webhooks/deliveries/{collected['id']}/redeliver")
    address(box, "lahza", receiver)
    receiver.answers(500)
    again = [
        box.admin.post(f"/webhooks/deliveries/{collected['id']}/redeliver").json() for _ in range(2)
    ]

    assert nowhere.status_code == 409
    assert [d["status"] for d in again] == ["failed", "delivered"]
    assert [a["status"] for a in again[1]["attempts"]] == [500, 200]
    assert [r.json for r in receiver.received] == [collected["body"]] * 2
    assert box.admin.post("/webhooks/deliveries/99/redeliver").status_code == 404


def test_a_redelivery_leaves_the_plan_alone_unless_it_succeeds(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver)
    receiver.answers(500, 500)
    lahza_refund(box)
    (pending,) = deliveries(box)
    path = f"/webhooks/deliveries/{pending['id']}/redeliver"
    again = box.admin.post(path).json()
    done = box.admin.post(path).json()

    assert again["next_attempt_at"] == pending["next_attempt_at"] is not None
    assert (done["status"], done["next_attempt_at"]) == ("delivered", None)
    advance(box, by="30m")
    assert len(receiver.received) == 3


def test_the_same_world_sends_the_same_bytes(box: Box) -> None:
    def day() -> str:
        box.admin.post("/reset", {"mode": "frozen", "now": "2027-01-01T00:00:00Z", "seed": 5})
        lahza_refund(box)
        box.payment()
        advance(box, by="2d")
        return str(deliveries(box))

    assert day() == day()


def test_a_reset_forgets_addresses_and_deliveries(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    receiver.hangs()
    lahza_refund(box)
    receiver.wait_for(1)
    box.admin.post("/reset", {"mode": "frozen"})
    receiver.over.set()

    assert box.admin.get("/webhooks").json() == {"webhooks": []}
    assert deliveries(box) == []
    advance(box, by="1d")
    assert len(receiver.received) == 1


def test_a_retry_goes_to_the_address_that_there_is_by_then(box: Box, receiver: Receiver) -> None:
    with receiving() as old:
        address(box, "lahza", old)
        old.answers(500, 500)
        for _ in range(2):
            lahza_refund(box)
        advance(box, by=0)
        address(box, "lahza", receiver, events=["refund.pending"])
        told = advance(box, by="3m")["deliveries"]

    assert [d["status"] for d in told] == ["delivered"] * 2
    assert receiver.events == ["refund.pending"] * 2


def test_deliveries_can_be_filtered(box: Box) -> None:
    refund = lahza_refund(box)
    box.payment()
    advance(box, by="1h")

    assert [d["event"] for d in deliveries(box, subject=refund, limit=1)] == ["refund.processing"]
    assert {d["provider"] for d in deliveries(box, provider="lean")} == {"lean"}
    assert deliveries(box, status="delivered") == []
    assert box.admin.get("/webhooks/deliveries?status=sent").status_code == 400
