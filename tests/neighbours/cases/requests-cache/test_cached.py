import requests_cache
from shop import HEADERS


def follow(sandbox, shop):
    """The status of a refund at once, and a day later."""
    refund = {"transaction": "fixture-success", "amount": 100}
    made = shop.post(f"{sandbox.url}/refund", json=refund, headers=HEADERS).json()["data"]["id"]
    seen = []
    for _ in range(2):
        answer = shop.get(f"{sandbox.url}/refund/{made}", headers=HEADERS)
        seen.append(answer.json()["data"]["status"])
        sandbox.clock.advance(days=1)
    return seen


def test_the_sandbox_is_not_cached(payments_sandbox):
    never = {"127.0.0.1": requests_cache.DO_NOT_CACHE, "*": 360}
    shop = requests_cache.CachedSession(backend="memory", urls_expire_after=never)
    assert follow(payments_sandbox, shop) == ["pending", "processed"]


def test_a_cached_status_stays_as_it_was(payments_sandbox):
    shop = requests_cache.CachedSession(backend="memory")
    assert follow(payments_sandbox, shop) == ["pending", "pending"]
