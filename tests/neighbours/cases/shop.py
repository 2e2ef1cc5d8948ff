"""The code under test of most cases: it needs nothing but the standard library."""

import json
from urllib.request import Request, urlopen

HEADERS = {"Authorization": "Bearer sk_test_me", "Content-Type": "application/json"}


def call(url, **fields):
    body = json.dumps(fields).encode() if fields else None
    with urlopen(Request(url, body, HEADERS), timeout=20) as answer:
        return json.load(answer)["data"]


def give_back(base_url, amount=2000, order="fixture-success"):
    return call(f"{base_url}/refund", transaction=order, amount=amount)["id"]


def status(base_url, refund):
    return call(f"{base_url}/refund/{refund}")["status"]
