"""The fixture `payments_sandbox`, in suites of other people."""

import json
import re
from pathlib import Path

import pytest

from sandbox.client import Sandbox
from sandbox.settings import Settings
from tests.kit import serving
from tests.plugin.runs import Run, pytest_in, write

pytestmark = pytest.mark.slow


def passed(run: Run, count: int) -> bool:
    """Whether that many tests passed, and none did not."""
    assert run.code == 0, run.out
    return re.search(rf"\b{count} passed", run.last()) is not None


def test_each_test_begins_in_a_fresh_world_at_the_same_moment(tmp_path: Path) -> None:
    """In any order, and byte for byte."""
    write(
        tmp_path,
        test_fresh="""
        from urllib.request import Request, urlopen
        import pytest

        @pytest.mark.parametrize("n", range(6))
        def test_fresh(payments_sandbox, payments_sandbox_url, n):
            assert payments_sandbox.url == payments_sandbox_url
            assert payments_sandbox.clock.now.isoformat() == "2027-01-01T09:00:00+00:00"
            assert payments_sandbox.requests.all() == payments_sandbox.webhooks.addresses() == []
            assert payments_sandbox.lahza.pay()["id"] == 1500000000
            request = Request(payments_sandbox.url + "/refund", b"transaction=fixture-success",
                              {"Authorization": "Bearer sk_test_me"})
            with urlopen(request) as answer, open("bytes", "ab") as file:
                file.write(answer.read() + b"\\n")
            payments_sandbox.scenarios.on("provider-down")
            payments_sandbox.clock.advance(days=n)
            payments_sandbox.webhooks.send_to("lean", "http://127.0.0.1:9")
            payments_sandbox.world(f"other-{n}").health()
        """,
    )
    assert passed(pytest_in(tmp_path, "-q", "-W", "error"), 6)
    answers = (tmp_path / "bytes").read_bytes().splitlines()
    assert (len(answers), len(set(answers))) == (6, 1)


def test_a_marker_switches_scenarios_on_for_its_tests_alone(tmp_path: Path) -> None:
    write(
        tmp_path,
        test_marks="""
        import pytest

        pytestmark = pytest.mark.scenario("refund-stuck")

        def on(sandbox):
            return {s["name"]: s["parameters"] for s in sandbox.scenarios.all() if s["enabled"]}

        @pytest.mark.scenario("over-refund", payment="lean.payments.reconciled")
        @pytest.mark.scenario("rate-limited", times=2)
        def test_three(payments_sandbox):
            assert set(on(payments_sandbox)) == {"refund-stuck", "over-refund", "rate-limited"}
            assert on(payments_sandbox)["over-refund"]["payment"] == "lean.payments.reconciled"

        def test_one(payments_sandbox):
            assert set(on(payments_sandbox)) == {"refund-stuck"}

        def test_a_mark_without_the_fixture():
            pass
        """,
    )
    assert passed(pytest_in(tmp_path, "-q", "--strict-markers"), 3)


def test_options_and_ini_settings(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    script = "title: Mine\nscript:\n  - on: request\n    fail: unavailable\n"
    (tmp_path / "mine" / "down.yaml").write_text(script)
    fixture = {"lean": {"payments": {"mine": {"id": "5ea00000-0000-4000-a000-000000000001"}}}}
    (tmp_path / "mine.json").write_text(json.dumps(fixture))
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\npayments_sandbox_now = 2030-05-05T00:00:00Z\npayments_sandbox_seed = 7\n"
        "payments_sandbox_scenarios = mine\npayments_sandbox_fixtures = mine.json\n"
    )
    write(
        tmp_path,
        test_options="""
        def test_ini(payments_sandbox):
            assert payments_sandbox.clock.now.year == 2030
            assert "mine" in payments_sandbox.fixtures["lean"]["payments"]
            payments_sandbox.scenarios.on("down")
            payments_sandbox.reset()
            assert payments_sandbox.clock.now.year == 2030
            assert payments_sandbox.world("other").clock.now.year == 2030

        def test_options(payments_sandbox):
            assert payments_sandbox.clock.now.year == 2031
            assert not payments_sandbox.clock.is_frozen
        """,
    )
    assert passed(pytest_in(tmp_path, "-q", "-k", "ini"), 1)
    options = ("--payments-sandbox-now=2031-01-01T00:00:00Z", "--payments-sandbox-clock=realtime")
    assert passed(pytest_in(tmp_path, "-q", "-k", "options and not ini", *options), 1)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--payments-sandbox-now=today"], "--payments-sandbox-now is 'today'"),
        (["--payments-sandbox-clock=stopped"], "--payments-sandbox-clock is 'stopped'"),
        (["--payments-sandbox-scenarios=nowhere"], "nowhere: there is no such folder"),
        (["--payments-sandbox-url=nowhere"], "'nowhere' is not like http://127.0.0.1:8420"),
        (["--payments-sandbox-url=http://127.0.0.1:9/w/a"], "names a world; the tests take one"),
        (["--payments-sandbox-url=http://127.0.0.1:9"], "no sandbox answers at http://127.0.0.1:9"),
        (
            ["--payments-sandbox-url=http://127.0.0.1:9", "--payments-sandbox-fixtures=x"],
            "--payments-sandbox-fixtures is for a server of the tests' own",
        ),
    ],
)
def test_what_can_not_be_is_said_in_a_line(tmp_path: Path, options: list[str], reason: str) -> None:
    write(tmp_path, test_any="def test_any(payments_sandbox): pass")
    run = pytest_in(tmp_path, "-q", *options)

    assert run.code == 1
    assert [line for line in run.out.splitlines() if reason in line and "ERROR" not in line]
    assert "Traceback" not in run.out
    assert "payments_sandbox.py" not in run.out


