"""Totals, and exports to a file."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
import requests

from tests.kit import Api, Box
from tests.lahza.calls import refused, seen

JSON = {"Content-Type": "application/json"}
SINCE = "from=2026-05-13T11:50:42.625199Z"
"""The moment of the tests' world: fixtures are older."""


def totals(api: Api, query: str = SINCE) -> dict[str, Any]:
    answer = api.get(f"/transaction/totals?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def exported(api: Api, query: str = SINCE) -> requests.Response:
    """The file of an export, fetched without a key."""
    answer = api.get(f"/transaction/export?{query}")
    assert answer.status_code == 200, answer.text
    return requests.get(answer.json()["data"]["path"], timeout=30)


def rows(file: requests.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file.content.decode("utf-8"), newline="")))


def test_totals_count_what_took_money(box: Box) -> None:
    assert totals(box.lahza)["total_transactions"] == 0
    box.transaction(amount=10000)
    box.transaction(amount=2500, status="reversed")
    box.transaction(amount=700, currency="USD")
    box.transaction(amount=1, status="failed")
    box.transaction(amount=1, status="abandoned")
    box.transaction(amount=99, domain="live")

    assert totals(box.lahza) == {
        "total_transactions": 3,
        "total_volume": 13200,
        "total_volume_by_currency": [
            {"currency": "ILS", "amount": 12500},
            {"currency": "USD", "amount": 700},
        ],
        "pending_transfers": 0,
        "pending_transfers_by_currency": [],
    }
    assert totals(box.live)["total_volume"] == 99
    assert totals(box.lahza, f"{SINCE}&amount=700")["total_volume"] == 700
    assert totals(box.lahza, f"{SINCE}&perPage=1&page=2")["total_transactions"] == 3
    assert totals(box.lahza, "from=2026-05-14")["total_transactions"] == 0


def test_an_export_is_a_file_of_what_the_list_shows(box: Box) -> None:
    first = box.transaction(reference="first", email="payer@example.com")
    initialize = {"amount": 15000, "email": "a@example.com", "reference": "second"}
    names = {"first_name": 'ف, "اطمة"\nب', "last_name": "O'Neil"}
    box.lahza.post("/transaction/initialize", {**initialize, **names})
    file = exported(box.lahza)
    second, one = rows(file)

    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (one["id"], one["reference"], one["amount"]) == (str(first), "first", "10000")
    assert (one["status"], one["email"]) == ("success", "payer@example.com")
    assert one["paid_at"] == one["created_at"] == "2026-05-13T11:50:42.625Z"
    assert (second["reference"], second["paid_at"]) == ("second", "")
    assert (second["first_name"], second["last_name"]) == (names["first_name"], "O'Neil")
    assert rows(exported(box.lahza, f"{SINCE}&status=abandoned")) == [second]
    assert rows(exported(box.live)) == []


def test_an_export_is_sent_as_a_file_to_save_with_its_values_as_they_are(box: Box) -> None:
    body = {"amount": 15000, "email": "a@example.com", "first_name": "=1+1", "reference": "=x"}
    box.lahza.post("/transaction/initialize", body)
    path = box.lahza.get(f"/transaction/export?{SINCE}").json()["data"]["path"]
    file = box.anyone.get(path.removeprefix(box.url))

    assert file.headers["Content-Disposition"] == f"attachment; filename={path.rpartition('/')[2]}"
    [row] = rows(file)
    assert (row["first_name"], row["reference"]) == ("=1+1", "=x")


def test_an_export_stays_as_it_was_made_and_expires(box: Box) -> None:
    made = box.lahza.get(f"/transaction/export?{SINCE}").json()["data"]
    box.transaction()

    assert made["expiresAt"] == "2026-05-14T11:50:42.625Z"
    assert rows(requests.get(made["path"], timeout=30)) == []
    box.advance("1d")
    gone = requests.get(made["path"], timeout=30)
    assert seen(gone)[0] == 404
    assert gone.json()["status"] is False


def test_the_last_five_exports_are_kept(box: Box) -> None:
    paths = [box.lahza.get("/transaction/export").json()["data"]["path"] for _ in range(6)]
    assert [requests.get(p, timeout=30).status_code for p in paths] == [404] + [200] * 5


def test_an_export_of_over_4_mib_is_refused(box: Box) -> None:
    """A row has what its transaction has, whatever its length."""
    name = {"amount": 100, "email": "a@example.com", "first_name": "ف" * 500_000}
    for n in range(4):
        body = json.dumps({**name, "reference": f"long-{n}"}, ensure_ascii=False).encode()
        assert box.lahza.post("/transaction/initialize", body, headers=JSON).status_code == 200
    assert len(exported(box.lahza, f"{SINCE}&status=abandoned").content) < 4 * 1024 * 1024
    body = json.dumps({**name, "reference": "last"}, ensure_ascii=False).encode()
    assert box.lahza.post("/transaction/initialize", body, headers=JSON).status_code == 200

    message = "Export is too large: choose fewer transactions, by from and to"
    assert seen(box.lahza.get(f"/transaction/export?{SINCE}")) == refused(400, message)
    assert totals(box.lahza)["total_transactions"] == 0


@pytest.mark.parametrize("call", ["totals", "export"])
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("status=paid", "status must be one of success, failed, abandoned, reversed"),
        ("amount=x", "Invalid amount passed."),
        ("from=soon", "from must be a valid date"),
    ],
)
def test_a_bad_filter(box: Box, call: str, query: str, message: str) -> None:
    assert seen(box.lahza.get(f"/transaction/{call}?{query}")) == refused(400, message)
