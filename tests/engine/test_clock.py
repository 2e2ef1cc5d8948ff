"""The clock: it stands or runs as it is told, from where it is, and never goes back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.engine.time import clock
from sandbox.engine.time.clock import Clock, Start
from sandbox.engine.values.instants import LAST

_START = 1_000_000_000
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(0, 10**9)),
        st.tuples(st.just("move"), st.integers(-(10**9), 10**9)),
        st.tuples(st.just("mode"), st.sampled_from(["frozen", "realtime"])),
        st.tuples(st.just("rate"), st.sampled_from([0.5, 1, 60, 1_000_000])),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=300)
@given(_STEPS, st.sampled_from(["frozen", "realtime"]))
def test_a_clock_stands_or_runs_and_never_goes_back(
    steps: list[tuple[str, Any]], mode: clock.Mode
) -> None:
    real = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "elapsed", lambda: real)
        tested = Clock(Start(now=_START, mode=mode))
        rate = 1.0
        for step, value in steps:
            before = expected = tested.now()
            if step == "pass":
                real += value
                expected += 0 if mode == "frozen" else int(value * rate)
            elif step == "move":
                tested.move_to(before + value)
                expected = max(before, before + value)
            elif step == "mode":
                mode = value
                tested.run(mode=mode)
            else:
                rate = value
                tested.run(rate=rate)
            assert before <= tested.now()
            assert abs(tested.now() - min(expected, LAST)) <= 1
            assert (tested.mode, tested.rate) == (mode, rate)


def test_a_clock_stops_at_the_end_of_its_years() -> None:
    tested = Clock(Start(now=LAST - 1, rate=1_000_000))
    tested.move_to(LAST)

    assert tested.now() == LAST


def test_a_frozen_python_does_not_stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter"):
        monkeypatch.setattr(f"time.{name}", lambda: 0)
    wall, elapsed = clock.wall(), clock.elapsed()

    assert wall > 1_700_000_000_000_000
    assert elapsed > 0
