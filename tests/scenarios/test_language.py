"""What a scenario of one's own can say: `set`, `on: <transition>`, parameters."""

from typing import Any

import pytest

from tests.kit import Box
from tests.scenarios.calls import (
    OTHER_PAYMENT,
    OTHER_TRANSACTION,
    PAYMENT,
    TRANSACTION,
    give_back,
    lahza,
    lahza_end,
    lean,
    lean_end,
    lean_read,
    own,
    own_on,
    pay_back,
    reconciliation,
    word,
)

_STUCK = {"on": "refund.pending", "become": "never"}


# set ------------------------------------------------------------------------------------------


def test_what_is_set_is_seen_by_rules_and_reads_and_undone_by_switching_off(box: Box) -> None:
    own_on(box, {"set": "lean.payment", "to": {"reconciliation": "UNRECEIVED"}})
    seen = (reconciliation(box), lean(box)[:3])
    later = box.lean.get(f"/reconciliation/v1/payments/{box.payment()}").json()
    box.off("own")

    assert seen == ("UNRECEIVED", "403")
    assert later["reconciliation"]["status"] == "UNRECEIVED"
    assert (reconciliation(box), lean(box)) == ("RECONCILED", "201 CREATED")


def test_a_change_meanwhile_changes_what_lies_below(box: Box) -> None:
    own_on(box, {"set": "lean.payment", "to": {"reconciliation": "UNRECEIVED"}})
    box.admin.patch(f"/lean/payments/{PAYMENT}", {"reconciliation": "OUTSTANDING"})
    above = reconciliation(box)
    box.off("own")

    assert (above, reconciliation(box)) == ("UNRECEIVED", "OUTSTANDING")


@pytest.mark.parametrize(
    ("target", "to", "expected"),
    [
        ("lean.application", {"products": ["payments", "payouts"]}, "403 Operation Not Allowed"),
        ("lean.application", {"payouts_configured": False}, "403 Operation Not Allowed, payouts"),
        ("lean.payment", {"refundable": 0.99}, "400 INVALID_AMOUNT"),
        ("lean.payment", {"refundable": 1}, "201 CREATED"),
        ("lean.payment", {"status": "AWAITING_APP_AUTH"}, "403 Operation Not Allowed"),
        ("lean.credentials", {"missing_scope": "payout.write"}, "403 INSUFFICIENT_ACCESS"),
        ("lean.credentials", {"missing_scope": "payout.read"}, "201 CREATED"),
        ("lahza.transaction", {"status": "abandoned"}, "400 Transaction has not been completed"),
        ("lahza.transaction", {"refundable": 99}, "400 Refund amount cannot be more"),
        ("lahza.transaction", {"refundable": 100}, "200 pending"),
        ("lahza.merchant", {"balance": {"ILS": 99}}, "400 Insufficient balance"),
        ("lahza.merchant", {"balance": {"JOD": 99}}, "200 pending"),
    ],
)
def test_each_target_can_be_set(box: Box, target: str, to: dict[str, Any], expected: str) -> None:
    own_on(box, {"set": target, "to": to})

    assert (lean if target.startswith("lean") else lahza)(box).startswith(expected)


def test_what_is_set_holds_where_it_says(box: Box) -> None:
    where = {"currency": "JOD", "domain": "test"}
    own_on(box, {"set": "lahza.transaction", "where": where, "to": {"status": "failed"}})

    assert word(give_back(box, "fixture-jod")) == "400 Transaction has not been completed"
    assert word(give_back(box, "fixture-usd")) == "200 pending"


# on: a transition ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "concerned", "not_concerned"),
    [
        ({"payment_id": PAYMENT}, {}, {"payment_id": OTHER_PAYMENT}),
        ({"payment_id": "lean.payments.reconciled"}, {}, {"payment_id": OTHER_PAYMENT}),
        ({"amount": 2.5}, {"amount": 2.5}, {"amount": 2.51}),
        ({"reason_code": "ORDER_CANCELLED"}, {"reason_code": "ORDER_CANCELLED"}, {}),
        ({"external_reference": "A-1"}, {"external_reference": "A-1"}, {}),
        ({"currency": "AED", "amount": 3}, {"amount": 3}, {"amount": 4}),
    ],
)
def test_a_step_of_leans_acts_on_the_refunds_it_names(
    box: Box, where: dict[str, Any], concerned: dict[str, Any], not_concerned: dict[str, Any]
) -> None:
    own_on(box, {"on": "refund.approved", "where": where, "become": "FAILED"})

    assert lean_end(box, **concerned) == "FAILED"
    assert lean_end(box, **not_concerned) == "ACCEPTED_BY_BANK"


