import requests
from shop import HEADERS, give_back, status


def test_by_the_standard_library(payments_sandbox):
    refund = give_back(payments_sandbox.url)
    payments_sandbox.clock.advance(days=1)
    assert status(payments_sandbox.url, refund) == "processed"


def test_by_requests(payments_sandbox):
    payments_sandbox.clock.advance(days=1)
    refund = {"transaction": "fixture-success", "amount": 100}
    answer = requests.post(f"{payments_sandbox.url}/refund", json=refund, headers=HEADERS)
    assert answer.status_code == 200
