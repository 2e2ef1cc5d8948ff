"""Parameters and headers that make no sense: a 400 that says what would, and nothing happens."""

from typing import Any

import pytest

from tests.kit import Box
from tests.scenarios.calls import give_back, pay_back, refunds_made, word


@pytest.mark.parametrize(
    ("name", "given", "field", "valid"),
    [
        ("rate-limited", {"time": 1}, "parameters.time", ["provider", "times", "retry_after"]),
        ("rate-limited", {"times": 0}, "parameters.times", ["unlimited"]),
        ("rate-limited", {"times": "many"}, "parameters.times", ["unlimited"]),
        ("rate-limited", {"times": None}, "parameters.times", []),
        ("rate-limited", {"provider": "visa"}, "parameters.provider", ["any", "lean", "lahza"]),
        ("rate-limited", {"retry_after": "soon"}, "parameters.retry_after", ["45s"]),
        ("slow-provider", {"delay": "2d"}, "parameters.delay", ["1d"]),
        ("answer-lost", {"how": "slowly"}, "parameters.how", ["504", "cut", "silence"]),
        ("refund-stuck", {"payment": "not-a-uuid"}, "parameters.payment", []),
        (
            "refund-stuck",
            {"payment": "lean.payments.nope"},
            "parameters.payment",
            ["reconciled", "fully_refunded"],
        ),
        (
            "refund-fails",
            {"transaction": "lahza.transactions.nope"},
            "parameters.transaction",
            ["success", "failed"],
        ),
        ("missing-permission", {"scope": "payout"}, "parameters.scope", ["payout.write"]),
        ("transaction-not-successful", {"status": "success"}, "parameters.status", ["abandoned"]),
        ("insufficient-balance", {"balance": "much"}, "parameters.balance", []),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused_and_nothing_is_switched_on(
    box: Box, name: str, given: dict[str, Any], field: str, valid: list[str]
) -> None:
    answer = box.admin.put(f"/scenarios/{name}", {"parameters": given})
    problem = answer.json()

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["field"]) == (400, 400, field)
    assert [word for word in valid if word not in problem["reason"]] == []
    assert not box.admin.get(f"/scenarios/{name}").json()["enabled"]


@pytest.mark.parametrize(
    ("name", "given", "meant"),
    [
        ("rate-limitd", {}, "rate-limited"),
        ("Rate-Limited", {}, "rate-limited"),
        ("rate-limited", {"tiems": 1}, "times"),
        ("rate-limited", {"provider": "laen"}, "lean"),
        ("answer-lost", {"how": "silense"}, "silence"),
        ("transaction-not-successful", {"status": "abandonned"}, "abandoned"),
        ("missing-permission", {"scope": "payout.wirte"}, "payout.write"),
        ("webhook-lost", {"event": "refund.proccessed"}, "refund.processed"),
        ("refund-fails", {"transaction": "lahza.transaction.success"}, "lahza.transactions."),
    ],
)
def test_where_a_word_is_misspelt_the_one_that_was_meant_is_named(
    box: Box, name: str, given: dict[str, Any], meant: str
) -> None:
    answer = box.admin.put(f"/scenarios/{name}", {"parameters": given})
    header = "; ".join([name, *(f"{key}={value}" for key, value in given.items())])
    call = give_back(box, scenario=header) if name == "refund-fails" else pay_back(box, "", header)

    assert f"did you mean `{meant}" in answer.json()["detail"]
    assert f"did you mean `{meant}" in call.json()["message"] or name.startswith("transaction")


@pytest.mark.parametrize(
    "header",
    [
        "nope",
        "",
        "Rate-Limited",
        "rate-limited; time=1",
        "rate-limited; times",
        "rate-limited; times=0",
        "refund-stuck; payment=lean.payments.nope; transaction=lahza.transactions.success",
        "answer-lost; how=slowly",
    ],
)
def test_a_header_that_makes_no_sense_is_a_400_and_the_call_does_not_happen(
    box: Box, header: str
) -> None:
    ours, theirs = pay_back(box, scenario=header), give_back(box, scenario=header)

    assert word(ours) == "400 INVALID_PARAMETERS"
    assert (theirs.status_code, theirs.json()["status"]) == (400, False)
    for answer in (ours, theirs):
        assert "Sandbox-Scenario" in answer.json()["message"]
    assert refunds_made(box) == (0, 0)


def test_a_header_can_not_name_the_other_providers_scenario(box: Box) -> None:
    assert pay_back(box, scenario="refund-fails").status_code == 400
    assert give_back(box, scenario="unreconciled-payment").status_code == 400
