"""Scripts that make no sense: a 400 naming the field and listing what would be valid."""

from typing import Any

import pytest

from tests.kit import Box
from tests.scenarios.calls import TRANSACTION, give_back, lean, own

_FAIL = {"on": "request", "fail": "unavailable"}

STEPS: list[tuple[dict[str, Any], str, list[str]]] = [
    # which kind of step it is
    ({}, "script[0]", ["set", "on"]),
    ({"fail": "unavailable"}, "script[0]", ["set", "on"]),
    ({**_FAIL, "set": "lean.payment"}, "script[0]", ["set", "on"]),
    ({**_FAIL, "provider": ["lean"]}, ".provider", ["any", "lean", "lahza"]),
    # set
    ({"set": "lean.payments", "to": {"status": "FAILED"}}, ".set", ["lean.payment", "lahza."]),
    ({"set": "lean.payment"}, ".to", []),
    ({"set": "lean.payment", "to": {}}, ".to", []),
    ({"set": "lean.payment", "to": {"amount": 5}}, ".to.amount", ["reconciliation", "status"]),
    ({"set": "lean.payment", "to": {"status": "PAID"}}, ".to.status", ["ACCEPTED_BY_BANK"]),
    ({"set": "lean.payment", "to": {"refundable": "5"}}, ".to.refundable", []),
    ({"set": "lahza.transaction", "to": {"refundable": 1.5}}, ".to.refundable", []),
    ({"set": "lahza.merchant", "to": {"balance": {"AED": 1}}}, ".to.balance", ["ILS", "JOD"]),
    ({"set": "lean.application", "to": {"payouts_configured": "no"}}, ".payouts_configured", []),
    ({"set": "lean.application", "to": {"products": ["cards"]}}, ".to.products", ["payouts"]),
    (
        {"set": "lean.payment", "to": {"status": "FAILED"}, "become": "FAILED"},
        ".become",
        ["where", "to"],
    ),
    (
        {"set": "lean.payment", "where": {"reference": 1}, "to": {"status": "FAILED"}},
        ".where.reference",
        ["id", "payment_id"],
    ),
    # on: a transition
    ({"on": "refund.aproved", "become": "never"}, ".on", ["refund.approved", "request"]),
    ({**_FAIL, "on": "requst"}, ".on", ["refund.approved", "request", "webhook"]),
    ({"on": ["request"]}, ".on", []),
    ({"on": "payment.approved", "become": "never"}, ".on", ["refund.approved"]),
    ({"on": "refund.approved"}, ".become", []),
    ({"on": "refund.approved", "become": "LOST"}, ".become", ["FAILED", "never"]),
    ({"on": "refund.approved", "become": "failed"}, ".become", ["FAILED"]),
    ({"on": "refund.failed", "become": "never"}, ".on", ["refund.approved"]),
    ({"on": "refund.accepted_by_bank", "become": "FAILED"}, ".on", []),
    ({"on": "refund.pending", "become": "pending"}, ".become", ["processing", "failed"]),
    ({"on": "refund.pending", "become": "never", "after": "soon"}, ".after", ["45s"]),
    ({"on": "refund.pending", "become": "never", "after": -1}, ".after", []),
    ({"on": "refund.pending", "become": "never", "delay": "1s"}, ".delay", ["after", "times"]),
    (
        {"on": "refund.pending", "where": {"payment_id": "x"}, "become": "never"},
        ".where.payment_id",
        ["transaction", "domain"],
    ),
    (
        {"on": "refund.approved", "where": {"payment_id": "x"}, "become": "never"},
        ".where.payment_id",
        [],
    ),
    (
        {"on": "refund.pending", "where": {"domain": "prod"}, "become": "never"},
        ".where.domain",
        ["test", "live"],
    ),
    (
        {"on": "refund.pending", "where": {"currency": "AED"}, "become": "never"},
        ".where.currency",
        ["ILS", "JOD", "USD"],
    ),
    (
        {"on": "refund.approved", "where": {"amount": "ten"}, "become": "never"},
        ".where.amount",
        [],
    ),
    (
        {"on": "refund.approved", "where": {"refund_id": "lean.refunds.x"}, "become": "never"},
        ".where.refund_id",
        ["created", "pending_with_bank"],
    ),
    (
        {"on": "refund.approved", "where": {"amount": [1]}, "become": "never"},
        ".where.amount",
        [],
    ),
    (
        {"on": "refund.approved", "where": {"currency": "ILS"}, "become": "never"},
        ".where.currency",
        ["AED", "USD"],
    ),
    (
        {"on": "refund.approved", "where": {"reason_code": "BORED"}, "become": "never"},
        ".where.reason_code",
        ["CUSTOMER_REQUEST"],
    ),
    # on: request
    ({"on": "request"}, "script[0]", ["delay", "fail", "respond"]),
    ({**_FAIL, "fail": "broken"}, ".fail", ["unavailable", "rate_limited", "forbidden"]),
    ({**_FAIL, "respond": {}}, ".respond", []),
    ({**_FAIL, "after": True}, ".after", ["respond", "delay"]),
    ({**_FAIL, "times": 0}, ".times", ["unlimited"]),
    ({**_FAIL, "times": 1.5}, ".times", ["unlimited"]),
    ({**_FAIL, "times": True}, ".times", ["unlimited"]),
    ({**_FAIL, "retry_after": "never"}, ".retry_after", ["45s"]),
    ({**_FAIL, "delay": "25h"}, ".delay", ["1d"]),
    ({**_FAIL, "where": {"provider": "stripe"}}, ".where.provider", ["any", "lean", "lahza"]),
    ({**_FAIL, "where": {"method": "FETCH"}}, ".where.method", ["GET", "POST", "PUT"]),
    ({**_FAIL, "where": {"method": "post"}}, ".where.method", ["POST"]),
    ({**_FAIL, "where": {"url": "/refund"}}, ".where.url", ["method", "path"]),
    ({**_FAIL, "where": {"path": "/refunds"}}, ".where.path", ["POST /refund"]),
    ({**_FAIL, "where": {"path": 5}}, ".where.path", []),
    (
        {**_FAIL, "where": {"path": "/refund", "provider": "lean"}},
        ".where.path",
        ["POST /payouts/refunds"],
    ),
    (
        {**_FAIL, "where": {"path": "/payouts/refunds/*", "method": "DELETE"}},
        ".where.path",
        ["GET /payouts/refunds"],
    ),
    ({**_FAIL, "where": {"method": "PATCH"}}, ".where.path", ["POST /refund"]),
    ({"on": "request", "respond": {"status": 99}}, ".respond.status", ["200", "599"]),
    ({"on": "request", "respond": {"status": "504"}}, ".respond.status", []),
    ({"on": "request", "respond": {"code": 504}}, ".respond.code", ["status", "body", "cut"]),
    ({"on": "request", "respond": {"after": "true"}}, ".respond.after", []),
    ({"on": "request", "respond": {"cut": 1}}, ".respond.cut", []),
    ({"on": "request", "respond": {"headers": {"X Y": "1"}}}, ".respond.headers", []),
    ({"on": "request", "respond": {"headers": {"Connection": "close"}}}, ".headers", ["cut"]),
    ({"on": "request", "delay": "1s", "retry_after": "1s"}, ".retry_after", ["fail"]),
    ({"on": "request", "respond": {"headers": {"X": "1\r\nY: 2"}}}, ".respond.headers", []),
    ({"on": "request", "respond": 504}, ".respond", []),
    # parameters
    ({**_FAIL, "times": "{often}"}, "script[0]", ["size"]),
    ({**_FAIL, "when": {"often": 1}}, ".when.often", ["size"]),
    ({**_FAIL, "when": {"size": "M"}}, ".when.size", ["S", "L"]),
    ({**_FAIL, "when": "S"}, ".when", []),
    ({**_FAIL, "times": "{size}"}, ".times", ["unlimited"]),
]


