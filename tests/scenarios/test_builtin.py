"""Each scenario that comes with the sandbox: off, on, off again, and for one request alone."""

from collections.abc import Callable

import pytest

from tests.kit import Box
from tests.scenarios.calls import (
    PAYMENT,
    TRANSACTION,
    acted,
    bearer,
    charge,
    give_back,
    lahza,
    lahza_end,
    lahza_read,
    lean,
    lean_end,
    lean_read,
    of_intent,
    pay_back,
    reconciliation,
    token,
    word,
)

Ask = Callable[[Box, str | None], str]


def _token(box: Box, scenario: str | None = None) -> str:
    answer = token(box, scenario)
    return f"{answer.status_code} {answer.json().get('error', 'token')}"


_DECLINED = "400 Transaction has not been completed"
_GONE = "400 Transaction has been fully reversed"
_POOR = "400 Insufficient balance to fulfill this refund. Please top up."
_TOO_MUCH = "400 Refund amount cannot be more than the original transaction amount"
_NO_PAYOUTS = "403 Operation Not Allowed, payouts not configured"
_UNRECONCILED = "403 Operation Not Allowed, payment not reconciled"

CASES: list[tuple[str, Ask, str, str]] = [
    ("answer-lost", lean, "201 CREATED", "504"),
    ("answer-lost", lahza, "200 pending", "504"),
    ("answer-lost", lean_read, "200 ACCEPTED_BY_BANK", "200 ACCEPTED_BY_BANK"),
    ("card-declined", charge, "200 success", "200 failed"),
    ("card-declined", lahza, "200 pending", "200 pending"),
    ("deposit-amount-differs", of_intent, "RECONCILED", "OUTSTANDING"),
    ("deposit-never-arrives", of_intent, "RECONCILED", "OUTSTANDING"),
    ("fully-refunded", lean, "201 CREATED", "400 INVALID_AMOUNT"),
    ("fully-refunded", lahza, "200 pending", _GONE),
    ("fully-refunded", lahza_read, "200 success", "200 reversed"),
    ("insufficient-balance", lahza, "200 pending", _POOR),
    ("invalid-credentials", lean, "201 CREATED", "401 UNAUTHORIZED"),
    ("invalid-credentials", lean_read, "200 ACCEPTED_BY_BANK", "401 UNAUTHORIZED"),
    ("invalid-credentials", lahza, "200 pending", "401 Invalid key"),
    ("invalid-credentials", _token, "200 token", "401 invalid_client"),
    ("missing-permission", lean, "201 CREATED", "403 INSUFFICIENT_ACCESS_LEVEL"),
    ("missing-permission", lean_read, "200 ACCEPTED_BY_BANK", "403 INSUFFICIENT_ACCESS_LEVEL"),
    ("over-refund", lean, "201 CREATED", "400 INVALID_AMOUNT"),
    ("over-refund", lahza, "200 pending", _TOO_MUCH),
    ("over-refund", lahza_read, "200 success", "200 success"),
    ("payouts-not-configured", lean, "201 CREATED", _NO_PAYOUTS),
    ("provider-down", lean, "201 CREATED", "503 SERVICE_UNAVAILABLE"),
    ("provider-down", lean_read, "200 ACCEPTED_BY_BANK", "503 SERVICE_UNAVAILABLE"),
    ("provider-down", lahza, "200 pending", "503 Service unavailable"),
    ("rate-limited", lean, "201 CREATED", "429 RATE_LIMIT_EXCEEDED"),
    ("rate-limited", lahza, "200 pending", "429 Too many requests"),
    ("refund-fails", lahza_end, "processed", "failed"),
    ("refund-rejected-by-bank", lean_end, "ACCEPTED_BY_BANK", "FAILED"),
    ("refund-stuck", lean_end, "ACCEPTED_BY_BANK", "PENDING_WITH_BANK"),
    ("refund-stuck", lahza_end, "processed", "pending"),
    ("transaction-not-successful", lahza, "200 pending", _DECLINED),
    ("transaction-not-successful", lahza_read, "200 success", "200 failed"),
    ("unreconciled-payment", lean, "201 CREATED", _UNRECONCILED),
    ("unreconciled-payment", reconciliation, "RECONCILED", "OUTSTANDING"),
]
_each = pytest.mark.parametrize(
    ("name", "ask", "without", "with_it"),
    CASES,
    ids=[f"{name}-{getattr(ask, '__name__', '').strip('_')}" for name, ask, _, _ in CASES],
)


