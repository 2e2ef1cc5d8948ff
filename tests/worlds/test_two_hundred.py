"""Two hundred tests that share one server, each in a world of its own."""

from pathlib import Path

import pytest

from sandbox.settings import Settings
from tests.kit import serving
from tests.plugin.runs import pytest_in, write

pytestmark = pytest.mark.slow

_CONFTEST = """
import os
import zlib

import pytest

from sandbox.client import Sandbox

ORDER = os.environ["ORDER"]


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: zlib.crc32((ORDER + item.name).encode()))


@pytest.fixture
def sandbox(request):
    number = request.node.callspec.params["n"]
    with Sandbox(os.environ["SANDBOX_URL"], world=f"test-{number}") as sandbox:
        sandbox.reset(mode="frozen", now="2027-01-01T09:00:00Z")
        yield sandbox
"""
_TESTS = """
import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def call(url, path, headers, body=None):
    sent = None if body is None else json.dumps(body).encode()
    headers = {**headers, "Content-Type": "application/json"}
    with urlopen(Request(url + path, sent, headers)) as answer:
        return json.load(answer)


@pytest.mark.parametrize("n", range(200))
def test_alone(sandbox, n):
    '''By turns named by path and by credentials; no two do the same.'''
    base = sandbox.url if n % 2 else sandbox.url.partition("/w/")[0]
    key, token = sandbox.lahza.headers, sandbox.lean.headers
    assert sandbox.clock.advance(minutes=n)["events"] == []
    paid = sandbox.lahza.pay(1000 + n, reference="order-1")
    assert paid["id"] == 1500000000
    body = {"transaction": "order-1", "amount": 100 + n}
    refund = call(base, "/refund", key, body)["data"]
    assert (refund["id"], refund["amount"]) == (3500000, 100 + n)
    payment = sandbox.lean.pay(100 + n)["id"]
    item = {"payment_id": payment, "amount": n + 1, "reason_code": "CUSTOMER_REQUEST"}
    assert call(base, "/payouts/refunds", token, [item])[0]["amount"] == n + 1
    with sandbox.scenario("rate-limited", times=1), pytest.raises(HTTPError, match="429"):
        call(base, "/refund", key)
    sandbox.wait_for(lambda: call(base, "/refund/3500000", key)["data"]["status"] == "processed")
    assert sandbox.clock.now.isoformat() == (
        f"2027-01-02T{9 + n // 60:02}:{n % 60:02}:00+00:00"
    )
    sandbox.requests.assert_called("POST", "/refund", times=1, json=body)
    assert {entry["provider"] for entry in sandbox.requests.all()} == {"lean", "lahza"}
"""


@pytest.mark.parametrize("order", ["first", "second"])
def test_they_pass_in_any_order(tmp_path: Path, order: str) -> None:
    write(tmp_path, conftest=_CONFTEST, test_alone=_TESTS)
    with serving(Settings()) as box:
        run = pytest_in(tmp_path, "-q", "-n", "4", SANDBOX_URL=box.url, ORDER=order)
        worlds = box.admin.get("/worlds").json()["worlds"]

    assert run.code == 0, run.out
    assert "200 passed" in run.last()
    assert len(worlds) == 201
