"""What Lean is asked to pay: refunds and payouts; and the scenarios that stand in their way."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.lean.payouts import ACCOUNT
from tests.properties.lean_calls import is_refused, major, minor
from tests.properties.lean_model import (
    PAYOUT,
    REFUND,
    Refund,
)
from tests.properties.lean_payers import LeanPayers, shares
from tests.properties.walk import leads, nth, seldom

SCENARIOS = (
    "unreconciled-payment",
    "over-refund",
    "fully-refunded",
    "payouts-not-configured",
    "refund-rejected-by-bank",
    "refund-stuck",
    "deposit-never-arrives",
    "deposit-amount-differs",
)
STICKING = (None, None, None, "refund-stuck", "refund-rejected-by-bank; after=1m")
"""What a call's header says."""
KEPT = timedelta(days=1)
"""How long an idempotency key is."""
WORDS = ("APPROVED", "REJECTED", "CONFIRMED")
STATUSES_OF_REFUNDS = ("APPROVED", "REJECTED", "PENDING_WITH_BANK", "ACCEPTED_BY_BANK", "FAILED")
STATUSES_OF_PAYOUTS = ("PENDING_WITH_BANK", "ACCEPTED_BY_BANK", "FAILED", "REJECTED")

items = st.lists(
    st.tuples(nth, shares, st.sampled_from([True] * 7 + [False])), min_size=1, max_size=3
)
keys = st.sampled_from([None, "a", "b"])


