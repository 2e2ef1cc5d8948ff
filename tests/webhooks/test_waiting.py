"""What is waited for: the webhooks that are out by then and one's own, not those of others."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from sandbox.app import create_app
from sandbox.engine.provider.rules import Conflict
from sandbox.engine.webhooks import deliveries as bounds
from sandbox.engine.webhooks.attempts import wait_for
from sandbox.engine.webhooks.sending import Lanes
from sandbox.engine.worlds.world import World
from sandbox.threads import THREADS
from tests.kit import LAHZA, Box, frozen
from tests.receiver import Handler, Received, Receiver
from tests.webhooks.calls import address, advance, deliveries
from tests.worlds.calls import world

LATER = "2027-01-01T00:00:00Z"
MOVES = [
    ("POST", "/clock/advance", {"by": 0}),
    ("POST", "/clock/advance", {"by": "2d"}),
    ("PUT", "/clock", {"now": LATER}),
    ("PUT", "/snapshots/amid", None),
]


def refund(box: Box, amount: int) -> None:
    assert box.lahza_refund("fixture-large", amount=amount).ok


@contextmanager
def meanwhile(box: Box, method: str, path: str, body: Any) -> Iterator["Future[requests.Response]"]:
    """A call of the admin API in the background."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(Box(box.url).admin.call, method, path, body)


def held(receiver: Receiver, *amounts: int) -> dict[int, threading.Event]:
    """Let webhooks of refunds of these amounts be answered only once they may be."""
    may = {amount: threading.Event() for amount in amounts}

    def answer(handler: Handler, received: Received) -> None:
        amount = int(received.json["data"]["amount"])
        if amount in may:
            while not may[amount].wait(0.01) and not receiver.over.is_set():
                pass
        handler.reply(200)

    receiver.answer = answer
    return may


@pytest.fixture(name="patient")
def _patient(box: Box, receiver: Receiver) -> Iterator[Box]:
    """A sandbox whose receivers may take longer than a test waits."""
    assert box.admin.patch("/settings", {"webhook_timeout": "60s"}).ok
    address(box, "lahza", receiver)
    yield box
    box.admin.delete("/snapshots/amid")


