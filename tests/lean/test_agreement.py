"""Whatever happens, in whatever order: Lean's reads and webhooks tell one story."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import Box
from tests.lean.calls import NEW, NOBODY, PAYER, deposits, search

NOW = "2027-01-01T09:00:00Z"
STATUSES = ("FAILED", "PENDING_WITH_BANK", "ACCEPTED_BY_BANK", "AWAITING_APP_AUTH")
RECONCILIATIONS = ("OUTSTANDING", "RECONCILED", "UNRECEIVED")
OUTCOMES = ("PENDING_WITH_BANK", "ACCEPTED_BY_BANK", "FAILED")
ALIVE = ("CREATED", "APPROVED", "PENDING_WITH_BANK", "ACCEPTED_BY_BANK")

which = st.integers(0, 20)
pays = st.tuples(st.just("pay"), st.none(), st.just("ACCEPTED_BY_BANK"))
refunds = st.tuples(
    st.just("refund"), which, st.integers(1, 40), st.sampled_from(["CREATED", "APPROVED"])
)
steps = st.one_of(
    pays,
    *[refunds] * 3,
    st.tuples(st.just("intent"), st.sampled_from([PAYER, NEW]), st.integers(10, 40)),
    st.tuples(st.just("pay"), which, st.sampled_from(STATUSES)),
    st.tuples(st.just("change"), which, st.sampled_from(STATUSES)),
    st.tuples(st.just("reconcile"), which, st.sampled_from(RECONCILIATIONS)),
    st.tuples(st.just("move"), which, st.one_of(which, st.sampled_from([PAYER, NEW, NOBODY]))),
    st.tuples(st.just("amount"), which, st.integers(1, 60)),
    st.tuples(st.just("deposit"), which, st.sampled_from([None, 7]), st.sampled_from(["0s", "9m"])),
    st.tuples(st.just("action"), which, st.sampled_from(["APPROVED", "CONFIRMED", "REJECTED"])),
    st.tuples(st.just("settle"), which, st.sampled_from(OUTCOMES)),
    st.tuples(st.just("advance"), st.sampled_from(["1s", "40s", "6m", "20m"])),
    st.tuples(st.just("scenario"), st.sampled_from(["on", "off"])),
)
"""What may happen: a document is named by its place among those made, counted round and round."""


class Day:
    """Does steps, of which some are refused, and knows by id what it has made."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.intents: list[str] = []
        self.payments: list[str] = []
        self.refunds: list[str] = []

    def do(self, name: str, *values: Any) -> None:
        getattr(self, name)(*values)

    def intent(self, customer: str, amount: int) -> None:
        body = {"customer_id": customer, "amount": amount, "currency": "AED"}
        made = self.box.lean.post("/payments/v1/intents", body).json()
        self.intents.append(made["payment_intent_id"])

    def pay(self, intent: int | None, status: str) -> None:
        body: dict[str, Any] = {"status": status}
        if intent is not None:
            if not self.intents:
                return
            body["payment_intent_id"] = self.intents[intent % len(self.intents)]
        answer = self.box.admin.post("/lean/payments", body)
        assert answer.status_code in (201, 409), answer.text
        if answer.status_code == 201:
            self.payments.append(answer.json()["id"])

    def _patch(self, payment: int, **values: Any) -> None:
        if self.payments:
            path = f"/lean/payments/{self.payments[payment % len(self.payments)]}"
            answer = self.box.admin.patch(path, values)
            assert answer.status_code in (200, 400, 409), answer.text

    def change(self, payment: int, status: str) -> None:
        self._patch(payment, status=status)

    def move(self, payment: int, to: int | str) -> None:
        if isinstance(to, str):
            self._patch(payment, customer_id=to)
        elif self.intents:
            self._patch(payment, payment_intent_id=self.intents[to % len(self.intents)])

    def reconcile(self, payment: int, reconciliation: str) -> None:
        self._patch(payment, reconciliation=reconciliation)

    def amount(self, payment: int, amount: int) -> None:
        self._patch(payment, amount=amount)

    def deposit(self, payment: int, amount: int | None, after: str) -> None:
        if self.payments:
            body: dict[str, Any] = {
                "payment_id": self.payments[payment % len(self.payments)],
                "after": after,
            }
            if amount is not None:
                body["amount"] = amount
            answer = self.box.admin.post("/lean/deposits", body)
            assert answer.status_code == 201, answer.text

    def refund(self, payment: int, amount: int, status: str) -> None:
        if self.payments:
            payment_id = self.payments[payment % len(self.payments)]
            answer = self.box.lean_refund(payment_id, amount, status=status)
            assert answer.status_code in (201, 400, 403), answer.text
            if answer.status_code == 201:
                self.refunds.append(answer.json()[0]["refund_id"])

    def action(self, refund: int, status: str) -> None:
        if self.refunds:
            item = {"refund_id": self.refunds[refund % len(self.refunds)], "status": status}
            assert self.box.lean.put("/payouts/refunds", [item]).status_code in (200, 403)

    def settle(self, refund: int, status: str) -> None:
        if self.refunds:
            path = f"/lean/refunds/{self.refunds[refund % len(self.refunds)]}/settle"
            assert self.box.admin.post(path, {"status": status}).status_code in (200, 409)

    def advance(self, by: str) -> None:
        self.box.advance(by)

    def scenario(self, switch: str) -> None:
        if switch == "on":
            self.box.on("refund-rejected-by-bank")
        else:
            self.box.off("refund-rejected-by-bank")


