"""The sandbox, with a number of refunds of one Lean payment and one Lahza transaction made."""

import sys

from sandbox.engine.provider.rules import Call
from sandbox.lahza import payer as lahza_payer
from sandbox.lahza import refunds as lahza_refunds
from sandbox.lean import payer
from sandbox.lean import refunds as lean_refunds
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


def lean_refunds_of(call: Call, payment_id: str, count: int, status: str) -> None:
    item = {**ITEM, "payment_id": payment_id, "status": status}
    for _ in range(count):
        lean_refunds.create(call, [item], None, None)


def lahza_refunds_of(call: Call, transaction: int, count: int) -> None:
    for _ in range(count):
        lahza_refunds.create(call, "test", {**REFUND, "transaction": str(transaction)})


def fill(server: Server, count: int) -> None:
    call = Call(server.worlds.default.state)
    payment = payer.pay(call, PAYMENT)
    transaction = lahza_payer.pay(call, PAYMENT)
    lean_refunds_of(call, payment["id"], count, "CREATED")
    lahza_refunds_of(call, transaction["id"], count)
    print(payment["id"], transaction["id"], flush=True)


if __name__ == "__main__":
    server = Server(Settings(port=int(sys.argv[1])))
    fill(server, int(sys.argv[2]))
    server.run()
