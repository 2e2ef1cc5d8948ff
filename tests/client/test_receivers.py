"""`send_to` a function, or a web framework's test client: in the test's own thread."""

import hashlib
import hmac
import threading
import warnings
from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock

import pytest
from fastapi import FastAPI
from fastapi import Request as FastAPIRequest
from flask import Flask, request

from sandbox.client import NeverHappened, Sandbox, Webhook
from tests.kit import Box

MEANS = "give None, a status from 100 to 599, (status, body) or a response"
STATES = [f"refund.{state}" for state in ("pending", "processing", "processed")]


def refund(box: Box, amount: int = 4000) -> str:
    """A Lahza refund that the code under test makes."""
    answer = box.lahza_refund("fixture-large", amount=amount)
    assert answer.ok, answer.text
    return str(answer.json()["data"]["id"])


def is_genuine(body: bytes, signature: str) -> bool:
    return hmac.new(b"sk_test_kit", body, hashlib.sha256).hexdigest() == signature


class Heard(list[Webhook]):
    """What a function was told, and in which threads."""

    threads: set[int]

    def __init__(self) -> None:
        self.threads = set()

    def __call__(self, webhook: Webhook) -> None:
        self.append(webhook)
        self.threads.add(threading.get_ident())


def test_a_function_is_called_in_the_tests_thread(sandbox: Sandbox, box: Box) -> None:
    heard = Heard()
    address = sandbox.webhooks.send_to("lahza", heard)
    subject = refund(box)
    before = list(heard)
    told = sandbox.clock.advance(days=3)

    assert (address["url"], before) == ("pull:", [])
    assert [each.event for each in heard] == STATES
    assert heard.threads == {threading.get_ident()}
    assert all(is_genuine(each.body, each.headers["x-lahza-signature"]) for each in heard)
    assert heard[0].json["data"]["status"] == "pending"
    assert {(each.provider, each.subject) for each in heard} == {("lahza", subject)}
    assert [e["to"] for e in told["events"]] == ["processing", "processed"]
    assert [(d["event"], d["status"]) for d in told["deliveries"]] == [
        (event, "delivered") for event in STATES
    ]
    assert told["now"] == "2026-05-16T11:50:42.625199Z"


def test_each_is_there_before_the_next_event_happens(sandbox: Sandbox, box: Box) -> None:
    seen: list[tuple[str, str]] = []

    def look(webhook: Webhook) -> None:
        state = box.lahza_status(int(webhook.subject))
        seen.append((webhook.event, state))

    sandbox.webhooks.send_to("lahza", look)
    refund(box)
    sandbox.clock.advance_until_idle()

    assert seen == [(event, event.partition(".")[2]) for event in STATES]


def test_what_a_function_causes_is_told_in_the_same_advance(sandbox: Sandbox, box: Box) -> None:
    events: list[str] = []

    def refund_more(webhook: Webhook) -> None:
        events.append(webhook.event)
        if webhook.event == "refund.processed" and len(events) < 9:
            refund(box, 7)

    sandbox.webhooks.send_to("lahza", refund_more)
    refund(box)
    sandbox.clock.advance_until_idle()

    assert events == STATES * 3


def test_what_it_raises_is_its_answer_and_is_tried_again(sandbox: Sandbox, box: Box) -> None:
    answers: list[Callable[[], Any]] = [
        lambda: 1 / 0,
        lambda: 503,
        lambda: (500, "not now"),
        lambda: "what",
        lambda: 99,
        lambda: None,
    ]
    sandbox.webhooks.send_to("lahza", lambda _: answers.pop(0)(), events=["refund.pending"])
    refund(box)
    sandbox.clock.advance(minutes=10)
    (pending,) = sandbox.webhooks.deliveries(event="refund.pending")
    sandbox.clock.advance(hours=2)
    (delivered,) = sandbox.webhooks.deliveries(event="refund.pending")

    assert [(a["status"], a["error"], a["answer"]) for a in delivered["attempts"]] == [
        (None, "ZeroDivisionError: division by zero", None),
        (503, None, None),
        (500, None, "not now"),
        (None, f"the receiver returned something else (str): {MEANS}", None),
        (None, f"the receiver returned 99: {MEANS}", None),
        (200, None, None),
    ]
    assert (pending["status"], delivered["status"]) == ("pending", "delivered")
    assert "  to the test's receiver at " in sandbox.webhooks.told()


