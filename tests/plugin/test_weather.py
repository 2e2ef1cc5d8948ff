"""The markers `bad_weather` and `weather`, in suites of other people."""

import re
from pathlib import Path

import pytest

from sandbox.settings import Settings
from tests.kit import serving
from tests.plugin.runs import pytest_in, write

pytestmark = pytest.mark.slow

SHOP = """
import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

HEADERS = {"Authorization": "Bearer sk_test_me", "Content-Type": "application/json"}


class Shop:
    def __init__(self, url):
        self.url, self.books = url, {}

    def refund(self, order, amount, tries=2):
        body = json.dumps({"transaction": order, "amount": amount}).encode()
        for _ in range(tries):
            try:
                urlopen(Request(self.url + "/refund", body, HEADERS)).close()
            except HTTPError as error:
                error.close()
            except OSError:
                pass
            else:
                self.books[order] = {"refunded": amount}
                return
"""
CONFTEST = """
import pytest
from shop import Shop


@pytest.fixture
def shop(payments_sandbox):
    payments_sandbox.lahza.pay(5000, reference="order-1")
    return Shop(payments_sandbox.url)
"""
FOUND = """
import pytest


@pytest.mark.parametrize("amount", [1111, 2222])
@pytest.mark.bad_weather(runs=20)
def test_found(payments_sandbox, shop, amount, capsys):
    print("printed once")
    shop.refund("order-1", amount)
    payments_sandbox.assert_agrees(shop.books)
"""