@pytest.fixture(name="waiting")
def _waiting(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once a world waits for webhooks that are under way."""
    waiting = threading.Event()

    def wait(attempts: Any) -> None:
        attempts = list(attempts)
        if attempts:
            waiting.set()
        wait_for(attempts)

    for module in ("passage", "world"):
        monkeypatch.setattr(f"sandbox.engine.worlds.{module}.wait_for", wait)
    return waiting


@pytest.mark.parametrize(("method", "path", "body"), MOVES)
def test_what_others_add_meanwhile_is_not_waited_for(
    patient: Box,
    receiver: Receiver,
    waiting: threading.Event,
    method: str,
    path: str,
    body: Any,
) -> None:
    may = held(receiver, 1, 2)
    refund(patient, 1)
    receiver.wait_for(1)
    with meanwhile(patient, method, path, body) as move:
        assert waiting.wait(30)
        refund(patient, 2)
        may[1].set()
        receiver.wait_for(2)
        if "clock" in path and body != {"by": 0}:  # its own events' webhooks go out behind that
            assert not move.done()
            may[2].set()
        assert move.result(30).ok


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/clock/advance", {"by": 0}),
        ("POST", "/clock/advance", {"until": "idle"}),
        ("PUT", "/clock", {"now": "2026-05-13T12:00:00Z"}),
        ("PUT", "/snapshots/amid", None),
    ],
)
def test_under_a_load_that_never_ends_it_is_answered(
    patient: Box, receiver: Receiver, method: str, path: str, body: Any
) -> None:
    """Each webhook is answered only once two more refunds have been made: some are always out."""
    made, more = [0], threading.Condition()
    transaction = patient.transaction(amount=10**9)
    patient.on("refund-stuck")
    receiver.received.clear()

    def post(box: Box) -> None:
        while not receiver.over.is_set():
            body = {"transaction": transaction, "amount": 1}
            assert requests.post(f"{box.url}/refund", json=body, headers=LAHZA, timeout=30).ok
            with more:
                made[0] += 1
                more.notify_all()
                more.wait_for(lambda: made[0] < len(receiver.received) + 8, 0.05)

    def answer(handler: Handler, _: Received) -> None:
        with more:
            seen = made[0]
            more.wait_for(lambda: made[0] >= seen + 2 or receiver.over.is_set(), 30)
        handler.reply(200)

    receiver.answer = answer
    with ThreadPoolExecutor(3) as pool:
        load = [pool.submit(post, patient) for _ in range(3)]
        try:
            receiver.wait_for(3)
            with meanwhile(patient, method, path, body) as move:
                try:
                    assert move.result(30).ok
                finally:
                    receiver.over.set()
        finally:
            receiver.over.set()
        for each in load:
            each.result(30)


def test_a_receiver_that_refunds_whenever_it_is_told_of_a_refund_does_not_keep_it_for_ever(
    box: Box, receiver: Receiver
) -> None:
    """Of what others' calls bring about meanwhile, until idle plays a hundred events."""

    def again(handler: Handler, received: Received) -> None:
        if received.json["event"] == "refund.processing":
            refund(Box(box.url), 1)
        handler.reply(200)

    address(box, "lahza", receiver)
    receiver.answer = again
    refund(box, 1)
    events = advance(box, until="idle")["events"]

    assert 100 < len(events) <= 2 + 100
    assert box.admin.get("/clock").json()["due"] > 0
    advance(box, by=0)  # what the receiver still makes is not to come to the next test's world


def test_its_own_events_webhooks_are_waited_for(patient: Box, receiver: Receiver) -> None:
    may = held(receiver, 1)
    may[1].set()
    refund(patient, 1)
    advance(patient, by=0)
    may[1].clear()
    with meanwhile(patient, "POST", "/clock/advance", {"by": "1h"}) as move:
        receiver.wait_for(2)
        assert not move.done()
        may[1].set()
        told = move.result(30).json()["deliveries"]
    assert [(each["event"], each["status"]) for each in told] == [
        ("refund.processing", "delivered")
    ]


def test_what_had_not_been_tried_goes_out_again_when_the_world_is_restored(
    patient: Box, receiver: Receiver, waiting: threading.Event
) -> None:
    may = held(receiver, 1, 2, 3)
    refund(patient, 1)
    receiver.wait_for(1)
    with meanwhile(patient, "PUT", "/snapshots/amid", None) as taking:
        assert waiting.wait(30)
        for amount in (2, 3):
            refund(patient, amount)
        may[1].set()
        assert taking.result(30).ok
    receiver.wait_for(2)
    for _ in range(2):
        receiver.received.clear()  # first, for they go out again at once
        assert patient.admin.post("/snapshots/amid/restore").ok
        may[2].set()
        may[3].set()
        told = deliveries(patient)
        assert [body["data"]["amount"] for body in receiver.bodies] == ["2", "3"]
        assert [(d["status"], len(d["attempts"])) for d in told] == [("delivered", 1)] * 3


@pytest.mark.parametrize(
    "end",
    [
        lambda box: box.admin.post("/reset", {"mode": "frozen"}),
        lambda box: box.admin.post("/snapshots/before/restore"),
        lambda box: box.admin.delete("/worlds/ending"),
    ],
)
@pytest.mark.parametrize(
    ("method", "path", "body"), [*MOVES, ("POST", "/webhooks/deliveries/1/redeliver", None)]
)
def test_it_ends_with_its_world(
    box: Box,
    receiver: Receiver,
    waiting: threading.Event,
    end: Callable[[Box], requests.Response],
    method: str,
    path: str,
    body: Any,
) -> None:
    one = world(box, "ending")
    assert one.admin.post("/reset", {"mode": "frozen"}).ok
    assert one.admin.put("/snapshots/before").ok
    assert one.admin.patch("/settings", {"webhook_timeout": "60s"}).ok
    address(one, "lahza", receiver)
    receiver.hangs()
    refund(one, 1)
    receiver.wait_for(1)
    with meanwhile(one, method, path, body) as move:
        if "redeliver" in path:
            receiver.wait_for(2)
        else:
            assert waiting.wait(30)
        assert end(one).ok
        answer = move.result(30)
    assert (answer.status_code, "reset meanwhile" in answer.text) == (409, True)


def test_receivers_may_call_the_sandbox_however_many_calls_wait_for_them(
    box: Box, receiver: Receiver
) -> None:
    """Each call waits in a world of its own; there are more of them than the server has threads."""
    worlds = [world(box, f"waiting-{n}") for n in range(THREADS + 1)]
    for each in worlds:
        refund(each, 1)
        assert each.admin.patch("/settings", {"webhook_timeout": "60s"}).ok
        address(each, "lahza", receiver)
    may = held(receiver, 1)[1]
    path = "/webhooks/deliveries/1/redeliver"
    with ThreadPoolExecutor(len(worlds)) as pool:
        calls = [pool.submit(each.admin.post, path) for each in worlds]
        try:
            receiver.wait_for(len(worlds))
            assert box.lahza.get("/refund").ok
        finally:
            may.set()
        assert all(call.result(30).ok for call in calls)


@contextmanager
def no_lanes() -> Iterator[None]:
    """No thread can be started that sends webhooks."""
    started = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if getattr(getattr(thread, "_target", None), "__func__", None) is Lanes._work:
            raise RuntimeError("can't start new thread")
        started(thread)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        yield


def test_where_no_thread_can_be_started_the_attempt_has_failed(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver)
    with no_lanes():
        refund(box, 1)
        (failed,) = deliveries(box)
    assert [a["error"] for a in failed["attempts"]] == [
        "the sandbox's machine has no thread for it"
    ]
    assert failed["status"] == "pending"
    (sent,) = advance(box, by="3m")["deliveries"]
    assert (sent["status"], len(receiver.received)) == ("delivered", 1)


def test_what_was_held_back_is_let_go_where_no_thread_and_no_room_is_left(
    box: Box, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    address(box, "lahza", receiver)
    box.on("webhook-late")
    for amount in range(1, 6):
        refund(box, amount)
    monkeypatch.setattr(bounds, "MOST_BYTES", 1)
    with no_lanes():
        box.off("webhook-late")
        refund(box, 6)
    (latest,) = deliveries(box)
    assert latest["body"]["data"]["amount"] == "6"
    assert box.admin.get("/webhooks/deliveries").json()["dropped"] == 5


@pytest.mark.parametrize(
    "move",
    [
        lambda world: world.change_clock("realtime", 5, world.state.clock.now() + 1),
        lambda world: world.advance(by=1),
    ],
)
def test_a_move_does_not_end_in_a_world_that_was_reset_meanwhile(
    monkeypatch: pytest.MonkeyPatch, move: Callable[[World], object]
) -> None:
    app = create_app(frozen(LATER))
    moved: World = app.extensions["sandbox.worlds"].default
    play = World._play

    def play_and_reset(self: World, *rest: Any) -> object:
        played = play(self, *rest)
        self.reset()
        return played

    monkeypatch.setattr(World, "_play", play_and_reset)
    with pytest.raises(Conflict, match="reset meanwhile"):
        move(moved)
    assert (moved.state.clock.mode, moved.state.clock.rate) == ("frozen", 1)
    monkeypatch.undo()
    moved.advance(by=1)
    moved.close()
