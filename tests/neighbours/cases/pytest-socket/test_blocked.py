from shop import give_back, status


def test_a_refund_arrives(payments_sandbox):
    refund = give_back(payments_sandbox.url)
    payments_sandbox.clock.advance(days=1)
    assert status(payments_sandbox.url, refund) == "processed"
