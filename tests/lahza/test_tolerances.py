"""What clients send besides what Lahza's reference shows, and what works all the same."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from tests.kit import Box
from tests.lahza.calls import SUCCESS, ids, queued, refused, rows, seen

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OPEN = 1004700007
"""The fixture lahza.transactions.refund_open, with four refunds: 3018201, 2, 3 and 5."""


def but_for_its_id(answer: requests.Response) -> dict[str, Any]:
    """A refund made at the same moment as another differs in its id only."""
    assert answer.status_code == 200, answer.text
    return {key: value for key, value in answer.json()["data"].items() if key != "id"}


@pytest.mark.parametrize("name", ["amount", "currency", "customer_note", "merchant_note"])
def test_an_explicit_null_is_as_if_absent(box: Box, name: str) -> None:
    given = {
        "transaction": SUCCESS,
        "amount": 10000,
        "currency": "ILS",
        "customer_note": "late",
        "merchant_note": "very late",
    }
    without = box.lahza.post("/refund", {k: v for k, v in given.items() if k != name})
    settled = box.admin.post(
        f"/lahza/refunds/{without.json()['data']['id']}/settle", {"status": "failed"}
    )
    with_null = box.lahza.post("/refund", {**given, name: None})

    assert settled.status_code == 200
    assert but_for_its_id(with_null) == but_for_its_id(without)


@pytest.mark.parametrize(
    "transaction", [SUCCESS, str(SUCCESS), "fixture-success"], ids=["number", "text", "reference"]
)
@pytest.mark.parametrize("amount", [4000, "4000", 4000.0, "4000.00"])
def test_a_transaction_and_an_amount_are_read_however_they_are_written(
    box: Box, transaction: int | str, amount: object
) -> None:
    refund = queued(box, transaction, amount=amount)

    assert (refund["transaction"]["id"], refund["amount"]) == (SUCCESS, 4000)


@pytest.mark.parametrize("transaction", [SUCCESS, "fixture-success"])
def test_a_form_is_read_as_json_is(box: Box, transaction: int | str) -> None:
    body = {
        "transaction": transaction,
        "amount": "2500",
        "currency": "ILS",
        "customer_note": "قهوة & شاي",
    }
    by_form = box.lahza.post("/refund", urlencode(body).encode(), headers=FORM)
    by_json = box.lahza.post("/refund", body)

    assert but_for_its_id(by_form) == but_for_its_id(by_json)


def test_a_form_is_refused_as_json_is(box: Box) -> None:
    answer = box.lahza.post("/refund", b"amount=1", headers=FORM)

    assert seen(answer) == refused(400, "Transaction is required")


def test_fields_that_nobody_knows_are_let_pass(box: Box) -> None:
    assert queued(box, SUCCESS, amount=1, idempotency_key="a", metadata={"b": [1]})["amount"] == 1


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("//refund", "/refund"),
        ("/refund/", "/refund"),
        ("//refund//?currency=ILS", "/refund?currency=ILS"),
        ("/refund//3018201", "/refund/3018201"),
        ("//transaction//verify//fixture-success", "/transaction/verify/fixture-success"),
        (f"/transaction//{SUCCESS}/", f"/transaction/{SUCCESS}"),
    ],
)
def test_doubled_slashes_in_a_path(box: Box, path: str, plain: str) -> None:
    answer = box.lahza.get(path)

    assert answer.status_code == 200
    assert answer.content == box.lahza.get(plain).content


def test_doubled_slashes_in_the_path_of_a_new_refund(box: Box) -> None:
    answer = box.lahza.post("//refund", {"transaction": SUCCESS})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/refund",
        "/refund/3018201",
        "/transaction",
        f"/transaction/{SUCCESS}",
        "/transaction/verify/fixture-success",
    ],
)
def test_a_json_content_type_on_a_get_without_a_body(box: Box, path: str) -> None:
    answer = box.lahza.get(path, headers=JSON)

    assert answer.status_code == 200
    assert answer.content == box.lahza.get(path).content


@pytest.mark.parametrize("headers", [JSON, None], ids=["said to be JSON", "not said what it is"])
@pytest.mark.parametrize(
    "filters",
    [
        {"reference": "fixture-refund-open"},
        {"reference": OPEN},
        {"transaction": OPEN, "perPage": 2, "page": "2"},
        {"reference": OPEN, "currency": "ILS", "perPage": None, "from": "2026-05-12"},
    ],
)
def test_the_filters_of_a_list_in_the_body_of_a_get(
    box: Box, filters: dict[str, Any], headers: dict[str, str] | None
) -> None:
    query = urlencode({name: value for name, value in filters.items() if value is not None})
    sent = json.dumps(filters).encode()
    in_body = box.lahza.get("/refund", body=sent, headers=headers)

    assert rows(box.lahza) != in_body.json()["data"] != []
    assert in_body.content == box.lahza.get(f"/refund?{query}").content


def test_the_filters_of_transactions_in_the_body_of_a_get(box: Box) -> None:
    only = box.lahza.get("/transaction", body={"status": "abandoned"})

    assert [row["reference"] for row in only.json()["data"]] == ["fixture-abandoned"]


def test_a_body_of_a_get_that_is_no_json(box: Box) -> None:
    answer = box.lahza.get("/refund", body=b"{", headers=JSON)

    assert seen(answer) == refused(400, "Invalid request body")


def test_an_empty_filter_is_as_if_absent(box: Box) -> None:
    empty = "?reference=&transaction=&currency=&from=&to=&page=&perPage="

    assert ids(box.lahza, f"/refund{empty}") == ids(box.lahza, "/refund")
