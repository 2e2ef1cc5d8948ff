"""Who decides: this request's header, what stuck to the refund, the latest switched on, none."""

import pytest

from tests.kit import Box
from tests.scenarios.calls import (
    TRANSACTION,
    lahza,
    lahza_end,
    lahza_read,
    lean,
    own,
    own_on,
    pay_back,
)

_FAILED = {"set": "lahza.transaction", "to": {"status": "failed"}}
_ABANDONED = {"set": "lahza.transaction", "to": {"status": "abandoned"}}
_REVERSED = {"set": "lahza.transaction", "to": {"status": "reversed"}}


def test_of_what_is_set_the_header_wins_then_the_latest(box: Box) -> None:
    seen = [lahza_read(box)]
    own_on(box, _FAILED, name="one")
    own_on(box, _ABANDONED, name="two")
    own(box, _REVERSED, name="three")
    seen += [lahza_read(box), lahza_read(box, "three"), lahza_read(box, "one")]
    box.on("one")
    seen.append(lahza_read(box))
    box.off("one")
    seen.append(lahza_read(box))
    box.off("two")
    seen.append(lahza_read(box))

    assert [text.removeprefix("200 ") for text in seen] == [
        "success",
        "abandoned",
        "reversed",
        "failed",
        "failed",
        "abandoned",
        "success",
    ]


def test_two_scenarios_set_a_key_each(box: Box) -> None:
    own_on(box, {"set": "lahza.transaction", "to": {"refundable": 1}}, name="one")
    own_on(box, {"set": "lahza.transaction", "to": {"status": "success"}}, name="two")

    assert lahza(box).startswith("400 Refund amount cannot be more")


def test_of_requests_the_header_answers_then_the_latest(box: Box) -> None:
    own_on(box, {"on": "request", "fail": "rate_limited"}, name="one")
    own_on(box, {"on": "request", "fail": "unavailable"}, name="two")
    seen = [lean(box), lean(box, "invalid-credentials")]
    box.off("two")
    seen.append(lean(box))

    assert [text[:3] for text in seen] == ["503", "401", "429"]


def test_a_scenario_that_is_used_up_leaves_the_word_to_the_next(box: Box) -> None:
    own_on(box, {"on": "request", "times": 2, "fail": "rate_limited"}, name="one")
    own_on(box, {"on": "request", "times": 1, "fail": "unavailable"}, name="two")

    assert [lean(box)[:3] for _ in range(4)] == ["503", "429", "429", "201"]


def test_delays_add_up_until_a_step_answers(box: Box) -> None:
    own_on(box, {"on": "request", "delay": "1d"}, name="never-reached")
    own_on(box, {"on": "request", "delay": "30ms", "fail": "unavailable"}, name="answers")
    own_on(box, {"on": "request", "delay": "30ms"}, {"on": "request", "delay": "30ms"}, name="slow")
    answer = pay_back(box, scenario="slow-provider; delay=30ms")
    entry = box.admin.get("/requests?limit=1").json()["requests"][0]

    assert answer.status_code == 503
    assert entry["duration_ms"] >= 118


# What comes next for a refund ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "header", "end"),
    [
        ([], None, "processed"),
        (["refund-fails"], None, "failed"),
        (["refund-stuck"], None, "pending"),
        (["refund-stuck"], "own", "failed"),
        (["own"], "refund-stuck", "pending"),
        (["own", "refund-stuck"], None, "pending"),
        (["refund-stuck", "own"], None, "failed"),
        (["own", "refund-stuck", "own"], None, "failed"),
    ],
)
def test_of_what_comes_next_the_header_decides_then_the_latest(
    box: Box, standing: list[str], header: str | None, end: str
) -> None:
    own(box, {"on": "refund.pending", "become": "failed"})
    for name in standing:
        box.on(name)

    assert lahza_end(box, header) == end


def test_what_stuck_to_a_refund_wins_over_what_is_switched_on_later(box: Box) -> None:
    header = "refund-fails; after=1h"
    body = {"transaction": TRANSACTION, "amount": 100}
    refund_id = box.lahza.post("/refund", body, scenario=header).json()["data"]["id"]
    own_on(box, {"on": "refund.processing", "become": "never"})
    box.advance("30d")

    assert box.lahza_status(refund_id) == "failed"


def test_where_what_stuck_to_a_refund_is_silent_the_standing_scenario_decides(box: Box) -> None:
    own_on(box, {"on": "refund.processing", "become": "failed"})

    assert lahza_end(box, "refund-stuck; transaction=fixture-usd") == "failed"


def test_the_header_of_an_approval_wins_over_what_stuck_at_creation(box: Box) -> None:
    created = pay_back(box, scenario="refund-stuck").json()[0]["refund_id"]
    box.lean.put(
        "/payouts/refunds",
        [{"refund_id": created, "status": "APPROVED"}],
        scenario="refund-rejected-by-bank",
    )
    box.advance("30d")

    assert box.lean_status(created) == "FAILED"


def test_switching_off_another_scenario_lets_no_held_refund_go(box: Box) -> None:
    box.on("refund-stuck")
    box.on("refund-fails")
    refund_id = box.lahza_refund(TRANSACTION).json()["data"]["id"]
    box.off("refund-fails")
    box.advance("30d")

    assert box.lahza_status(refund_id) == "pending"


def test_switched_on_anew_a_scenario_keeps_what_it_holds(box: Box) -> None:
    refund = box.lean_refund(box.payment(), status="APPROVED").json()[0]["refund_id"]
    box.on("refund-stuck")
    box.advance("1d")
    box.on("refund-stuck")

    assert box.advance("1d") == []
    assert box.lean_status(refund) == "PENDING_WITH_BANK"


def test_what_one_scenario_lets_go_another_may_hold(box: Box) -> None:
    refund = box.lean_refund(box.payment(), status="APPROVED").json()[0]["refund_id"]
    box.on("refund-stuck")
    box.on("refund-rejected-by-bank", after="9d")
    box.advance("1d")
    box.off("refund-rejected-by-bank")

    assert box.advance("30d") == []
    assert box.lean_status(refund) == "PENDING_WITH_BANK"
