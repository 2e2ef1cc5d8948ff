"""The command, as a process of its own: what it prints, how it ends, what it refuses."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from sandbox.app import PROVIDERS, Clash, create_app
from sandbox.engine.values.instants import HOUR
from sandbox.server import Server, running
from sandbox.settings import Settings
from tests.kit import LAHZA, LEAN, Box
from tests.receiver import Receiver


@contextmanager
def started(*options: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, serving on a free port; yields it and the banner it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *options],
        env={**os.environ, "SANDBOX_PORT": "0", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    banner = ""
    while "Admin " not in banner:
        line = process.stdout.readline()
        assert line, banner
        banner += line
    try:
        yield process, banner
    finally:
        process.kill()
        process.communicate()


def url_in(banner: str) -> str:
    found = re.search(r"http://[0-9.:]+", banner)
    assert found
    return found[0]


def called(banner: str) -> list[str]:
    """The statuses of the refunds that a banner's own calls make."""
    calls = re.findall(r"^  curl .*?(?<!\\)$", banner, re.MULTILINE | re.DOTALL)
    run = [subprocess.run(["bash", "-c", call], capture_output=True, check=True) for call in calls]
    lean, lahza = (json.loads(ended.stdout) for ended in run)
    return [lean[0]["status"], lahza["data"]["status"]]


def refused(*options: str, **environment: str) -> str:
    """What the command says when it will not start; one line and no traceback."""
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox", *options],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: ")
    assert ended.stderr.count("\n") == 1
    return ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_a_first_call_for_each_provider_and_stops_cleanly(number: int) -> None:
    with started() as (process, banner):
        assert called(banner) == ["CREATED", "pending"]
        process.send_signal(number)
        assert process.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_while_an_answer_waits(number: int) -> None:
    """Of two calls one is delayed; when the other is back, that one waits."""
    with started() as (process, banner), ThreadPoolExecutor(2) as pool:
        url = url_in(banner)
        slow = {"parameters": {"delay": 600, "times": 1}}
        assert requests.put(f"{url}/_sandbox/scenarios/slow-provider", json=slow).ok
        calls = [pool.submit(answered, f"{url}/refund") for _ in range(2)]
        done, waiting = wait(calls, timeout=30, return_when=FIRST_COMPLETED)
        assert (len(done), len(waiting)) == (1, 1)
        process.send_signal(number)
        assert process.wait(10) == 0


def answered(url: str) -> bool:
    """Whether an answer came before the connection ended."""
    try:
        return requests.get(url, timeout=60).status_code == 401
    except requests.ConnectionError:
        return False


def test_it_stops_though_the_first_thread_to_lead_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """No call before took so long that another thread would have led by then."""
    monkeypatch.setattr("sandbox.threads.PATIENCE", HOUR)
    server = Server(Settings(port=0))
    served = threading.Thread(target=server.run)
    served.start()
    slow = {"parameters": {"delay": 600, "times": 1}}
    assert requests.put(f"{server.url}/_sandbox/scenarios/slow-provider", json=slow).ok
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(answered, f"{server.url}/refund")
        while not requests.get(f"{server.url}/_sandbox/scenarios/slow-provider").json()["acted"]:
            assert not waiting.done()
        server.stop()
        served.join(10)
        assert not served.is_alive()


def test_it_can_be_told_again_to_stop_while_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """As by a second signal, whose handler interrupts whatever there is."""
    server = Server(Settings(port=0))
    close, closed = server.worlds.close, []

    def closing() -> None:
        closed.append(1)
        server.stop()
        close()

    monkeypatch.setattr(server.worlds, "close", closing)
    served = threading.Thread(target=server.run)
    served.start()
    server.stop()
    served.join(10)
    server.stop()
    assert not served.is_alive()
    assert closed == [1]


