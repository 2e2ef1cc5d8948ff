"""What is due comes out in true order, whatever was scheduled, moved or called off before."""

from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.engine.time.timeline import Event, Timeline
from sandbox.engine.values.instants import SECOND, iso, parse_instant
from tests.conftest import NOW
from tests.kit import Box

_OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("schedule"), st.integers(0, 5), st.integers(0, 12)),
        st.tuples(st.just("cancel"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("take"), st.just(0), st.integers(0, 12)),
    ),
    max_size=40,
)


def _event(subject: int, at: int) -> Event:
    return Event(at, "lean", "refund" if subject % 2 else "reconciliation", str(subject), "done")


def test_what_was_called_off_takes_no_room() -> None:
    timeline = Timeline()
    for n in range(5000):
        timeline.schedule(_event(n % 10, 9000 - n))
    for subject in range(5):
        timeline.cancel(*_event(subject, 0)[1:4])

    assert len(timeline) == 5
    assert len(timeline._heap) <= 2 * len(timeline) + 101
    left = iter(lambda: timeline.take(9000), None)
    assert [(e.at, e.subject) for e in left] == [(4001 + n, str(9 - n)) for n in range(5)]


@settings(deadline=None, max_examples=300)
@given(_OPERATIONS)
def test_a_timeline_is_a_sorted_list_with_one_event_for_each_subject(
    operations: list[tuple[str, int, int]],
) -> None:
    timeline, model = Timeline(), list[Event]()
    for operation, subject, at in operations:
        event = _event(subject, at)
        if operation == "take":
            due = [e for e in model if e.at <= at]
            expected = min(due, key=lambda e: e.at, default=None)  # the first of equals
            assert timeline.take(at) == expected
            model = [e for e in model if e is not expected]
            continue
        model = [e for e in model if e.key != event.key]
        if operation == "schedule":
            timeline.schedule(event)
            model.append(event)
        else:
            timeline.cancel(event.provider, event.kind, event.subject)
        assert len(timeline) == len(model)
        assert timeline.next_at() == min((e.at for e in model), default=None)

    rest = [timeline.take(10**9) for _ in model]
    assert rest == sorted(model, key=lambda e: e.at)
    assert timeline.take(10**9) is None


# The same, through the clock of a whole world -------------------------------------------------


class _Plan(NamedTuple):
    """A payment, reconciled after a while; then moved to another moment, or settled at once."""

    after: int
    moved: int | None
    settled: bool


_PLANS = st.lists(
    st.builds(
        _Plan,
        st.integers(0, 3).map(lambda n: n * 7 + 1),
        st.none() | st.integers(1, 30),
        st.booleans(),
    ),
    max_size=8,
)
_START = parse_instant(NOW)
_PROPERTY = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _carry_out(box: Box, plans: list[_Plan]) -> list[tuple[str, str]]:
    """Begin anew, with these plans; returns the moments and subjects that should come of them."""
    box.admin.post("/reset", {"mode": "frozen", "now": NOW})
    payments = [box.payment(reconcile_after=plan.after) for plan in plans]
    order = [(plan.after, n) for n, plan in enumerate(plans)]
    scheduled = len(plans)
    for n, (payment, plan) in enumerate(zip(payments, plans, strict=True)):
        if plan.moved is not None:
            box.admin.patch(f"/lean/payments/{payment}", {"reconcile_after": plan.moved})
            order[n] = (plan.moved, scheduled)
            scheduled += 1
        if plan.settled:
            box.admin.patch(f"/lean/payments/{payment}", {"reconciliation": "RECONCILED"})
    expected = [
        (*order[n], payment)
        for n, (payment, plan) in enumerate(zip(payments, plans, strict=True))
        if not plan.settled
    ]
    return [(iso(_START + after * SECOND), payment) for after, _, payment in sorted(expected)]


def _happened(events: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(event["at"], event["subject"]) for event in events]


@pytest.mark.slow
@_PROPERTY
@given(_PLANS)
def test_what_happens_when_the_clock_moves_comes_in_true_order_at_true_moments(
    box: Box, plans: list[_Plan]
) -> None:
    expected = _carry_out(box, plans)
    due = box.admin.get("/clock").json()["due"]
    events = box.admin.post("/clock/advance", {"until": "idle"}).json()

    assert due == len(expected)
    assert _happened(events["events"]) == expected
    assert events["now"] == (expected[-1][0] if expected else NOW)
    assert box.admin.get("/clock").json()["due"] == 0


@pytest.mark.slow
@_PROPERTY
@given(_PLANS, st.lists(st.integers(0, 12), max_size=5))
def test_moving_the_clock_in_steps_is_moving_it_at_once(
    box: Box, plans: list[_Plan], steps: list[int]
) -> None:
    expected = _carry_out(box, plans)
    events = []
    for step in [*steps, 60]:
        events += _happened(box.advance(f"{step}s"))

    assert events == expected
