import requests
import vcr
from shop import HEADERS


def give_back(url):
    refund = {"transaction": "fixture-success", "amount": 100}
    answer = requests.post(f"{url}/refund", json=refund, headers=HEADERS)
    assert answer.status_code == 200


def test_a_refund_arrives(payments_sandbox):
    with vcr.use_cassette("let-through.yaml", ignore_localhost=True):
        give_back(payments_sandbox.url)
        payments_sandbox.clock.advance(days=1)
    payments_sandbox.requests.assert_called("POST", "/refund", times=1)


def test_played_from_a_cassette(payments_sandbox):
    with vcr.use_cassette("played.yaml", record_mode="none"):
        give_back(payments_sandbox.url)
