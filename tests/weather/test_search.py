"""The search by itself, and the strategy that it draws from."""

from pathlib import Path

import pytest
from hypothesis import strategies as st

from sandbox.client import Sandbox
from sandbox.testing.search import Failure, search
from sandbox.testing.weather import Weather, weathers
from tests.kit import frozen, serving

FEW = st.lists(st.sampled_from("abc"), max_size=3).map(lambda found: tuple(dict.fromkeys(found)))
"""Sixteen kinds of weather, with the calm one."""
MANY = st.lists(st.sampled_from("abcdefgh"), max_size=6).map(tuple)
KINDS = [f"disturbance-{number}" for number in range(64)]
SEVERAL: st.SearchStrategy[Weather] = st.lists(st.sampled_from(KINDS), max_size=6).map(
    lambda drawn: tuple(dict.fromkeys(drawn))
)


def drawn(weathers: st.SearchStrategy[Weather], runs: int) -> list[Weather]:
    """What a search runs, where nothing fails."""
    tried: list[Weather] = []
    assert search(tried.append, weathers, runs=runs, from_seed=0) is None
    return tried


def test_each_weather_is_tried_once_and_then_the_search_ends() -> None:
    tried = drawn(FEW, 2000)

    assert len(tried) == len(set(tried)) == 15


def test_more_runs_begin_with_the_weather_of_fewer() -> None:
    assert drawn(MANY, 300)[:50] == drawn(MANY, 50)


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), pytest.exit.Exception("enough"), ValueError("broken")]
)
def test_what_a_run_raises_ends_the_search(error: BaseException) -> None:
    tried: list[Weather] = []

    def run(weather: Weather) -> Failure | None:
        tried.append(weather)
        if len(tried) == 3:
            raise error
        return None

    with pytest.raises(type(error)) as raised:
        search(run, MANY, runs=100_000, from_seed=0)
    assert (raised.value is error, len(tried)) == (True, 3)


def test_a_parameter_is_drawn_from_whole_numbers(tmp_path: Path) -> None:
    (tmp_path / "weather").mkdir()
    draw = "{scenario: rate-limited, nth: 1, parameters: {times: {from: 2, to: 4}}}"
    text = f"count: 1\ndraw: [{draw}]\n"
    (tmp_path / "weather" / "mine.yaml").write_text(text, "utf-8")
    with serving(frozen("2027-01-01T09:00:00Z", scenarios=(tmp_path,))) as box:
        box.lahza.get("/refund")
        tried = drawn(weathers(Sandbox(box.url, app=box.app), "mine"), 100)

    assert {text.split("; ")[1] for [text] in tried} == {"times=2", "times=3", "times=4"}


@pytest.mark.parametrize("from_seed", range(4))
def test_hardly_a_disturbance_is_left_out_by_a_hundred_runs(from_seed: int) -> None:
    """Each is in about four of them, if runs do not depend on each other."""
    tried: list[Weather] = []
    assert search(tried.append, SEVERAL, runs=100, from_seed=from_seed) is None

    assert len(tried) == len({*tried}) == 100
    assert len({kind for weather in tried for kind in weather}) >= 60


def test_the_same_seed_tries_the_same_and_another_does_not() -> None:
    runs: list[list[Weather]] = [[], [], []]
    for tried, seed in zip(runs, (5, 5, 6), strict=True):
        search(tried.append, SEVERAL, runs=20, from_seed=seed)
    assert runs[0] == runs[1] != runs[2]