@_each
def test_a_scenario_holds_from_on_to_off(
    box: Box, name: str, ask: Ask, without: str, with_it: str
) -> None:
    before = ask(box, None)
    box.on(name)
    while_on = [ask(box, None), ask(box, None)]
    box.off(name)

    assert (before, while_on, ask(box, None)) == (without, [with_it, with_it], without)


@_each
def test_a_scenario_in_the_header_holds_for_that_request_alone(
    box: Box, name: str, ask: Ask, without: str, with_it: str
) -> None:
    assert [ask(box, header) for header in (None, name, None)] == [without, with_it, without]
    assert not box.admin.get(f"/scenarios/{name}").json()["enabled"]


@_each
@pytest.mark.parametrize("by_header", [False, True])
def test_a_scenario_has_acted_where_the_answer_is_another_and_nowhere_else(
    box: Box, name: str, ask: Ask, without: str, with_it: str, by_header: bool
) -> None:
    if not by_header:
        box.on(name)
    before = acted(box, name)
    ask(box, name if by_header else None)

    assert (before, acted(box, name)) == (0, 1 if without != with_it else 0)


def test_every_scenario_there_is_stands_in_these_tests(box: Box) -> None:
    there = {scenario["name"] for scenario in box.admin.get("/scenarios").json()["scenarios"]}

    of_webhooks = {name for name in there if name.startswith("webhook")}  # see tests/webhooks
    assert len(of_webhooks) == 6
    elsewhere = {"answer-late", "clock-jumps", "expired-token", "slow-provider"}
    assert there - of_webhooks == {name for name, *_ in CASES} | elsewhere


def test_a_reset_switches_every_scenario_off(box: Box) -> None:
    box.on("provider-down")
    box.on("fully-refunded")
    box.admin.post("/reset", {})

    assert not any(s["enabled"] for s in box.admin.get("/scenarios").json()["scenarios"])
    assert (lean(box), lahza(box)) == ("201 CREATED", "200 pending")


def test_without_payouts_no_refund_is_approved_either(box: Box) -> None:
    refund_id = pay_back(box).json()[0]["refund_id"]
    body = [{"refund_id": refund_id, "status": "APPROVED"}]
    answers = [
        word(box.lean.put("/payouts/refunds", body, scenario=header))
        for header in ("payouts-not-configured", None)
    ]

    assert answers == [_NO_PAYOUTS, "200 APPROVED"]


def test_an_expired_token_is_refused_and_a_new_one_works(box: Box) -> None:
    old = bearer(box)
    path = f"/payments/v1/{PAYMENT}"
    before = box.anyone.get(path, headers=old).status_code
    box.on("expired-token")
    refused = box.anyone.get(path, headers=old)
    renewed = box.anyone.get(path, headers=bearer(box)).status_code
    box.off("expired-token")

    assert (before, refused.status_code, renewed) == (200, 401, 200)
    assert refused.json()["status"] == "UNAUTHORIZED"
    assert box.anyone.get(path, headers=old).status_code == 200


def test_a_token_can_expire_for_one_request_alone(box: Box) -> None:
    old, path = bearer(box), f"/payments/v1/{PAYMENT}"
    codes = [
        box.anyone.get(path, headers=old, scenario=header).status_code
        for header in (None, "expired-token", None)
    ]

    assert codes == [200, 401, 200]


def test_a_scenario_of_what_comes_next_sticks_to_the_refund_of_its_request(box: Box) -> None:
    refund = pay_back(box, scenario="refund-rejected-by-bank", status="APPROVED").json()[0]
    other = pay_back(box, status="APPROVED").json()[0]
    box.advance("30d")

    assert box.lean_status(refund["refund_id"]) == "FAILED"
    assert box.lean_status(other["refund_id"]) == "ACCEPTED_BY_BANK"


