"""The benchmark's calls do what they are meant to measure."""

from http.client import HTTPConnection

import pytest

from sandbox.server import Server
from sandbox.settings import Settings
from tests.bench.__main__ import senders
from tests.bench.crowd import crowding
from tests.bench.filled import fill
from tests.bench.keeping import restoring
from tests.bench.moving import advancing, deliveries, pending, world
from tests.kit import serving
from tests.receiver import Receiver


def test_the_filled_sandbox_takes_more_of_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    server = Server(Settings(port=0))
    fill(server, 3)
    payment, transaction = capsys.readouterr().out.split()
    store = server.worlds.default.state.store

    assert store.collection("lean.refunds").total("refunded", payment) == 300
    assert store.collection("lahza.refunds").total("refunded", int(transaction)) == 3
    server.stop()
    server.run()


def test_every_call_that_is_measured_succeeds() -> None:
    with serving(Settings()) as box:
        payment, transaction = box.payment(), box.transaction()
        connection = HTTPConnection(box.url.removeprefix("http://"))
        for calls in senders(connection, payment, transaction).values():
            for send in calls.values():
                send()
        connection.close()
        assert box.lahza.get(f"/refund/{transaction}").json()["data"]["amount"] == 1


@pytest.mark.parametrize(("provider", "events"), [("Lean", 9), ("Lahza", 6)])
def test_every_refund_is_brought_to_its_end(provider: str, events: int) -> None:
    """A Lean refund goes with the bank, arrives, and so does the payout that carries it."""
    moved = world()
    pending(moved, provider, 3)
    happened = moved.advance().page(0, 100).events
    ends = {"PROCESSED", "processed"}

    assert len(happened) == events
    assert sum(happening.became in ends for happening in happened) == 3
    assert advancing(provider, 3).sandbox > 0


def test_every_webhook_is_delivered_once_by_each(receiver: Receiver) -> None:
    assert deliveries(receiver.url, 3) > 0
    assert receiver.events == ["refund.processing"] * 9


def test_a_snapshot_is_restored_and_written_to() -> None:
    assert min(restoring(20)) > 0


def test_an_advance_is_measured_while_another_world_is_read() -> None:
    assert crowding("Lahza", 200).wait > 0
