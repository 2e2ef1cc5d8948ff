"""Reset: the world as it starts, or as the caller would have it start."""

from typing import Any

import pytest

from sandbox.engine.time.clock import Start
from sandbox.settings import Settings
from tests.kit import Box, serving

NOW = "2026-05-13T11:50:42.625199Z"
REFUND = {"amount": 60, "reason_code": "CUSTOMER_REQUEST"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"mode": "frozen", "rate": 60, "now": "2030-01-01T00:00:00.000000Z"}),
        ({"now": "2020-02-29T12:00:00+02:00"}, {"now": "2020-02-29T10:00:00.000000Z"}),
        ({"rate": 1.5}, {"mode": "frozen", "rate": 1.5}),
        ({"mode": "realtime"}, {"mode": "realtime", "rate": 60}),
        ({"seed": 7}, {"mode": "frozen", "rate": 60, "now": "2030-01-01T00:00:00.000000Z"}),
    ],
)
def test_what_is_left_out_is_as_the_server_was_started(
    given: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Also after an earlier reset that said otherwise; and here alone the clock may go back."""
    start = Start(now=1_893_456_000_000_000, mode="frozen", rate=60)
    with serving(Settings(start=start)) as box:
        other = {"now": "2040-01-01T00:00:00Z", "mode": "realtime", "rate": 2, "seed": 3}
        assert box.admin.post("/reset", other).json()["rate"] == 2
        clock = box.admin.post("/reset", given).json()

    assert {key: clock[key] for key in expected} == expected
    assert (clock["due"], clock["next_due_at"]) == (0, None)


def test_nothing_that_a_refund_left_behind_stays(box: Box) -> None:
    """Neither its key, its payment, the balance, nor the list of requests remembers."""

    def refund() -> tuple[int, int, int]:
        payment = box.admin.get("/fixtures").json()["lean"]["payments"]["reconciled"]["id"]
        lean = box.lean.post(
            "/payouts/refunds",
            [{**REFUND, "payment_id": payment}],
            headers={"idempotency-key": "order-1"},
        )
        other = box.lean.post(
            "/payouts/refunds",
            [{**REFUND, "payment_id": payment, "amount": 50}],
            headers={"idempotency-key": "order-1"},
        )
        return (
            lean.status_code,
            other.status_code,
            box.lahza_refund("fixture-success").status_code,
        )

    assert refund() == (201, 409, 200)
    box.admin.patch("/lahza/merchant", {"balance": {"ILS": 1}})
    box.admin.patch("/lean/application", {"products": []})
    assert refund()[1:] == (409, 400)
    box.admin.post("/reset", {"mode": "frozen", "now": NOW})

    assert refund() == (201, 409, 200)
    assert box.admin.get("/requests").json()["requests"][-1]["id"] == 1


def test_what_was_due_does_not_happen_after_it(box: Box) -> None:
    box.lean_refund(box.payment(), status="APPROVED")
    box.lahza_refund(box.transaction())
    box.payment(reconcile_after="15m")
    assert box.admin.get("/clock").json()["due"] == 3
    box.admin.post("/reset", {"mode": "frozen", "now": NOW})

    assert box.advance("365d") == []


def test_a_scenario_that_was_used_up_is_whole_again(box: Box) -> None:
    for _ in range(2):
        box.on("rate-limited", times=1)
        answers = [box.lahza.get("/refund").status_code for _ in range(2)]
        assert answers == [429, 200]
        box.admin.post("/reset", {"mode": "frozen", "now": NOW})
        described = box.admin.get("/scenarios/rate-limited").json()
        assert (described["enabled"], described["parameters"]["times"]) == (False, "unlimited")