@pytest.mark.parametrize("step", ["create", "approve"])
def test_it_sticks_from_the_request_that_creates_or_approves(box: Box, step: str) -> None:
    stuck = "refund-stuck"
    created = pay_back(box, scenario=stuck if step == "create" else None)
    refund_id = created.json()[0]["refund_id"]
    body = [{"refund_id": refund_id, "status": "APPROVED"}]
    box.lean.put("/payouts/refunds", body, scenario=stuck if step == "approve" else None)
    box.advance("30d")

    assert box.lean_status(refund_id) == "PENDING_WITH_BANK"


def test_a_stuck_refund_goes_on_when_it_is_let_go_and_counts_from_then(box: Box) -> None:
    box.on("refund-stuck")
    ours = pay_back(box, status="APPROVED").json()[0]["refund_id"]
    theirs = give_back(box).json()["data"]["id"]
    box.advance("10d")
    held = (box.lean_status(ours), box.lahza_status(theirs))
    due = box.admin.get("/clock").json()["due"]
    box.off("refund-stuck")
    events = [event for event in box.advance("2d") if event["kind"] == "refund"]

    assert (held, due) == (("PENDING_WITH_BANK", "pending"), 0)
    assert [(event["at"][:19], event["subject"], event["to"]) for event in events] == [
        ("2026-05-23T11:55:42", ours, "ACCEPTED_BY_BANK"),
        ("2026-05-23T12:50:42", str(theirs), "processing"),
        ("2026-05-24T11:50:42", str(theirs), "processed"),
    ]


def test_a_failed_refunds_amount_can_be_refunded_again(box: Box) -> None:
    box.on("refund-fails")
    box.on("refund-rejected-by-bank")
    ends = lean_end(box, amount=500), lahza_end(box, amount=10000)
    box.off("refund-fails")
    box.off("refund-rejected-by-bank")

    assert ends == ("FAILED", "failed")
    assert lean_end(box, amount=500) == "ACCEPTED_BY_BANK"
    assert lahza_end(box, amount=10000) == "processed"


# The fixtures that are already in such a state ------------------------------------------------


def _fixture(box: Box, name: str) -> str:
    provider, group, entry = name.split(".")
    return str(box.admin.get("/fixtures").json()[provider][group][entry]["id"])


@pytest.mark.parametrize(
    ("name", "scenario", "fixture"),
    [
        ("lean", "unreconciled-payment", "lean.payments.unreconciled"),
        ("lean", "fully-refunded", "lean.payments.fully_refunded"),
        ("lahza", "fully-refunded", "lahza.transactions.fully_refunded"),
        ("lahza", "transaction-not-successful", "lahza.transactions.failed"),
        ("lahza", "transaction-not-successful; status=abandoned", "lahza.transactions.abandoned"),
    ],
)
def test_a_fixture_is_refused_a_refund_as_by_its_scenario(
    box: Box, name: str, scenario: str, fixture: str
) -> None:
    def refund(subject: str | None, header: str | None) -> str:
        if name == "lean":
            return word(pay_back(box, subject or PAYMENT, header))
        return word(give_back(box, subject or TRANSACTION, header))

    by_fixture = refund(_fixture(box, fixture), None)

    assert by_fixture.startswith("40")
    assert by_fixture == refund(None, scenario)


@pytest.mark.parametrize(
    ("fixture", "status"),
    [
        ("lean.refunds.failed", "FAILED"),
        ("lean.refunds.pending_with_bank", "PENDING_WITH_BANK"),
        ("lahza.refunds.failed", "failed"),
        ("lahza.refunds.pending", "pending"),
    ],
)
def test_a_refund_fixture_is_in_its_scenarios_state_and_stays_there(
    box: Box, fixture: str, status: str
) -> None:
    refund_id = _fixture(box, fixture)
    box.advance("365d")
    is_lean = fixture.startswith("lean")

    assert (box.lean_status(refund_id) if is_lean else box.lahza_status(int(refund_id))) == status
