"""`GET /banks/v1`: the mock banks."""

import pytest

from tests.kit import Box

ALL = ["LEAN_OF_RETAIL_UAE", "LEANMB1", "LEAN_SME_MB1_UAE"]


@pytest.mark.parametrize(
    ("query", "identifiers"),
    [
        ("", ALL),
        ("?account_types=", ALL),
        ("?account_types=CURRENT", ALL),
        ("?account_types=SAVINGS", ALL[:2]),
        ("?account_types=SAVINGS,CREDIT", ALL[:2]),
        ("?account_types=SAVINGS,CURRENT", ALL),
        ("?account_types=SAVINGS&account_types=CURRENT", ALL),
    ],
)
def test_banks_by_the_accounts_that_they_have(box: Box, query: str, identifiers: list[str]) -> None:
    banks = box.lean.get(f"/banks/v1/{query}").json()

    assert [bank["identifier"] for bank in banks] == identifiers
    assert all(bank["mock"] and bank["active"] for bank in banks)


@pytest.mark.parametrize("query", ["LOAN", "current", "CURRENT,LOAN", "%00", "%ff"])
def test_a_type_that_is_none(box: Box, query: str) -> None:
    answer = box.lean.get(f"/banks/v1?account_types={query}")

    assert (answer.status_code, answer.json()["status"]) == (400, "INVALID_PARAMETERS")
    assert "field: account_types, value: " in answer.json()["message"]
