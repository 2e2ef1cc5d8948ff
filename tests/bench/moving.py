"""What it costs to let refunds go on to their end, and to tell a receiver of it."""

import time  # noqa: TID251 (this measures real time)
from collections.abc import Callable, Iterator
from contextlib import closing
from heapq import heappop, heappush
from typing import Any

import requests

from tests.bench import filled
from tests.bench.client import python, told
from tests.bench.figures import Figure, spread

ADVANCES = 5
ADVANCED = 10_000
DELIVERED = 1_000


def moving() -> Iterator[Figure]:
    """Advances of each provider's refunds, and webhooks."""
    for provider in ("Lean", "Lahza"):
        costs = [advancing(provider, ADVANCED) for _ in range(ADVANCES)]
        yield f"advance.{provider.lower()}", spread(costs)
    with python("tests.bench.sink") as sink:
        url = f"http://127.0.0.1:{told(sink)}/"
        yield "deliveries", spread(deliveries(url, DELIVERED) for _ in range(ADVANCES))


def advancing(provider: str, count: int) -> float:
    """Microseconds an event of an advance, beyond those of a bare loop of as many steps.

    It brings so many refunds to their end.
    """
    moved = filled.frozen_world()
    filled.pending(moved, provider, count)
    begun = time.perf_counter()
    happened = filled.advance_to_the_end(moved)
    spent = time.perf_counter() - begun
    return (spent - bare_loop(count, happened)) / happened * 1e6


def bare_loop(count: int, steps: int) -> float:
    """Seconds for so many steps of a heap and a dict, each putting a new document in."""
    documents = {str(n): {"id": str(n), "status": 0, "at": 0} for n in range(count)}
    heap = [(0, n, str(n)) for n in range(count)]
    begun = time.perf_counter()
    for step in range(steps):
        at, _, subject = heappop(heap)
        documents[subject] = {**documents[subject], "status": step, "at": at}
        heappush(heap, (at + 1, count + step, subject))
    return time.perf_counter() - begun


def deliveries(url: str, count: int) -> float:
    """Deliveries a second, against a bare session of `requests` that posts the same bodies."""
    sent: list[tuple[bytes, dict[str, str]]] = []
    with closing(filled.frozen_world()) as moved:
        filled.pending(moved, "Lahza", count)
        sandbox = seconds(lambda: sent.extend(filled.send_webhooks(moved, url)))
    with requests.Session() as session:
        session.trust_env = False

        def post() -> None:
            for body, headers in sent:
                session.post(url, data=body, headers=headers)

        post()
        bare = seconds(post)
    if len(sent) != count:
        raise RuntimeError(f"{len(sent)} of {count} were delivered")
    return bare / sandbox


def seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