@pytest.mark.parametrize(("step", "field", "valid"), STEPS, ids=lambda value: str(value)[:70])
def test_a_step_that_makes_no_sense_is_refused(
    box: Box, step: dict[str, Any], field: str, valid: list[str]
) -> None:
    parameters = {"size": {"default": "S", "one_of": ["S", "L"]}}
    body = {"name": "own", "title": "t", "parameters": parameters, "script": [step]}
    answer = box.admin.post("/scenarios", body)

    _require_problem(answer.json(), answer.status_code, field, valid)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert box.admin.get("/scenarios/own").status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "valid"),
    [
        ({"name": None}, "name", []),
        ({"name": "No Spaces"}, "name", ["my-scenario"]),
        ({"name": 5}, "name", []),
        ({"title": None}, "title", []),
        ({"title": ""}, "title", []),
        ({"titel": "t"}, "titel", ["title", "script"]),
        ({"provider": "stripe"}, "provider", ["any", "lean", "lahza"]),
        ({"script": None}, "script", []),
        ({"script": []}, "script", []),
        ({"script": _FAIL}, "script", []),
        ({"script": ["fail"]}, "script[0]", []),
        ({"script": [_FAIL, {"on": "x"}]}, "script[1]", []),
        ({"script": [_FAIL] * 51}, "script", ["50"]),
        ({"parameters": {"Size": {"default": 1}}}, "parameters.Size", []),
        ({"parameters": {"size": 1}}, "parameters.size", []),
        ({"parameters": {"size": {}}}, "parameters.size.default", []),
        ({"parameters": {"size": {"default": [1]}}}, "parameters.size.default", []),
        ({"parameters": {"size": {"default": 1, "of": [1]}}}, "parameters.size.of", ["one_of"]),
        (
            {"parameters": {"size": {"default": 1, "one_of": [2, 3]}}},
            "parameters.size.default",
            ["2", "3"],
        ),
        ({"parameters": {"switched_on": {"default": 1}}}, "parameters.switched_on", []),
        (
            {"provider": "lean", "script": [{"on": "refund.pending", "become": "never"}]},
            "script[0].on",
            ["refund.approved"],
        ),
        (
            {"provider": "lahza", "script": [{"set": "lean.payment", "to": {"refundable": 0}}]},
            "script[0].set",
            ["lahza.transaction", "lahza.merchant"],
        ),
        (
            {"provider": "lahza", "script": [{**_FAIL, "where": {"provider": "lean"}}]},
            "script[0].where.provider",
            ["any", "lahza"],
        ),
    ],
    ids=lambda value: str(value)[:70],
)
def test_a_scenario_that_makes_no_sense_is_refused(
    box: Box, change: dict[str, Any], field: str, valid: list[str]
) -> None:
    whole = {"name": "own", "title": "t", "script": [_FAIL], **change}
    body = {key: value for key, value in whole.items() if value is not None}
    answer = box.admin.post("/scenarios", body)

    _require_problem(answer.json(), answer.status_code, field, valid)


