"""The fixture `payments_sandbox`, in suites of other people."""

import json
from pathlib import Path
from textwrap import dedent

import pytest

from sandbox.client import Sandbox
from sandbox.settings import Settings
from tests.kit import serving
from tests.plugin.runs import passed, pytest_in, write

pytestmark = pytest.mark.slow


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


def test_a_marker_that_does_nothing_warns_once_a_test(tmp_path: Path) -> None:
    """One that is used in another way than by name, or not reached, is no reason for it."""
    write(
        tmp_path,
        test_marks="""
        import pytest

        @pytest.mark.scenario("provider-down")
        @pytest.mark.scenario("rate-limited", times=1)
        @pytest.mark.parametrize("n", [1, 2])
        def test_inert(n):
            pass

        @pytest.mark.scenario("rate-limited")
        def test_only_the_url(payments_sandbox_url):
            pass

        @pytest.mark.scenario("rate-limited")
        def test_by_name(request):
            assert request.getfixturevalue("payments_sandbox")

        @pytest.mark.scenario("rate-limited")
        @pytest.mark.usefixtures("payments_sandbox")
        class TestClass:
            def test_used(self):
                pass

        @pytest.mark.scenario("rate-limited")
        def test_skipped():
            pytest.skip()

        def test_plain():
            pass
        """,
    )
    said = "its scenario marker ({}) does nothing, as the test does not ask for the fixture"
    for options in ((), ("-n", "2")):
        run = pytest_in(tmp_path, *options)
        assert "6 passed, 1 skipped, 3 warnings" in run.last(), run.out
        for name in ("test_inert[1]", "test_inert[2]"):
            text = f"test_marks.py::{name}: {said.format('provider-down, rate-limited')}"
            assert run.out.count(text) == 1
        assert f"::test_only_the_url: {said.format('rate-limited')}" in run.out
    for category in ("error", "error::payments_sandbox.InertScenarioWarning"):
        run = pytest_in(tmp_path, "-W", category)
        assert "3 failed, 3 passed, 1 skipped" in run.last(), run.out


def test_each_value_of_a_parameter_has_a_run_of_the_test(tmp_path: Path) -> None:
    """So each way to lose an answer is tried: no single one shows every double refund."""
    (tmp_path / "mine").mkdir()
    script = """
    title: Mine
    parameters: {why: {default: odd, one_of: [odd, even]}}
    script: [{on: request, when: {why: odd}, fail: unavailable}]
    """
    (tmp_path / "mine" / "mine.yaml").write_text(dedent(script))
    write(
        tmp_path,
        test_ways="""
        import pytest

        def ways(sandbox):
            return [s["parameters"] for s in sandbox.scenarios.all() if s["enabled"]]

        @pytest.mark.scenario("answer-lost", how="each", times=2)
        def test_lost(payments_sandbox, request):
            (way,) = ways(payments_sandbox)
            assert way["times"] == 2
            assert request.node.name == f"test_lost[how={way['how']}]"

        @pytest.mark.scenario("mine", why="each")
        @pytest.mark.parametrize("n", [1, 2])
        def test_own(payments_sandbox, n):
            (way,) = ways(payments_sandbox)
            assert way["why"] in ("odd", "even")
        """,
    )
    run = pytest_in(tmp_path, "-v", "--payments-sandbox-scenarios", "mine")
    assert "10 passed" in run.last(), run.out
    for way in ("504", "cut", "silence", "500", "503", "503-retry-after"):
        assert f"test_lost[how={way}]" in run.out


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ('"rate-limited", times="each"', "scenario rate-limited: times has no values of which"),
        ('"nothing", how="each"', "scenario nothing: how has no values of which each could"),
        ('"answer-lost", how="each", delay="each"', "one parameter of a test may be 'each'"),
    ],
)
def test_what_has_no_values_to_try_is_refused(tmp_path: Path, mark: str, reason: str) -> None:
    test = f"import pytest\n@pytest.mark.scenario({mark})\ndef test_it(payments_sandbox): pass\n"
    (tmp_path / "test_it.py").write_text(test)
    run = pytest_in(tmp_path)
    assert "1 error" in run.last()
    assert f"payments_sandbox: {reason}" in run.out


def test_a_mark_that_names_nothing_is_left_to_others(tmp_path: Path) -> None:
    """pytest-bdd makes one of a tag `@scenario`."""
    write(
        tmp_path,
        test_tag="""
        import pytest

        @pytest.mark.scenario
        def test_it(payments_sandbox):
            assert not any(s["enabled"] for s in payments_sandbox.scenarios.all())

        @pytest.mark.scenario
        def test_nothing_of_ours():
            pass
        """,
    )
    assert passed(pytest_in(tmp_path, "-W", "error"), 2)


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
        (["--payments-sandbox-url=nowhere"], "'nowhere' is not like http://127.0.0.1:8426"),
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


def test_a_tests_own_calls_take_no_socket(tmp_path: Path) -> None:
    """Where the server lives in the process; the code under test comes through the port."""
    write(
        tmp_path,
        test_direct="""
        import socket
        from urllib.request import urlopen
        import pytest

        def test_direct(payments_sandbox, monkeypatch):
            with monkeypatch.context() as patch:
                patch.setattr(socket, "create_connection", None)
                paid = payments_sandbox.lean.pay()
                payments_sandbox.world("other").clock.advance(days=1)
            url = f"{payments_sandbox.url}/payments/v1/{paid['id']}"
            with pytest.raises(OSError, match="401"):
                urlopen(url)
            payments_sandbox.requests.assert_called("GET", f"/payments/v1/{paid['id']}", status=401)
        """,
    )
    assert passed(pytest_in(tmp_path, "-q"), 1)


def test_a_process_that_a_test_forks_off_uses_the_same_sandbox(tmp_path: Path) -> None:
    write(
        tmp_path,
        test_forks="""
        import multiprocessing
        import pytest

        @pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
        def test_forks(payments_sandbox):
            pay = payments_sandbox.lahza.pay
            pay(reference="one")
            child = multiprocessing.get_context("fork").Process(target=pay, args=[7])
            child.start()
            child.join(60)
            assert child.exitcode == 0
            assert pay()["id"] == 1500000002
        """,
    )
    assert passed(pytest_in(tmp_path, "-q"), 1)


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
    of_another_server = {"SANDBOX_ADMIN_TOKEN": "can't be sent\n"}
    run = pytest_in(tmp_path, "-q", "test_others.py", "own_server.py", **of_another_server)
    assert passed(run, 9)
    with serving(Settings()) as box, Sandbox(box.url) as sandbox:
        url = f"--payments-sandbox-url={box.url}"
        assert passed(pytest_in(tmp_path, "-q", "-n", "3", url), 6)
        assert [world["name"] for world in sandbox.worlds.all()] == ["default"]


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
