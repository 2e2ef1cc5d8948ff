import pytest


@pytest.mark.timeout(1, func_only=True)
def test_that_never_ends(payments_sandbox):
    while True:
        payments_sandbox.clock.advance(seconds=1)


def test_the_next_begins_anew(payments_sandbox):
    assert payments_sandbox.clock.now.isoformat() == "2027-01-01T09:00:00+00:00"
    payments_sandbox.clock.advance(days=1)