@pytest.mark.parametrize("wait", ["settle", "flush", "wait_for", "settle a refund"])
def test_whatever_waits_for_webhooks_hands_them_over(sandbox: Sandbox, box: Box, wait: str) -> None:
    heard = Heard()
    sandbox.webhooks.send_to("lahza", heard)
    subject = refund(box)
    if wait == "settle":
        assert [d["status"] for d in sandbox.clock.settle()["deliveries"]] == ["delivered"]
    elif wait == "flush":
        assert [d["status"] for d in sandbox.webhooks.flush()] == ["delivered"]
    elif wait == "wait_for":
        sandbox.wait_for(lambda: heard)
    else:
        sandbox.lahza.settle(subject, "failed")

    events = ["refund.pending", "refund.failed"] if wait == "settle a refund" else STATES[:1]
    assert [each.event for each in heard] == events


def test_where_time_runs_wait_for_hands_them_over(sandbox: Sandbox, box: Box) -> None:
    heard = Heard()
    sandbox.webhooks.send_to("lahza", heard)
    sandbox.clock.run(rate=100_000)
    refund(box)
    sandbox.wait_for(lambda: len(heard) == 3)

    assert [each.event for each in heard] == STATES


def test_each_domain_has_its_own(sandbox: Sandbox, box: Box) -> None:
    test, live, lean = Heard(), Heard(), Heard()
    sandbox.webhooks.send_to("lahza", test)
    sandbox.webhooks.send_to("lahza", live, domain="live")
    sandbox.webhooks.send_to("lean", lean)
    sandbox.lahza.pay(5000, domain="live")
    sandbox.lean.pay(25)
    sandbox.clock.settle()

    assert ([e.event for e in test], [e.event for e in live]) == ([], ["charge.success"])
    assert {e.provider for e in lean} == {"lean"}


def test_an_address_takes_its_place_and_stop_ends_it(
    sandbox: Sandbox, box: Box, receiver: Any
) -> None:
    heard = Heard()
    sandbox.webhooks.send_to("lahza", heard)
    sandbox.webhooks.send_to("lahza", receiver.url)
    refund(box)
    sandbox.clock.settle()
    sandbox.webhooks.send_to("lahza", heard)
    sandbox.webhooks.stop("lahza")
    refund(box)
    sandbox.clock.settle()

    assert heard == []
    assert receiver.events == ["refund.pending"]
    assert sandbox.webhooks.deliveries()[-1]["status"] == "collected"


def test_what_waits_goes_where_the_next_address_says(
    sandbox: Sandbox, box: Box, receiver: Any
) -> None:
    sandbox.webhooks.send_to("lahza", Heard())
    refund(box)
    sandbox.webhooks.send_to("lahza", receiver.url)
    sandbox.clock.settle()
    sandbox.webhooks.send_to("lahza", Heard())
    refund(box)
    sandbox.webhooks.stop("lahza")

    assert receiver.events == ["refund.pending"]
    assert [d["status"] for d in sandbox.webhooks.deliveries()] == ["delivered", "failed"]


@pytest.mark.parametrize("wait", ["flush", "settle a refund"])
def test_what_a_function_causes_at_an_address_goes_out_too(
    sandbox: Sandbox, box: Box, receiver: Any, wait: str
) -> None:
    sandbox.change_settings(webhook_dispatch="on_advance")
    sandbox.webhooks.send_to("lahza", lambda _: sandbox.lean.pay() and None)
    sandbox.webhooks.send_to("lean", receiver.url, events=["payment.created"])
    subject = refund(box)
    if wait == "flush":
        sandbox.webhooks.flush()
    else:
        sandbox.lahza.settle(subject, "failed")

    assert set(receiver.events) == {"payment.created"}


def test_a_redelivery_is_handed_over_too(sandbox: Sandbox, box: Box) -> None:
    """Before its first attempt it is that attempt, so that the provider tries again."""
    answers = [500, 503, 200]
    sandbox.webhooks.send_to("lahza", lambda _: answers.pop(0), events=["refund.pending"])
    refund(box)
    first = sandbox.webhooks.redeliver(1)
    second = sandbox.webhooks.redeliver(1)
    sandbox.clock.advance(hours=1)

    assert [a["status"] for a in first["attempts"]] == [500]
    assert [a["status"] for a in second["attempts"]] == [500, 503]
    assert first["next_attempt_at"] == second["next_attempt_at"] == "2026-05-13T11:53:42.625199Z"
    assert sandbox.webhooks.deliveries()[0]["status"] == "delivered"