QUIET = """
import pdb


class Quiet(pdb.Pdb):
    def interaction(self, *_):
        pass
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    write(tmp_path, shop=SHOP, conftest=CONFTEST)
    return tmp_path


def test_the_report_shows_the_least_weather_in_words_and_how_to_see_it_again(suite: Path) -> None:
    write(suite, test_found=FOUND)
    run = pytest_in(suite, "-x", "--payments-sandbox-weather-seed=5")
    assert "1 failed" in run.last(), run.out
    assert "refunded: yours says 1111, the provider's 2222" in run.out
    assert run.out.count("printed once") == 2  # its output, and its line in the trace
    _, _, told = run.out.partition("payments sandbox: weather")
    lines = [line.strip() for line in told.splitlines()[1:6]]
    assert lines[:2] == [
        "This test passes in calm weather, and fails when:",
        "the answer to the 1st POST /refund was lost after it was carried out "
        "(a 500 came in its place)",
    ]
    assert re.fullmatch(
        r"Found in run \d+ of 20 \(seed 5, profile hostile\)"
        r"(; \d+ more showed what is not needed)?\.",
        lines[2],
    )
    again = lines[3].removeprefix("To see it again: ")
    assert again == '@pytest.mark.weather("answer-lost; how=500; nth=1")'
    story = re.search(r"payments sandbox: story -+\n(.+)", told)
    assert story is not None
    assert Path(story[1]).read_text("utf-8").startswith("<svg")
    assert not (suite / ".hypothesis").exists()

    write(suite, test_found=FOUND.replace("@pytest.mark.bad_weather(runs=20)", again))
    run = pytest_in(suite, "-n", "1", "--payments-sandbox-story=stories")
    assert "2 failed" in run.last(), run.out
    assert run.out.count("In this run:\n  the answer to the 1st POST /refund was lost after") == 2
    assert len(list((suite / "stories").iterdir())) == 2


def test_each_run_begins_anew_and_pytest_sees_one_test(suite: Path) -> None:
    write(
        suite,
        test_anew="""
        import random
        import pytest

        counts = {"function": 0, "class": 0, "module": 0}

        def counting(scope):
            @pytest.fixture(scope=scope, name=f"of_{scope}")
            def count():
                counts[scope] += 1
                yield counts[scope]
            return count

        of_function, of_class, of_module = map(counting, counts)

        class TestIt:
            @pytest.mark.bad_weather(runs=5)
            def test_runs(self, payments_sandbox, shop, of_function, of_class, of_module,
                          tmp_path, caplog, record_property, monkeypatch):
                assert payments_sandbox.requests.all() == []
                assert list(tmp_path.iterdir()) == []
                record_property("run", of_function)
                shop.refund("order-1", 100, tries=1)
                (tmp_path / "file").touch()

            def test_counts(self, of_class, of_module, request):
                # a calm run, five in drawn weather, and the one that is reported
                assert counts == {"function": 7, "class": 1, "module": 1}

        @pytest.fixture(params=["asyncio"])
        def anyio_backend(request):
            return request.param

        ran = []

        @pytest.mark.anyio
        @pytest.mark.bad_weather(runs=3)
        async def test_async(payments_sandbox, shop, anyio_backend):
            shop.refund("order-1", 100)
            ran.append(anyio_backend)

        def test_ran():
            assert ran == ["asyncio"] * 5

        @pytest.mark.bad_weather
        def test_skipped(payments_sandbox):
            pytest.skip("for a reason")

        @pytest.mark.xfail(strict=True)
        @pytest.mark.bad_weather
        def test_known_to_fail(payments_sandbox, shop):
            shop.refund("order-1", 100)
            payments_sandbox.assert_agrees(shop.books)

        @pytest.mark.bad_weather(profile="calm")
        def test_calm(payments_sandbox):
            pass
        """,
    )
    options = ["-W", "error", "--strict-markers", "--durations=0", "--durations-min=0"]
    run = pytest_in(suite, *options, "--junitxml=it.xml", "-o", "junit_family=legacy")
    assert "5 passed, 1 skipped, 1 xfailed" in run.last(), run.out
    assert run.out.count("s call     test_anew.py::TestIt::test_runs") == 1
    assert (suite / "it.xml").read_text("utf-8").count('<property name="run"') == 1


def test_what_makes_no_sense_is_refused_in_words(suite: Path) -> None:
    write(
        suite,
        test_wrong="""
        import unittest
        import pytest
        from hypothesis import given, strategies
        from pytest_timeout import over_time

        @pytest.mark.bad_weather(run=2)
        def test_wrong(payments_sandbox):
            pass

        @pytest.mark.bad_weather(runs=0)
        def test_none(payments_sandbox):
            pass

        @pytest.mark.bad_weather(profile="hostil")
        def test_profile(payments_sandbox, shop):
            shop.refund("order-1", 1)

        @pytest.mark.bad_weather
        def test_nothing_happens(payments_sandbox):
            pass

        @pytest.mark.weather("rate-limit")
        def test_disturbance(payments_sandbox):
            pass

        @pytest.mark.weather(how="cut")
        def test_by_name(payments_sandbox):
            pass

        @pytest.mark.weather
        def test_somebody_elses_mark(payments_sandbox):
            pass

        runs = []

        @pytest.mark.bad_weather
        def test_over_time(payments_sandbox, shop):
            shop.refund("order-1", 1)
            runs.append(1)
            if len(runs) == 3:
                over_time()

        @pytest.mark.bad_weather
        @given(strategies.none())
        def test_given(payments_sandbox, _):
            pass

        @pytest.mark.bad_weather
        class TestOld(unittest.TestCase):
            def test_old(self):
                pass

        @pytest.mark.bad_weather
        def test_inert():
            pass
        """,
    )
    write(suite, pytest_timeout="import pytest\n\ndef over_time(): pytest.fail('Timeout')")
    run = pytest_in(suite)
    assert "2 passed, 1 warning, 9 errors" in run.last(), run.out
    takes = "payments_sandbox: the marker bad_weather takes runs, seed and profile: @pytest.mark."
    for said, count in (
        (takes, 2),
        ("; runs is a whole number from 1 to 100000", 1),
        ("payments_sandbox: there is no profile 'hostil'; valid: calm, hostile, rainy", 1),
        ("payments_sandbox: no call, refund or webhook has happened that hostile disturbs", 1),
        ("rate-limit: there is no scenario 'rate-limit'; did you mean `rate-limited`?", 1),
        ("payments_sandbox: the marker weather takes texts of disturbances: @pytest.mark.", 1),
        ("a test with @given draws weather itself: see sandbox.testing.weather", 1),
        ("a time-out of pytest-timeout holds for all runs of a test together, and ended the", 1),
        ("bad_weather is for functions and plain classes, not for a unittest.TestCase", 1),
        ("its weather does nothing, as the test does not ask for the fixture `payments_", 1),
    ):
        assert len(re.findall("^.*" + re.escape(said), run.out, re.MULTILINE)) >= count, said
    assert "Traceback" not in run.out


def test_a_test_that_fails_without_the_weather_or_not_again_is_told_as_such(suite: Path) -> None:
    """And the debugger is opened once, in the run that is reported."""
    write(
        suite,
        test_other="""
        import pytest

        runs = []

        @pytest.mark.bad_weather
        def test_calm(payments_sandbox, shop):
            runs.append(1)
            shop.refund("order-1", 100)
            assert False, f"run {len(runs)}"

        failed = set()

        @pytest.mark.bad_weather
        def test_flaky(payments_sandbox, shop):
            shop.refund("order-1", 100)
            weather = tuple(each["text"] for each in payments_sandbox.weather.get())
            if weather and weather not in failed:
                failed.add(weather)
                raise ValueError
        """,
    )
    run = pytest_in(suite)
    assert "2 failed" in run.last(), run.out
    assert "AssertionError: run 2" in run.out
    assert "Calm. This test fails without bad weather, so none was tried." in run.out
    assert (
        "payments_sandbox: this test is flaky: it failed in the weather below, and passed when it "
        "was run again in a fresh world" in run.out
    )
    assert "This test passes in calm weather, and failed once when:" in run.out
    write(suite, test_found=FOUND, quiet=QUIET)
    run = pytest_in(suite, "--pdb", "--pdbcls=quiet:Quiet", "test_found.py")
    assert "2 failed" in run.last(), run.out
    first, *others = run.out.split("entering PDB")
    assert len(others) == 2
    assert "the answer to the 1st POST /refund was lost" in first
    assert first.index("payments sandbox: requests") < first.index("> traceback >")


def test_the_report_tells_a_fault_of_the_weather_from_what_earlier_runs_have_left(
    suite: Path,
) -> None:
    write(
        suite,
        test_left="""
        import pytest

        known = set()

        @pytest.mark.bad_weather
        def test_keeps_its_orders(payments_sandbox, shop):
            shop.refund("order-1", 100)
            assert "order-1" not in known
            known.add("order-1")

        @pytest.mark.bad_weather
        def test_ends_the_weather(payments_sandbox, shop):
            shop.refund("order-1", 100)
            payments_sandbox.weather.clear()
            payments_sandbox.assert_agrees(shop.books)
        """,
    )
    run = pytest_in(suite)
    assert "2 failed" in run.last(), run.out
    assert "Calm. This test passes once, and fails when it is run again, in calm" in run.out
    assert "The test has ended the weather itself, so what came of it can't be told" in run.out
    assert run.out.count("This test passes in calm weather, and fails when") == 0
    assert run.out.count("To see it again: @pytest.mark.weather(") == 1


def test_a_test_that_ends_all_tests_ends_the_search(suite: Path) -> None:
    write(
        suite,
        test_ends="""
        import pytest

        runs = []

        @pytest.mark.bad_weather(runs=100000)
        def test_ends(payments_sandbox, shop):
            shop.refund("order-1", 100)
            runs.append(1)
            if len(runs) == 3:
                pytest.exit("enough", returncode=7)
        """,
    )
    run = pytest_in(suite)
    assert (run.code, "Exit: enough" in run.out, "INTERNALERROR" in run.out) == (7, True, False)


def test_nothing_but_the_marker_needs_hypothesis(suite: Path) -> None:
    write(
        suite,
        test_without="""
        import sys
        import pytest

        def test_plain(payments_sandbox):
            assert "hypothesis" not in sys.modules

        @pytest.mark.weather("rate-limited; path=/refund; nth=1")
        def test_replayed(payments_sandbox, shop):
            shop.refund("order-1", 100)
            assert [each["status"] for each in payments_sandbox.requests.all()] == [429, 200]
            assert "hypothesis" not in sys.modules
            sys.modules["hypothesis"] = None  # as where it is not installed

        @pytest.mark.bad_weather
        def test_needs_it(payments_sandbox):
            pass
        """,
    )
    run = pytest_in(suite, "-W", "error")
    assert "2 passed, 1 error" in run.last(), run.out
    assert (
        "payments_sandbox: the marker bad_weather needs Hypothesis: pip install hypothesis"
        in run.out
    )


def test_it_works_with_a_server_that_runs_beside_a_sandbox_of_their_own(suite: Path) -> None:
    write(suite, test_found=FOUND, sandbox="ANSWER = 42")
    with serving(Settings()) as box:
        run = pytest_in(suite, f"--payments-sandbox-url={box.url}")
    assert "2 failed" in run.last(), run.out
    assert run.out.count('@pytest.mark.weather("answer-lost; how=500; nth=1")') == 2