def test_a_failing_test_shows_what_went_over_the_wire(tmp_path: Path) -> None:
    write(
        tmp_path,
        test_fails="""
        import json
        from urllib.request import Request, urlopen
        import pytest

        @pytest.fixture
        def shop(payments_sandbox):
            def call(path, **body):
                headers = {"Authorization": "Bearer sk_test_me", "Content-Type": "application/json"}
                return json.load(urlopen(Request(
                    payments_sandbox.url + path, json.dumps(body).encode(), headers)))
            return call

        def test_passes(shop):
            shop("/refund", transaction="fixture-success", amount=1111)

        def test_fails(shop):
            shop("/refund", transaction="fixture-success", amount=2222)
            assert False, "the shop's own reason"

        @pytest.fixture
        def broken(shop):
            shop("/refund", transaction="fixture-success", amount=3333)
            raise RuntimeError

        def test_breaks_before(broken):
            pass

        @pytest.mark.scenario("no-such")
        def test_wrong_mark(payments_sandbox):
            pass

        @pytest.mark.scenario
        def test_mark_without_a_name(payments_sandbox):
            pass
        """,
    )
    for options in ((), ("-n", "2")):
        run = pytest_in(tmp_path, *options)
        failures, _, _ = run.out.partition("short test summary")
        assert run.last().count("1 failed, 1 passed, 3 errors") == 1, run.out
        assert failures.count("payments sandbox: requests") == 4
        assert "1111" not in failures
        for amount in ("2222", "3333"):
            sent = f'  sent      {{"transaction": "fixture-success", "amount": {amount}}}'
            assert sent in failures
        assert failures.count('  answered  200  {"status": true, "message": "Refund has') == 2
        assert "refund.pending 3500000: collected" in failures
        assert "sk_test_me" not in failures.replace('"Bearer sk_test_me"', "")
        assert "payments_sandbox: the marker takes one name, and parameters: @pytest" in failures
        assert (
            "payments_sandbox: scenario no-such: there is no scenario 'no-such'; valid: "
            in failures
        )


def test_async_tests_use_it_as_others_do(tmp_path: Path) -> None:
    """Also where webhooks come in on the test's own event loop."""
    write(
        tmp_path,
        test_async="""
        import asyncio
        import pytest

        pytestmark = pytest.mark.anyio

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        async def test_async(payments_sandbox):
            heard = asyncio.Event()

            async def hear(reader, writer):
                head = await reader.readuntil(b"\\r\\n\\r\\n")
                writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
                await writer.drain()
                writer.close()
                if head.startswith(b"POST"):
                    heard.set()

            async with await asyncio.start_server(hear, "127.0.0.1") as server:
                port = server.sockets[0].getsockname()[1]
                sandbox = payments_sandbox
                await asyncio.to_thread(
                    sandbox.webhooks.send_to, "lahza", f"http://127.0.0.1:{port}")
                await asyncio.to_thread(sandbox.lahza.pay)
                await asyncio.to_thread(sandbox.clock.advance, days=1)
                assert heard.is_set()
                assert sandbox.webhooks.deliveries()[0]["status"] == "delivered"
        """,
    )
    assert passed(pytest_in(tmp_path, "-q"), 1)


