import asyncio

import aiohttp
from aiohttp import web
from shop import HEADERS

REFUND = {"transaction": "fixture-success", "amount": 100}


def test_a_refund_arrives_and_the_app_hears_of_it(payments_sandbox):
    events = []

    async def hear(request):
        events.append((await request.json())["event"])
        return web.Response()

    async def give_back():
        app = web.Application()
        app.router.add_post("/webhooks", hear)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0]
        payments_sandbox.webhooks.send_to("lahza", f"http://{host}:{port}/webhooks")
        async with aiohttp.ClientSession(payments_sandbox.url, headers=HEADERS) as shop:
            async with shop.post("/refund", json=REFUND) as answer:
                assert answer.status == 200
            await asyncio.to_thread(payments_sandbox.clock.advance, days=1)
        await runner.cleanup()

    asyncio.run(give_back())
    assert events == ["refund.pending", "refund.processing", "refund.processed"]
