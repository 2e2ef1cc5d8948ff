import pytest
from test_cassette import test_a_refund_arrives  # noqa: F401


@pytest.fixture
def vcr_config():
    return {"ignore_localhost": True}
