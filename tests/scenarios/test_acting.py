"""How often a scenario has acted, and which documents it waits for in vain."""

from typing import Any

import pytest

from tests.kit import Box
from tests.receiver import Receiver
from tests.scenarios.calls import (
    OTHER_PAYMENT,
    PAYMENT,
    TRANSACTION,
    acted,
    bearer,
    give_back,
    lahza,
    lahza_end,
    lahza_read,
    lean,
    lean_read,
    own_on,
    pay_back,
)
from tests.webhooks.calls import address


def missing(box: Box, name: str) -> dict[str, Any]:
    return dict(box.admin.get(f"/scenarios/{name}").json()["missing"])


# What counts ------------------------------------------------------------------------------------


def test_each_request_counts_once_however_many_steps_and_documents_it_meets(box: Box) -> None:
    slow = {"on": "request", "delay": "1ms"}
    own_on(box, slow, slow, name="slow")
    box.on("transaction-not-successful")
    rows = box.lahza.get("/transaction").json()["data"]

    assert len(rows) > 1
    assert (acted(box, "slow"), acted(box, "transaction-not-successful")) == (1, 1)


def test_what_its_times_no_longer_cover_counts_no_more(box: Box) -> None:
    box.on("rate-limited", times=2)

    assert [lahza(box)[:3] for _ in range(3)] == ["429", "429", "200"]
    assert acted(box, "rate-limited") == 2


def test_one_that_another_scenario_forestalls_does_not_act(box: Box) -> None:
    for name in ("provider-down", "rate-limited"):
        box.on(name)
    for status in ("failed", "success"):
        own_on(box, {"set": "lahza.transaction", "to": {"status": status}}, name=status)
    lahza(box)
    for name in ("provider-down", "rate-limited"):
        box.off(name)
    lahza(box)

    names = ("provider-down", "rate-limited", "failed", "success")
    assert [acted(box, name) for name in names] == [0, 1, 0, 0]


def test_each_transition_counts_and_each_webhook(box: Box) -> None:
    box.on("refund-fails")
    box.on("webhook-duplicated", event="refund.failed")
    box.on("webhook-lost", event="refund.processed")
    ends = [lahza_end(box), lahza_end(box)]

    assert ends == ["failed", "failed"]
    counts = [acted(box, n) for n in ("refund-fails", "webhook-duplicated", "webhook-lost")]
    assert counts == [2, 2, 0]


@pytest.mark.parametrize(
    "name",
    ["webhook-bad-signature", "webhook-late", "webhook-lost", "webhooks-out-of-order"],
)
def test_a_webhook_counts_though_none_is_sent(box: Box, name: str) -> None:
    box.on(name)
    give_back(box)

    assert acted(box, name) == 1


def test_a_webhook_before_the_answer_counts_where_an_answer_has_waited(
    box: Box, receiver: Receiver
) -> None:
    """Not where it goes nowhere, or where time brings it, which no caller waits for."""
    box.on("webhook-before-answer")
    give_back(box)
    counts = [acted(box, "webhook-before-answer")]
    address(box, "lahza", receiver)
    give_back(box)
    counts.append(acted(box, "webhook-before-answer"))
    box.advance("2d")
    counts.append(acted(box, "webhook-before-answer"))

    assert (counts, len(receiver.received)) == ([0, 1, 1], 5)


def test_a_scenario_that_sticks_to_a_refund_counts_what_it_does_later(box: Box) -> None:
    give_back(box, scenario="refund-fails")
    before = acted(box, "refund-fails")
    box.advance("2d")

    assert (before, acted(box, "refund-fails")) == (0, 1)


def test_credentials_that_are_as_good_as_ever_do_not_count(box: Box) -> None:
    old, path = bearer(box), f"/payments/v1/{PAYMENT}"
    box.on("expired-token")
    box.on("missing-permission", scope="payout.write")
    answers = [lean_read(box)[:3], box.anyone.get(path, headers=bearer(box)).status_code]
    fine = acted(box, "expired-token"), acted(box, "missing-permission")
    answers += [box.anyone.get(path, headers=old).status_code, pay_back(box).status_code]

    assert answers == ["200", 200, 401, 403]
    assert (fine, acted(box, "expired-token"), acted(box, "missing-permission")) == ((0, 0), 1, 1)


