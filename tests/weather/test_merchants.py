"""Bad weather finds what is wrong with a merchant, and lets one alone that is right.

More runs of those that are right: `pytest tests/weather --payments-sandbox-weather-runs=2000`.
"""

import pytest

from sandbox.client import Sandbox
from sandbox.testing.search import Failure, search
from sandbox.testing.weather import Weather, weathers
from tests.kit import Box
from tests.weather.merchants import (
    BooksTwice,
    GivesUpOn429,
    RetriesBlindly,
    Right,
    TakesPendingForDone,
    TrustsTheOrder,
    day,
)

pytestmark = pytest.mark.slow

RUNS = 200
MOST_LEFT = 3
FAULTS: list[tuple[type[Right], str, set[str]]] = [
    (RetriesBlindly, "lahza", {"answer-lost"}),
    (RetriesBlindly, "lean", {"answer-lost"}),
    (BooksTwice, "lahza", {"answer-lost"}),
    (TrustsTheOrder, "lahza", {"webhooks-out-of-order", "webhook-late"}),
    (TakesPendingForDone, "lahza", {"refund-fails"}),
    (TakesPendingForDone, "lean", {"refund-rejected-by-bank"}),
    (GivesUpOn429, "lahza", {"rate-limited"}),
    (GivesUpOn429, "lean", {"rate-limited"}),
]


@pytest.fixture
def sandbox(box: Box) -> Sandbox:
    return Sandbox(box.url, app=box.app)


@pytest.mark.parametrize(("kind", "provider", "shows"), FAULTS)
def test_a_classic_fault_is_found_and_little_is_left_of_its_weather(
    sandbox: Sandbox, kind: type[Right], provider: str, shows: set[str]
) -> None:
    said: dict[Weather, str] = {}

    def run(weather: Weather) -> Failure | None:
        sandbox.reset()
        sandbox.weather.set(*weather)
        try:
            day(sandbox, provider, kind)
        except AssertionError as error:
            said[weather] = str(error)
            return Failure("AssertionError", "call")
        return None

    assert run(()) is None, said
    found = search(run, weathers(sandbox), runs=RUNS, from_seed=0)

    assert found is not None
    assert len(found.weather) <= MOST_LEFT
    assert shows & {text.partition(";")[0] for text in found.weather}, said[found.weather]
    for number in range(len(found.weather)):  # none is left that is not needed
        assert run(found.weather[:number] + found.weather[number + 1 :]) is None


@pytest.mark.parametrize("provider", ["lahza", "lean"])
@pytest.mark.bad_weather(runs=30)
def test_a_merchant_that_is_right_survives(payments_sandbox: Sandbox, provider: str) -> None:
    day(payments_sandbox, provider)
