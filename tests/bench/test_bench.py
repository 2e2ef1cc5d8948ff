"""The benchmark's calls do what they are meant to measure."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from sandbox.settings import Settings
from tests.bench import filled
from tests.bench.browsing import browsing
from tests.bench.client import ROOT, Connection, Load
from tests.bench.crowd import crowd
from tests.bench.figures import OTHERS, WANTED, Spread, row_of
from tests.bench.inside import OPERATIONS, calls_of, growing, sender
from tests.bench.keeping import restoring
from tests.bench.lasting import recovering
from tests.bench.members import measured
from tests.bench.moving import advancing, deliveries
from tests.bench.page import write
from tests.bench.plugin import tests as run_tests
from tests.bench.plugin import weathered
from tests.bench.serving import calls_of as calls_through_sockets
from tests.kit import serving
from tests.receiver import Receiver


def test_the_filled_sandbox_takes_more_of_the_same() -> None:
    app, world = filled.frozen_app()
    made = filled.pay(world)
    filled.fill(world, made, 3)
    assert filled.refunded(world, made) == (300, 3)

    for calls in calls_of(made).values():
        for call in calls.values():
            assert json.loads(sender(app, call)().body)
    assert filled.refunded(world, made) == (400, 4)


def test_every_call_that_is_measured_through_a_socket_succeeds() -> None:
    with serving(Settings()) as box:
        port = int(box.url.rpartition(":")[2])
        with Connection(port) as connection:
            measured = calls_through_sockets(connection)
        for calls in measured.values():
            for call in calls:
                with Load(port, call, connections=2) as load:
                    assert load.rate(4) > 0


@pytest.mark.slow
def test_two_members_are_measured_against_one() -> None:
    figures = dict(measured(calls=64, long_calls=32, payments=5, rounds=1))
    assert figures.keys() == {key for key in OTHERS if key.startswith("members.")}
    assert all(figure.middle > 0 for figure in figures.values())


def test_every_operation_whose_growth_is_measured_succeeds() -> None:
    figures = dict(growing(few=40, many=200, rounds=1))
    assert set(figures) == {"growth", *(f"growth.{name}" for name in OPERATIONS)}
    assert figures["growth"].note in OPERATIONS


@pytest.mark.parametrize(("provider", "events"), [("Lean", 9), ("Lahza", 6)])
def test_every_refund_is_brought_to_its_end(provider: str, events: int) -> None:
    """A Lean refund goes with the bank, arrives, and so does the payout that carries it."""
    moved = filled.frozen_world()
    filled.pending(moved, provider, 3)
    happened = moved.advance().page(0, 100).events
    ends = {"PROCESSED", "processed"}

    assert len(happened) == events
    assert sum(happening.became in ends for happening in happened) == 3
    assert advancing(provider, 3) > 0


def test_every_webhook_is_delivered_once_by_each(receiver: Receiver) -> None:
    assert deliveries(receiver.url, 3) > 0
    assert receiver.events == ["refund.processing"] * 9


def test_the_dashboards_lists_are_measured_beside_the_apis() -> None:
    assert [key for key, _ in browsing(60, 1)] == ["browse.lahza", "browse.lean"]


def test_a_snapshot_is_restored_and_written_to() -> None:
    assert min(restoring(20, rounds=2)) > 0


def test_a_folder_is_filled_and_read() -> None:
    size, seconds = recovering(200, 1)
    assert size > 0
    assert len(seconds) == 1


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read on Linux")
def test_an_advance_is_measured_while_another_world_is_read() -> None:
    assert min(crowd("Lahza", 200)) > 0


def test_the_tests_that_are_measured_pass() -> None:
    assert set(run_tests(ROOT, 2, 2)) == {"test_bare", "test_empty", "test_day"}
    assert weathered(3) > 0


def test_the_page_shows_every_row_and_asks_why_one_falls_short(tmp_path: Path) -> None:
    measured: Mapping[str, Spread] = {"start": Spread(1, 2, 3), "reset": Spread(0.1, 0.2, 0.3)}
    curves = {"one": [(100, 10.0), (1000, 20.0)], "other": [(100, 500.0)]}
    write(tmp_path, measured, curves, "abc")
    text = (tmp_path / "performance.md").read_text("utf-8")

    for row in WANTED.values():
        assert f"\n| {row.what}" in text
    assert "| ≤ 0.9 | 1.00 | **2.00** | 3.00 |" in text
    assert f"**{row_of('start').what}**: " in text
    assert f"**{row_of('reset').what}**: " not in text
    assert "<polyline" in (tmp_path / "performance.svg").read_text("utf-8")
