"""How a refund looks in each state, and what it leaves of its transaction and the balance."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import Box
from tests.lahza.calls import (
    MORE_THAN_LEFT,
    NOTHING_LEFT,
    POOR,
    SUCCESS,
    queued,
    refused,
    rows,
    seen,
    settle,
    verified,
)

MADE = "2026-05-13T11:50:42.625Z"
IN_AN_HOUR = "2026-05-13T12:50:42.625Z"
IN_A_DAY = "2026-05-14T11:50:42.625Z"


def shown(box: Box, refund_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A refund as it is fetched, and as the list's row."""
    fetched = box.lahza.get(f"/refund/{refund_id}").json()["data"]
    row = next(row for row in rows(box.lahza) if row["id"] == refund_id)
    return fetched, row


def set_balance(box: Box, **balance: int) -> dict[str, int]:
    """Set it in some currencies; all of it as it then stands."""
    answer = box.admin.patch("/lahza/merchant", {"balance": balance})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["balance"])


@pytest.mark.parametrize(
    ("status", "updated"), [("processing", IN_AN_HOUR), ("failed", IN_AN_HOUR)]
)
def test_processing_and_failed_refunds_look_like_pending_ones(
    box: Box, status: str, updated: str
) -> None:
    """But for `status` and when they were updated."""
    refund_id = queued(box, SUCCESS, amount=4000)["id"]
    fetched, row = shown(box, refund_id)
    box.advance("1h")
    if status == "failed":
        assert settle(box, refund_id, "failed").status_code == 200

    assert (fetched["deducted_amount"], fetched["fully_deducted"]) == (0, False)
    assert (row["deducted_amount"], row["fully_deducted"]) == (None, None)
    assert fetched["refunded_at"] == row["refunded_at"] == MADE
    assert shown(box, refund_id) == (
        {**fetched, "status": status, "updatedAt": updated},
        {**row, "status": status, "updated_at": updated},
    )


def test_a_processed_refund_is_deducted_also_when_it_is_a_part(box: Box) -> None:
    refund_id = queued(box, SUCCESS, amount=4000)["id"]
    fetched, row = shown(box, refund_id)
    box.advance("1d")
    done = {"status": "processed", "deducted_amount": 4000, "refunded_at": IN_A_DAY}

    assert shown(box, refund_id) == (
        {**fetched, **done, "fully_deducted": True, "updatedAt": IN_A_DAY},
        {**row, **done, "fully_deducted": 1, "updated_at": IN_A_DAY},
    )


def test_a_transaction_is_reversed_once_all_of_it_is_processed(box: Box) -> None:
    queued(box, SUCCESS, amount=4000)
    box.advance("2h")
    queued(box, SUCCESS, amount=6000)
    statuses = []
    for step in ("21h", "1h", "1h", "1h"):
        box.advance(step)
        statuses.append(verified(box, SUCCESS))

    assert statuses == ["success", "success", "success", "reversed"]
    assert seen(box.lahza_refund(SUCCESS)) == refused(400, NOTHING_LEFT)


def test_a_failed_refund_gives_its_amount_back_to_the_transaction(box: Box) -> None:
    queued(box, SUCCESS, amount=4000)
    failing = queued(box, SUCCESS, amount=6000)["id"]
    box.advance("1h")
    full = box.lahza_refund(SUCCESS)
    settle(box, failing, "failed")
    box.advance("2d")

    assert seen(full) == refused(400, NOTHING_LEFT)
    assert verified(box, SUCCESS) == "success"
    queued(box, SUCCESS, amount=6000)
    box.advance("1d")
    assert verified(box, SUCCESS) == "reversed"


@pytest.mark.parametrize("end", ["processed", "failed"])
def test_a_refund_that_has_ended_stays_so(box: Box, end: str) -> None:
    refund_id = queued(box, SUCCESS)["id"]
    settle(box, refund_id, end)
    codes = [settle(box, refund_id, status).status_code for status in ("failed", "processed")]

    assert codes == [409, 409]
    assert box.advance("30d") == []
    assert box.lahza_status(refund_id) == end


