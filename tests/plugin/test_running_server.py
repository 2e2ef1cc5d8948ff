"""The fixture on a server that runs: `--payments-sandbox-url`."""

from pathlib import Path

import pytest

from sandbox.client import Sandbox
from sandbox.settings import Settings
from tests.kit import serving
from tests.plugin.runs import passed, pytest_in, write

pytestmark = pytest.mark.slow


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

        @pytest.mark.scenario("answer-lost", how="each")
        def test_ways(payments_sandbox):
            assert payments_sandbox.scenarios.get("answer-lost")["enabled"]
        """,
    )
    with serving(Settings()) as box:
        assert passed(pytest_in(tmp_path, f"--payments-sandbox-url={box.url}"), 7)
    refused = pytest_in(tmp_path)
    assert "tests' own needs. Start `refund-sandbox` beside the tests, and pass" in refused.out
    assert "Traceback" not in refused.out