@pytest.mark.parametrize(
    ("change", "field", "meant"),
    [
        ({"titel": "t"}, "titel", "title"),
        ({"title": None, "titel": "t"}, "titel", "title"),
        ({"provider": "laen"}, "provider", "lean"),
        ({"parameters": {"size": {"defualt": 1}}}, "parameters.size.defualt", "default"),
        (
            {"parameters": {"size": {"default": "L", "one_off": [1]}}},
            "parameters.size.one_off",
            "one_of",
        ),
        (
            {"parameters": {"size": {"default": "lrage", "one_of": ["small", "large"]}}},
            "parameters.size.default",
            "large",
        ),
        *(
            ({"script": [step]}, f"script[0]{field}", meant)
            for step, field, meant in [
                ({"onn": "request", "fail": "unavailable"}, ".onn", "on"),
                ({"sett": "lean.payment", "to": {"refundable": 0}}, ".sett", "set"),
                ({**_FAIL, "wen": {"size": 1}}, ".wen", "when"),
                ({**_FAIL, "when": {"sise": 1}}, ".when.sise", "size"),
                ({**_FAIL, "times": "{sise}"}, "", "size"),
                ({**_FAIL, "on": "requests"}, ".on", "request"),
                ({**_FAIL, "tiems": 1}, ".tiems", "times"),
                ({**_FAIL, "wehre": {}}, ".wehre", "where"),
                ({**_FAIL, "where": {"mehtod": "GET"}}, ".where.mehtod", "method"),
                ({**_FAIL, "where": {"method": "get"}}, ".where.method", "GET"),
                ({**_FAIL, "where": {"path": "/refunds"}}, ".where.path", "GET /refund"),
                ({**_FAIL, "where": {"provider": "Lean"}}, ".where.provider", "lean"),
                ({**_FAIL, "fail": "unavailble"}, ".fail", "unavailable"),
                ({"on": "request", "respnd": {}}, ".respnd", "respond"),
                ({"on": "request", "respond": {"stauts": 1}}, ".respond.stauts", "status"),
                ({"on": "refund.aproved", "become": "never"}, ".on", "refund.approved"),
                ({"on": "refund.approved", "becom": "never"}, ".becom", "become"),
                ({"on": "refund.approved", "become": "failed"}, ".become", "FAILED"),
                (
                    {"on": "refund.pending", "where": {"ammount": 1}, "become": "never"},
                    ".where.ammount",
                    "amount",
                ),
                (
                    {"on": "refund.pending", "where": {"currency": "ISL"}, "become": "never"},
                    ".where.currency",
                    "ILS",
                ),
                ({"on": "webhook", "lsoe": True}, ".lsoe", "lose"),
                (
                    {"on": "webhook", "where": {"event": "refund.procesed"}, "lose": True},
                    ".where.event",
                    "refund.processed",
                ),
                (
                    {"on": "webhook", "where": {"transction": 1}, "lose": True},
                    ".where.transction",
                    "transaction",
                ),
                ({"set": "lean.paymnt", "to": {"refundable": 0}}, ".set", "lean.payment"),
                ({"set": "lean.payment", "to": {"refundabel": 0}}, ".to.refundabel", "refundable"),
                ({"set": "lean.payment", "to": {"status": "failed"}}, ".to.status", "FAILED"),
                (
                    {
                        "on": "refund.approved",
                        "where": {"payment_id": "lean.payments.reconcild"},
                        "become": "never",
                    },
                    ".where.payment_id",
                    "lean.payments.reconciled",
                ),
            ]
        ),
    ],
    ids=lambda value: str(value)[:70],
)
def test_where_a_word_is_misspelt_the_one_that_was_meant_is_named(
    box: Box, change: dict[str, Any], field: str, meant: str
) -> None:
    parameters = {"size": {"default": 1}}
    whole = {"name": "own", "title": "t", "parameters": parameters, "script": [_FAIL], **change}
    body = {key: value for key, value in whole.items() if value is not None}
    answer = box.admin.post("/scenarios", body)

    _require_problem(answer.json(), answer.status_code, field, [f"did you mean `{meant}`? valid: "])


