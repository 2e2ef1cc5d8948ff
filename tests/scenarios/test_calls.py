"""Which calls a scenario is about: `method` and `path` of the built-in faults, and tokens."""

from typing import Any

import pytest

from tests.kit import Box
from tests.scenarios.calls import (
    PAYMENT,
    acted,
    bearer,
    give_back,
    lahza_read,
    lean_read,
    own,
    own_on,
    pay_back,
    refunds_made,
    token,
)

FAULTS: list[tuple[str, dict[str, Any], int]] = [
    ("rate-limited", {}, 429),
    ("provider-down", {}, 503),
    ("invalid-credentials", {}, 401),
    ("missing-permission", {}, 403),
    ("answer-lost", {}, 504),
    ("slow-provider", {"delay": "1ms"}, 201),
    ("answer-late", {"delay": "1ms"}, 201),
    ("expired-token", {}, 401),
    ("clock-jumps", {"by": "1ms"}, 201),
]
_each = pytest.mark.parametrize(("name", "given", "status"), FAULTS)


def test_every_built_in_fault_of_requests_stands_in_these_tests(box: Box) -> None:
    """One that answers or delays requests, or is about credentials, has these parameters."""
    found = {
        each["name"]
        for each in box.admin.get("/scenarios").json()["scenarios"]
        if {"method", "path"} <= each["parameters"].keys()
    }
    assert found == {name for name, *_ in FAULTS}


@_each
@pytest.mark.parametrize(
    "narrow",
    [
        {"path": "/payouts/refunds", "method": "POST"},
        {"path": "/payouts/**", "method": "POST"},
        {"path": "/refund/*, /payouts/refunds", "method": "POST"},
    ],
    ids=["exact", "prefix", "several"],
)
def test_a_fault_is_narrowed_to_a_method_and_a_path(
    box: Box, name: str, given: dict[str, Any], status: int, narrow: dict[str, str]
) -> None:
    if name in ("missing-permission", "expired-token"):
        narrow = {**narrow, "path": narrow["path"].replace("/refund/*", "/payments/v1/intents")}
    headers = {"lean-app-token": "", **bearer(box)} if name == "expired-token" else {}
    item = [{"payment_id": PAYMENT, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}]
    box.on(name, **given, **narrow)
    others = [
        box.lean.get("/payouts/refunds", headers=headers).status_code,
        box.lean.get(f"/payments/v1/{PAYMENT}", headers=headers).status_code,
        give_back(box).status_code,
    ]
    before = acted(box, name)
    answer = box.lean.post("/payouts/refunds", item, headers=headers)

    assert (others, before) == ([200, 200, 200], 0)
    assert (answer.status_code, acted(box, name)) == (status, 1)


@pytest.mark.parametrize(("name", "given", "status"), FAULTS[:2] + FAULTS[4:7])
def test_the_token_call_is_left_alone_so_that_times_count_what_is_meant(
    box: Box, name: str, given: dict[str, Any], status: int
) -> None:
    box.on(name, times=1, **given)
    asked = token(box).status_code
    before = acted(box, name)

    assert (asked, before) == (200, 0)
    assert (pay_back(box).status_code, acted(box, name)) == (status, 1)
    assert pay_back(box).status_code == 201


@pytest.mark.parametrize("path", ["/oauth2/token", "any", "/oauth2/*"])
def test_the_token_call_is_meant_where_a_path_says_so(box: Box, path: str) -> None:
    box.on("rate-limited", path=path, times=1)

    assert (token(box).status_code, pay_back(box).status_code) == (429, 201)


def test_a_script_of_ones_own_that_names_no_path_means_the_token_call_too(box: Box) -> None:
    own_on(box, {"on": "request", "where": {"provider": "lean"}, "fail": "unavailable"})
    statuses = [token(box).status_code]
    box.off("own")
    own_on(box, {"on": "request", "where": {"path": "any-but-token"}, "fail": "unavailable"})
    statuses += [token(box).status_code, pay_back(box).status_code, give_back(box).status_code]

    assert statuses == [503, 200, 503, 503]


def test_the_answer_of_another_call_may_be_lost(box: Box) -> None:
    made = pay_back(box).json()[0]["refund_id"]
    body = [{"refund_id": made, "status": "APPROVED"}]
    statuses = [
        box.lean.put("/payouts/refunds", body, scenario=header).status_code
        for header in ("answer-lost; method=PUT", None)
    ]

    assert statuses[0] == 504
    assert box.lean_status(made) == "APPROVED"
    assert refunds_made(box) == (1, 0)


def test_a_method_alone_means_all_calls_of_it(box: Box) -> None:
    box.on("rate-limited", method="GET")

    assert [lean_read(box)[:3], lahza_read(box)[:3], str(pay_back(box).status_code)] == [
        "429",
        "429",
        "201",
    ]


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"path": "/refunds"}, "path", "did you mean `"),
        ({"path": "/refund, /refunds"}, "path", "no such call"),
        ({"path": "/payouts/refunds", "method": "DELETE"}, "path", "POST /payouts/refunds"),
        ({"method": "DELETE", "provider": "lahza"}, "method", "POST /refund"),
        ({"method": "GTE"}, "method", "did you mean `GET`? valid: any, GET, POST"),
        ({"path": "/payouts/**/refunds"}, "path", "nothing can follow"),
        ({"path": "/refund", "provider": "lean"}, "path", "no such call"),
    ],
)
def test_calls_that_there_are_not_are_refused(
    box: Box, given: dict[str, str], field: str, said: str
) -> None:
    answer = box.admin.put("/scenarios/rate-limited", {"parameters": given})

    assert (answer.status_code, answer.json()["field"]) == (400, f"parameters.{field}")
    assert said in answer.json()["reason"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"path": "/refund"}, "no such call"),
        ({"method": "DELETE", "path": "/payouts/refunds"}, "no such call"),
        ({"method": "PSOT"}, "did you mean `POST`?"),
        ({"path": "/payouts/**/x"}, "nothing can follow"),
    ],
)
def test_so_are_those_of_a_scenario_of_credentials(
    box: Box, given: dict[str, str], said: str
) -> None:
    answer = box.admin.put("/scenarios/missing-permission", {"parameters": given})

    assert (answer.status_code, said in answer.json()["reason"]) == (400, True), answer.text


def test_a_set_of_credentials_may_say_for_which_calls(box: Box) -> None:
    where = {"method": "GET", "path": "/payments/v1/any"}
    name = own(box, {"set": "lean.credentials", "where": where, "to": {"missing_scope": "any"}})
    box.on(name)

    assert (lean_read(box)[:3], pay_back(box).status_code) == ("403", 201)
