"""Asking Lahza for a refund: what comes of it, and each reason to refuse it."""

from typing import Any

import pytest

from tests.kit import Box
from tests.lahza.calls import (
    MORE_THAN_LEFT,
    NOTHING_LEFT,
    PARTLY_REFUNDED,
    POOR,
    SUCCESS,
    ids,
    queued,
    refused,
    rows,
    seen,
    verified,
)

JSON = {"Content-Type": "application/json"}


def test_a_new_refund_waits_in_the_queue(box: Box) -> None:
    transaction = box.transaction(amount=1250, currency="JOD", reference="order-17")
    refund = queued(box, transaction, amount=250, currency="JOD")
    row = rows(box.lahza, "?reference=order-17")

    assert (refund["status"], refund["amount"], refund["currency"]) == ("pending", 250, "JOD")
    assert (refund["transaction"]["id"], refund["transaction"]["amount"]) == (transaction, 1250)
    assert [(r["id"], r["status"], r["amount"]) for r in row] == [(refund["id"], "pending", 250)]
    assert verified(box, transaction) == "success"


def test_a_refund_is_expected_after_nine_days(box: Box) -> None:
    refund = queued(box, SUCCESS)

    assert refund["createdAt"] == refund["updatedAt"] == "2026-05-13T11:50:42.625Z"
    assert refund["expected_at"] == "2026-05-22T11:50:42.625Z"


def test_refund_ids_have_seven_digits_and_transaction_ids_ten(box: Box) -> None:
    transaction = box.transaction()
    numbers = [queued(box, transaction, amount=1)["id"] for _ in range(3)]

    assert len(set(numbers)) == 3
    assert {len(str(number)) for number in numbers} == {7}
    assert len(str(transaction)) == 10


def test_a_made_up_reference_starts_with_a_letter(box: Box) -> None:
    transaction = box.lahza.get(f"/transaction/{box.transaction()}").json()["data"]

    assert transaction["reference"][0].isalpha()


def test_a_refund_without_an_amount_takes_that_of_the_transaction(box: Box) -> None:
    assert queued(box, SUCCESS)["amount"] == 10000
    refused = box.lahza_refund(PARTLY_REFUNDED)
    assert (refused.status_code, refused.json()["message"]) == (400, MORE_THAN_LEFT)


def test_notes_are_kept_and_shown_everywhere(box: Box) -> None:
    notes = {"customer_note": "هدية — أُعيدت", "merchant_note": "damaged"}
    refund = queued(box, SUCCESS, **notes)
    fetched = box.lahza.get(f"/refund/{refund['id']}").json()["data"]
    row = rows(box.lahza, "?reference=fixture-success")[0]

    for shown in (refund, fetched, row):
        assert {key: shown[key] for key in notes} == notes


@pytest.mark.parametrize("given", [{}, {"customer_note": None, "merchant_note": None}])
def test_notes_that_are_not_given_name_the_transaction(box: Box, given: dict[str, None]) -> None:
    refund = queued(box, SUCCESS, **given)

    assert refund["customer_note"] == "Refund for transaction fixture-success"
    assert refund["merchant_note"] == "Refund for transaction fixture-success by test@example.com"


def test_an_exact_id_wins_over_a_reference(box: Box) -> None:
    box.transaction(reference=str(SUCCESS))

    assert queued(box, str(SUCCESS))["transaction"]["reference"] == "fixture-success"


@pytest.mark.parametrize("reference", [f"0{SUCCESS}", f"{SUCCESS}.00"])
def test_a_reference_wins_over_what_is_no_exact_id(box: Box, reference: str) -> None:
    transaction = box.transaction(reference=reference)

    assert queued(box, reference)["transaction"]["id"] == transaction


def test_a_key_refunds_its_own_domain_only(box: Box) -> None:
    live = {"transaction": box.transaction(domain="live", reference="order-17")}
    same_name = box.transaction(reference="order-17")

    assert seen(box.lahza.post("/refund", live)) == refused(404, "Transaction not found")
    assert box.live.post("/refund", live).json()["data"]["domain"] == "live"
    assert queued(box, "order-17")["transaction"]["id"] == same_name


# Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "http", "message"),
    [
        ({"transaction": SUCCESS, "amount": 10001}, 400, MORE_THAN_LEFT),
        ({"transaction": SUCCESS, "amount": 10**20}, 400, MORE_THAN_LEFT),
        ({"transaction": PARTLY_REFUNDED, "amount": 6001}, 400, MORE_THAN_LEFT),
        ({"transaction": "fixture-fully-refunded"}, 400, NOTHING_LEFT),
        ({"transaction": "fixture-fully-refunded", "amount": 1}, 400, NOTHING_LEFT),
        ({"transaction": "nobody"}, 404, "Transaction not found"),
        ({"transaction": 9999999999}, 404, "Transaction not found"),
        ({"transaction": "fixture-failed"}, 400, "Transaction has not been completed"),
        ({"transaction": "fixture-abandoned"}, 400, "Transaction has not been completed"),
        ({}, 400, "Transaction is required"),
        ({"transaction": None, "amount": 1}, 400, "Transaction is required"),
        ({"transaction": ""}, 400, "Transaction is required"),
        ({"transaction": [SUCCESS]}, 400, "Transaction is invalid"),
        ({"transaction": SUCCESS, "customer_note": 5}, 400, "customer_note must be a string"),
        ({"transaction": SUCCESS, "merchant_note": {}}, 400, "merchant_note must be a string"),
        ({"transaction": SUCCESS, "amount": 0}, 400, "Invalid amount passed."),
        ({"transaction": SUCCESS, "amount": "0"}, 400, "Invalid amount passed."),
        ({"transaction": SUCCESS, "amount": -1}, 400, "Invalid amount passed."),
        ({"transaction": SUCCESS, "amount": "-1"}, 400, "Invalid amount passed."),
        ({"transaction": SUCCESS, "amount": 10.5}, 400, "Invalid amount passed."),
        ({"transaction": SUCCESS, "amount": 1998.9999999999998}, 400, "Invalid amount passed."),
        ({"transaction": SUCCESS, "amount": "ten"}, 400, "Invalid amount passed."),
        ({"transaction": SUCCESS, "amount": "١٠"}, 400, "Invalid amount passed."),
        ({"transaction": SUCCESS, "amount": True}, 400, "Invalid amount passed."),
        ({"transaction": SUCCESS, "amount": [10]}, 400, "Invalid amount passed."),
        ({"transaction": SUCCESS, "currency": "EUR"}, 400, "Currency not supported by merchant"),
        ({"transaction": SUCCESS, "currency": 1}, 400, "Currency not supported by merchant"),
        (
            {"transaction": SUCCESS, "currency": "JOD"},
            400,
            "Currency does not match the transaction",
        ),
    ],
)
def test_a_refund_that_is_refused(box: Box, body: dict[str, Any], http: int, message: str) -> None:
    """And of which nothing stays."""
    before = ids(box.lahza, "/refund")

    assert seen(box.lahza.post("/refund", body)) == refused(http, message)
    assert ids(box.lahza, "/refund") == before


def test_nothing_is_left_while_a_refund_of_all_is_on_its_way(box: Box) -> None:
    queued(box, SUCCESS)

    assert seen(box.lahza_refund(SUCCESS, amount=1)) == refused(400, NOTHING_LEFT)


def test_refunds_of_part_add_up(box: Box) -> None:
    queued(box, SUCCESS, amount=9000)

    assert seen(box.lahza_refund(SUCCESS, amount=1001)) == refused(400, MORE_THAN_LEFT)
    assert queued(box, SUCCESS, amount=1000)["amount"] == 1000
    assert seen(box.lahza_refund(SUCCESS)) == refused(400, NOTHING_LEFT)


def test_a_refund_above_the_balance(box: Box) -> None:
    box.admin.patch("/lahza/merchant", {"balance": {"ILS": 99}})

    assert seen(box.lahza_refund(SUCCESS, amount=100)) == refused(400, POOR)
    assert queued(box, SUCCESS, amount=99)["status"] == "pending"


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"fixture-success"', b"null", b'{"transaction":NaN}', b"\xff", b"transaction=1"],
)
def test_a_body_that_is_no_json_object(box: Box, body: bytes) -> None:
    answer = box.lahza.post("/refund", body, headers=JSON)

    assert seen(answer) == refused(400, "Invalid request body")


@pytest.mark.parametrize(
    ("scenario", "http", "message"),
    [("rate-limited", 429, "Too many requests"), ("provider-down", 503, "Service unavailable")],
)
def test_refusals_that_only_a_scenario_makes(
    box: Box, scenario: str, http: int, message: str
) -> None:
    box.on(scenario, retry_after="7s")
    answer = box.lahza_refund(SUCCESS)

    assert seen(answer) == refused(http, message)
    assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (None, "No Authorization Header was found"),
        ("Bearer pk_test_abc", "Invalid key"),
        ("Bearer pk_live_abc", "Invalid key"),
        ("Bearer sk_other_abc", "Invalid key"),
        ("Bearer sk_test_", "Invalid key"),
        ("Bearer ", "Invalid key"),
        (f"Bearer sk_test_{'k' * 248}", "Invalid key"),
        ("sk_test_abc", "Invalid key"),
        ("Basic sk_test_abc", "Invalid key"),
    ],
)
def test_a_key_that_opens_nothing(box: Box, authorization: str | None, message: str) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    calls = [
        box.anyone.post("/refund", {"transaction": SUCCESS}, headers=headers),
        box.anyone.get("/refund", headers=headers),
        box.anyone.get("/transaction/verify/fixture-success", headers=headers),
    ]

    assert [seen(answer) for answer in calls] == [refused(401, message)] * 3


@pytest.mark.parametrize(
    ("method", "path", "http", "message"),
    [
        ("GET", "/refund/1/2", 404, "Not found"),
        ("GET", "/transaction/verify/a/b", 404, "Not found"),
        ("DELETE", "/refund", 405, "Method not allowed"),
        ("PUT", "/refund/3018201", 405, "Method not allowed"),
        ("POST", "/transaction/verify/fixture-success", 405, "Method not allowed"),
    ],
)
def test_a_path_or_method_that_is_not_there(
    box: Box, method: str, path: str, http: int, message: str
) -> None:
    assert seen(box.lahza.call(method, path)) == refused(http, message)