def test_what_is_like_no_word_is_no_misspelt_one(box: Box) -> None:
    body = {"name": "own", "title": "t", "script": [{**_FAIL, "colour": "red"}]}

    assert "did you mean" not in box.admin.post("/scenarios", body).json()["reason"]


def _require_problem(problem: dict[str, Any], status: int, field: str, valid: list[str]) -> None:
    assert (status, problem["status"], problem["title"]) == (400, 400, "Bad Request")
    assert problem["field"].startswith("script[0]" if field[0] == "." else field)
    assert field in problem["field"]
    assert [word for word in valid if word not in problem["reason"]] == []
    assert problem["detail"] == f"{problem['field']}: {problem['reason']}"


@pytest.mark.parametrize("body", [b"[]", b"{", b"on", b'"x"'])
def test_a_scenario_is_a_json_object(box: Box, body: bytes) -> None:
    assert box.admin.post("/scenarios", body).status_code == 400


def test_a_value_that_only_a_parameter_makes_senseless_is_refused_when_switched_on(
    box: Box,
) -> None:
    step = {"on": "request", "respond": {"status": "{code}"}}
    own(box, step, parameters={"code": {"default": 500}})
    problem = box.admin.put("/scenarios/own", {"parameters": {"code": 99}}).json()

    assert (problem["status"], problem["field"]) == (400, "parameters.code")
    assert lean(box) == "201 CREATED"


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_an_unknown_scenario_is_a_404_that_lists_those_there_are(box: Box, method: str) -> None:
    answer = getattr(box.admin, method)("/scenarios/nope")

    assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert "provider-down, rate-limited" in answer.json()["detail"]


def test_the_name_of_a_built_in_scenario_is_taken(box: Box) -> None:
    body = {"name": "provider-down", "title": "t", "script": [_FAIL]}

    assert box.admin.post("/scenarios", body).status_code == 409


def test_a_refused_replacement_leaves_the_scenario_as_it_was(box: Box) -> None:
    own(box, {"set": "lahza.transaction", "to": {"status": "failed"}})
    box.on("own")
    box.admin.post("/scenarios", {"name": "own", "title": "t", "script": []})

    assert give_back(box, TRANSACTION).status_code == 400
