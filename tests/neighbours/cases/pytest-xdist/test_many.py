import os

import pytest
from shop import give_back, status


@pytest.mark.parametrize("run", range(8))
def test_each_worker_has_a_server_of_its_own(payments_sandbox, run):
    assert os.environ["PYTEST_XDIST_WORKER"] in ("gw0", "gw1")
    assert give_back(payments_sandbox.url) == 3500000
    payments_sandbox.clock.advance(days=1)
    assert status(payments_sandbox.url, 3500000) == "processed"