def test_one_that_nobody_fetches_holds_nothing_up(sandbox: Sandbox, box: Box) -> None:
    """Another client moves the clock; the function's client has it all later, in its order."""
    heard = Heard()
    sandbox.webhooks.send_to("lahza", heard)
    refund(box)
    box.advance("3d")
    sandbox.webhooks.flush()

    assert [each.event for each in heard] == STATES


def test_scenarios_and_snapshots_hold_for_it(sandbox: Sandbox, box: Box) -> None:
    heard = Heard()
    sandbox.webhooks.send_to("lahza", heard)
    sandbox.scenarios.on("webhooks-out-of-order")
    sandbox.scenarios.on("webhook-duplicated")
    refund(box)
    sandbox.snapshots.take("waits")
    sandbox.clock.advance(days=3)
    went = [each.event for each in heard]
    sandbox.snapshots.restore("waits")
    sandbox.clock.advance(days=3)

    assert went == [STATES[1], STATES[1], STATES[0], STATES[0], STATES[2], STATES[2]]
    assert [each.event for each in heard] == went * 2


def test_an_async_function_is_told_that_it_cannot_be(sandbox: Sandbox, box: Box) -> None:
    async def receive(_: Webhook) -> None: ...

    sandbox.webhooks.send_to("lahza", receive)
    refund(box)
    (tried,) = sandbox.clock.settle()["deliveries"]

    assert tried["attempts"][0]["error"] == "the receiver is async: it can't be awaited here"


def test_what_is_no_receiver_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(TypeError, match="neither a URL, nor a function or a test client"):
        sandbox.webhooks.send_to("lahza", 8000)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (lambda: None, "does not take one argument, a webhook"),
        (Flask("shop"), "of an application, give the test client"),
        (FastAPI(), "of an application, give the test client"),
    ],
    ids=["function", "Flask", "FastAPI"],
)
def test_what_can_not_take_a_webhook_is_refused(sandbox: Sandbox, target: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        sandbox.webhooks.send_to("lahza", target)
    assert sandbox.webhooks.addresses() == []


@pytest.mark.parametrize("spec", [None, is_genuine])
def test_a_mock_is_a_function(sandbox: Sandbox, box: Box, spec: Any) -> None:
    mock = MagicMock(return_value=None, spec=spec)
    sandbox.webhooks.send_to("lahza", mock)
    refund(box)
    sandbox.clock.advance(days=3)

    assert [call.args[0].event for call in mock.call_args_list] == STATES


def test_it_can_be_waited_for_in_vain(sandbox: Sandbox) -> None:
    heard = Heard()
    sandbox.webhooks.send_to("lahza", heard)
    with pytest.raises(NeverHappened):
        sandbox.wait_for(lambda: heard)


# Test clients -----------------------------------------------------------------------------------


def flask_client(seen: list[bool]) -> Any:
    """A shop in Flask."""
    app = Flask("shop")

    @app.post("/hooks")
    def hooks() -> tuple[str, int]:
        seen.append(is_genuine(request.get_data(), request.headers["x-lahza-signature"]))
        return ("booked", 200) if request.is_json else ("no JSON", 400)

    return app.test_client()


def fastapi_client(seen: list[bool]) -> Any:
    """A shop in FastAPI, which is Starlette's."""
    with warnings.catch_warnings(action="ignore"):  # Starlette 1.10 would rather have httpx2
        from fastapi.testclient import TestClient

    app = FastAPI()

    @app.post("/hooks")
    async def hooks(received: FastAPIRequest) -> str:
        body = await received.body()
        assert received.headers["content-type"] == "application/json"
        seen.append(is_genuine(body, received.headers["x-lahza-signature"]))
        return "booked"

    return TestClient(app)


@pytest.mark.parametrize("make", [flask_client, fastapi_client])
def test_a_test_client_is_called_as_over_the_wire(
    sandbox: Sandbox, box: Box, make: Callable[[list[bool]], Any]
) -> None:
    seen: list[bool] = []
    sandbox.webhooks.send_to("lahza", make(seen), "/hooks")
    refund(box)
    told = sandbox.clock.advance(days=3)

    assert seen == [True] * 3
    assert [d["status"] for d in told["deliveries"]] == ["delivered"] * 3
    assert "booked" in told["deliveries"][0]["attempts"][0]["answer"]


def test_a_view_that_is_not_there_has_not_taken_it(sandbox: Sandbox, box: Box) -> None:
    sandbox.webhooks.send_to("lahza", flask_client([]), "/elsewhere")
    refund(box)
    (tried,) = sandbox.clock.settle()["deliveries"]

    assert (tried["status"], tried["attempts"][0]["status"]) == ("pending", 404)