# The balance ----------------------------------------------------------------------------------


def test_refunds_draw_on_the_balance_of_their_currency(box: Box) -> None:
    set_balance(box, ILS=5000)
    queued(box, SUCCESS, amount=3000)
    queued(box, "fixture-usd", amount=9999)

    assert seen(box.lahza_refund(SUCCESS, amount=2001)) == refused(400, POOR)
    assert queued(box, SUCCESS, amount=2000)["status"] == "pending"
    assert seen(box.lahza_refund(SUCCESS, amount=1)) == refused(400, POOR)


def test_a_processed_refund_stays_drawn_and_a_failed_one_is_given_back(box: Box) -> None:
    set_balance(box, ILS=5000)
    queued(box, SUCCESS, amount=3000)
    failing = queued(box, SUCCESS, amount=2000)["id"]
    settle(box, failing, "failed")
    box.advance("2d")

    assert seen(box.lahza_refund(SUCCESS, amount=2001)) == refused(400, POOR)
    assert queued(box, SUCCESS, amount=2000)["status"] == "pending"


def test_a_refund_that_a_scenario_lets_through_draws_what_there_is(box: Box) -> None:
    """Never more; and what it drew is what comes back when it fails."""
    set_balance(box, ILS=5000)
    box.on("insufficient-balance", balance=9000)
    failing = queued(box, SUCCESS, amount=6000)["id"]
    drawn_on_nothing = queued(box, SUCCESS, amount=1000)["id"]

    assert set_balance(box, JOD=1) == {"ILS": 0, "JOD": 1}
    settle(box, drawn_on_nothing, "failed")
    assert set_balance(box) == {"ILS": 0, "JOD": 1}
    settle(box, failing, "failed")
    assert set_balance(box) == {"ILS": 5000, "JOD": 1}
    box.off("insufficient-balance")
    assert seen(box.lahza_refund(SUCCESS, amount=5001)) == refused(400, POOR)


def test_a_refused_refund_draws_nothing(box: Box) -> None:
    set_balance(box, ILS=10001)
    too_much = box.lahza_refund(SUCCESS, amount=10001)

    assert seen(too_much) == refused(400, MORE_THAN_LEFT)
    assert queued(box, SUCCESS)["amount"] == 10000


# Always ---------------------------------------------------------------------------------------

WHOLE = 100
_refund = st.tuples(st.just("refund"), st.none() | st.integers(1, WHOLE + 20))
_outcome = st.tuples(st.sampled_from(["failed", "processed"]), st.integers(0, 20))
_wait = st.tuples(st.just("wait"), st.integers(0, 25))


@pytest.mark.slow
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(_refund | _outcome | _wait, max_size=14))
def test_live_refunds_never_exceed_their_transaction(
    box: Box, steps: list[tuple[str, int | None]]
) -> None:
    """Whatever is asked for and however it ends; what is left is always refundable, and no more."""
    transaction = box.transaction(amount=WHOLE)
    for step, value in steps:
        refunds = rows(box.lahza, f"?transaction={transaction}")
        live = sum(refund["amount"] for refund in refunds if refund["status"] != "failed")
        left = WHOLE - live
        assert left >= 0
        if step == "wait":
            box.advance(f"{value}h")
        elif step != "refund":
            if refunds:
                settle(box, refunds[(value or 0) % len(refunds)]["id"], step)
        elif left == 0:
            assert seen(box.lahza_refund(transaction, amount=value)) == refused(400, NOTHING_LEFT)
        elif (value or WHOLE) > left:
            assert seen(box.lahza_refund(transaction, amount=value)) == refused(400, MORE_THAN_LEFT)
        else:
            assert queued(box, transaction, amount=value)["amount"] == (value or WHOLE)
    refunds = rows(box.lahza, f"?transaction={transaction}")
    processed = sum(refund["amount"] for refund in refunds if refund["status"] == "processed")
    assert verified(box, transaction) == ("reversed" if processed == WHOLE else "success")
