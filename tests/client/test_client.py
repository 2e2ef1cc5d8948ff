"""The control client does what the admin API does, in fewer words."""

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.client import Refused, Sandbox, Unreachable, clock, ledger, webhooks
from sandbox.server import running
from sandbox.settings import Settings
from tests.conftest import NOW
from tests.kit import Box, serving
from tests.lean.calls import DESTINATION, link, session
from tests.receiver import Handler, Received, Receiver

ROOT = Path(__file__).parents[2]


def test_it_needs_nothing_but_the_standard_library() -> None:
    """Without site-packages, and with nothing else of this package."""
    script = (
        f"import sys; sys.path.append({str(ROOT)!r}); import sandbox.client; "
        "print({name for name in sys.modules if name.startswith('sandbox')})"
    )
    command = [sys.executable, "-I", "-S", "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = set(eval(ended.stdout))
    assert {name for name in imported if not name.startswith("sandbox.client")} == {"sandbox"}


# Documents --------------------------------------------------------------------------------------


def test_a_payer_pays(sandbox: Sandbox, box: Box) -> None:
    paid = sandbox.lean.pay(Decimal("12.5"), "USD", reconcile_after=timedelta(hours=2))
    assert box.lean.get(f"/payments/v1/{paid['id']}").json() == paid
    assert (paid["amount"], paid["currency"]) == (12.5, "USD")
    sandbox.clock.advance(hours=2)
    assert sandbox.lean.change(paid["id"], status="FAILED")["status"] == "FAILED"
    order = sandbox.lahza.pay(4500, reference="order-17")
    assert box.lahza.get("/transaction/verify/order-17").json()["data"] == order
    assert sandbox.lahza.change(order["id"], amount=5000)["amount"] == 5000


def test_amounts_and_times_may_be_pythons_own_wherever_they_stand(
    sandbox: Sandbox, box: Box
) -> None:
    paid = sandbox.lean.pay()["id"]
    hour = timedelta(hours=1)
    assert sandbox.lean.change(paid, amount=Decimal("12.50"))["amount"] == 12.5
    assert sandbox.lean.change(paid, amount=Decimal("1E+2"), reconcile_after=hour)["amount"] == 100
    assert sandbox.scenarios.on("webhook-late", after=hour)["parameters"]["after"] == 3600
    box.lean_refund(paid, amount=12.5)
    assert len(sandbox.requests.all(body={"amount": Decimal("12.50")})) == 1
    with pytest.raises(TypeError, match="can't be sent as JSON"):
        sandbox.scenarios.on("webhook-late", after={1, 2})


def test_what_the_provider_and_the_bank_do(sandbox: Sandbox, box: Box) -> None:
    waiting = sandbox.lean.pay(reconciliation="OUTSTANDING")
    assert sandbox.lean.deposit(waiting["id"], 99, after="1h")["amount"] == 99
    new = sandbox.fixtures["lean"]["customers"]["new"]["id"]
    source = sandbox.lean.connect_source(new, cool_off=timedelta(hours=1))
    assert source["status"] == "AWAITING_BENEFICIARY_COOL_OFF"
    with pytest.raises(Refused, match="cools off"):
        sandbox.lean.pay(customer_id=new)
    to = box.lean.post("/payments/v1/destinations", DESTINATION).json()["id"]
    assert sandbox.lean.add_beneficiary(source["id"], to)["status"] == "ACTIVE"
    assert sandbox.lean.set_up(payouts_configured=False)["payouts_configured"] is False
    assert sandbox.lahza.set_balance(ILS=100) == {"balance": {"ILS": 100}}
    refund = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
    assert sandbox.lahza.settle(refund, "failed", "closed")["status"] == "failed"
    unreconciled = sandbox.fixtures["lean"]["payments"]["unreconciled"]["id"]
    settled = sandbox.lean.settle(unreconciled, "UNRECEIVED", kind="reconciliation")
    assert settled["reconciliation"]["status"] == "UNRECEIVED"


def test_what_customers_do_on_leans_pages(sandbox: Sandbox, box: Box) -> None:
    made = session(box)
    assert sandbox.lean.decline_session(made["id"])["state"] == "ACTIVE"
    paid = sandbox.lean.pay_session(made["id"], bank_identifier="LEANMB1")
    assert (paid["amount"], paid["status"]) == (100, "ACCEPTED_BY_BANK")
    email = {"type": "EMAIL", "required": True}
    page = link(box, identifiers=[email])["id"]
    assert sandbox.lean.begin_usage(page, ["a@b.co"])["usage_status"] == "STARTED"
    assert sandbox.lean.decline_link(page, ["a@b.co"])["usage_status"] == "FAILED"
    refused = sandbox.lean.pay_link(
        page, ["a@b.co"], status="FAILED", failure_code="INSUFFICIENT_BALANCE"
    )
    assert refused["failure_code"] == "INSUFFICIENT_BALANCE"
    assert sandbox.lean.pay_link(page, ["a@b.co"])["status"] == "ACCEPTED_BY_BANK"
    with pytest.raises(Refused, match="the link requires it"):
        sandbox.lean.pay_link(page)


def test_seed_settings_reset_and_health(sandbox: Sandbox) -> None:
    assert sandbox.health()["status"] == "ok"
    made = sandbox.seed(payments=3, transactions=2, seed=7)
    assert made == {"payments": 3, "transactions": 2, "lean_refunds": 0, "lahza_refunds": 0}
    assert set(sandbox.seed(payments=3, seed=7).values()) == {0}
    assert sandbox.seed(refunds=5)["lahza_refunds"] == 5
    changed = sandbox.change_settings(lean={"pending_after": "2s"}, webhook_timeout="1s")
    assert changed == sandbox.settings
    assert changed["lean"]["pending_after"] == "2s"
    at = datetime(2027, 1, 1, 12, tzinfo=timezone(timedelta(hours=3)))
    assert sandbox.reset(now=at, mode="frozen", seed=4)["now"] == "2027-01-01T09:00:00.000000Z"
    assert sandbox.settings["lean"]["pending_after"] == "30s"


def test_payments_and_refunds_of_all_providers(
    sandbox: Sandbox, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.seed(payments=8, refunds=40, seed=7)
    payment = box.payment()
    refund = box.lean_refund(payment, 1).json()[0]["refund_id"]
    at_once = sandbox.refunds.all()
    monkeypatch.setattr(ledger, "_PAGE", 7)
    assert sandbox.refunds.all() == at_once
    assert len(at_once) > 80
    assert sandbox.refunds.all(limit=20) == at_once[:20]
    first = at_once[0]
    assert (first["id"], first["payment"], first["amount"]) == (refund, payment, 100)
    assert first["by"] is not None
    assert first["by"]["request"] == sandbox.requests.all()[-1]["id"]
    wanted = [row for row in at_once if (row["provider"], row["state"]) == ("lahza", "failed")]
    assert sandbox.refunds.all(provider="lahza", state="failed") == wanted
    assert sandbox.payments.all(provider="lean", limit=1)[0]["id"] == payment
    assert {row["outcome"] for row in sandbox.payments.all(outcome="failed")} == {"failed"}


def test_webhooks(sandbox: Sandbox, box: Box, receiver: Receiver) -> None:
    sandbox.webhooks.send_to("lahza", receiver.url, events=["refund.pending"], domain="test")
    [address] = sandbox.webhooks.addresses()
    assert (address["url"], address["events"]) == (receiver.url, ["refund.pending"])
    box.lahza_refund("fixture-success", amount=100)
    sandbox.clock.settle()
    [delivered] = sandbox.webhooks.deliveries(event="refund.pending", status="delivered")
    assert sandbox.webhooks.redeliver(delivered["id"])["attempts"][1]["status"] == 200
    assert "refund.pending 3500000: delivered" in sandbox.webhooks.told()
    sandbox.webhooks.stop("lahza", domain="test")
    assert sandbox.webhooks.addresses() == []


def test_snapshots_and_worlds(sandbox: Sandbox) -> None:
    with sandbox.world("client-one") as one:
        assert one.url == f"{sandbox.url}/w/client-one"
        one.reset(now="2027-01-01T09:00:00Z", mode="frozen")
        taken = one.snapshots.take("before")
        paid = one.lahza.pay()
        assert one.snapshots.restore("before") == taken
        assert one.snapshots.all() == [taken]
        one.snapshots.remove("before")
        assert one.snapshots.all() == []
        with pytest.raises(Refused) as refused:
            one.lahza.change(paid["id"], amount=1)
        assert refused.value.status == 404
        assert one.url in [sandbox.url + world["url"] for world in sandbox.worlds.all()]
    sandbox.worlds.remove("client-one")
    assert "client-one" not in [world["name"] for world in sandbox.worlds.all()]


def test_worlds_that_are_forgotten_are_fresh(sandbox: Sandbox) -> None:
    """Wherever they were handed out; the default one, which can't be removed, as well."""
    with Sandbox(sandbox.url, start={"seed": 7}, prefix="mine.") as home:
        for other in (home.world("a"), home.world("a").world("b"), sandbox.world("default")):
            other.lahza.pay(reference="once")
        assert home.world("b") is home.world("a").world("b")
        assert {"mine.a", "mine.b"} < {world["name"] for world in home.worlds.all()}
        for each in (home.world("b"), sandbox):
            each.forget_worlds()
        assert not [w for w in home.worlds.all() if w["name"].startswith("mine.")]
        for other in (home.world("b"), sandbox.world("default")):
            assert other.lahza.pay(reference="once")["reference"] == "once"
        home.forget_worlds()


def test_threads_that_ask_for_a_world_get_the_same(sandbox: Sandbox) -> None:
    """It is begun once; else what the first one did would be lost."""
    with Sandbox(sandbox.url, start={"seed": 7}, prefix="shared.") as home:

        def pay(_: int) -> int:
            return int(home.world("one").lahza.pay()["id"])

        for _ in range(10):
            with ThreadPoolExecutor(4) as pool:
                paid = list(pool.map(pay, range(4)))
            for transaction in paid:
                home.world("one").lahza.change(transaction, amount=1)
            home.forget_worlds()


@pytest.mark.parametrize("name", [None, "client-two"])
def test_its_credentials_lead_into_its_world_from_the_servers_own_address(
    sandbox: Sandbox, name: str | None
) -> None:
    with sandbox.world(name) if name else Sandbox(sandbox.url) as one:
        one.requests.clear()
        for path, headers in (("/refund", one.lahza), ("/payouts/refunds", one.lean)):
            assert requests.get(sandbox.url + path, headers=headers.headers).ok
        assert [entry["path"] for entry in one.requests.all()] == ["/refund", "/payouts/refunds"]


# Time -------------------------------------------------------------------------------------------


def test_the_clock(sandbox: Sandbox) -> None:
    began = sandbox.clock.now
    assert sandbox.clock.is_frozen
    for by in ("90m", timedelta(minutes=90), 5400):
        sandbox.clock.advance(by)
    sandbox.clock.advance(days=1, hours=1.5, minutes=1, seconds=0.25)
    passed = timedelta(days=1, hours=6, minutes=1, seconds=0.25)
    assert sandbox.clock.now - began == passed
    assert sandbox.clock.advance(to=began + timedelta(days=3))["events"] == []
    assert sandbox.clock.run(rate=60)["mode"] == "realtime"
    later = sandbox.clock.freeze(at="2030-01-01T00:00:00Z")
    assert (later["mode"], later["now"]) == ("frozen", "2030-01-01T00:00:00.000000Z")


def test_an_advance_tells_what_happened(sandbox: Sandbox, box: Box) -> None:
    refund = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
    advance = sandbox.clock.advance_until_idle()

    assert [(e["subject"], e["from"], e["to"]) for e in advance["events"]] == [
        (str(refund), "pending", "processing"),
        (str(refund), "processing", "processed"),
    ]
    assert [d["event"] for d in advance["deliveries"]] == ["refund.processing", "refund.processed"]


def test_long_lists_are_asked_for_page_by_page(
    sandbox: Sandbox, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (clock, webhooks):
        monkeypatch.setattr(module, "_PAGE", 2)
    for amount in range(1, 6):
        box.lahza_refund("fixture-large", amount=amount)
    before = sandbox.webhooks.deliveries()
    told = sandbox.clock.advance(hours=1)
    deliveries = sandbox.webhooks.deliveries(provider="lahza")

    assert [event["to"] for event in told["events"]] == ["processing"] * 5
    assert [d["id"] for d in before] == [1, 2, 3, 4, 5]
    assert told["deliveries"] == deliveries[5:]
    assert [d["id"] for d in deliveries] == list(range(1, 11))
    assert told["more"] == told["dropped"] == {"events": 0, "deliveries": 0}
    assert sandbox.webhooks.deliveries(limit=3) == deliveries[-3:]
    assert sandbox.webhooks.told(most=3).splitlines()[0] == "… 7 before that"


@pytest.mark.parametrize("how", [{}, {"by": "1d", "days": 1}, {"to": NOW, "hours": 2}])
def test_how_far_to_advance_is_said_in_one_way(sandbox: Sandbox, how: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="say how far"):
        sandbox.clock.advance(**how)


def test_a_moment_without_a_time_zone_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        sandbox.clock.advance(to=datetime(2027, 1, 1))  # noqa: DTZ001
    with pytest.raises(Refused, match="passed"):
        sandbox.clock.advance(to="2020-01-01T00:00:00Z")


# Scenarios --------------------------------------------------------------------------------------


def status(box: Box) -> int:
    return box.lahza.get("/refund").status_code


def test_a_scenario_is_on_inside_of_its_block(sandbox: Sandbox, box: Box) -> None:
    with sandbox.scenario("provider-down") as scenario:
        assert (scenario["enabled"], status(box)) == (True, 503)
        with sandbox.scenario("rate-limited", times=1):
            assert [status(box), status(box)] == [429, 503]
    assert status(box) == 200
    with pytest.raises(ZeroDivisionError), sandbox.scenario("provider-down"):
        1 / 0  # noqa: B018
    assert status(box) == 200


def test_one_that_was_on_already_is_as_before_after_its_block(sandbox: Sandbox) -> None:
    sandbox.scenarios.on("rate-limited", times=7)
    with sandbox.scenario("rate-limited", times=2):
        assert sandbox.scenarios.get("rate-limited")["parameters"]["times"] == 2
    after = sandbox.scenarios.get("rate-limited")
    assert (after["enabled"], after["parameters"]["times"]) == (True, 7)


def test_one_that_can_not_be_switched_on_says_why(sandbox: Sandbox) -> None:
    meant = r"no scenario 'over-refud'; did you mean `over-refund`\? valid: answer-late, "
    with pytest.raises(Refused, match=meant):
        sandbox.scenarios.on("over-refud")
    with (
        pytest.raises(Refused, match="tmes") as refused,
        sandbox.scenario("rate-limited", tmes=1),
    ):
        pass
    assert refused.value.field == "parameters.tmes"
    assert not sandbox.scenarios.get("rate-limited")["enabled"]


def test_one_of_your_own(sandbox: Sandbox, box: Box) -> None:
    script = [{"on": "request", "fail": "forbidden"}]
    sandbox.scenarios.add({"name": "mine", "title": "Mine", "script": script})
    with sandbox.scenario("mine"):
        assert status(box) == 403
    assert "mine" in [scenario["name"] for scenario in sandbox.scenarios.all()]


# Connections ------------------------------------------------------------------------------------


def test_where_no_sandbox_answers() -> None:
    with serving(Settings()) as box:
        url = box.url
    with pytest.raises(Unreachable, match=f"no sandbox answers at {url}"):
        Sandbox(url).health()
    for wrong in (
        "127.0.0.1:8426",
        "ftp://x",
        "http://",
        "http://x/?a=1",
        "http://[",
        "http://x:y",
    ):
        with pytest.raises(ValueError, match="is not like http"):
            Sandbox(wrong)


def test_why_none_answers_is_said_in_plain_words() -> None:
    with serving(Settings()) as gone:
        url = gone.url
    for asked, said in (
        (url, "Connection refused"),
        (f"http://{'a' * 64}.test", "no host can have that name"),
    ):
        with pytest.raises(Unreachable, match=rf" \({said}\)\Z"):
            Sandbox(asked).health()


def test_where_something_else_answers() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever).start()
    with (
        pytest.raises(Unreachable, match="is no sandbox"),
        Sandbox(f"http://127.0.0.1:{server.server_port}") as client,
    ):
        client.health()
    server.shutdown()
    server.server_close()


def test_it_goes_on_when_the_server_was_started_anew() -> None:
    with running(Settings(port=0)) as server:
        client = Sandbox(server.url)
        assert client.health()["status"] == "ok"
    with client, running(Settings(port=server.port)):
        assert client.health()["status"] == "ok"


def test_threads_share_it(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: sandbox.lahza.pay(100 + n)["amount"], range(64)))
    assert made == list(range(100, 164))


def test_a_thread_that_ends_leaves_its_connection_to_others(receiver: Receiver) -> None:
    connections = set()

    def answer(handler: Handler, _: Received) -> None:
        connections.add(handler.client_address)
        handler.reply(200, b"{}")

    receiver.answer = answer
    with Sandbox(receiver.url) as client:
        for _ in range(9):
            thread = threading.Thread(target=client.health)
            thread.start()
            thread.join()
    assert (len(receiver.received), len(connections)) == (9, 1)


def test_a_call_that_was_interrupted_does_not_spoil_the_next_one(receiver: Receiver) -> None:
    """As Ctrl-C does, and plugins that limit a test's time."""

    def answer(handler: Handler, _: Received) -> None:
        if len(receiver.received) == 1:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            receiver.over.wait(30)
        handler.reply(200, b"{}")

    receiver.answer = answer
    with Sandbox(receiver.url) as client:
        with pytest.raises(KeyboardInterrupt):
            client.health()
        assert client.health() == {}


def test_a_server_that_wants_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANDBOX_ADMIN_TOKEN", raising=False)
    with serving(Settings(admin_token="hush")) as box:
        with Sandbox(box.url, token="hush") as client, client.world("other") as other:
            assert client.health()["status"] == other.health()["status"] == "ok"
        with Sandbox(box.url) as stranger, pytest.raises(Refused) as refused:
            stranger.world("never").clock.advance(days=1)
        assert refused.value.status == 401
        monkeypatch.setenv("SANDBOX_ADMIN_TOKEN", "hush")
        with Sandbox(box.url) as client:
            assert [world["name"] for world in client.worlds.all()] == ["other", "default"]
    with pytest.raises(ValueError, match="can't be sent") as unsent:
        Sandbox(box.url, token="hush\n")
    assert "hush" not in str(unsent.value)
