"""What the report of a failing test shows."""

from pathlib import Path

import pytest

from sandbox.settings import Settings
from tests.kit import serving
from tests.plugin.runs import pytest_in, write

pytestmark = pytest.mark.slow


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
        def test_a_mark_that_is_another_plugins(payments_sandbox):
            pass
        """,
    )
    for options in ((), ("-n", "2")):
        run = pytest_in(tmp_path, *options)
        failures, _, _ = run.out.partition("short test summary")
        assert run.last().count("1 failed, 2 passed, 2 errors") == 1, run.out
        assert failures.count("payments sandbox: requests") == 3
        assert "1111" not in failures
        for amount in ("2222", "3333"):
            sent = f'  sent      {{"transaction": "fixture-success", "amount": {amount}}}'
            assert sent in failures
        assert failures.count('  answered  200  {"status": true, "message": "Refund has') == 2
        assert "refund.pending 3500000: collected" in failures
        assert "sk_test_me" not in failures.replace('"Bearer sk_test_me"', "")
        assert (
            "payments_sandbox: scenario no-such: there is no scenario 'no-such'; valid: "
            in failures
        )


def test_a_report_shows_which_scenarios_were_on_and_how_often_they_acted(tmp_path: Path) -> None:
    write(
        tmp_path,
        test_acted="""
        import pytest
        from urllib.request import Request, urlopen

        def ask(sandbox, **headers):
            headers["Authorization"] = "Bearer sk_test_me"
            urlopen(Request(sandbox.url + "/refund", headers=headers))

        @pytest.mark.scenario("refund-fails", transaction="no-such-order")
        @pytest.mark.scenario("slow-provider", delay="1ms")
        def test_on(payments_sandbox):
            ask(payments_sandbox)
            payments_sandbox.scenarios.get("refund-fails").assert_acted()

        def test_of_another_world(payments_sandbox):
            other = payments_sandbox.world("other")
            other.scenarios.on("provider-down")
            assert False

        def test_none():
            assert False

        def test_nothing_on(payments_sandbox):
            assert False
        """,
    )
    run = pytest_in(tmp_path)
    told = run.out.split("payments sandbox: scenarios")

    assert "4 failed" in run.last(), run.out
    assert len(told) == 3
    assert "AssertionError: refund-fails: expected to have acted at least" in told[0]
    assert "refund-fails: on, acted 0 times\n" in told[1]
    assert "  transaction=no-such-order names a document that does not exist\n" in told[1]
    assert "slow-provider: on, acted 1 time\n" in told[1]
    assert "provider-down: on, acted 0 times\n" in told[2]
    assert " of http://127.0.0.1:" in told[2]


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