@pytest.mark.parametrize(
    ("where", "concerned", "not_concerned"),
    [
        ({"transaction": TRANSACTION}, {}, {"transaction": OTHER_TRANSACTION}),
        ({"transaction": "fixture-recent"}, {"transaction": OTHER_TRANSACTION}, {}),
        ({"amount": 7}, {"amount": 7}, {"amount": 8}),
        ({"currency": "USD"}, {"transaction": "fixture-usd"}, {}),
        ({"domain": "test", "currency": "ILS"}, {}, {"transaction": "fixture-usd"}),
    ],
)
def test_a_step_of_lahzas_acts_on_the_refunds_it_names(
    box: Box, where: dict[str, Any], concerned: dict[str, Any], not_concerned: dict[str, Any]
) -> None:
    own_on(box, {"on": "refund.pending", "where": where, "become": "failed"})

    assert lahza_end(box, **concerned) == "failed"
    assert lahza_end(box, **not_concerned) == "processed"


def test_a_refund_goes_where_and_when_its_steps_say(box: Box) -> None:
    own_on(
        box,
        {"on": "refund.created", "after": "10s", "become": "APPROVED"},
        {"on": "refund.approved", "after": "PT1H", "become": "PENDING_WITH_BANK"},
        {"on": "refund.pending_with_bank", "after": 5, "become": "FAILED"},
        {"on": "refund.pending", "after": "1s", "become": "processing"},
        {"on": "refund.processing", "after": "1d", "become": "failed"},
    )
    ours = pay_back(box).json()[0]["refund_id"]
    theirs = str(give_back(box).json()["data"]["id"])
    events = box.advance("2d")

    assert [(event["at"][8:19], event["subject"], event["to"]) for event in events] == [
        ("13T11:50:43", theirs, "processing"),
        ("13T11:50:52", ours, "APPROVED"),
        ("13T12:50:52", ours, "PENDING_WITH_BANK"),
        ("13T12:50:57", ours, "FAILED"),
        ("14T11:50:43", theirs, "failed"),
    ]


def test_a_refund_still_held_when_its_scenario_goes_counts_its_default_from_then(box: Box) -> None:
    own_on(box, {"on": "refund.pending", "after": "10d", "become": "failed"})
    refund_id = give_back(box).json()["data"]["id"]
    box.advance("1d")
    box.off("own")

    assert [event["to"] for event in box.advance("59m")] == []
    assert [event["to"] for event in box.advance("1m")] == ["processing"]
    box.advance("1d")
    assert box.lahza_status(refund_id) == "processed"


def test_the_first_step_of_a_script_that_concerns_a_refund_decides(box: Box) -> None:
    own_on(
        box,
        {"on": "refund.pending", "where": {"amount": 5}, "times": 1, "become": "failed"},
        {"on": "refund.pending", "where": {"amount": 5}, "become": "never"},
    )

    assert [lahza_end(box, amount=n) for n in (5, 5, 6)] == ["failed", "pending", "processed"]


# Parameters ----------------------------------------------------------------------------------


def test_a_step_is_part_of_the_script_when_its_parameter_says_so(box: Box) -> None:
    own(
        box,
        {"on": "request", "when": {"how": "busy"}, "fail": "rate_limited"},
        {"on": "request", "when": {"how": "down"}, "fail": "unavailable"},
        parameters={"how": {"default": "busy", "one_of": ["busy", "down", "fine"]}},
    )
    headers = ["own", "own; how=busy", "own; how=down", "own; how=fine", "own ;how = down "]

    assert [lean_read(box, header)[:3] for header in headers] == ["429", "429", "503", "200", "503"]


@pytest.mark.scripted
def test_parameters_stand_for_whole_values_and_within_texts(box: Box) -> None:
    own(
        box,
        {"on": "request", "respond": {"status": "{code}", "body": {"said": "{who}: {code}!"}}},
        parameters={"code": {"default": 500}, "who": {"default": "x"}},
    )
    box.on("own", code=418, who="{code}")
    answer = pay_back(box)

    assert (answer.status_code, answer.json()) == (418, {"said": "{code}: 418!"})
    shown = box.admin.get("/scenarios/own").json()
    assert (shown["enabled"], shown["parameters"]) == (True, {"code": 418, "who": "{code}"})


def test_a_scenario_of_ones_own_stays_until_the_reset(box: Box) -> None:
    own_on(box, {"on": "request", "fail": "unavailable"})
    own(box, _STUCK)
    replaced = (lean(box), box.admin.get("/scenarios/own").json()["enabled"])
    box.admin.post("/reset", {})

    assert replaced == ("201 CREATED", False)
    assert box.admin.get("/scenarios/own").status_code == 404
    assert lean_read(box, "own") == "400 INVALID_PARAMETERS"
