"""Whatever has happened: what follows a restore is, byte for byte, what followed the snapshot."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import LEAN, Box
from tests.test_repeatable import NOW

pytestmark = pytest.mark.slow

PAYMENT = "1ea00000-0000-4000-a000-000000000001"
SCENARIOS = [
    "refund-fails",
    "refund-stuck",
    "rate-limited",
    "over-refund",
    "webhook-late",
    "webhooks-out-of-order",
    "webhook-duplicated",
]


def _lahza(box: Box, amount: int, scenario: str | None) -> Any:
    body = {"transaction": "fixture-success", "amount": amount}
    return box.lahza.post("/refund", body, scenario=scenario)


def _lean(box: Box, amount: int, key: str | None) -> Any:
    item = {"payment_id": PAYMENT, "amount": amount, "reason_code": "CUSTOMER_REQUEST"}
    headers = {**LEAN, **({"idempotency-key": key} if key else {})}
    return box.lean.post("/payouts/refunds", [{**item, "status": "APPROVED"}], headers=headers)


def _checkout(box: Box, amount: int, _: str | None) -> Any:
    order = {"amount": amount * 100, "email": "payer@example.com", "reference": f"order-{amount}"}
    return box.lahza.post("/transaction/initialize", order)


def _payment(box: Box, amount: int, after: str | None) -> Any:
    return box.admin.post(
        "/lean/payments", {"amount": amount} | ({"reconcile_after": after} if after else {})
    )


def _on(box: Box, times: int, name: str | None) -> Any:
    return box.admin.put(f"/scenarios/{name or SCENARIOS[0]}", {})


def _off(box: Box, _: int, name: str | None) -> Any:
    return box.admin.delete(f"/scenarios/{name or SCENARIOS[0]}")


def _advance(box: Box, hours: int, _: str | None) -> Any:
    return box.admin.post("/clock/advance", {"by": f"{hours}h"})


def _seed(box: Box, count: int, _: str | None) -> Any:
    return box.admin.post("/seed", {"payments": count % 3, "transactions": count % 2})


def _snapshot(box: Box, _: int, __: str | None) -> Any:
    return box.admin.put("/snapshots/another")


_AMOUNT = st.integers(1, 40)
_NAME = st.sampled_from(SCENARIOS)
STEP = st.one_of(
    st.tuples(st.just(_lahza), _AMOUNT, st.sampled_from([None, "refund-stuck", "refund-fails"])),
    st.tuples(st.just(_lean), _AMOUNT, st.sampled_from([None, "one", "two"])),
    st.tuples(st.just(_checkout), _AMOUNT, st.none()),
    st.tuples(st.just(_payment), _AMOUNT, st.sampled_from([None, "1h", "2d"])),
    st.tuples(st.sampled_from([_on, _on, _off]), _AMOUNT, _NAME),
    st.tuples(st.just(_advance), _AMOUNT, st.none()),
    st.tuples(st.sampled_from([_seed, _snapshot]), _AMOUNT, st.none()),
)
STEPS = st.lists(STEP, max_size=12)
READS = "/webhooks/deliveries /clock /scenarios /settings /lean/nothing".split()


def play(box: Box, steps: list[Any]) -> list[bytes]:
    """All that is answered on the way, and all that can be read afterwards."""
    answers = [step(box, number, word) for step, number, word in steps]
    answers += [box.admin.get(path) for path in READS]
    answers += [box.lean.get(path) for path in ("/payouts/refunds", "/payments/v1/intents")]
    answers += [box.lahza.get(path) for path in ("/refund", "/transaction")]
    seen = box.admin.get("/requests").json()["requests"]
    told = [(entry["id"], entry["at"], entry["path"], entry["status"]) for entry in seen]
    return [*(answer.content for answer in answers), repr(told).encode()]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STEPS, STEPS, STEPS)
def test_what_follows_is_the_same_again(
    box: Box, before: list[Any], after: list[Any], between: list[Any]
) -> None:
    """Also after something else has happened in between, or a reset."""
    box.admin.post("/reset", {"mode": "frozen", "now": NOW})
    play(box, before)
    box.admin.put("/snapshots/here")
    first = play(box, after)
    play(box, between)
    box.admin.post("/snapshots/here/restore")
    assert play(box, after) == first
    box.admin.post("/reset")
    box.admin.post("/snapshots/here/restore")
    assert play(box, after) == first
