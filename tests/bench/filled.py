"""Worlds with refunds in them: all that the benchmark does with the inside of the sandbox.

As a program: serves on a port, and makes refunds until there are as many of each provider as each
line that it is sent says; then it prints the payment and the transaction that they are of.
"""

import gc
import sys
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Flask

from sandbox.app import create_app
from sandbox.engine.provider.rules import Call
from sandbox.engine.time.clock import Start
from sandbox.engine.values.instants import HOUR, MILLISECOND, parse_instant
from sandbox.engine.webhooks.endpoints import Address
from sandbox.engine.worlds.world import World
from sandbox.lahza import payer as lahza_payer
from sandbox.lahza import refunds as lahza_refunds
from sandbox.lean import payer
from sandbox.lean import refunds as lean_refunds
from sandbox.runtime_tuning import keep_short
from sandbox.server import Server
from sandbox.settings import Settings

MAJOR = 10**9
PAYMENT = {"amount": MAJOR * 100}
ITEM = {
    "amount": 1,
    "reason_code": "CUSTOMER_REQUEST",
    "currency": None,
    "description": None,
    "external_reference": None,
    "status": "CREATED",
    "beneficiary": None,
}
REFUND = {"amount": 1, "currency": None, "customer_note": None, "merchant_note": None}
NOW = "2027-01-01T09:00:00Z"
FIRST_EVENT = "2027-01-01T09:59:59.999Z"
"""A moment before the first of Lahza's refunds goes on."""
STEP = "1ms"
"""From one refund to the next."""
_FROZEN = Start(now=parse_instant(NOW), mode="frozen")


def frozen_app() -> tuple[Flask, World]:
    """The sandbox, whose clock stands still, and its default world."""
    app = create_app(Settings(start=_FROZEN))
    return app, app.extensions["sandbox.worlds"].default


def frozen_world() -> World:
    """A world whose clock stands still."""
    return frozen_app()[1]


def frozen_server() -> tuple[Server, World]:
    """The same on a free port, with the collector of garbage set as `serve` sets it."""
    server = Server(Settings(port=0, start=_FROZEN))
    settled()
    return server, server.worlds.default


def settled() -> None:
    """Put aside what there is, and keep collections of garbage short, as `serve` does."""
    gc.collect()
    gc.freeze()
    if not gc.callbacks:
        keep_short()


class Filled(NamedTuple):
    """What the refunds are of, and their ids, the oldest first."""

    payment: str
    transaction: int
    lean: list[str]
    lahza: list[int]


def pay(world: World) -> Filled:
    """A payment and a transaction that any number of refunds can be made of."""
    call = Call(world.state)
    return Filled(payer.pay(call, PAYMENT)["id"], lahza_payer.pay(call, PAYMENT)["id"], [], [])


def fill(world: World, filled: Filled, count: int) -> None:
    """Make refunds, each a millisecond after the other, until there are so many of each."""
    call = Call(world.state)
    for _ in range(count - len(filled.lean)):
        filled.lean.append(_lean(call, filled.payment, "CREATED"))
        filled.lahza.append(_lahza(call, filled.transaction))
        world.advance(by=MILLISECOND)


def pending(world: World, provider: str, count: int) -> None:
    """Make refunds that are on their way to the end, all at one moment."""
    filled, call = pay(world), Call(world.state)
    for _ in range(count):
        if provider == "Lean":
            _lean(call, filled.payment, "APPROVED")
        else:
            _lahza(call, filled.transaction)


def _lean(call: Call, payment: str, status: str) -> str:
    item = {**ITEM, "payment_id": payment, "status": status}
    (refund,) = lean_refunds.create(call, [item], None, None)
    return str(refund["refund_id"])


def _lahza(call: Call, transaction: int) -> int:
    wanted = {**REFUND, "transaction": str(transaction)}
    return int(lahza_refunds.create(call, "test", wanted)[0]["id"])


def refunded(world: World, filled: Filled) -> tuple[int, int]:
    """What has been given back of the payment and of the transaction, in minor units."""
    store = world.state.store
    return (
        store.collection("lean.refunds").total("refunded", filled.payment),
        store.collection("lahza.refunds").total("refunded", filled.transaction),
    )


def advance_to_the_end(world: World) -> int:
    """Let all happen that is to come; how many events that were."""
    return world.advance().count


def send_webhooks(world: World, url: str) -> list[tuple[bytes, dict[str, str]]]:
    """Advance by an hour, with Lahza's webhooks going out; bodies and headers that arrived."""
    world.address(("lahza", "test"), Address(url))
    world.advance(by=HOUR)
    return [
        (d.message.body, d.headers)
        for d in world.state.outbox.deliveries
        if d.status == "delivered"
    ]


def restorer(world: World) -> Callable[[], Any]:
    """Keep the world as it is; what brings it back, and writes to it once."""
    world.take_snapshot("full")

    def restore() -> None:
        world.restore(world.snapshots["full"])
        lahza_payer.pay(Call(world.state), PAYMENT)

    return restore


def _fill_as_told(world: World) -> None:
    filled = pay(world)
    for line in sys.stdin:
        fill(world, filled, int(line))
        gc.collect()
        print(filled.payment, filled.transaction, filled.lean[-1], filled.lahza[-1], flush=True)


if __name__ == "__main__":
    server, world = frozen_server()
    print(server.port, flush=True)
    threading.Thread(target=_fill_as_told, args=[world], daemon=True).start()
    server.run()
