"""Ids in runs answer as one sorted list would."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.engine.store import sorted_ids
from sandbox.engine.store.sorted_ids import SortedIds

_STEPS = st.lists(st.tuples(st.sampled_from(["add", "remove", "copy"]), st.integers(0, 60)))


@pytest.fixture(scope="module", autouse=True)
def _short_runs() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_ids, "_MOST", 4)
        patch.setattr(sorted_ids, "_NEAR", 2)
        yield


@settings(deadline=None, max_examples=300)
@given(_STEPS, st.permutations(range(61)), st.integers(-1, 62), st.integers(-1, 62))
def test_ids_are_found_as_in_one_sorted_list(
    steps: list[tuple[str, int]], order: list[int], low: int, high: int
) -> None:
    places = {str(n): place for n, place in enumerate(order)}
    ids, model = SortedIds(), set[str]()
    for what, n in [*(("add", n) for n in range(0, 61, 3)), *steps]:
        doc_id, before = str(n), ids
        if what == "copy":
            ids = ids.copy()
            before.add("gone", {**places, "gone": 100})
        elif (what == "add") != (doc_id in model):
            getattr(ids, what)(doc_id, places)
            model ^= {doc_id}

    sorted_model = sorted(model, key=places.__getitem__)
    assert len(ids) == len(sorted_model)
    assert list(ids.backwards(0, len(ids))) == sorted_model[::-1]
    assert ids.before(low, places) == sum(places[doc_id] < low for doc_id in model)
    begin, end = max(low, 0), min(max(high, 0), len(ids))
    assert list(ids.backwards(begin, end)) == sorted_model[begin:end][::-1]