def test_a_limit_that_a_refund_keeps_to_does_not_count(box: Box) -> None:
    box.on("insufficient-balance", balance=100)
    own_on(box, {"set": "lean.payment", "to": {"refundable": 1}})
    kept = [lahza(box)[:3], lean(box)[:3], acted(box, "insufficient-balance"), acted(box, "own")]
    broken = [give_back(box, amount=101).status_code, pay_back(box, amount=2).status_code]

    assert (kept, broken) == (["200", "201", 0, 0], [400, 400])
    assert (acted(box, "insufficient-balance"), acted(box, "own")) == (1, 1)


# When counting begins anew ----------------------------------------------------------------------


def test_it_counts_from_when_it_was_last_switched_on_and_keeps_the_count_when_off(
    box: Box,
) -> None:
    box.on("provider-down")
    lean(box)
    lean(box, scenario="provider-down")
    counts = [acted(box, "provider-down")]
    box.off("provider-down")
    counts.append(acted(box, "provider-down"))
    box.on("provider-down")
    counts.append(acted(box, "provider-down"))

    assert counts == [2, 2, 0]


def test_a_snapshot_has_its_counts_and_a_reset_none(box: Box) -> None:
    box.on("provider-down")
    lean(box)
    box.admin.put("/snapshots/one")
    lean(box)
    counts = [acted(box, "provider-down")]
    box.admin.post("/snapshots/one/restore")
    counts.append(acted(box, "provider-down"))
    lean(box)
    counts.append(acted(box, "provider-down"))
    box.admin.post("/reset", {})
    counts.append(acted(box, "provider-down"))

    assert counts == [2, 1, 2, 0]


def test_each_world_counts_for_itself(box: Box) -> None:
    other = Box(f"{box.url}/w/other")
    for each in (box, other):
        each.on("provider-down")
    lahza_read(other)

    assert (acted(box, "provider-down"), acted(other, "provider-down")) == (0, 1)
    other.close()
    box.admin.delete("/worlds/other")


# What does not exist ----------------------------------------------------------------------------

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("name", "given", "lost"),
    [
        ("refund-fails", {}, {}),
        ("refund-fails", {"transaction": "order-1"}, {"transaction": "order-1"}),
        ("refund-fails", {"transaction": "lahza.transactions.success"}, {}),
        ("refund-fails", {"transaction": TRANSACTION}, {}),
        ("refund-fails", {"transaction": "fixture-success"}, {}),
        ("refund-fails", {"transaction": 99}, {"transaction": 99}),
        ("over-refund", {"payment": NOBODY}, {"payment": NOBODY}),
        ("over-refund", {"payment": OTHER_PAYMENT}, {}),
        ("webhook-lost", {"payment": NOBODY}, {"payment": NOBODY}),
        ("webhook-lost", {"transaction": "order-1"}, {"transaction": "order-1"}),
    ],
)
def test_a_parameter_that_names_no_document_is_shown(
    box: Box, name: str, given: dict[str, Any], lost: dict[str, Any]
) -> None:
    before = missing(box, name)
    box.on(name, **given)

    assert (before, missing(box, name)) == ({}, lost)


def test_it_is_shown_until_the_document_is_there(box: Box) -> None:
    box.on("refund-fails", transaction="order-1")
    before = missing(box, "refund-fails")
    box.transaction(reference="order-1", domain="live")

    assert (before, missing(box, "refund-fails")) == ({"transaction": "order-1"}, {})


def test_a_script_that_names_one_itself_shows_it_under_its_key(box: Box) -> None:
    own_on(box, {"on": "refund.approved", "where": {"payment_id": NOBODY}, "become": "never"})

    assert missing(box, "own") == {"payment_id": NOBODY}
