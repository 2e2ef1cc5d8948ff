import pytest
from shop import give_back, status


def test_a_refund_arrives(payments_sandbox):
    heard = []
    payments_sandbox.webhooks.send_to("lahza", heard.append)
    refund = give_back(payments_sandbox.url)
    payments_sandbox.wait_for(lambda: status(payments_sandbox.url, refund) == "processed")
    assert [each.event for each in heard][-1] == "refund.processed"
    payments_sandbox.requests.assert_called("POST", "/refund", times=1, json={"amount": 2000})


@pytest.mark.scenario("refund-fails", transaction="lahza.transactions.success")
def test_a_refund_fails(payments_sandbox):
    refund = give_back(payments_sandbox.url)
    payments_sandbox.clock.advance(days=1)
    assert status(payments_sandbox.url, refund) == "failed"


@pytest.mark.scenario("answer-lost", how="each", times=1, delay="50ms")
def test_an_answer_is_lost(payments_sandbox):
    with pytest.raises(OSError):  # noqa: PT011 (each way has its own)
        give_back(payments_sandbox.url)


def test_a_bank_and_the_documents(payments_sandbox, tmp_path):
    payment = payments_sandbox.lean.pay(100, "AED")
    assert payment["status"] == "ACCEPTED_BY_BANK"
    payments_sandbox.story(file=tmp_path / "story.svg")
    for name in ("lean", "lahza", "admin"):
        assert payments_sandbox.call("GET", "openapi", f"{name}.json")["openapi"] == "3.1.0"
