"""What clients in the field send besides what Lahza's reference shows, and must go on working."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.kit import Box
from tests.lahza.calls import SUCCESS, queued, refused, rows, seen

READS = [
    "/refund",
    "/refund/3018201",
    "/refund?reference=fixture-refund-open&perPage=2",
    "/transaction",
    f"/transaction/{SUCCESS}",
    "/transaction/verify/fixture-success",
]
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("name", ["amount", "currency", "customer_note", "merchant_note"])
def test_null_is_as_if_absent(box: Box, name: str) -> None:
    without = queued(box, box.transaction(reference="a"))
    with_null = queued(box, box.transaction(reference="a", domain="test") if False else "b", **{})
    assert without == with_null, name
