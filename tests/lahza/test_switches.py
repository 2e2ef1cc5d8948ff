"""Where Lahza's documents leave room: each switch changes what it says."""

from typing import Any

import pytest

from tests.kit import Box


def switch(box: Box, **values: Any) -> None:
    answer = box.admin.patch("/settings", {"lahza": values})
    assert answer.status_code == 200, answer.text
    assert answer.json()["lahza"].items() >= values.items()


def test_the_list_may_carry_meta(box: Box) -> None:
    assert "meta" not in box.lahza.get("/refund").json()
    switch(box, list_meta=True)
    answer = box.lahza.get("/refund?perPage=3&page=2").json()

    total = answer["meta"]["total"]
    assert answer["meta"] == {
        "total": total,
        "skipped": 3,
        "perPage": 3,
        "page": 2,
        "pageCount": -(-total // 3),
    }


def test_errors_may_carry_paystacks_details(box: Box) -> None:
    switch(box, error_details=True)
    answer = box.lahza_refund("fixture-fully-refunded").json()

    assert (answer["type"], answer["code"]) == ("api_error", "transaction_reversed")
    assert answer["meta"]["nextStep"]


def test_a_refund_may_have_a_minimum(box: Box) -> None:
    switch(box, minimum_refund=100)

    assert box.lahza_refund("fixture-success", amount=99).json()["message"] == (
        "Cannot refund less than ILS1"
    )
    assert box.lahza_refund("fixture-success", amount=100).status_code == 200


def test_the_default_amount_may_be_the_whole_transaction(box: Box) -> None:
    switch(box, default_amount="original")
    transaction = box.transaction()
    assert box.lahza_refund(transaction, amount=1).status_code == 200

    assert box.lahza_refund(transaction).json()["message"] == (
        "Refund amount cannot be more than the original transaction amount"
    )


@pytest.mark.parametrize("status", [400, 404])
def test_an_unknown_reference_may_be_404(box: Box, status: int) -> None:
    switch(box, verify_unknown_status=status)

    assert box.lahza.get("/transaction/verify/nowhere").status_code == status


def test_the_times_of_a_refund(box: Box) -> None:
    switch(box, processing_after="1m", processed_after="5m")
    box.lahza_refund("fixture-success")

    assert [event["at"] for event in box.advance("1d")] == [
        "2026-05-13T11:51:42.625199Z",
        "2026-05-13T11:55:42.625199Z",
    ]
