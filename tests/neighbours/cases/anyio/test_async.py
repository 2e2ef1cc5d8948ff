import asyncio
import json

import httpx
import pytest
from shop import HEADERS

pytestmark = pytest.mark.anyio


class Receiver:
    """Webhooks arrive on the loop of the test."""

    def __init__(self):
        self.events = []

    async def hear(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        body = await reader.readexactly(length)
        if head.startswith("post "):
            self.events.append(json.loads(body)["event"])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


async def test_a_refund_arrives(payments_sandbox):
    receiver = Receiver()
    server = await asyncio.start_server(receiver.hear, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    payments_sandbox.webhooks.send_to("lahza", f"http://127.0.0.1:{port}")
    async with server, httpx.AsyncClient(base_url=payments_sandbox.url, headers=HEADERS) as shop:
        refund = {"transaction": "fixture-success", "amount": 100}
        answers = await asyncio.gather(*(shop.post("/refund", json=refund) for _ in range(5)))
        assert {answer.status_code for answer in answers} == {200}
        await asyncio.to_thread(payments_sandbox.clock.advance, days=1)
    assert receiver.events.count("refund.processed") == 5


@pytest.mark.parametrize("run", [1, 2])
async def test_each_begins_anew(payments_sandbox, run):
    assert payments_sandbox.requests.all() == []
    payments_sandbox.clock.advance(days=1)
