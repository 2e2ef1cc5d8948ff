"""The search itself, on weather that stands for itself."""

import pytest
from hypothesis import strategies as st

from sandbox.testing.search import search
from sandbox.testing.weather import Weather

KINDS = [f"disturbance-{number}" for number in range(64)]
SEVERAL: st.SearchStrategy[Weather] = st.lists(st.sampled_from(KINDS), max_size=6).map(
    lambda drawn: tuple(dict.fromkeys(drawn))
)


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


def test_it_ends_where_nothing_is_left_that_has_not_been_tried() -> None:
    tried: list[Weather] = []
    assert (
        search(tried.append, st.sampled_from([(), ("a",), ("b",)]), runs=10**6, from_seed=0) is None
    )
    assert sorted(tried) == [("a",), ("b",)]
