"""When webhooks go out: after the answer, or before it; in which order."""

import json
import socket
import threading
from collections.abc import Mapping
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.connections import Channel
from sandbox.engine.webhooks import attempts
from sandbox.engine.webhooks import deliveries as kept
from tests.kit import LAHZA, Box
from tests.lean.calls import PAYER
from tests.receiver import Handler, Received, Receiver
from tests.webhooks.calls import address, advance, deliveries, lahza_refund

ROUNDS = 1000
REFUND = {"transaction": "fixture-large", "amount": 1}


class _Caller:
    """A client on a bare socket, where one sees what has come."""

    def __init__(self, box: Box) -> None:
        parts = urlsplit(box.url)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        self.socket.connect((parts.hostname, parts.port or 80))

    def ask(self, path: str = "/refund", given: Mapping[str, Any] = REFUND) -> None:
        """Send a request; unless said, one that makes a refund."""
        body = json.dumps(given).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk_test_kit\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.socket.sendall(head.encode() + body)

    def came(self) -> bytes:
        """What the system has for it to read by now."""
        try:
            return self.socket.recv(65536, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return b""

    def read(self) -> bytes:
        """Take an answer, whole; its body."""
        answer = self.socket.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), answer
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self.socket.recv(65536)
        return body

    def close(self) -> None:
        self.socket.close()