class LeanPayouts(LeanPayers):
    """Refunds and payouts."""

    def _is_refundable(self, payment: str) -> bool:
        is_reconciled = self.model.reconciliation(payment) == "RECONCILED"
        return is_reconciled and self._share(payment, "all") > 0

    @rule(n=nth, share=shares)
    def refund_one(self, n: int, share: str) -> None:
        self.refund([(n, share, True)], False, None, None)

    @rule(n=nth, share=st.sampled_from(["all", "half"]))
    def refund_at_once(self, n: int, share: str) -> None:
        self.refund([(n, share, True)], True, None, None)

    @rule(asked=items, is_approved=st.booleans(), key=keys, scenario=st.sampled_from(STICKING))
    def refund(self, asked: Any, is_approved: bool, key: str | None, scenario: str | None) -> None:
        wanted = []
        for n, share, is_in_currency in asked:
            payment = self.latest(self.model.payments, n, self._is_refundable)
            currency = self.model.payments[payment].currency if is_in_currency else "GBP"
            wanted.append((payment, self._share(payment, share), currency))
        body = [
            {
                "payment_id": payment,
                "amount": major(amount),
                "currency": currency,
                "reason_code": "CUSTOMER_REQUEST",
                "status": "APPROVED" if is_approved else None,
            }
            for payment, amount, currency in wanted
        ]
        self._send(body, key, scenario)

    def _send(self, body: list[Any], key: str | None, scenario: str | None = None) -> None:
        headers = {} if key is None else {"idempotency-key": key}
        answer = self.ask(
            self.box.lean, "POST", "/payouts/refunds", body, headers=headers, scenario=scenario
        )
        known = self.book.keys.get(key)
        if known is not None and self.book.now - known[2] < KEPT:
            same = known[0] == body
            assert answer.status_code == (201 if same else 409), answer.text
            assert answer.json() == known[1] if same else is_refused(answer, "DUPLICATED_REQUEST")
            return
        wanted = [(i["payment_id"], minor(i["amount"]), i["currency"]) for i in body]
        refusal = self.model.refusal(wanted)
        if refusal is not None:
            assert is_refused(answer, refusal), (refusal, answer.text)
            return
        assert answer.status_code == 201, answer.text
        rows = answer.json()
        if key is not None:
            self.book.keys[key] = body, rows, self.book.now
        assert [(r["payment_id"], minor(r["amount"]), r["currency"]) for r in rows] == wanted
        for row in rows:
            self.is_new("refund", row["refund_id"], self.model.refunds)
            refund = Refund(row["payment_id"], minor(row["amount"]), "CREATED")
            self.model.refunds[row["refund_id"]] = refund
            if scenario == "refund-stuck":
                self.book.untouched.add(row["refund_id"])

    @precondition(lambda self: self.book.keys)
    @rule(n=nth, is_other=st.booleans(), is_later=st.booleans())
    def repeat(self, n: int, is_other: bool, is_later: bool) -> None:
        """The same request again, written otherwise; or another one with its key."""
        if is_later:
            self.let_time_pass("25h")
            self.all_agree()
        key = self.latest(self.book.keys, n)
        body = [dict(reversed(item.items())) for item in self.book.keys[key][0]]
        if is_other:
            body[0]["reason_code"] = "FRAUDULENT_PAYMENT"
        self._send(body, key)

    @precondition(lambda self: any(r.status == "CREATED" for r in self.model.refunds.values()))
    @rule(asked=st.lists(st.tuples(nth, st.sampled_from(WORDS)), min_size=1, max_size=2))
    def decide(self, asked: list[tuple[int, str]]) -> None:
        refunds = self.model.refunds
        ids = [self.latest(refunds, n, lambda r: refunds[r].status == "CREATED") for n, _ in asked]
        body = [
            {"refund_id": refund, "status": word}
            for refund, (_, word) in zip(ids, asked, strict=True)
        ]
        answer = self.ask(self.box.lean, "PUT", "/payouts/refunds", body)
        is_open = all(refunds[refund].status == "CREATED" for refund in ids)
        if "payouts-not-configured" in self.model.on or not is_open or len({*ids}) < len(ids):
            assert is_refused(answer, "OPERATION_NOT_ALLOWED"), answer.text
            return
        assert answer.status_code == 200, answer.text
        assert answer.json() == body
        for refund, (_, word) in zip(ids, asked, strict=True):
            if word == "REJECTED":
                refunds[refund].status = word

    @rule(n=nth, status=st.sampled_from(STATUSES_OF_REFUNDS))
    def settle_refund(self, n: int, status: str) -> None:
        refund = self.latest(
            self.model.refunds, n, lambda r: self.model.refunds[r].status in REFUND
        )
        can = leads(REFUND, self.model.refunds[refund].status, status)
        path = f"/lean/refunds/{refund}/settle"
        row = self.steer("POST", path, {"status": status}, status=200 if can else 409)
        if can:
            assert row["status"] == status
            if status == "REJECTED":
                self.model.refunds[refund].status = status

    # Payouts --------------------------------------------------------------------------------

    @seldom(2)
    @rule(is_authorized=st.booleans())
    def pay_out(self, is_authorized: bool) -> None:
        to = {
            "payment_destination_id": self.destination,
            "amount": 10.5,
            "authorize_payment": is_authorized,
            "description": "Wages",
        }
        detail = {"account_id": ACCOUNT, "currency": "AED", "destination_details": [to]}
        answer = self.ask(
            self.box.lean, "POST", "/payouts/v1/payment", {"payment_details": [detail]}
        )
        if "payouts-not-configured" in self.model.on:
            assert is_refused(answer, "OPERATION_NOT_ALLOWED"), answer.text
            return
        (made,) = answer.json()["payouts_payment_details"]
        intent = made["payment_intent_id"]
        payment = self.get(f"/payouts/v1/intents/{intent}")["payment"]
        self.is_new("payout", intent, self.model.payouts)
        state = "PENDING_WITH_BANK" if is_authorized else ""
        self.model.payouts[intent] = [payment["id"], state, "payment.created"]

    @seldom(2)
    @precondition(lambda self: self.model.payouts)
    @rule(n=nth, state=st.sampled_from(STATUSES_OF_PAYOUTS))
    def settle_payout(self, n: int, state: str) -> None:
        intent = self.latest(self.model.payouts, n)
        payout_id, before, _ = self.model.payouts[intent]
        can = leads(PAYOUT, before, state)
        path = f"/lean/payouts/{payout_id}/settle"
        self.steer("POST", path, {"status": state}, status=200 if can else 409)

    # Scenarios ------------------------------------------------------------------------------

    @initialize(scenario=st.sampled_from([None, *SCENARIOS]), n=nth)
    def begin_with_scenario(self, scenario: str | None, n: int) -> None:
        if scenario is not None:
            self.set_scenario(scenario, n, n % 2 == 0)

    @seldom(2)
    @rule(scenario=st.sampled_from(SCENARIOS), n=nth, is_of_one=st.booleans())
    def set_scenario(self, scenario: str, n: int, is_of_one: bool) -> None:
        self.book.has_differed |= scenario == "deposit-amount-differs"
        if is_of_one and scenario != "payouts-not-configured":
            payment = self.latest(self.model.payments, n)
            self.switch_on(scenario, payment, payment=payment)
        else:
            self.switch_on(scenario)
