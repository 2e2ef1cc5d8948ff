"""`GET /banks/v1`: the mock banks."""

import pytest

from tests.kit import Box
from tests.lean.calls import NEW

ALL = ["LEAN_OF_RETAIL_UAE", "LEANMB1", "LEAN_SME_MB1_UAE"]


@pytest.mark.parametrize(
    ("query", "identifiers"),
    [
        ("", ALL),
        ("?account_types=", ALL),
        ("?account_types=PERSONAL", ALL[:2]),
        ("?account_types=BUSINESS", ALL[2:]),
        ("?account_types=PERSONAL,BUSINESS", ALL),
        ("?account_types=PERSONAL&account_types=BUSINESS", ALL),
        ("?country_codes=ARE", ALL),
        ("?country_codes=SAU", []),
        ("?country_codes=SAU,ARE", ALL),
        ("?bank_type=SME", ALL[2:]),
        ("?bank_type=PRIVATE", []),
        ("?connection_types=OPEN_BANKING", ALL[:1]),
        (f"?customer_id={NEW}", ALL),
    ],
)
def test_banks_are_those_that_each_filter_leaves(
    box: Box, query: str, identifiers: list[str]
) -> None:
    banks = box.lean.get(f"/banks/v1/{query}").json()

    assert [bank["identifier"] for bank in banks] == identifiers
    assert all(bank["mock"] and bank["active"] for bank in banks)


def test_a_bank_has_the_keys_that_were_recorded(box: Box) -> None:
    (bank,) = box.lean.get("/banks/v1?account_types=BUSINESS").json()

    assert list(bank)[-10:] == [
        "supported_account_types",
        "supported_account_sub_types",
        "bank_type",
        "swift_code",
        "transfer_limits",
        "international_transfer_limits",
        "international_destinations",
        "account_type",
        "connection_type",
        "availability",
    ]
    assert bank["transfer_limits"] == [{"currency": "AED", "min": 5, "max": 50000}]
    assert (bank["arabic_name"], bank["commercial_name_arabic"]) == (None, None)
    assert bank["connection_type"] == "REVERSE_ENGINEERED"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("account_types", value)
            for value in ("CURRENT", "personal", "PERSONAL,X", "%00", "%ff")
        ),
        ("country_codes", "AE"),
        ("bank_type", "retail"),
        ("connection_types", "-"),
        ("customer_id", "me"),
    ],
)
def test_a_filter_that_is_none(box: Box, name: str, value: str) -> None:
    answer = box.lean.get(f"/banks/v1?{name}={value}")

    assert (answer.status_code, answer.json()["status"]) == (400, "INVALID_PARAMETERS")
    assert f"field: {name}, value: " in answer.json()["message"]
