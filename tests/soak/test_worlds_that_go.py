"""Nothing holds a world any longer once it has been removed."""

import gc
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.engine.keeping import keeper
from sandbox.settings import Settings
from tests.kit import serving


@pytest.mark.parametrize("keeps", [False, True], ids=["in memory", "with --data"])
def test_a_world_that_is_removed_is_no_longer_in_memory(
    keeps: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "EVERY", 0.01)
    with serving(Settings(data=tmp_path if keeps else None)) as box:
        box.lahza.post("/w/a/refund", {"transaction": "fixture-success", "amount": 1})
        box.anyone.put("/w/a/_sandbox/snapshots/one")
        assert box.app is not None
        (world,) = (
            each.world
            for each in box.app.extensions["sandbox.worlds"].all()
            if each.world.name == "a"
        )
        journal, there = world.state.journal, weakref.ref(world)
        comes(lambda: not journal.fresh)  # by now the background has looked at it
        del world
        box.admin.delete("/worlds/a")
        comes(lambda: gc.collect() is not None and there() is None)


@pytest.mark.parametrize("keeps", [False, True], ids=["in memory", "with --data"])
def test_a_world_that_is_removed_lets_go_of_what_it_held_at_once(
    keeps: bool, tmp_path: Path
) -> None:
    """What is left of it are cycles of references, which a long-lived server may never look at."""
    made_up = {"transactions": 300, "refunds": 300, "seed": 7}
    before = full = 0
    gc.collect()
    gc.disable()
    try:
        with serving(Settings(data=tmp_path if keeps else None)) as box:
            assert box.app is not None
            for name in "abcd":
                if name == "b":  # what is kept for all worlds is there by now
                    before = sys.getallocatedblocks()
                box.anyone.post(f"/w/{name}/_sandbox/seed", made_up)
                full = sys.getallocatedblocks()
                box.admin.delete(f"/worlds/{name}")
                while keeps and box.app.extensions["sandbox.keeper"].file.tend():
                    pass
            left = sys.getallocatedblocks() - before
    finally:
        gc.enable()
    assert left < 0.4 * (full - before)


def comes(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(60):
        if is_so():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it does not come")