def test_an_answer_that_nobody_reads_holds_up_its_own_webhooks_alone(
    box: Box, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    address(box, "lahza", receiver)
    unread: list[Any] = []
    with monkeypatch.context() as patch:  # an answer for which the socket has no room
        patch.setattr(Channel, "after_answer", lambda _, later: unread.extend(later))
        box.lahza_refund("fixture-large", amount=1)
        while not unread:  # (the answer may be here before)
            pass
    for amount in (2, 3):
        box.lahza_refund("fixture-large", amount=amount)
    receiver.wait_for(2)
    came = [body["data"]["amount"] for body in receiver.bodies]
    unread[0]()
    receiver.wait_for(3)

    assert came == ["2", "3"]
    assert receiver.bodies[2]["data"]["amount"] == "1"


@pytest.mark.slow
def test_webhooks_of_calls_over_several_connections_keep_their_order(
    box: Box, receiver: Receiver
) -> None:
    """Though the second call comes as soon as the first one's last byte has."""
    address(box, "lahza", receiver)
    callers = _Caller(box), _Caller(box)
    for _ in range(ROUNDS):
        callers[0].ask()
        refund = json.loads(callers[0].read())["data"]["id"]
        callers[1].ask(f"/_sandbox/lahza/refunds/{refund}/settle", {"status": "failed"})
        callers[1].read()
    deliveries(box)
    for caller in callers:
        caller.close()

    assert receiver.events == ["refund.pending", "refund.failed"] * ROUNDS


def _is_whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
    return length.isdigit() and len(body) == int(length)


@pytest.mark.slow
def test_nothing_goes_out_before_the_answer_is_with_the_caller(
    box: Box, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where it follows at once."""
    monkeypatch.setattr(attempts, "GRACE", 0)
    address(box, "lahza", receiver)
    caller = _Caller(box)
    came: SimpleQueue[bool] = SimpleQueue()

    def look(handler: Handler, _: Received) -> None:
        came.put(_is_whole(caller.came()))
        handler.reply(200)

    receiver.answer = look
    in_time = 0
    for _ in range(ROUNDS):
        caller.ask()
        in_time += came.get(timeout=20)
        caller.read()
    deliveries(box)
    caller.close()

    assert in_time == ROUNDS


@pytest.mark.slow
def test_a_webhook_can_be_asked_for_before_the_answer(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    box.on("webhook-before-answer")
    before = 0
    for n in range(ROUNDS):
        box.lahza_refund("fixture-large", amount=1)
        before += len(receiver.received) == n + 1

    assert before == ROUNDS


def test_before_the_answer_its_receiver_may_call_the_sandbox(box: Box, receiver: Receiver) -> None:
    """It finds the refund, of which the caller has yet to hear."""
    address(box, "lahza", receiver)
    found: list[str] = []

    def look(handler: Handler, _: Received) -> None:
        found.append(Box(box.url).lahza.get("/refund").json()["data"][0]["status"])
        handler.reply(200)

    receiver.answer = look
    assert box.lahza.post(
        "/refund", {"transaction": "fixture-success"}, scenario="webhook-before-answer"
    ).ok
    assert found == ["pending"]


def test_before_the_answer_its_receiver_may_cause_another(box: Box, receiver: Receiver) -> None:
    """That one goes out beside the first, which has yet to be answered; so for many at once."""
    address(box, "lahza", receiver)
    box.on("webhook-before-answer")
    made: SimpleQueue[int] = SimpleQueue()
    for amount in range(11, 51):
        made.put(amount)

    def refund_more(handler: Handler, received: Received) -> None:
        if received.json["data"]["amount"] == "1":
            assert Box(box.url).lahza_refund("fixture-large", amount=made.get()).ok
        handler.reply(200)

    receiver.answer = refund_more
    callers = [
        threading.Thread(target=Box(box.url).lahza_refund, args=("fixture-large",), kwargs=amount)
        for amount in [{"amount": 1}] * 40
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(60)

    assert [(d["status"], len(d["attempts"])) for d in deliveries(box)] == [("delivered", 1)] * 80


def test_what_was_caused_before_still_goes_first(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    for _ in range(10):
        box.transaction()
        box.lahza.post(
            "/refund",
            {"transaction": "fixture-large", "amount": 1},
            scenario="webhook-before-answer",
        )

    assert receiver.events == ["charge.success", "refund.pending"] * 10


def test_a_receiver_that_is_silent_keeps_the_answer_for_its_time_out_alone(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver)
    assert box.admin.patch("/settings", {"webhook_timeout": "50ms"}).ok
    receiver.hangs()
    box.on("webhook-before-answer")

    assert box.lahza_refund("fixture-success").ok
    assert [a["error"] for a in deliveries(box)[0]["attempts"]] == ["no answer within 50ms"]


def test_webhooks_of_all_providers_go_out_in_the_order_of_the_calls(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver)
    assert box.admin.put("/webhooks/lean", {"url": f"{receiver.url}/lean"}).ok
    receiver.received.clear()
    wanted = []
    for _ in range(20):
        box.lahza_refund("fixture-large", amount=1)
        box.payment(customer_id=PAYER, reconciliation="OUTSTANDING")
        wanted += ["refund.pending", "payment.created"]
    deliveries(box)

    assert receiver.events == wanted


def test_an_answer_can_be_late_while_its_webhook_is_not(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    box.on("answer-late", delay="1h", times=1)
    answers: list[Any] = []
    asking = threading.Thread(
        target=lambda: answers.append(Box(box.url).lahza_refund("fixture-success").json())
    )
    asking.start()
    receiver.wait_for(1)
    before = list(answers)
    box.off("answer-late")
    asking.join(20)
    refund = box.lahza.get("/refund").json()["data"][0]

    assert before == []
    assert answers[0]["data"]["id"] == refund["id"]
    assert receiver.bodies[0]["event"] == "refund.pending"


# Scenarios together -----------------------------------------------------------------------------


@pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "collected"])
def test_late_and_out_of_order_add_up(box: Box, receiver: Receiver, is_sent: bool) -> None:
    if is_sent:
        address(box, "lahza", receiver)
    box.on("webhooks-out-of-order")
    box.on("webhook-late", after="1s")
    lahza_refund(box)
    advance(box, by="3d")
    went = [(d["event"], d["sent_at"][11:19]) for d in deliveries(box)]

    assert went == [
        ("refund.processing", "12:50:43"),
        ("refund.pending", "12:50:43"),
        ("refund.processed", "11:50:43"),
    ]
    if is_sent:
        assert receiver.events == [event for event, _ in went]


def test_the_order_of_what_is_collected_is_the_order_of_sending(box: Box) -> None:
    box.on("webhooks-out-of-order")
    lahza_refund(box)
    waiting = deliveries(box)
    advance(box, by="3d")
    went = deliveries(box)
    pages = [
        box.admin.get("/webhooks/deliveries", params={"limit": 2, **more}).json()
        for more in ({}, {"before": went[1]["id"]})
    ]

    assert [(d["status"], d["sent_at"]) for d in waiting] == [("waiting", None)]
    events = ["refund.processing", "refund.pending", "refund.processed"]
    assert [d["event"] for d in went] == events
    assert [d["status"] for d in went] == ["collected"] * 3
    assert [[d["event"] for d in page["deliveries"]] for page in pages] == [events[1:], events[:1]]
    assert [page["more"] for page in pages] == [1, 0]


def test_before_one_that_is_no_longer_kept_there_is_none(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that whoever goes from page to page comes to an end."""
    for _ in range(3):
        box.lahza_refund("fixture-large", amount=1)
    monkeypatch.setattr(kept, "MOST", 2)
    box.lahza_refund("fixture-large", amount=1)
    pages = [
        box.admin.get("/webhooks/deliveries", params={"before": before}).json()
        for before in (2, 99)
    ]

    assert [[d["id"] for d in page["deliveries"]] for page in pages] == [[], [3, 4]]
    assert [page["dropped"] for page in pages] == [2, 2]


# In this process --------------------------------------------------------------------------------


def test_an_answer_that_is_neither_read_nor_closed_is_out(box: Box, receiver: Receiver) -> None:
    """As Werkzeug's test client leaves it."""
    address(box, "lahza", receiver)
    assert box.app is not None
    body = {"transaction": "fixture-success"}
    answer = box.app.test_client().post("/refund", json=body, headers=LAHZA)
    receiver.wait_for(1)

    assert answer.status_code == 200
    assert receiver.events == ["refund.pending"]
