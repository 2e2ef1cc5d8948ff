import asyncio

import niquests
from shop import HEADERS

REFUND = {"transaction": "fixture-success", "amount": 100}


def test_a_refund_arrives(payments_sandbox):
    with niquests.Session(base_url=payments_sandbox.url, headers=HEADERS) as shop:
        made = shop.post("/refund", json=REFUND).json()["data"]["id"]
        payments_sandbox.clock.advance(days=1)
        assert shop.get(f"/refund/{made}").json()["data"]["status"] == "processed"


def test_five_at_once(payments_sandbox):
    async def give_back():
        async with niquests.AsyncSession(headers=HEADERS) as shop:
            url = f"{payments_sandbox.url}/refund"
            answers = [shop.post(url, json=REFUND) for _ in range(5)]
            return [answer.status_code for answer in await asyncio.gather(*answers)]

    assert asyncio.run(give_back()) == [200] * 5
