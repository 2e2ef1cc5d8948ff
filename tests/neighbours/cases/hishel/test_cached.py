import hishel.httpx
from shop import HEADERS


def follow(sandbox, **options):
    """The status of a refund at once, and a day later."""
    url = sandbox.url
    with hishel.httpx.CacheClient(headers=HEADERS, base_url=url, **options) as shop:
        refund = {"transaction": "fixture-success", "amount": 100}
        made = shop.post("/refund", json=refund).json()["data"]["id"]
        seen = []
        for _ in range(2):
            seen.append(shop.get(f"/refund/{made}").json()["data"]["status"])
            sandbox.clock.advance(days=1)
        return seen


def test_by_the_rules_of_http_no_status_is_kept(payments_sandbox):
    assert follow(payments_sandbox, rfc=True) == ["pending", "processed"]


def test_a_cached_status_stays_as_it_was(payments_sandbox):
    assert follow(payments_sandbox) == ["pending", "pending"]
