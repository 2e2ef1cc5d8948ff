"""A server is killed at random moments: what was answered is there, and nothing half done."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from random import Random  # noqa: TID251
from typing import Any

import pytest

from sandbox.engine.keeping.file import NAME
from sandbox.engine.webhooks.outbox import CUT_SHORT
from tests.conftest import ROOT
from tests.data.load import LAHZA, SHARED, Client, Load
from tests.receiver import Receiver

WORLDS = (*SHARED, "alone-0", "alone-1")
OF_A_FOLDER = 25
"""Kills, so that worlds do not grow for ever."""


def _begin(folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--clock", "frozen"]
    command += ["--now", "2027-01-01T09:00:00Z", "--data", str(folder), "--worlds", "2000"]
    environment = {**os.environ, "SANDBOX_QUIET": "on", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


@contextmanager
def serving(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A server in a process of its own, and its port; it is killed at the end, if not before."""
    process = _begin(folder)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "127.0.0.1:" in line, line
        yield process, int(line.split("127.0.0.1:")[1].split()[0])
    finally:
        _kill(process)


def _kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


@pytest.mark.slow
def test_whatever_was_answered_outlives_a_kill(
    tmp_path: Path, receiver: Receiver, request: pytest.FixtureRequest, property_seed: int
) -> None:
    random, kills = Random(property_seed), request.config.getoption("--kills")
    print(f"the seed is {property_seed}")
    for first in range(0, kills, OF_A_FOLDER):
        receiver.received.clear()
        many = min(OF_A_FOLDER, kills - first)
        _outlive_kills(tmp_path / str(first), many, receiver, random)


def _outlive_kills(folder: Path, kills: int, receiver: Receiver, random: Random) -> None:
    load: Load | None = None
    gone: set[str] = set()
    for run in range(kills):
        if run % 4 == 3:
            _kill_in_recovery(folder, random)
        with serving(folder) as (process, port):
            for world in WORLDS:
                with closing(Client(port, world)) as client:
                    client.call(
                        "PUT", "/_sandbox/webhooks/lean", {"url": f"{receiver.url}/{world}"}
                    )
            if load is not None:
                _check(port, load, receiver, gone)
            load = Load(port, random, run)
            with load.running():
                load.wait_for(random.randint(20, 300))
                if run % 4 == 1:
                    load.wait_for_a_snapshot()
                _kill(process)
            gone |= load.removed
    assert load is not None
    with serving(folder) as (_, port):
        _check(port, load, receiver, gone)


def _kill_in_recovery(folder: Path, random: Random) -> None:
    """Kill a server that is reading what another one left, whose log is still to be played."""
    process = _begin(folder)
    opened = [f"/proc/{process.pid}/fd", str(folder / NAME)]
    for _ in range(2000):
        if process.poll() is not None or _has_open(*opened):
            break
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.005)
    with suppress(subprocess.TimeoutExpired):
        process.wait(random.uniform(0, 0.1))
    _kill(process)


def _has_open(descriptors: str, path: str) -> bool:
    with suppress(OSError):
        return any(os.readlink(f"{descriptors}/{n}") == path for n in os.listdir(descriptors))
    return False


def _check(port: int, load: Load, receiver: Receiver, gone: set[str]) -> None:
    with closing(Client(port, "default")) as client:
        listed = client.call("GET", "/_sandbox/worlds")["worlds"]
    worlds = {world["name"] for world in listed}
    assert load.made - load.removed - load.in_doubt <= worlds
    assert not (gone | load.removed) & worlds
    for world in SHARED:
        with closing(Client(port, world)) as client:
            rows = _refunds(client)
            there = {row["refund_id"]: row for row in rows}
            assert load.refunds[world].keys() <= there.keys()
            assert all(there[name]["status"] != "CREATED" for name in load.approved[world])
            _is_coherent(client, rows)
            _none_is_forgotten(client, receiver)
    for world, either in load.alone.items():
        with closing(Client(port, world)) as client:
            rows = _refunds(client)
            names = sorted(row["refund_id"] for row in rows)
            *lists, last = either
            if len(last) == 1 and "." in last[0]:  # a call that was not answered
                batch = [row["refund_id"] for row in rows if row["description"] == last[0]]
                assert len(batch) in (0, 3)
                assert sorted(set(names) - set(batch)) == lists[0]
            else:
                assert names in either
            _is_coherent(client, rows)


def _refunds(client: Client) -> list[Any]:
    rows: list[Any] = []
    for page in range(100):
        more = client.call("GET", f"/payouts/refunds?size=1000&page={page}")["content"]
        rows += more
        if len(more) < 1000:
            break
    return rows


def _is_coherent(client: Client, rows: list[Any]) -> None:
    """Calls are there as a whole, and totals are what their parts add up to."""
    of_load = [row for row in rows if "." in (row["description"] or "")]
    assert set(Counter(row["description"] for row in of_load).values()) <= {3}
    refunded: dict[str, int] = defaultdict(int)
    for row in rows:
        refunded[row["payment_id"]] += round(row["amount"])
    for payment in sorted({row["payment_id"] for row in of_load})[:3]:
        item, left = {"payment_id": payment, "reason_code": "CUSTOMER_REQUEST"}, 100
        left -= refunded[payment]  # the rule, which asks the running total, says the same
        client.call("POST", "/payouts/refunds", [{**item, "amount": left + 1}], 400)
        if left:
            client.call("POST", "/payouts/refunds", [{**item, "amount": left}], 201)
    clock = client.call("GET", "/_sandbox/clock")
    assert clock["due"] >= sum(row["status"] in ("CONFIRMED", "APPROVED") for row in of_load)


def _none_is_forgotten(client: Client, receiver: Receiver) -> None:
    """No webhook that was answered with 200 has failed, or is unknown; some were sent again."""
    before = _heard(receiver, client.world)
    deliveries = client.call("GET", "/_sandbox/webhooks/deliveries?limit=1000")["deliveries"]
    after = _heard(receiver, client.world)
    numbers = [each["id"] for each in deliveries]
    assert [b - a for a, b in pairwise(sorted(numbers))] == [1] * (len(numbers) - 1)
    for each in deliveries:
        event = each["body"]["event_id"]
        cut = sum(attempt["error"] == CUT_SHORT for attempt in each["attempts"])
        if before[event]:
            assert each["status"] in ("delivered", "pending"), each
            assert before[event] <= 1 + cut, each
        assert each["status"] != "delivered" or after[event], each


def _heard(receiver: Receiver, world: str) -> Counter[str]:
    """The events of a world that have come whole, each as often as it has."""
    calls = receiver.received.copy()
    posts = [each for each in calls if each.method == "POST" and each.path.endswith(f"/{world}")]
    whole = [each for each in posts if len(each.body) == int(each.headers["content-length"])]
    return Counter(received.json["event_id"] for received in whole)


@pytest.mark.slow
def test_what_a_read_has_counted_outlives_a_kill(tmp_path: Path) -> None:
    path, seen = "/_sandbox/scenarios", []
    for run in range(2):
        with serving(tmp_path) as (_, port), closing(Client(port, "default")) as client:
            if run == 0:
                transaction = client.call("POST", "/_sandbox/lahza/transactions", {})["id"]
                client.call("PUT", f"{path}/fully-refunded")
                for _ in range(3):
                    client.call("GET", f"/transaction/{transaction}", status=200, headers=LAHZA)
            scenarios = client.call("GET", path)["scenarios"]
            seen.append({each["name"]: each["acted"] for each in scenarios if each["acted"]})
    assert seen == [{"fully-refunded": 3}] * 2
