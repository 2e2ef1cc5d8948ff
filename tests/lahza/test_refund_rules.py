"""What Lahza makes of a refund, and what it refuses."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import Box


@pytest.mark.parametrize(
    ("values", "http", "message"),
    [
        ({"transaction": None}, 400, "Transaction is required"),
        ({"transaction": ""}, 400, "Transaction is required"),
        ({"transaction": [1]}, 400, "Transaction is invalid"),
        ({"transaction": "nowhere"}, 404, "Transaction not found"),
        ({"transaction": 1}, 404, "Transaction not found"),
        ({"transaction": "fixture-live"}, 404, "Transaction not found"),
        ({"transaction": "fixture-failed"}, 400, "Transaction has not been completed"),
        ({"transaction": "fixture-abandoned"}, 400, "Transaction has not been completed"),
        ({"transaction": "fixture-fully-refunded"}, 400, "Transaction has been fully reversed"),
        ({"amount": 0}, 400, "Invalid amount passed."),
        ({"amount": -1}, 400, "Invalid amount passed."),
        ({"amount": 1.5}, 400, "Invalid amount passed."),
        ({"amount": "ten"}, 400, "Invalid amount passed."),
        ({"amount": True}, 400, "Invalid amount passed."),
        ({"currency": "EUR"}, 400, "Currency not supported by merchant"),
        ({"currency": 5}, 400, "Currency not supported by merchant"),
        ({"currency": "JOD"}, 400, "Currency does not match the transaction"),
        (
            {"amount": 10001},
            400,
            "Refund amount cannot be more than the original transaction amount",
        ),
        ({"customer_note": 5}, 400, "customer_note must be a string"),
    ],
)
def test_a_refused_refund(box: Box, values: dict[str, Any], http: int, message: str) -> None:
    before = box.lahza.get("/refund").content
    answer = box.lahza_refund(**{"transaction": "fixture-success", **values})

    assert (answer.status_code, answer.json()) == (http, {"status": False, "message": message})
    assert box.lahza.get("/refund").content == before


def test_what_is_left_is_refunded_unless_an_amount_is_given(box: Box) -> None:
    transaction = box.transaction(amount=10000)

    assert box.lahza_refund(transaction, amount=4000).json()["data"]["amount"] == 4000
    assert box.lahza_refund(transaction).json()["data"]["amount"] == 6000
    answer = box.lahza_refund(transaction)
    assert answer.json()["message"] == "Transaction has been fully reversed"


def test_notes_and_currency_as_given(box: Box) -> None:
    given = {"currency": "JOD", "customer_note": "عذراً", "merchant_note": "sorry"}
    data = box.lahza_refund(box.transaction(currency="JOD"), **given).json()["data"]

    assert {key: data[key] for key in given} == given
    assert 1_000_000 <= data["id"] <= 9_999_999


def test_a_transaction_goes_by_its_id_before_its_reference(box: Box) -> None:
    number = box.transaction()
    namesake = box.transaction(reference=str(number))
    by_id = box.lahza_refund(str(number)).json()["data"]["transaction"]["id"]

    assert by_id == number
    assert by_id != namesake


def test_without_a_key_or_with_a_wrong_one(box: Box) -> None:
    for headers, message in (
        ({}, "No Authorization Header was found"),
        ({"Authorization": "Bearer pk_test_public"}, "Invalid key"),
        ({"Authorization": "Bearer sk_test_"}, "Invalid key"),
        ({"Authorization": "sk_test_bare"}, "Invalid key"),
    ):
        answer = box.anyone.post("/refund", {"transaction": "fixture-success"}, headers=headers)
        assert (answer.status_code, answer.json()["message"]) == (401, message)


def test_a_balance_once_set_is_drawn_on_and_given_back(box: Box) -> None:
    box.admin.patch("/lahza/merchant", {"balance": {"ILS": 5000}})
    transaction = box.transaction()
    too_low = "Insufficient balance to fulfill this refund. Please top up."

    assert box.lahza_refund(transaction, amount=5001).json()["message"] == too_low
    refund = box.lahza_refund(transaction, amount=3000).json()["data"]["id"]
    assert box.lahza_refund(transaction, amount=3000).json()["message"] == too_low
    assert box.lahza_refund(box.transaction(currency="USD")).status_code == 200
    box.admin.post(f"/lahza/refunds/{refund}/settle", {"status": "failed"})
    assert box.lahza_refund(transaction, amount=5000).status_code == 200


@given(st.lists(st.tuples(st.integers(1, 6000), st.sampled_from(["failed", "processed", ""]))))
@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_refunds_never_exceed_their_transaction(box: Box, steps: list[tuple[int, str]]) -> None:
    transaction, live = box.transaction(amount=10000), 0
    for amount, outcome in steps:
        answer = box.lahza_refund(transaction, amount=amount)
        assert answer.status_code == (200 if live + amount <= 10000 else 400)
        if answer.status_code != 200:
            continue
        live += amount
        if outcome:
            path = f"/lahza/refunds/{answer.json()['data']['id']}/settle"
            assert box.admin.post(path, {"status": outcome}).status_code == 200
        if outcome == "failed":
            live -= amount
