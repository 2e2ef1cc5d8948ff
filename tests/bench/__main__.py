"""Prints the ratios. A ratio above 1 means that the first is the faster."""

import json
import os
import socket
import subprocess
import sys
import time  # noqa: TID251 (this measures real time)
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median

from tests.bench.crowd import crowding
from tests.bench.keeping import restoring, with_the_fixture
from tests.bench.moving import advancing, deliveries

ROUNDS = 15
CALLS = 200
STARTS = 15
ADVANCES = 5
ADVANCED = 10_000
DELIVERED = 1_000
CROWD = 200_000
MANY = 100_000
FEW = 100

Send = Callable[[], None]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(port: int, *command: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    running = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait(10)


def connect(port: int, path: str) -> HTTPConnection:
    """Wait until something answers there."""
    while True:
        connection = HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
            return connection
        except OSError:
            connection.close()
            time.sleep(0.002)


def sender(
    connection: HTTPConnection, method: str, path: str, headers: dict[str, str], body: object = None
) -> Send:
    raw = None if body is None else json.dumps(body)
    sent = {**headers, "Content-Type": "application/json"}

    def send() -> None:
        connection.request(method, path, raw, sent)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{method} {path}: {answer.status} {content!r}")

    return send


def seconds(send: Send) -> float:
    begun = time.perf_counter()
    for _ in range(CALLS):
        send()
    return time.perf_counter() - begun


def ratio(first: Send, second: Send) -> tuple[float, float, float]:
    """How many times as fast the first is: lowest, median and highest of rounds in turn."""
    ratios = []
    seconds(first), seconds(second)
    for _ in range(ROUNDS):
        one, other = seconds(first), seconds(second)
        ratios.append(other / one)
    return min(ratios), median(ratios), max(ratios)


def report(what: str, wanted: str, figures: tuple[float, float, float]) -> None:
    low, middle, high = figures
    print(f"{what:<58} {middle:5.2f}  ({low:.2f} to {high:.2f})  wanted: {wanted}", flush=True)


def started(port: int, path: str, *command: str) -> float:
    begun = time.perf_counter()
    with process(port, *command):
        connect(port, path).close()
        return time.perf_counter() - begun


def starts() -> None:
    ratios = []
    for _ in range(STARTS):
        port = free_port()
        bare = started(port, "/refund/1", "-m", "tests.bench.bare", str(port))
        port = free_port()
        ours = started(port, "/_sandbox/health", "-m", "sandbox", "--port", str(port))
        ratios.append(ours / bare)
    figures = min(ratios), median(ratios), max(ratios)
    report("start to first answer: sandbox / bare Flask", "at most 1.5", figures)


def speed() -> None:
    bare_port, few_port, many_port = free_port(), free_port(), free_port()
    with (
        process(bare_port, "-m", "tests.bench.bare", str(bare_port)),
        process(few_port, "-m", "tests.bench.filled", str(few_port), str(FEW)) as few,
        process(many_port, "-m", "tests.bench.filled", str(many_port), str(MANY)) as many,
    ):
        posts = {}
        for name, port, filled in (("few", few_port, few), ("many", many_port, many)):
            payment, transaction = (filled.stdout.readline() if filled.stdout else "").split()
            connect(port, "/_sandbox/health").close()
            sandbox = HTTPConnection("127.0.0.1", port)
            posts[name] = senders(sandbox, payment, int(transaction))
        bare = connect(bare_port, "/refund/1")
        bare_get = sender(bare, "GET", "/refund/6ab2ec23-b8fb-49af-9f3c-917368121a1d", {})
        bare_post = sender(bare, "POST", "/refund", {}, [{"amount": 1}])
        for name in ("Lean", "Lahza"):
            few_calls, many_calls = posts["few"][name], posts["many"][name]
            get = ratio(few_calls["GET"], bare_get)
            report(f"{name} GET refund: rate against bare Flask", "at least 0.6", get)
            post = ratio(few_calls["POST"], bare_post)
            report(f"{name} POST refund: rate against bare Flask", "at least 0.5", post)
            growth = ratio(few_calls["POST"], many_calls["POST"])
            report(f"{name} POST at 100000 refunds: time against at 100", "at most 1.25", growth)


def senders(
    connection: HTTPConnection, payment: str, transaction: int
) -> dict[str, dict[str, Send]]:
    """What is measured of the sandbox, by provider and method, on one connection."""
    lean = {"lean-app-token": "bench"}
    lahza = {"Authorization": "Bearer sk_test_bench"}
    item = {"payment_id": payment, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}
    connection.request("GET", "/payouts/refunds?size=1", headers=lean)
    refund_id = json.load(connection.getresponse())["content"][0]["refund_id"]
    connection.request("GET", "/refund?perPage=1", headers=lahza)
    number = json.load(connection.getresponse())["data"][0]["id"]
    return {
        "Lean": {
            "GET": sender(connection, "GET", f"/payouts/refunds/{refund_id}", lean),
            "POST": sender(connection, "POST", "/payouts/refunds", lean, [item]),
        },
        "Lahza": {
            "GET": sender(connection, "GET", f"/refund/{number}", lahza),
            "POST": sender(
                connection, "POST", "/refund", lahza, {"transaction": transaction, "amount": 1}
            ),
        },
    }


def moving() -> None:
    for provider in ("Lean", "Lahza"):
        costs = [advancing(provider, ADVANCED) for _ in range(ADVANCES)]
        beyond = [cost.sandbox - cost.bare for cost in costs]
        what = f"{provider} advance: µs an event beyond a bare loop's"
        report(what, "at most 40", (min(beyond), median(beyond), max(beyond)))
        own, bare = (median(figures) for figures in zip(*costs, strict=True))
        print(f"  {own:.1f} µs against {bare:.1f} µs, {own / bare:.0f} times as much")
    with process(0, "-m", "tests.bench.sink") as sink:
        port = int(sink.stdout.readline() if sink.stdout else 0)
        rates = [deliveries(f"http://127.0.0.1:{port}/", DELIVERED) for _ in range(ADVANCES)]
    figures = min(rates), median(rates), max(rates)
    report("webhooks delivered: rate against a session of requests", "at least 1", figures)


def crowd() -> None:
    for provider in ("Lean", "Lahza"):
        memory, wait = crowding(provider, CROWD)
        what = f"{provider} advance of {CROWD} refunds"
        report(f"{what}: KiB a refund", "below 2", (memory, memory, memory))
        report(f"{what}: ms another world waits", "at most 250", (wait, wait, wait))


def keeping() -> None:
    restores = [restoring(MANY) for _ in range(ADVANCES)]
    costs = [restore.sandbox for restore in restores]
    what = f"snapshot of {MANY} refunds: ms to restore it and write once"
    report(what, "at most 50", (min(costs), median(costs), max(costs)))
    print(f"  a copy of a bare dict of as many: {median(r.bare for r in restores):.1f} ms")
    longer = [with_the_fixture() for _ in range(ADVANCES)]
    figures = min(longer), median(longer), max(longer)
    report("pytest: seconds longer with the fixture", "below 0.5", figures)


if __name__ == "__main__":
    starts()
    speed()
    moving()
    crowd()
    keeping()
