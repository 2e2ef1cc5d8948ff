import gevent
from shop import give_back, status


def test_five_at_once(payments_sandbox):
    jobs = [gevent.spawn(give_back, payments_sandbox.url, 100) for _ in range(5)]
    gevent.joinall(jobs, timeout=20)
    assert sorted(job.value for job in jobs) == list(range(3500000, 3500005))


def test_time_and_webhooks(payments_sandbox):
    heard = []
    payments_sandbox.webhooks.send_to("lahza", heard.append)
    refund = give_back(payments_sandbox.url)
    payments_sandbox.clock.advance(days=1)
    assert len(heard) == 3
    payments_sandbox.clock.run(rate=1_000_000)
    payments_sandbox.wait_for(lambda: status(payments_sandbox.url, refund) == "processed")