def test_a_wake_up_that_is_lost_keeps_nobody_waiting_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first answer is sent by who made it; the second request waits for the loop to look."""
    with (
        running(Settings(port=0)) as server,
        requests.Session() as session,
        monkeypatch.context() as patched,
    ):
        patched.setattr("waitress.server.BaseWSGIServer.pull_trigger", lambda _: None)
        for _ in range(2):
            assert session.get(f"{server.url}/_sandbox/health", timeout=20).ok


@pytest.mark.slow
def test_what_it_refuses_to_start_with(tmp_path: Path, box: Box) -> None:
    (tmp_path / "mine.yaml").write_text("title: Mine\nscript:\n  - on: refund.aproved\n")
    fixtures = tmp_path / "mine.json"
    fixtures.write_text('{"lean": {"payments": {\n"x": {"id": "not-a-uuid"}}}}')
    port = box.url.rsplit(":", 1)[1]

    assert f"can't listen on 127.0.0.1:{port}" in refused("--port", port)
    assert "SANDBOX_PORT is 'http'" in refused(SANDBOX_PORT="http")
    assert "SANDBOX_CLOCK is 'stopped'" in refused(SANDBOX_CLOCK="stopped")
    assert "--port is '99999'" in refused("--port", "99999")
    assert "SANDBOX_NOW is 'today'" in refused(SANDBOX_NOW="today")
    assert "--rate is '0'" in refused("--rate", "0")
    assert "SANDBOX_SETTINGS" in refused(SANDBOX_SETTINGS='{"lean":{"nothing":1}}')
    assert f"{tmp_path}/mine.yaml:3: script[0].on: unknown" in refused("--scenarios", str(tmp_path))
    assert "there is no such folder" in refused("--scenarios", str(tmp_path / "none"))
    assert "--public-url is 'http://['; it must be like" in refused("--public-url", "http://[")
    assert f"{fixtures}:2: lean.payments.x.id" in refused("--fixtures", str(fixtures))


def test_settings_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "title: Mine\nscript:\n  - on: request\n    fail: unavailable\n"
    )
    with started(
        "--scenarios",
        str(tmp_path),
        SANDBOX_CLOCK="frozen",
        SANDBOX_NOW="2027-01-01T00:00:00Z",
        SANDBOX_SETTINGS='{"lean":{"pending_after":"5s"}}',
        SANDBOX_LEAN_CLIENT_ID="us",
        SANDBOX_LEAN_CLIENT_SECRET="ours",
        SANDBOX_LAHZA_SECRET_KEY="sk_test_ours",
        SANDBOX_ADMIN_TOKEN="secret",
    ) as (_, banner):
        url = url_in(banner)
        assert requests.get(f"{url}/_sandbox/clock").status_code == 401
        admin = {"Authorization": "Bearer secret"}
        clock = requests.get(f"{url}/_sandbox/clock", headers=admin).json()
        assert (clock["mode"], clock["now"]) == ("frozen", "2027-01-01T00:00:00.000000Z")
        settings = requests.get(f"{url}/_sandbox/settings", headers=admin).json()
        assert settings["lean"]["pending_after"] == "5s"
        assert requests.get(f"{url}/_sandbox/scenarios/mine", headers=admin).ok
        for key, http in (("sk_test_ours", 200), ("sk_test_theirs", 401)):
            headers = {"Authorization": f"Bearer {key}"}
            assert requests.get(f"{url}/refund", headers=headers).status_code == http
        grant = {"grant_type": "client_credentials", "scope": "api", "client_id": "us"}
        for secret, http in (("ours", 200), ("theirs", 401)):
            form = {**grant, "client_secret": secret}
            assert requests.post(f"{url}/oauth2/token", data=form).status_code == http
        assert called(banner) == ["CREATED", "pending"]


def test_an_open_admin_api_beyond_loopback_is_warned_of() -> None:
    for environment, warned in (({}, True), ({"SANDBOX_ADMIN_TOKEN": "secret"}, False)):
        with started("--host", "0.0.0.0", **environment) as (process, banner):
            process.terminate()
            assert process.stdout is not None
            rest = banner + process.stdout.read()
            assert ("Warning: the admin API is open" in rest) is warned


def test_no_two_providers_share_a_path() -> None:
    twice = PROVIDERS[1]._replace(namespaces=frozenset({"refund", "payouts"}))
    with pytest.raises(Clash, match="lean and lahza both claim /payouts"):
        create_app(Settings(), (PROVIDERS[0], twice))
    model = PROVIDERS[1].model._replace(name="other", seeders={})
    other = PROVIDERS[1]._replace(model=model, namespaces=frozenset({"other"}))
    with pytest.raises(Clash, match=r"lahza and other both claim refund\.pending"):
        create_app(Settings(), (*PROVIDERS, other))
    outside = PROVIDERS[1]._replace(namespaces=frozenset({"refund"}))
    with pytest.raises(Clash, match="outside of its namespaces"):
        create_app(Settings(), (outside,))


@pytest.mark.slow
def test_fresh_servers_answer_whoever_calls_at_once(receiver: Receiver, repeats: int) -> None:
    """Four at a time: what is imported or begun when first used hangs nowhere."""
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: called_at_once(receiver.url), range(repeats)))
    assert statuses == [{"delivered"}] * repeats


def called_at_once(hook: str) -> set[str]:
    """What became of the webhooks of a server that many call in its first moment."""
    hooks = ("--webhook", f"lean={hook}", "--webhook", f"lahza={hook}")
    with started("--clock", "frozen", *hooks) as (_, banner), ThreadPoolExecutor(9) as pool:
        url = url_in(banner)
        item = {"amount": 1, "reason_code": "CUSTOMER_REQUEST", "status": "APPROVED"}
        lean = [{**item, "payment_id": "1ea00000-0000-4000-a000-000000000001"}]
        lahza = {"transaction": "fixture-success", "amount": 100}
        all_at_once = threading.Barrier(9)

        def call(path: str, body: object, headers: dict[str, str]) -> int:
            all_at_once.wait(30)
            return requests.post(url + path, json=body, headers=headers, timeout=60).status_code

        refunds = [("/payouts/refunds", lean, LEAN), ("/refund", lahza, LAHZA)] * 3
        calls = [pool.submit(call, *refund) for refund in refunds]
        calls += [pool.submit(call, "/_sandbox/clock/advance", {"by": "1h"}, {}) for _ in range(3)]
        assert {each.result() for each in calls} <= {200, 201, 409}
        assert requests.post(f"{url}/_sandbox/clock/advance", json={"by": "3d"}, timeout=60).ok
        answer = requests.get(f"{url}/_sandbox/webhooks/deliveries?limit=1000", timeout=60)
        return {delivery["status"] for delivery in answer.json()["deliveries"]}


def test_an_answer_that_takes_longer_than_expected_keeps_no_other_waiting(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that gives it leads no longer: others read and answer meanwhile."""
    begun, go_on = threading.Semaphore(0), threading.Event()

    def hold(types: object) -> list[object]:
        begun.release()
        go_on.wait(20)
        return []

    monkeypatch.setattr("sandbox.lean.banks.listed", hold)
    with ThreadPoolExecutor(8) as pool:
        slow = [pool.submit(box.lean.get, "/banks/v1") for _ in range(8)]
        assert all(begun.acquire(timeout=20) for _ in slow)
        assert box.admin.get("/health").ok
        assert not any(each.done() for each in slow)
        go_on.set()
        wait(slow, 20)


def test_all_addresses_of_ipv6_are_those_of_ipv4_too() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("the system keeps the two apart")
    with running(Settings(host="::", port=0)) as server:
        for host in ("127.0.0.1", "[::1]"):
            answer = requests.get(f"http://{host}:{server.port}/_sandbox/health")
            assert answer.json()["status"] == "ok"
        with pytest.raises(OSError, match="in use"):
            Server(Settings(host="::", port=server.port))
