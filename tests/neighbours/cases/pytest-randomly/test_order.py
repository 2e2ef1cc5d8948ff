import pytest
from shop import give_back


@pytest.mark.parametrize("run", range(6))
def test_ids_are_the_same_in_any_order(payments_sandbox, run):
    assert give_back(payments_sandbox.url) == 3500000
    assert payments_sandbox.lahza.pay()["id"] == 1500000000
