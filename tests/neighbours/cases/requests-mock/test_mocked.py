import re

import requests
from requests_mock import ANY
from shop import HEADERS


def give_back(url):
    refund = {"transaction": "fixture-success", "amount": 100}
    answer = requests.post(f"{url}/refund", json=refund, headers=HEADERS)
    assert answer.status_code == 200


def test_let_through(payments_sandbox, requests_mock):
    requests_mock.register_uri(ANY, re.compile(payments_sandbox.url), real_http=True)
    requests_mock.get("https://rates.example.com/ils", json={"rate": 3})
    assert requests.get("https://rates.example.com/ils").json() == {"rate": 3}
    give_back(payments_sandbox.url)
    payments_sandbox.clock.advance(days=1)


def test_kept_from_the_sandbox(payments_sandbox, requests_mock):
    payments_sandbox.clock.advance(days=1)
    give_back(payments_sandbox.url)