def test_an_advance_that_keeps_the_receivers_event_loop_waiting_says_so(tmp_path: Path) -> None:
    write(
        tmp_path,
        test_blocks="""
        import asyncio
        import pytest

        def test_blocks(payments_sandbox):
            async def blocks():
                async with await asyncio.start_server(lambda r, w: None, "127.0.0.1") as server:
                    port = server.sockets[0].getsockname()[1]
                    payments_sandbox.change_settings(webhook_timeout="1ms")
                    payments_sandbox.webhooks.send_to("lean", f"http://127.0.0.1:{port}")
                    payments_sandbox.lean.pay(reconcile_after="1h")
                    with pytest.warns(RuntimeWarning, match="await asyncio.to_thread"):
                        payments_sandbox.clock.advance(hours=1)

            asyncio.run(blocks())
        """,
    )
    assert passed(pytest_in(tmp_path, "-q"), 1)


def test_other_worlds_are_as_fresh_as_the_tests_own(tmp_path: Path) -> None:
    """Also on a server that runs, where each process has its own of each name."""
    write(
        tmp_path,
        test_others="""
        import pytest

        @pytest.mark.parametrize("n", range(6))
        def test_other(payments_sandbox, n):
            other = payments_sandbox.world("other")
            assert other.clock.now.isoformat() == "2027-01-01T09:00:00+00:00"
            assert other.clock.is_frozen
            assert other.lahza.pay()["id"] == 1500000000
            other.snapshots.take("mine")
            assert [each["name"] for each in other.snapshots.all()] == ["mine"]
        """,
        own_server="""
        import json
        from urllib.request import Request, urlopen
        import pytest

        @pytest.mark.parametrize("n", range(3))
        def test_one_that_only_the_code_under_test_names(payments_sandbox, n):
            headers = {"Authorization": "Bearer sk_test_world_shop"}
            body = b"transaction=fixture-success&amount=10000"
            refund = Request(payments_sandbox.url + "/refund", body, headers)
            assert json.load(urlopen(refund))["data"]["id"] == 3500000
        """,
    )
    assert passed(pytest_in(tmp_path, "-q", "test_others.py", "own_server.py"), 9)
    with serving(Settings()) as box, Sandbox(box.url) as sandbox:
        url = f"--payments-sandbox-url={box.url}"
        assert passed(pytest_in(tmp_path, "-q", "-n", "3", url), 6)
        assert [world["name"] for world in sandbox.worlds.all()] == ["default"]


def test_a_report_shows_what_other_worlds_saw(tmp_path: Path) -> None:
    write(
        tmp_path,
        test_other="""
        from urllib.request import Request, urlopen

        def test_other(payments_sandbox):
            other = payments_sandbox.world("other")
            urlopen(Request(other.url + "/refund", headers={"Authorization": "Bearer sk_test_me"}))
            other.requests.assert_called("GET", "/nowhere")
        """,
    )
    with serving(Settings()) as box:
        for url in ([], [f"--payments-sandbox-url={box.url}"]):
            lines = pytest_in(tmp_path, *url).out.splitlines()
            [title] = [n for n, line in enumerate(lines) if "payments sandbox: requests of" in line]
            assert "other -" in lines[title]
            assert lines[title + 1].endswith("GET /refund")


def test_a_report_is_whole_where_the_teardown_fails_and_shows_no_inside(tmp_path: Path) -> None:
    """The last test's, too, when the server has gone."""
    write(
        tmp_path,
        test_ends="""
        import pytest

        @pytest.fixture
        def ends_badly(payments_sandbox):
            yield
            raise RuntimeError("badly")

        def test_ends(payments_sandbox, ends_badly):
            payments_sandbox.lahza.pay(4321)
            payments_sandbox.clock.advance("three days")
        """,
    )
    run = pytest_in(tmp_path)

    assert "1 failed, 1 error" in run.last(), run.out
    assert run.out.count("charge.success 1500000000: collected") == 2
    assert "can't be shown" not in run.out
    assert "Refused: by: not a duration" in run.out
    assert "sandbox/client" not in run.out


