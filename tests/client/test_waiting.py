"""`wait_for` moves a frozen clock from event to event; it sleeps only where time runs."""

from datetime import timedelta

import pytest

from sandbox.client import NeverHappened, Sandbox, waiting
from tests.kit import Box
from tests.receiver import Receiver


@pytest.fixture
def refund(box: Box) -> int:
    """A refund that is pending."""
    return int(box.lahza_refund("fixture-success", amount=100).json()["data"]["id"])


def test_what_holds_already_moves_nothing(sandbox: Sandbox) -> None:
    began = sandbox.clock.now
    assert sandbox.wait_for(lambda: "found") == "found"
    assert sandbox.clock.now == began


def test_the_clock_stops_at_the_event_that_it_was(
    sandbox: Sandbox, box: Box, refund: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_by_waiting", None)  # whoever sleeps fails
    began = sandbox.clock.now
    assert sandbox.wait_for(lambda: box.lahza_status(refund) == "processing")
    assert sandbox.clock.now - began == timedelta(hours=1)
    assert sandbox.wait_for(lambda: box.lahza_status(refund) == "processed", timedelta(days=1))
    assert sandbox.clock.now - began == timedelta(days=1)


def test_webhooks_that_are_due_go_out_first(sandbox: Sandbox, box: Box, receiver: Receiver) -> None:
    sandbox.webhooks.send_to("lahza", receiver.url)
    began = sandbox.clock.now
    box.lahza_refund("fixture-success", amount=100)
    assert sandbox.wait_for(lambda: [r.json["event"] for r in receiver.received if r.body])
    assert sandbox.clock.now == began


def test_what_never_comes_is_said_with_what_came_instead(
    sandbox: Sandbox, box: Box, refund: int
) -> None:
    with pytest.raises(NeverHappened) as never:
        sandbox.wait_for(lambda: box.lahza_status(refund) == "failed")
    said = str(never.value)
    assert "nothing more is to come" in said
    assert said.splitlines()[1:] == [
        f"  2026-05-13T12:50:42.625199Z refund {refund}: pending → processing",
        f"  2026-05-14T11:50:42.625199Z refund {refund}: processing → processed",
    ]


def test_it_waits_no_longer_than_it_may(sandbox: Sandbox, box: Box, refund: int) -> None:
    with pytest.raises(NeverHappened, match="what comes next is at 2026-05-14T11:50:42"):
        sandbox.wait_for(lambda: box.lahza_status(refund) == "processed", timedelta(hours=3))
    assert box.lahza_status(refund) == "processing"


def test_where_the_clock_runs_time_passes(sandbox: Sandbox, box: Box) -> None:
    sandbox.reset(mode="realtime", rate=1_000_000)
    refund = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
    assert sandbox.wait_for(lambda: box.lahza_status(refund) == "processed")
    with pytest.raises(NeverHappened, match="nothing more is to come"):
        sandbox.wait_for(lambda: False, within=timedelta(hours=1))


def test_a_condition_that_can_not_be_asked_is_refused(sandbox: Sandbox) -> None:
    """Nothing passes because a coroutine, or its function, is something true."""

    async def later() -> bool:
        return False

    with pytest.raises(TypeError, match="the condition is async"):
        sandbox.wait_for(later)  # type: ignore[unused-coroutine]
    with pytest.raises(TypeError, match="within is '2h'; it is a timedelta, or a number of"):
        sandbox.wait_for(lambda: True, within="2h")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="can't be called"):
        sandbox.wait_for(True)  # type: ignore[arg-type]
    with pytest.raises(NeverHappened):
        sandbox.wait_for(lambda: False, within=5)


def test_where_the_clock_runs_no_receiver_holds_it_up(
    sandbox: Sandbox, box: Box, receiver: Receiver
) -> None:
    sandbox.reset(mode="realtime")
    sandbox.change_settings(webhook_timeout="1m")
    sandbox.webhooks.send_to("lahza", receiver.url)
    receiver.hangs()
    box.lahza_refund("fixture-success", amount=100)
    looks = iter([False, False, True])
    sandbox.wait_for(lambda: next(looks))
    (delivery,) = sandbox.webhooks.deliveries()

    assert (delivery["status"], delivery["attempts"]) == ("pending", [])


def test_where_the_clock_runs_no_time_is_no_time(sandbox: Sandbox) -> None:
    sandbox.reset(mode="realtime")
    looks = iter([False, False, True])
    with pytest.raises(NeverHappened):
        sandbox.wait_for(lambda: next(looks), within=0)
