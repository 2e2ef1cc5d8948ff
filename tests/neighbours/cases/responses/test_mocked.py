import requests
import responses
from shop import HEADERS


def give_back(url):
    refund = {"transaction": "fixture-success", "amount": 100}
    answer = requests.post(f"{url}/refund", json=refund, headers=HEADERS)
    assert answer.status_code == 200


@responses.activate
def test_let_through(payments_sandbox):
    responses.add_passthru(payments_sandbox.url)
    responses.get("https://rates.example.com/ils", json={"rate": 3})
    assert requests.get("https://rates.example.com/ils").json() == {"rate": 3}
    give_back(payments_sandbox.url)
    payments_sandbox.clock.advance(days=1)


@responses.activate
def test_kept_from_the_sandbox(payments_sandbox):
    payments_sandbox.clock.advance(days=1)
    give_back(payments_sandbox.url)
