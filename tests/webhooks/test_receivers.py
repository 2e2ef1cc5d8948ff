"""Whatever a receiver does, it harms its own deliveries alone."""

import socket
import threading
from typing import Any

import pytest

from sandbox.engine.webhooks import sending
from tests.kit import Box
from tests.receiver import Handler, Received, Receiver, receiving
from tests.webhooks.calls import address, advance, deliveries, lahza_refund

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def patience(box: Box, timeout: str) -> None:
    assert box.admin.patch("/settings", {"webhook_timeout": timeout}).status_code == 200


def drip(handler: Handler, _: Received) -> None:
    """Send a byte now and then, for ever."""
    over = handler.receiver.over
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not over.wait(0.02):
            handler.wfile.write(b"x")
            handler.wfile.flush()
    except OSError:
        handler.close_connection = True


def reset(handler: Handler, _: Received) -> None:
    handler.close_connection = True
    handler.connection.close()


def babble(handler: Handler, _: Received) -> None:
    handler.close_connection = True
    handler.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")


def hang(handler: Handler, _: Received) -> None:
    handler.close_connection = True
    handler.receiver.over.wait(30)


def raw(answer: bytes) -> Any:
    """Answer with these bytes, then hang up."""

    def send(handler: Handler, _: Received) -> None:
        handler.close_connection = True
        handler.wfile.write(answer)

    return send


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.0 200 OK\r\n\r\n", None),
        (b"HTTP/1.0 200 OK\r\n\r\nfine", "fine"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfine", "fine"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nfine", "fine"),
        (CHUNKED + b"4\r\nfine\r\n0\r\n\r\n", "fine"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\nfine", "fine"),
        (b"HTTP/1.0 200 OK\r\n\r\n" + b"a" * 5000, "a" * 1024),
    ],
)
def test_an_answer_that_ends_with_its_connection(
    box: Box, receiver: Receiver, answer: bytes, body: str | None
) -> None:
    """As those of Python's, PHP's and other small servers do."""
    receiver.answer = raw(answer)
    address(box, "lahza", receiver)
    lahza_refund(box)
    (pending,) = deliveries(box)

    assert pending["status"] == "delivered"
    (attempt,) = pending["attempts"]
    assert (attempt["status"], attempt["error"], attempt["answer"]) == (200, None, body)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (drip, "no answer within 150ms"),
        (hang, "no answer within 150ms"),
        (reset, "connection broken off"),
        (babble, "not an answer of HTTP"),
        (raw(CHUNKED + b"-5\r\nx"), "not an answer of HTTP"),
    ],
)
def test_an_answer_that_is_none(box: Box, receiver: Receiver, answer: Any, error: str) -> None:
    patience(box, "150ms")
    address(box, "lahza", receiver)
    receiver.answer = answer
    lahza_refund(box)
    (pending,) = deliveries(box)

    assert [a["error"] for a in pending["attempts"]] == [error]
    assert pending["status"] == "pending"
    assert box.lahza.get("/refund").status_code == 200


def test_nobody_is_there(box: Box) -> None:
    with receiving() as gone:
        url = gone.url
    answer = box.admin.put("/webhooks/lahza", {"url": url}).json()
    lahza_refund(box)
    (pending,) = deliveries(box)

    assert answer["probe"]["error"] == "connection refused"
    assert [(a["status"], a["error"]) for a in pending["attempts"]] == [
        (None, "connection refused")
    ]


