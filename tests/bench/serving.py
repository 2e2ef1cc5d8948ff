"""Speed through sockets: of a sandbox that serves, side by side with others that do."""

import sys
import time  # noqa: TID251 (this measures real time)
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.bench.against import KEY, charged, last_build, localstripe, localstripe_command
from tests.bench.client import (
    ROOT,
    Connection,
    Load,
    free_port,
    process,
    python,
    ratios,
    request,
    tell,
    told,
    wait_until_it_answers,
)
from tests.bench.figures import Figure, spread

ROUNDS = 11
CALLS = 500
POSTS = 15
"""Of localstripe, which is slow at it."""
STARTS = 15
REFUNDS = 1000
LEAN = {"lean-app-token": "bench"}
LAHZA = {"Authorization": "Bearer sk_test_bench"}


class Calls(NamedTuple):
    """What is measured of a server, as it goes over the wire."""

    get: bytes
    post: bytes


def calls_of(connection: Connection) -> Mapping[str, Calls]:
    """Pay by each provider, give some of it back, and how to do more of that, by provider."""
    payment = connection.json("POST", "/_sandbox/lean/payments", {}, {"amount": 10**9})["id"]
    transaction = connection.json("POST", "/_sandbox/lahza/transactions", {}, {"amount": 10**9})
    return _calls(connection, payment, transaction["id"])


def _calls(connection: Connection, payment: str, transaction: int) -> Mapping[str, Calls]:
    item = {"payment_id": payment, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}
    wanted = {"transaction": transaction, "amount": 1}
    (lean,) = connection.json("POST", "/payouts/refunds", LEAN, [item])
    lahza = connection.json("POST", "/refund", LAHZA, wanted)["data"]
    return {
        "lahza": Calls(
            request("GET", f"/refund/{lahza['id']}", LAHZA),
            request("POST", "/refund", LAHZA, wanted),
        ),
        "lean": Calls(
            request("GET", f"/payouts/refunds/{lean['refund_id']}", LEAN),
            request("POST", "/payouts/refunds", LEAN, [item]),
        ),
    }


def calls_of_localstripe(connection: Connection) -> Calls:
    """The same of localstripe."""
    refund = {"charge": charged(connection), "amount": 1}
    made = connection.json("POST", "/v1/refunds", KEY, refund)["id"]
    return Calls(
        request("GET", f"/v1/refunds/{made}", KEY), request("POST", "/v1/refunds", KEY, refund)
    )


def _sandbox(stack: ExitStack, home: Path = ROOT) -> int:
    port = free_port()
    stack.enter_context(python("sandbox", "--port", str(port), home=home))
    wait_until_it_answers(port, "/_sandbox/health")
    return port


def serving() -> Iterator[Figure]:
    """GET and POST against localstripe."""
    with ExitStack() as stack:
        theirs = stack.enter_context(localstripe())
        ours = _sandbox(stack)
        with Connection(ours) as connection:
            own = calls_of(connection)
        with Connection(theirs) as connection:
            other = calls_of_localstripe(connection)
        for connections in (1, 8):
            for provider, calls in own.items():
                with (
                    Load(ours, calls.get, connections=connections) as first,
                    Load(theirs, other.get, connections=connections) as second,
                ):
                    both = partial(first.rate, CALLS), partial(second.rate, CALLS)
                    yield (
                        f"serve.get.{provider}.{connections}",
                        spread(ratios(*both, rounds=ROUNDS)),
                    )
        with Load(theirs, other.post) as second:
            second.rate(REFUNDS)
            for provider, calls in own.items():
                with Load(ours, calls.post) as first:
                    first.rate(REFUNDS)
                    both = partial(first.rate, CALLS), partial(second.rate, POSTS)
                    yield f"serve.post.{provider}", spread(ratios(*both, rounds=ROUNDS))


def posting() -> Iterator[Figure]:
    """POST against the last build."""
    with ExitStack() as stack:
        new, old = _sandbox(stack), _sandbox(stack, last_build())
        with Connection(new) as connection:
            ours = calls_of(connection)
        with Connection(old) as connection:
            theirs = calls_of(connection)
        for provider in ours:
            with (
                Load(new, ours[provider].post) as first,
                Load(old, theirs[provider].post) as second,
            ):
                both = partial(first.rate, CALLS), partial(second.rate, CALLS)
                yield f"last.post.{provider}", spread(ratios(*both, rounds=ROUNDS))


def starting() -> Iterator[Figure]:
    """From start to first answer, against a bare Flask app and against localstripe."""
    command = localstripe_command()

    script = str(Path(sys.executable).with_name("refund-sandbox"))  # as the other one's is

    def sandbox() -> float:
        port = free_port()
        return _started(port, "/_sandbox/health", script, "--port", str(port))

    def flask() -> float:
        port = free_port()
        bare = (sys.executable, "-m", "tests.bench.bare", str(port))
        return _started(port, "/refund/1", *bare)

    def other() -> float:
        port = free_port()
        return _started(port, "/v1/refunds", command, "--from-scratch", "--port", str(port))

    for each in (sandbox, flask, other):
        each()
    rounds = [(sandbox(), flask(), other()) for _ in range(STARTS)]
    yield "start", spread(own / theirs for own, _, theirs in rounds)
    yield "start.bare", spread(own / bare for own, bare, _ in rounds)
    yield "start.ms", spread(own * 1e3 for own, _, _ in rounds)


def _started(port: int, path: str, *command: str) -> float:
    begun = time.perf_counter()
    with process(*command):
        wait_until_it_answers(port, path)
        return time.perf_counter() - begun


Curve = list[tuple[int, float]]
"""Numbers of refunds, and answers a second with so many."""

SIZES = (100, 1000, 10_000, 100_000)
THEIR_SIZES = (100, 300, 1000, 2000)
"""Of localstripe: with more, filling it would take minutes."""


def curves() -> Mapping[str, Curve]:
    """Rates of GET and POST (Lahza's, and localstripe's) over the number of refunds."""
    drawn: dict[str, Curve] = {
        f"{name}, {method}": []
        for name in ("sandbox", "localstripe 1.15.10")
        for method in ("GET", "POST")
    }
    with python("tests.bench.filled") as filled:
        port = int(told(filled))
        for size in SIZES:
            payment, transaction, *_ = tell(filled, str(size)).split()
            with Connection(port) as connection:
                calls = _calls(connection, payment, int(transaction))["lahza"]
            _draw(drawn, "sandbox", port, calls, size, CALLS)
    with localstripe() as port, Connection(port) as connection:
        calls, made = calls_of_localstripe(connection), 1
        for size in THEIR_SIZES:
            with Load(port, calls.post) as load:
                load.rate(size - made)
            made = size + _draw(drawn, "localstripe 1.15.10", port, calls, size, POSTS)
    return drawn


def _draw(
    drawn: dict[str, Curve], name: str, port: int, calls: Calls, size: int, posts: int
) -> int:
    """Add a point to each of a server's curves: the best of three; how many refunds that made."""
    posts = min(posts, size // 4)  # so that there are not many more afterwards
    for method, wanted, count in (("GET", calls.get, CALLS), ("POST", calls.post, posts)):
        with Load(port, wanted) as load:
            drawn[f"{name}, {method}"].append((size, max(load.rate(count) for _ in range(3))))
    return 3 * posts
