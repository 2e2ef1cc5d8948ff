"""Money on Lean's wire is exact, and no payment gives back more than it took."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import Box

through_http = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FULL = 10_000
"""What a payment of 100 is in fils."""


def plain(fils: int) -> str:
    """As Lean prints it, worked out with digits alone: 3500 is 35, 1530 is 15.3."""
    whole, rest = divmod(fils, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def raw(amount: str, payment: str) -> bytes:
    """A body that holds the amount's own digits."""
    return (
        f'[{{"payment_id":"{payment}","amount":{amount},"reason_code":"CUSTOMER_REQUEST"}}]'
    ).encode()


@pytest.mark.slow
@given(st.integers(1, 1000) | st.integers(1, 10**14))
@settings(through_http, max_examples=100)
def test_an_amount_comes_back_exact_and_without_trailing_zeros(box: Box, fils: int) -> None:
    """Small ones, where fils weigh most, and up to the most that a payment can be given."""
    exact, padded = plain(fils), f"{fils // 100}.{fils % 100:02d}"
    made = box.admin.post("/lean/payments", f'{{"amount":{padded}}}'.encode())
    payment = made.json()["id"]
    created = box.lean.post("/payouts/refunds", raw(padded, payment))
    refund = created.json()[0]["refund_id"]
    box.lean.put("/payouts/refunds", [{"refund_id": refund, "status": "REJECTED"}])

    for answer, name in (
        (created, "amount"),
        (box.lean.get(f"/payouts/refunds/{refund}"), "amount"),
        (box.lean.get(f"/payouts/refunds/{refund}"), "deposit_amount"),
        (box.lean.get(f"/payments/v1/{payment}"), "amount"),
        (box.lean.get(f"/reconciliation/v1/payments/{payment}"), "amount"),
    ):
        assert f'"{name}":{exact},' in answer.text


@given(st.integers(1, FULL - 1), st.integers(1, 999))
@through_http
def test_a_payment_is_given_back_to_the_last_fils(box: Box, first: int, part: int) -> None:
    """Whatever the first part, what is left can be refunded, and not a thousandth more."""
    payment, left = box.payment(), FULL - first
    assert box.lean.post("/payouts/refunds", raw(plain(first), payment)).status_code == 201
    finer = box.lean.post(
        "/payouts/refunds", raw(f"{left // 100}.{left % 100:02d}{part:03d}", payment)
    )
    more = box.lean.post("/payouts/refunds", raw(plain(left + 1), payment))

    assert (finer.status_code, finer.json()["status"]) == (400, "INVALID_AMOUNT")
    assert (more.status_code, more.json()["status"]) == (400, "INVALID_AMOUNT")
    assert box.lean.post("/payouts/refunds", raw(plain(left), payment)).status_code == 201


def live(box: Box, payment: str) -> Decimal:
    """What is refunded of a payment, added up from the list."""
    text = box.lean.get("/payouts/refunds?size=1000").text
    rows: list[dict[str, Any]] = json.loads(text, parse_float=Decimal)["content"]
    return sum(
        (
            Decimal(row["amount"])
            for row in rows
            if row["payment_id"] == payment and row["status"] not in ("REJECTED", "FAILED")
        ),
        Decimal(),
    )


batches = st.lists(st.integers(1, 7000), min_size=1, max_size=4)
outcomes = st.sampled_from(["REJECTED", "APPROVED", "CONFIRMED", "FAILED", "wait"])


@pytest.mark.slow
@given(st.lists(st.tuples(batches, outcomes), max_size=6))
@settings(through_http, max_examples=25)
def test_batches_never_give_back_more_than_was_paid(
    box: Box, steps: list[tuple[list[int], str]]
) -> None:
    """Batches stand or fall whole; rejected and failed ones make room again; time does not."""
    box.admin.post("/reset", {"mode": "frozen"})
    payment = box.payment()
    item = {"payment_id": payment, "reason_code": "CUSTOMER_REQUEST"}
    for batch, outcome in steps:
        before = live(box, payment)
        answer = box.lean.post("/payouts/refunds", [{**item, "amount": f / 100} for f in batch])
        fits = before + Decimal(sum(batch)) / 100 <= 100
        assert answer.status_code == (201 if fits else 400)
        after = live(box, payment)
        assert after == before + (Decimal(sum(batch)) / 100 if fits else 0)
        assert after <= 100
        if not fits:
            continue
        made = [refund["refund_id"] for refund in answer.json()]
        if outcome == "FAILED":
            for refund in made:
                box.admin.post(f"/lean/refunds/{refund}/settle", {"status": "FAILED"})
        elif outcome != "wait":
            decisions = [{"refund_id": refund, "status": outcome} for refund in made]
            assert box.lean.put("/payouts/refunds", decisions).status_code == 200
        box.advance("1h")
        assert live(box, payment) == (before if outcome in ("REJECTED", "FAILED") else after)
