import pytest
import requests
from shop import HEADERS


@pytest.mark.vcr
def test_a_refund_arrives(payments_sandbox):
    refund = {"transaction": "fixture-success", "amount": 100}
    answer = requests.post(f"{payments_sandbox.url}/refund", json=refund, headers=HEADERS)
    assert answer.status_code == 200
    payments_sandbox.clock.advance(days=1)
    payments_sandbox.requests.assert_called("POST", "/refund", times=1)