def test_a_test_that_is_run_again_shows_its_second_run_alone(tmp_path: Path) -> None:
    write(
        tmp_path,
        conftest="""
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            runtestprotocol(item, nextitem=nextitem, log=False)
            for report in runtestprotocol(item, nextitem=nextitem, log=False):
                item.ihook.pytest_runtest_logreport(report=report)
            return True
        """,
        test_twice="""
        from urllib.request import urlopen

        amounts = [101, 202]

        def test_twice(payments_sandbox):
            with payments_sandbox.world("default") as itself:
                itself.lahza.pay()
            assert urlopen(f"{payments_sandbox.url}/refund/{amounts.pop()}")
        """,
    )
    run = pytest_in(tmp_path)
    assert "1 failed" in run.last(), run.out
    assert ("GET /refund/101" in run.out, "GET /refund/202" in run.out) == (True, False)


# Another server ---------------------------------------------------------------------------------


def test_the_tests_of_a_process_have_a_world_of_their_own_on_a_server_that_runs(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        test_there="""
        import pytest

        @pytest.mark.parametrize("n", range(8))
        def test_there(payments_sandbox, worker_id, n):
            assert f"/w/pytest-{worker_id}-" in payments_sandbox.url
            assert payments_sandbox.clock.now.year == 2027
            assert payments_sandbox.lahza.pay()["id"] == 1500000000
            payments_sandbox.reset()
            assert payments_sandbox.clock.now.year == 2027
        """,
    )
    with serving(Settings(admin_token="hush")) as box, Sandbox(box.url, token="hush") as sandbox:
        before = sandbox.lahza.pay()["id"]
        url = f"--payments-sandbox-url={box.url}"
        assert passed(pytest_in(tmp_path, "-n", "2", url, SANDBOX_ADMIN_TOKEN="hush"), 8)
        assert [world["name"] for world in sandbox.worlds.all()] == ["default"]
        assert before == sandbox.lahza.pay()["id"] - 1
        refused = pytest_in(tmp_path, url)
        assert "payments_sandbox: the admin API wants Authorization" in refused.out


def test_nothing_is_left_at_the_end_on_a_server_that_runs(tmp_path: Path) -> None:
    """No connection, and no world, not even one that somebody else has removed."""
    write(
        tmp_path,
        conftest="""
        import gc, socket

        def pytest_unconfigure():
            sockets = [each for each in gc.get_objects() if type(each) is socket.socket]
            print("left open:", [each for each in sockets if each.fileno() != -1])
        """,
        test_gone="""
        def test_used(payments_sandbox):
            payments_sandbox.lahza.pay()

        def test_removed(payments_sandbox):
            with payments_sandbox.world("default") as other:
                other.worlds.remove(payments_sandbox.url.split("/w/")[1])
        """,
    )
    with serving(Settings()) as box:
        for only in ("used", "removed"):
            url = f"--payments-sandbox-url={box.url}"
            run = pytest_in(tmp_path, url, "-k", only)
            assert ("1 passed" in run.out, run.last()) == (True, "left open: []")
        assert [world["name"] for world in box.admin.get("/worlds").json()["worlds"]] == ["default"]


def test_with_a_server_that_runs_it_does_without_what_a_server_needs(tmp_path: Path) -> None:
    write(
        tmp_path,
        conftest="""
        import sys

        for name in ("click", "cryptography", "faker", "flask", "jwt", "marshmallow", "tinydb",
                     "tzdata", "waitress", "werkzeug", "yaml"):
            sys.modules[name] = None  # an import fails
        """,
        test_alone="""
        import pytest

        @pytest.mark.scenario("rate-limited")
        def test_alone(payments_sandbox):
            payments_sandbox.lean.pay(35.5)
            payments_sandbox.clock.advance(days=1)
            with payments_sandbox.scenario("provider-down"):
                payments_sandbox.requests.assert_not_called("POST", "/refund")
        """,
    )
    with serving(Settings()) as box:
        assert passed(pytest_in(tmp_path, f"--payments-sandbox-url={box.url}"), 1)
    refused = pytest_in(tmp_path)
    assert "tests' own needs. Start `refund-sandbox` beside the tests, and pass" in refused.out
    assert "Traceback" not in refused.out


def test_it_imports_nothing_unless_a_test_asks(tmp_path: Path) -> None:
    write(
        tmp_path,
        test_light="""
        import sys

        def test_light():
            heavy = {"sandbox", "flask", "click", "marshmallow", "tinydb", "http.server"}
            assert heavy & set(sys.modules) == set()
            assert "payments_sandbox" in sys.modules
        """,
    )
    assert passed(pytest_in(tmp_path, "-q", "-p", "no:anyio"), 1)