def get(box: Box, path: str) -> Any:
    answer = box.lean.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def require_payments_agree(box: Box, day: Day) -> None:
    """A payment, its intent, its reconciliation, the search, deposits and sources."""
    searched = {payment["id"]: payment for payment in search(box)["payments"]}
    listed = deposits(box)
    told = {deposit["id"]: deposit for deposit in listed}
    assert len(told) == len(listed)
    for payment_id in day.payments:
        payment = get(box, f"/payments/v1/{payment_id}")
        intent = get(box, f"/payments/v1/intents/{payment['payment_intent_id']}")
        assert payment in intent["payments"]
        assert payment["recipient_details"]["iban"] == intent["payment_destination"]["iban"]
        alive = [p for p in intent["payments"] if p["status"] != "FAILED"]
        assert len(alive) <= 1
        path = f"/customers/v1/{intent['customer_id']}/payment-sources"
        (source,) = (s for s in get(box, path) if s["id"] == payment["payment_source_id"])
        sender = payment["sender_details"]
        assert (sender is None) == (payment["status"] not in ("ACCEPTED_BY_BANK", "FAILED"))
        if sender is not None:
            assert source["accounts"][0]["iban"] == sender["iban"]
        matched = [d for d in listed if d["reconciliation"]["payment_id"] == payment_id]
        under_way = payment["status"] in ("PENDING_WITH_BANK", "ACCEPTED_BY_BANK")
        assert (payment_id in searched) == under_way
        if not under_way:
            assert matched == []
            continue
        one = get(box, f"/reconciliation/v1/payments/{payment_id}")
        assert one == searched[payment_id]
        reconciled = one["reconciliation"]["status"] == "RECONCILED"
        assert len(matched) == (1 if reconciled else 0)
        if reconciled:
            shown = one["reconciliation"]["deposit"]
            assert (shown["id"], shown["amount"]) == (matched[0]["id"], payment["amount"])
            assert matched[0]["amount"] == payment["amount"]


def require_refunds_agree(box: Box, day: Day) -> None:
    """A refund, the list, what it leaves of its payment, and the payout that carries it."""
    listed = {r["refund_id"]: r for r in get(box, "/payouts/refunds?size=1000")["content"]}
    payouts = get(box, "/payouts/v1/payments?page_size=1000")["content"]
    carried = {payout["payment_intent_id"]: payout for payout in payouts}
    assert len(carried) == len(payouts)
    spent: dict[str, float] = {}
    for refund_id in day.refunds:
        refund = get(box, f"/payouts/refunds/{refund_id}")
        assert refund == listed[refund_id]
        if refund["status"] in ALIVE:
            spent[refund["payment_id"]] = spent.get(refund["payment_id"], 0) + refund["amount"]
        intent_id = refund["refund_intent_id"]
        if intent_id is None:
            assert refund["status"] in ("CREATED", "REJECTED", "FAILED")
            continue
        payout = get(box, f"/payouts/v1/intents/{intent_id}")
        row, payment = carried[intent_id], payout["payment"]
        word = "AWAITING_AUTHORIZATION" if refund["status"] == "APPROVED" else refund["status"]
        word = "AWAITING_AUTHORIZATION" if word == "CONFIRMED" else word
        assert (row["status"], payment["status"]) == (word, word)
        assert row["amount"] == payout["amount"] == payment["amount"] == refund["amount"]
        assert payment["recipient_details"]["iban"] == refund["beneficiary"]["iban"]
        (history,) = get(box, f"/payouts/v1/payments/{intent_id}/history")["content"]
        assert history["payment_id"] == payment["id"]
        last = history["events"][0]  # the newest comes first
        assert (last["status"], last["post_initiation_status"]) == (
            row["status"],
            row["post_initiation_status"],
        )
    for payment_id, amount in spent.items():
        assert amount <= get(box, f"/payments/v1/{payment_id}")["amount"]


def require_webhooks_agree(box: Box) -> None:
    """The last word of webhooks on a payment is what a read of it says."""
    last: dict[str, Any] = {}
    for event in reversed(get(box, "/events/v1?page=0&size=1000")["data"]):
        if event["type"] in ("payment.created", "payment.updated"):
            last[event["payload"]["id"]] = event["payload"]
    for payment_id, payload in last.items():
        answer = box.lean.get(f"/payments/v1/{payment_id}")
        if answer.status_code == 404:
            answer = box.lean.get(f"/payouts/v1/{payment_id}")
        assert payload["status"] == answer.json()["status"]


@pytest.mark.slow
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.tuples(st.lists(pays, min_size=2, max_size=2), st.lists(steps, min_size=20, max_size=60)))
def test_all_that_is_read_and_told_agrees(box: Box, taken: tuple[list[Any], list[Any]]) -> None:
    box.admin.post("/reset", {"mode": "frozen", "now": NOW})
    day = Day(box)
    for step in [*taken[0], *taken[1]]:
        day.do(*step)

    require_payments_agree(box, day)
    require_refunds_agree(box, day)
    require_webhooks_agree(box)
