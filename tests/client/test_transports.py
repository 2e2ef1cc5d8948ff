"""A call comes to the sandbox the same through its port and straight into its application."""

import signal
import threading
from collections.abc import Iterable, Iterator
from http.client import RemoteDisconnected
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.client import Refused, Sandbox, Unreachable, transports
from sandbox.client.transports import HTTPTransport, Transport, WSGITransport
from sandbox.engine.time.clock import Start
from sandbox.settings import Settings
from tests.kit import LAHZA, Box, serving
from tests.receiver import Handler, Received, Receiver

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse


def steer(sandbox: Sandbox) -> None:
    """Calls of each form: with a body, a query and neither; refused; in another world."""
    sandbox.lahza.pay(100)
    sandbox.requests.all(body={"customer.email": "ä b+c&d@e.ps"}, limit=3)
    for name in ("ünknown/%2F?", "un known"):
        with pytest.raises(Refused, match="there is no"):
            sandbox.snapshots.restore(name)
        with pytest.raises(Refused, match="there is no"):
            sandbox.scenarios.off(name)
    sandbox.world("other").lahza.change(sandbox.world("other").lahza.pay()["id"], amount=7)


def test_what_arrives_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    arrived: list[dict[str, Any]] = []
    with serving(Settings(admin_token="hush", start=Start(seed=0))) as box:
        assert box.app is not None
        answering = box.app.wsgi_app

        def listen(environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
            text = {key: value for key, value in environ.items() if isinstance(value, str)}
            arrived.append(text)
            return answering(environ, start)

        monkeypatch.setattr(box.app, "wsgi_app", listen)
        for app in (None, box.app):
            with Sandbox(box.url, token="hush", app=app) as sandbox:
                steer(sandbox)
                sandbox.forget_worlds()
                sandbox.reset()
    half = len(arrived) // 2
    for by_port, direct in zip(arrived[:half], arrived[half:], strict=True):
        del by_port["SERVER_NAME"], direct["SERVER_NAME"]  # (waitress does not know its own)
        assert {key: by_port.get(key) for key in direct} == direct
        more = by_port.keys() - direct.keys()
        assert not [key for key in more if key.startswith(("HTTP_", "CONTENT_"))]


@pytest.mark.parametrize("is_direct", [False, True])
def test_a_connection_that_is_cut_is_no_answer(box: Box, is_direct: bool) -> None:
    assert box.app is not None
    box.on("answer-lost", how="cut")
    server = urlsplit(box.url)
    transport: Transport = HTTPTransport(server, LAHZA, 30)
    if is_direct:
        transport = WSGITransport(box.app, server, LAHZA, transport)
    with pytest.raises(RemoteDisconnected):
        transport.send("POST", "/refund", b"transaction=fixture-success")
    transport.close()
    [entry] = box.admin.get("/requests").json()["requests"]
    assert (entry["path"], entry["status"]) == ("/refund", None)


@pytest.mark.parametrize("fails", [False, True])
def test_an_application_is_called_as_a_server_does(fails: bool) -> None:
    """Its answer comes in parts, written or iterated over, and is closed whatever happens."""
    closed: list[bool] = []

    class Answer:
        def __iter__(self) -> Iterator[bytes]:
            yield b'"o'
            if fails:
                raise ZeroDivisionError
            yield b'k"}'

        def close(self) -> None:
            closed.append(True)

    def app(environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        write = start("200 OK", [])
        write(b'{"status": ')
        return Answer()

    with Sandbox("http://127.0.0.1:9", app=app) as sandbox:
        if fails:
            with pytest.raises(ZeroDivisionError):
                sandbox.health()
        else:
            assert sandbox.health() == {"status": "ok"}
    assert closed == [True]


def test_a_receiver_may_call_the_sandbox_while_an_advance_waits_for_it(
    sandbox: Sandbox, box: Box, receiver: Receiver
) -> None:
    """Through the port as through the client."""
    heard = []

    def answer(handler: Handler, received: Received) -> None:
        if received.method == "POST":
            heard.append((box.lahza.get("/refund").status_code, sandbox.lahza.pay()["status"]))
        handler.reply(200)

    receiver.answer = answer
    sandbox.webhooks.send_to("lahza", receiver.url, events=["refund.processed"])
    box.lahza_refund("fixture-success", amount=100)
    told = sandbox.clock.advance(days=1)
    assert heard == [(200, "success")]
    assert [d["status"] for d in told["deliveries"] if d["attempts"]] == ["delivered"]


def test_after_a_call_that_was_interrupted_a_reset_makes_all_well(
    sandbox: Sandbox, box: Box, receiver: Receiver
) -> None:
    """As Ctrl-C does, and plugins that limit a test's time."""

    def answer(handler: Handler, received: Received) -> None:
        if received.method == "POST":
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            receiver.over.wait(30)
        handler.reply(200)

    receiver.answer = answer
    sandbox.webhooks.send_to("lahza", receiver.url, events=["refund.processing"])
    box.lahza_refund("fixture-success", amount=100)
    with pytest.raises(KeyboardInterrupt):
        sandbox.clock.advance(days=1)
    sandbox.reset(mode="frozen")
    assert sandbox.clock.advance(days=1)["events"] == []


# A server that says nothing ---------------------------------------------------------------------


def test_a_server_that_accepts_and_says_nothing_is_given_up(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long an answer may take."""
    monkeypatch.setattr(transports, "PATIENCE", 0.05)
    receiver.hangs()
    url = receiver.url.removesuffix("/hooks")
    for call in (Sandbox.health, lambda sandbox: sandbox.clock.advance(days=1)):
        with (
            pytest.raises(Unreachable, match="it accepts calls and does not answer"),
            Sandbox(url, timeout=10**6) as sandbox,
        ):
            call(sandbox)

    ended = CliRunner().invoke(main, ["clock"], env={"SANDBOX_URL": url}, prog_name="x")
    assert (ended.exit_code, ended.stderr) == (
        3,
        f"Error: no sandbox answers at {url} (it accepts calls and does not answer)\n",
    )


def test_a_call_takes_as_long_as_it_takes_while_the_server_lives(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "PATIENCE", 0.4)

    def answer(handler: Handler, received: Received) -> None:
        if received.path == "/_sandbox/health":
            return handler.reply(200, b'{"status": "ok"}')
        with receiver.changed:
            receiver.changed.wait_for(lambda: len(receiver.received) > 3, 20)
        return handler.reply(200, b'{"now": "2027-01-01T09:00:00Z"}')

    receiver.answer = answer
    with Sandbox(receiver.url.removesuffix("/hooks")) as sandbox:
        assert sandbox.call("GET", "clock") == {"now": "2027-01-01T09:00:00Z"}

    assert [each.path for each in receiver.received][:3] == [
        "/_sandbox/clock",
        "/_sandbox/health",
        "/_sandbox/health",
    ]
