"""Lahza's settings at their edges: what they take, refuse and go back to."""

from typing import Any

import pytest

from tests.kit import Box
from tests.lahza.calls import (
    SUCCESS,
    queued,
    refused,
    seen,
    switch,
)


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "code"),
    [
        ("POST", "/refund", {}, "validation_error", "missing_params"),
        (
            "POST",
            "/refund",
            {"transaction": "fixture-fully-refunded"},
            "api_error",
            "transaction_reversed",
        ),
        ("POST", "/refund", {"transaction": "nobody"}, None, "transaction_not_found"),
        ("POST", "/refund", {"transaction": "fixture-usd"}, None, "insufficient_balance"),
        ("GET", "/transaction/verify/nobody", None, None, "transaction_not_found"),
        ("GET", "/refund/nobody", None, None, None),
        ("PATCH", "/refund", None, None, None),
    ],
)
def test_error_details_adds_paystacks_keys_to_errors(
    box: Box, method: str, path: str, body: Any, kind: str | None, code: str | None
) -> None:
    """Those of which the contract names no value are only held to be there."""
    box.admin.patch("/lahza/merchant", {"balance": {"USD": 0}})
    http, without = seen(box.lahza.call(method, path, body))
    switch(box, error_details=True)
    details = box.lahza.call(method, path, body).json()

    assert (http, without) == refused(http, details["message"])
    assert {**details, **without} == details
    assert set(details) == {"status", "message", "type", "code", "meta"}
    assert details["type"] in (
        (kind,) if kind else ("validation_error", "processor_error", "api_error")
    )
    assert details["code"] == (code or details["code"])
    assert isinstance(details["meta"]["nextStep"], str)


@pytest.mark.parametrize(("minimum", "text"), [(100, "ILS1"), (150, "ILS1.50")])
def test_minimum_refund_refuses_what_is_below(box: Box, minimum: int, text: str) -> None:
    switch(box, minimum_refund=minimum)
    below = box.lahza_refund(SUCCESS, amount=minimum - 1)

    assert seen(below) == refused(400, f"Cannot refund less than {text}")
    assert queued(box, SUCCESS, amount=minimum)["amount"] == minimum


def test_without_a_minimum_the_least_refund_is_one_agora(box: Box) -> None:
    switch(box, minimum_refund=100)
    switch(box, minimum_refund=None)

    assert queued(box, SUCCESS, amount=1)["amount"] == 1


@pytest.mark.parametrize(
    ("times", "processing", "processed"),
    [
        ({"processing_after": "10s"}, "11:50:52", "11:50:42"),
        ({"processed_after": "2h"}, "12:50:42", "13:50:42"),
        ({"processing_after": "1m", "processed_after": "3m"}, "11:51:42", "11:53:42"),
    ],
)
def test_the_times_count_from_creation(
    box: Box, times: dict[str, Any], processing: str, processed: str
) -> None:
    switch(box, **times)
    refund_id = str(queued(box, SUCCESS)["id"])
    events = box.advance("2d")

    assert [(event["subject"], event["to"], event["at"][11:19]) for event in events] == [
        (refund_id, "processing", processing),
        (refund_id, "processed", processed),
    ]


def test_without_waiting_a_refund_is_pending_in_its_answer_and_processed_after_it(
    box: Box,
) -> None:
    switch(box, processing_after="0s", processed_after="0s")
    refund = queued(box, SUCCESS)

    assert refund["status"] == "pending"
    assert box.lahza_status(refund["id"]) == "processed"


@pytest.mark.parametrize(
    ("switches", "field"),
    [
        ({"list_meta": "yes"}, "lahza.list_meta"),
        ({"error_details": 1}, "lahza.error_details"),
        ({"get_body": "read"}, "lahza.get_body"),
        ({"minimum_refund": 0}, "lahza.minimum_refund"),
        ({"minimum_refund": "100"}, "lahza.minimum_refund"),
        ({"default_amount": "all"}, "lahza.default_amount"),
        ({"verify_unknown_status": 500}, "lahza.verify_unknown_status"),
        ({"processing_after": "soon"}, "lahza.processing_after"),
        ({"processed_after": "-1s"}, "lahza.processed_after"),
        ({"nonsense": 1}, "lahza.nonsense"),
        ({"processing_after": "2d"}, "lahza"),
        ({"list_meta": True, "processed_after": "1s"}, "lahza"),
    ],
)
def test_a_bad_value_is_refused_and_changes_nothing(
    box: Box, switches: dict[str, Any], field: str
) -> None:
    """The last two would have a refund processed before it is processing."""
    before = box.admin.get("/settings").json()
    answer = box.admin.patch("/settings", {"lahza": switches})

    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert box.admin.get("/settings").json() == before


def test_the_settings_of_a_fresh_world(box: Box) -> None:
    assert box.admin.get("/settings").json()["lahza"] == {
        "processing_after": "1h",
        "processed_after": "1d",
        "default_amount": "original",
        "minimum_refund": None,
        "list_meta": False,
        "error_details": False,
        "get_body": "filters",
        "verify_unknown_status": 400,
        "webhook_amount": "as_documented",
        "webhook_refund_id": False,
        "signature_header": "x-lahza-signature",
    }


def test_a_reset_takes_every_switch_back(box: Box) -> None:
    before = box.admin.get("/settings").json()
    switch(box, list_meta=True, minimum_refund=5, processed_after="3d", default_amount="remaining")
    changed = box.admin.get("/settings").json()
    box.admin.post("/reset", {"mode": "frozen"})

    assert changed != before
    assert box.admin.get("/settings").json() == before


@pytest.mark.parametrize("path", ["/refund", "/transaction", "/transaction/totals"])
def test_the_body_of_a_get_is_read_for_filters_or_ignored(box: Box, path: str) -> None:
    """`null` is no object; a page of nothing is what no list has."""
    json = {"Content-Type": "application/json"}
    bad_page = {"page": "nothing"}

    assert box.lahza.get(path, body=b"null", headers=json).status_code == 400
    assert box.lahza.get(path, body=bad_page).status_code == 400
    switch(box, get_body="ignored")
    everything = box.lahza.get(path).json()
    assert box.lahza.get(path, body=b"null", headers=json).json() == everything
    assert box.lahza.get(path, body=bad_page).json() == everything
    assert box.lahza.get(path, params={"page": "nothing"}).status_code == 400


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


def test_the_default_amount_may_be_what_is_left(box: Box) -> None:
    switch(box, default_amount="remaining")
    transaction = box.transaction()
    assert box.lahza_refund(transaction, amount=1).status_code == 200

    assert box.lahza_refund(transaction).json()["data"]["amount"] == 9999


@pytest.mark.parametrize("status", [400, 404])
def test_an_unknown_reference_may_be_404(box: Box, status: int) -> None:
    switch(box, verify_unknown_status=status)

    assert box.lahza.get("/transaction/verify/nowhere").status_code == status
