"""Of what survives a collection, later ones look at so much and no more."""

import gc
from collections.abc import Iterator

import pytest

from sandbox import runtime_tuning as pauses


@pytest.fixture(autouse=True)
def _put_aside() -> Iterator[None]:
    gc.callbacks.append(pauses.put_aside)
    yield
    gc.callbacks.remove(pauses.put_aside)
    gc.unfreeze()


def test_what_is_too_much_for_a_collection_is_put_aside_and_still_freed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gc.collect()
    gc.unfreeze()
    monkeypatch.setattr(pauses, "MOST", len(gc.get_objects(generation=2)) + 5000)
    kept = [[n] for n in range(4000)]
    gc.collect(1)
    assert gc.get_freeze_count() == 0
    more = [[n] for n in range(4000)]
    gc.collect(1)
    assert (frozen := gc.get_freeze_count()) > 8000
    assert len(gc.get_objects(generation=2)) < 5000
    del kept, more
    assert gc.get_freeze_count() <= frozen - 8000
