import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from freezegun import freeze_time
from shop import give_back, status

FORM = {
    "client_id": "shop",
    "client_secret": "any",
    "grant_type": "client_credentials",
    "scope": "api",
}


def customers(url, token):
    headers = {"Authorization": f"Bearer {token}"}
    with urlopen(Request(f"{url}/customers/v1", None, headers)) as answer:
        return answer.status


@pytest.mark.parametrize("at", ["2020-01-01", "2040-01-01"])
def test_the_worlds_clock_stands_where_it_stood(payments_sandbox, at):
    with freeze_time(at):
        assert payments_sandbox.clock.now.isoformat() == "2027-01-01T09:00:00+00:00"
        refund = give_back(payments_sandbox.url)
        payments_sandbox.wait_for(lambda: status(payments_sandbox.url, refund) == "processed")
    assert payments_sandbox.clock.now.isoformat() == "2027-01-02T09:00:00+00:00"


@pytest.mark.parametrize("at", ["2020-01-01", "2040-01-01"])
def test_a_token_holds(payments_sandbox, at):
    with freeze_time(at):
        with urlopen(f"{payments_sandbox.url}/oauth2/token", urlencode(FORM).encode()) as answer:
            token = json.load(answer)["access_token"]
        assert customers(payments_sandbox.url, token) == 200


def test_a_clock_that_runs_goes_on(payments_sandbox):
    payments_sandbox.clock.run(rate=1_000_000)
    at = "2020-01-01"
    with freeze_time(at):
        refund = give_back(payments_sandbox.url)
        payments_sandbox.wait_for(lambda: status(payments_sandbox.url, refund) == "processed")
    assert payments_sandbox.clock.now.year == 2027
