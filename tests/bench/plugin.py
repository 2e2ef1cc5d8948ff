"""What the pytest plugin adds to a test: this build's, and the last one's."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter  # noqa: TID251 (this measures real time)

from tests.bench.against import last_build
from tests.bench.client import ROOT, environment
from tests.bench.figures import Figure, spread
from tests.examples.documents import page, save

ROUNDS = 5
TESTS = 200
DAYS = 100

CONFTEST = """
import json, os, time

import pytest

spent = {}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    begun = time.perf_counter()
    yield
    spent.setdefault(item.originalname, []).append(time.perf_counter() - begun)


def pytest_sessionfinish():
    import sandbox

    with open(os.environ["TOLD"], "w") as file:
        json.dump({"home": sandbox.__file__, **spent}, file)
"""
TEST = """
import json
from urllib.request import Request, urlopen

import pytest

KEY = {"Authorization": "Bearer sk_test_me", "Content-Type": "application/json"}


def call(url, path, **fields):
    body = json.dumps(fields).encode() if fields else None
    with urlopen(Request(url + path, body, KEY)) as answer:
        return json.load(answer)["data"]


@pytest.mark.parametrize("n", range(TESTS))
def test_bare(n):
    pass


@pytest.mark.parametrize("n", range(TESTS))
def test_empty(payments_sandbox, n):
    pass


@pytest.mark.parametrize("n", range(DAYS))
def test_day(payments_sandbox, n):
    payments_sandbox.lahza.pay(5000, reference="order-1")
    refund = call(payments_sandbox.url, "/refund", transaction="order-1", amount=2000)
    assert refund["status"] == "pending"
    payments_sandbox.clock.advance(days=1)
    refund = call(payments_sandbox.url, f"/refund/{refund['id']}")
    assert refund["status"] == "processed"
"""


WEATHER = """
import pytest

from shop import CarefulShop
from test_shop import a_day


@pytest.mark.parametrize("n", range(RUNS))
def test_alone(payments_sandbox, n):
    a_day(payments_sandbox, CarefulShop)


@pytest.mark.bad_weather(runs=RUNS)
def test_in_weather(payments_sandbox):
    a_day(payments_sandbox, CarefulShop)
"""
"""Of the shop in `docs/weather.md`."""


def plugged() -> Iterator[Figure]:
    """Tests with the fixture, and without."""
    yield (
        "plugin.run",
        spread((_run_of_one(True) - _run_of_one(False)) * 1e3 for _ in range(ROUNDS)),
    )
    yield "plugin.weather", spread(weathered(TESTS) for _ in range(ROUNDS))
    both = [(tests(ROOT, TESTS, DAYS), tests(last_build(), TESTS, DAYS)) for _ in range(ROUNDS)]
    yield "plugin.empty.ms", spread(_beyond(new) for new, _ in both)
    yield "plugin.day.ms", spread(new["test_day"] for new, _ in both)
    yield "plugin.empty", spread(_beyond(new) / _beyond(old) for new, old in both)
    yield "plugin.day", spread(new["test_day"] / old["test_day"] for new, old in both)


def weathered(runs: int) -> float:
    """A run of a test in bad weather against the test alone, both on average."""
    with TemporaryDirectory() as name:
        save(Path(name), page("docs/weather.md"))
        told = _told(Path(name), WEATHER.replace("RUNS", str(runs)), ROOT)
    return sum(told["test_in_weather"]) / runs / mean(told["test_alone"][1:])


def _beyond(spent: Mapping[str, float]) -> float:
    return spent["test_empty"] - spent["test_bare"]


def tests(home: Path, count: int, days: int) -> Mapping[str, float]:
    """Milliseconds that a test takes, the median of each kind, by the plugin of a folder."""
    text = TEST.replace("TESTS", str(count)).replace("DAYS", str(days))
    with TemporaryDirectory() as name:
        told = _told(Path(name), text, home)
    return {name: median(each[1:] or each) * 1e3 for name, each in told.items()}


def _told(folder: Path, text: str, home: Path) -> Mapping[str, list[float]]:
    """Run tests in a folder; seconds that each took, by kind. The first has started the server."""
    (folder / "conftest.py").write_text(CONFTEST, "utf-8")
    _pytest(folder, text, home, folder / "told.json")
    told = json.loads((folder / "told.json").read_text("utf-8"))
    if not Path(told.pop("home")).is_relative_to(home):
        raise RuntimeError(f"the tests did not run with the sandbox of {home}")
    spent: Mapping[str, list[float]] = told
    return spent


def _run_of_one(asks: bool) -> float:
    """Seconds of a run of one test."""
    text = f"def test_one({'payments_sandbox' if asks else ''}): pass\n"
    with TemporaryDirectory() as name:
        begun = perf_counter()
        _pytest(Path(name), text, ROOT)
        return perf_counter() - begun


_PYTEST = [sys.executable, *"-m pytest -q -p no:cacheprovider -p payments_sandbox".split()]


def _pytest(folder: Path, text: str, home: Path, told: Path | None = None) -> None:
    """Run tests with no plugin but the sandbox's."""
    (folder / "test_it.py").write_text(text, "utf-8")
    subprocess.run(
        [*_PYTEST, "test_it.py"],
        cwd=folder,
        env={
            **environment(home),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "TOLD": str(told or os.devnull),
        },
        check=True,
        capture_output=True,
    )