def test_a_name_that_is_looked_up_for_too_long(
    box: Box, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up can't be broken off; there is one at once here, and others wait for it."""
    found = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host != "slow.test":
            return found(host, port, *rest, **more)
        receiver.over.wait(30)
        return found("127.0.0.1", port, *rest, **more)

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    monkeypatch.setattr(sending, "_lookups", threading.BoundedSemaphore(1))
    patience(box, "200ms")
    url = receiver.url.replace("127.0.0.1", "slow.test")
    error = "no address for the host within 200ms"
    assert box.admin.put("/webhooks/lahza", {"url": url}).json()["probe"]["error"] == error
    lahza_refund(box)
    (pending,) = deliveries(box)
    assert [attempt["error"] for attempt in pending["attempts"]] == [error]

    receiver.over.set()
    patience(box, "60s")
    (delivered,) = advance(box, by="3m")["deliveries"]
    assert (delivered["status"], len(receiver.received)) == ("delivered", 1)


def test_a_receiver_at_an_address_waits_for_no_look_up(
    box: Box, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups = threading.BoundedSemaphore(1)
    monkeypatch.setattr(sending, "_lookups", lookups)
    patience(box, "1s")
    with lookups:
        probe = address(box, "lahza", receiver)["probe"]
    assert (probe["status"], probe["error"]) == (200, None)


def test_a_receiver_that_speaks_no_tls(box: Box, receiver: Receiver) -> None:
    receiver.answer = babble
    url = receiver.url.replace("http:", "https:")
    error = box.admin.put("/webhooks/lahza", {"url": url}).json()["probe"]["error"]
    assert error.startswith("TLS failed: ")
    assert "_ssl" not in error


def test_a_redirect_is_not_followed(box: Box, receiver: Receiver) -> None:
    with receiving() as other:
        address(box, "lahza", receiver)
        receiver.answer = lambda handler, _: handler.reply(307, Location=other.url)
        lahza_refund(box)
        (pending,) = deliveries(box)

        assert [a["status"] for a in pending["attempts"]] == [307]
        assert other.received == []


def test_of_a_huge_answer_little_is_read(box: Box, receiver: Receiver) -> None:
    def flood(handler: Handler, _: Received) -> None:
        try:
            handler.reply(200, b"x" * 10_000_000)
        except OSError:
            handler.close_connection = True

    address(box, "lahza", receiver)
    receiver.answer = flood
    lahza_refund(box)
    (delivered,) = deliveries(box)

    assert delivered["status"] == "delivered"
    assert delivered["attempts"][0]["answer"] == "x" * 1024


def test_one_that_hangs_does_not_hold_up_another(box: Box, receiver: Receiver) -> None:
    with receiving() as quick:
        address(box, "lahza", receiver)
        address(box, "lean", quick)
        receiver.hangs()
        lahza_refund(box)
        receiver.wait_for(1)
        box.payment()
        quick.wait_for(2)

        assert not receiver.over.is_set()


def test_a_retry_does_not_hold_up_what_comes_later(box: Box, receiver: Receiver) -> None:
    first = threading.Event()

    def only_once(handler: Handler, received: Received) -> None:
        if received.json["data"]["amount"] == "1":
            first.set()
            handler.receiver.over.wait(30)
        handler.reply(200)

    address(box, "lahza", receiver)
    receiver.answers(500)
    box.lahza_refund("fixture-success", amount=1)
    advance(box, by=0)
    receiver.answer = only_once
    moving = threading.Thread(target=advance, args=(box,), kwargs={"by": "3m"})
    moving.start()
    assert first.wait(20)
    box.lahza_refund("fixture-recent", amount=2)
    receiver.wait_for(3)
    receiver.over.set()
    moving.join(20)

    assert [body["data"]["amount"] for body in receiver.bodies] == ["1", "1", "2"]


def test_a_reset_hangs_up_on_one_that_hangs(box: Box, receiver: Receiver) -> None:
    ended = threading.Event()

    def wait(handler: Handler, _: Received) -> None:
        handler.close_connection = True
        handler.connection.settimeout(20)
        if handler.rfile.read(1) == b"":
            ended.set()

    patience(box, "60s")
    address(box, "lahza", receiver)
    receiver.answer = wait
    lahza_refund(box)
    receiver.wait_for(1)
    assert box.admin.post("/reset").ok
    assert ended.wait(20)


def test_only_so_many_are_called_at_once(
    box: Box, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more waits; here, for longer than a receiver may take."""
    monkeypatch.setattr(sending, "_calls", threading.BoundedSemaphore(1))
    patience(box, "60s")
    address(box, "lahza", receiver)
    receiver.hangs()
    lahza_refund(box)
    receiver.wait_for(1)
    patience(box, "50ms")
    answer = box.admin.put("/webhooks/lahza", {"url": f"{receiver.url}/other"})
    assert answer.json()["probe"]["error"] == "too many receivers have yet to answer"
    assert len(receiver.received) == 1


def test_only_so_many_connections_stay_open(
    box: Box, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_kept", threading.BoundedSemaphore(1))
    assert box.admin.put("/clock", {"mode": "realtime"}).ok  # a lane for each address
    used: list[tuple[str, Any]] = []

    def note(handler: Handler, received: Received) -> None:
        used.append((received.path, handler.client_address))
        handler.reply(200)

    receiver.answer = note
    for name in "abab":
        assert box.admin.put("/webhooks/lahza", {"url": f"{receiver.url}/{name}"}).ok
        assert box.lahza_refund("fixture-large", amount=1).ok
        assert {each["status"] for each in deliveries(box)} == {"delivered"}
    kept = {name: {port for path, port in used[1::2] if path.endswith(name)} for name in "ab"}
    assert (len(kept["a"]), len(kept["b"])) == (1, 2)


def test_a_receiver_may_call_back(box: Box, receiver: Receiver) -> None:
    """It reads the refund, and refunds more; whoever asks waits for what that makes go out."""
    seen: list[Any] = []

    def call_back(handler: Handler, received: Received) -> None:
        if received.json["event"] == "refund.processed" and not seen:
            seen.append(box.lahza.get("/refund").json()["data"][0]["status"])
            seen.append(box.lahza_refund("fixture-recent", amount=5).status_code)
            seen.append(box.admin.post("/clock/advance", {"by": "1h"}).status_code)
        handler.reply(200)

    address(box, "lahza", receiver)
    receiver.answer = call_back
    lahza_refund(box)
    advance(box, by="1d")
    told = deliveries(box)

    assert seen == ["processed", 200, 409]
    assert receiver.events[-1] == "refund.pending"
    assert [d["event"] for d in told][-1] == "refund.pending"
    assert [d["status"] for d in told] == ["delivered"] * len(told)


def test_of_many_refunds_each_is_told_of_in_order(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    ids = [box.lahza_refund("fixture-large", amount=n).json()["data"]["id"] for n in range(1, 9)]
    advance(box, by="2d")

    assert len(set(ids)) == 8
    for n in range(1, 9):
        mine = [b["event"] for b in receiver.bodies if b["data"]["amount"] == str(n)]
        assert mine == ["refund.pending", "refund.processing", "refund.processed"]


def test_a_running_world_tells_of_things_by_itself(box: Box, receiver: Receiver) -> None:
    """Nobody calls: the alarm lets a refund go on, and a failed webhook be tried again."""
    box.admin.post("/reset", {"mode": "realtime", "rate": 100_000})
    address(box, "lahza", receiver)
    receiver.answers(500)
    lahza_refund(box)
    receiver.wait_for(4)

    assert sorted(receiver.events) == sorted(
        ["refund.pending", "refund.pending", "refund.processing", "refund.processed"]
    )
