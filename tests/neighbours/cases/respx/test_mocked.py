import httpx
from shop import HEADERS


def give_back(url):
    refund = {"transaction": "fixture-success", "amount": 100}
    answer = httpx.post(f"{url}/refund", json=refund, headers=HEADERS)
    assert answer.status_code == 200


def test_let_through(payments_sandbox, respx_mock):
    respx_mock.route(host="127.0.0.1").pass_through()
    respx_mock.get("https://rates.example.com/ils").respond(json={"rate": 3})
    assert httpx.get("https://rates.example.com/ils").json() == {"rate": 3}
    give_back(payments_sandbox.url)
    payments_sandbox.clock.advance(days=1)


def test_kept_from_the_sandbox(payments_sandbox, respx_mock):
    payments_sandbox.clock.advance(days=1)
    give_back(payments_sandbox.url)
