"""What it costs to let refunds go on to their end, and to tell a receiver of it."""

import time  # noqa: TID251 (this measures real time)
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any, NamedTuple

import requests

from sandbox.app import create_app
from sandbox.engine.provider.rules import Call
from sandbox.engine.time.clock import Start
from sandbox.engine.values.instants import HOUR
from sandbox.engine.webhooks.endpoints import Address
from sandbox.engine.worlds.world import World
from sandbox.lahza import payer as lahza_payer
from sandbox.lean import payer
from sandbox.settings import Settings
from tests.bench.filled import PAYMENT, lahza_refunds_of, lean_refunds_of


class Cost(NamedTuple):
    """Of one event, in microseconds: in the sandbox, and in a bare loop of as many steps."""

    sandbox: float
    bare: float


def world() -> World:
    app = create_app(Settings(start=Start(mode="frozen")))
    made: World = app.extensions["sandbox.worlds"].default
    return made


def pending(world: World, provider: str, count: int) -> None:
    """Make refunds that are on their way to the end."""
    call = Call(world.state)
    if provider == "Lean":
        payment = payer.pay(call, PAYMENT)
        lean_refunds_of(call, payment["id"], count, "APPROVED")
    else:
        transaction = lahza_payer.pay(call, PAYMENT)
        lahza_refunds_of(call, transaction["id"], count)


def advancing(provider: str, count: int) -> Cost:
    """The cost of an event of an advance that brings so many refunds to their end."""
    moved = world()
    pending(moved, provider, count)
    begun = time.perf_counter()
    happened = moved.advance().count
    spent = time.perf_counter() - begun
    return Cost(spent / happened * 1e6, bare_loop(count, happened) / happened * 1e6)


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
    moved = world()
    pending(moved, "Lahza", count)
    moved.address(("lahza", "test"), Address(url))
    sandbox = seconds(lambda: moved.advance(by=HOUR))
    sent = [d for d in moved.state.outbox.deliveries if d.status == "delivered"]
    bodies = [(delivery.message.body, delivery.headers) for delivery in sent]
    moved.close()
    with requests.Session() as session:
        session.trust_env = False

        def post() -> None:
            for body, headers in bodies:
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
