import json
from pathlib import Path

import pytest
import requests
from shop import HEADERS

CLIENT = requests.Session()


def give_back(url):
    refund = {"transaction": "fixture-success", "amount": 100}
    answer = CLIENT.post(f"{url}/refund", json=refund, headers=HEADERS)
    assert answer.status_code == 200
    Path("/receipts").mkdir()
    Path("/receipts/1.json").write_text(answer.text)
    return json.loads(Path("/receipts/1.json").read_text())["data"]["id"]


def test_the_sandbox_first(payments_sandbox, fs):
    assert give_back(payments_sandbox.url) == 3500000
    payments_sandbox.clock.advance(days=1)


def test_the_file_system_first(fs, payments_sandbox):
    heard = []
    payments_sandbox.webhooks.send_to("lahza", heard.append)
    assert give_back(payments_sandbox.url) == 3500000
    payments_sandbox.clock.advance(days=1)
    assert len(heard) == 3


@pytest.mark.scenario("provider-down")
def test_a_scenario(fs, payments_sandbox):
    with pytest.raises(AssertionError):
        give_back(payments_sandbox.url)


def test_a_page_and_a_story(fs, payments_sandbox):
    order = {"amount": 15000, "email": "payer@example.com"}
    url = f"{payments_sandbox.url}/transaction/initialize"
    started = CLIENT.post(url, json=order, headers=HEADERS).json()
    assert "Pay ILS 150.00" in CLIENT.get(started["data"]["authorization_url"]).text
    assert payments_sandbox.story()


def test_what_a_failure_shows(fs, payments_sandbox):
    give_back(payments_sandbox.url)
    raise ZeroDivisionError
