"""What happens outside of Lean's API: payers pay, banks decide, money arrives."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.lean.calls import NEW
from tests.properties.lean_calls import UNDER_WAY, LeanCalls, major, minor, reconciled
from tests.properties.lean_model import (
    RECONCILIATION,
    Payment,
)
from tests.properties.walk import leads, nth, seldom

CURRENCIES = ("AED", "AED", "USD")
STATUSES = (*UNDER_WAY, "FAILED", "AWAITING_APP_AUTH")
RECONCILIATIONS = ("RECONCILED", "OUTSTANDING", "UNRECEIVED")

shares = st.sampled_from(["all", "half", "one", "more", "nothing"])
"""How much of what may be refunded."""
states = st.sampled_from([None, *RECONCILIATIONS])


class LeanPayers(LeanCalls):
    """Payments, intents and deposits."""

    @rule(amount=st.sampled_from([10000, 1, 3333]), currency=st.sampled_from(CURRENCIES))
    def pay(self, amount: int, currency: str) -> None:
        self._paid({"amount": major(amount), "currency": currency})

    @seldom(2)
    @rule(status=st.sampled_from(STATUSES), state=states, after=st.booleans())
    def pay_otherwise(self, status: str, state: str | None, after: bool) -> None:
        values = {"amount": 50, "currency": "AED", "status": status}
        self._paid({**values, **self._decision(status, state, after)})

    def _decision(self, status: str, state: str | None, after: bool) -> dict[str, str]:
        """What is said of a payment's money; without any under way, nothing can be."""
        if status not in UNDER_WAY:
            return {}
        said = {} if state is None else {"reconciliation": state}
        return {**said, "reconcile_after": "10m"} if after and state != "RECONCILED" else said

    def _paid(self, values: dict[str, Any], status: int = 201) -> None:
        row = self.steer("POST", "/lean/payments", values, status=status)
        if status != 201:
            return
        of_intent = "payment_intent_id" in values
        default = "OUTSTANDING" if of_intent or "reconcile_after" in values else None
        payment = Payment(
            row["payment_intent_id"],
            minor(row["amount"]),
            row["currency"],
            row["status"],
            reconciled(row["status"], values.get("reconciliation", default)),
            (of_intent and "reconciliation" not in values) or "reconcile_after" in values,
        )
        self.is_new("payment", row["id"], self.model.payments)
        self.model.payments[row["id"]] = payment
        self.expected.append(("payment.created", row["id"], payment.status))
        self._expect_reconciliation(row["id"], None)

    def _expect_reconciliation(self, payment: str, before: str | None) -> None:
        state = self.model.payments[payment].reconciliation
        if state not in (None, before) and (before, state) != (None, "OUTSTANDING"):
            self.expected.append(("payment.reconciliation.updated", payment, str(state)))

    @seldom(3)
    @rule(amount=st.sampled_from([10, 150.5]))
    def make_intent(self, amount: float) -> None:
        body = {"customer_id": NEW, "amount": amount, "currency": "AED"}
        intent = self.ask(self.box.lean, "POST", "/payments/v1/intents", body).json()
        self.book.intents.append(intent["payment_intent_id"])
        intent_id = intent["payment_intent_id"]
        self.expected.append(("payment_intent.created", intent_id, "INTENT_CREATED"))

    @precondition(lambda self: self.book.intents)
    @rule(n=nth, status=st.sampled_from(STATUSES))
    def pay_intent(self, n: int, status: str) -> None:
        """Pay the intent, if nothing but failures has been paid of it."""
        intent = self.latest(self.book.intents, n, lambda i: not self.model.is_paid(i))
        expect = 409 if self.model.is_paid(intent) else 201
        self._paid({"payment_intent_id": intent, "status": status}, expect)

    def _share(self, payment: str, share: str) -> int:
        left = self.model.payments[payment].amount - self.model.refunded(payment)
        return {"all": left, "half": left // 2, "one": 1, "more": left + 1, "nothing": 0}[share]

    @rule(n=nth, share=shares)
    def change_amount(self, n: int, share: str) -> None:
        payment = self.latest(self.model.payments, n)
        amount = max(1, self._share(payment, share) + self.model.refunded(payment) - 1)
        is_less = amount < self.model.refunded(payment)
        self._change(payment, {"amount": major(amount)}, 409 if is_less else 200)
        if not is_less:
            self.model.payments[payment].amount = amount

    @seldom(3)
    @rule(n=nth, currency=st.sampled_from(CURRENCIES))
    def change_currency(self, n: int, currency: str) -> None:
        payment = self.latest(self.model.payments, n)
        is_other = currency != self.model.payments[payment].currency
        is_fixed = is_other and any(r.payment == payment for r in self.model.refunds.values())
        self._change(payment, {"currency": currency}, 409 if is_fixed else 200)
        if not is_fixed:
            self.model.payments[payment].currency = currency

    @rule(n=nth, status=st.sampled_from([None, *STATUSES]), state=states, after=st.booleans())
    def change_state(self, n: int, status: str | None, state: str | None, after: bool) -> None:
        payment_id = self.latest(self.model.payments, n)
        payment = self.model.payments[payment_id]
        decision = self._decision(status or payment.status, state, after)
        changes: dict[str, Any] = {"status": status, **decision}
        if status is None:
            del changes["status"]
        self._change(payment_id, changes, 200)
        before = payment.reconciliation
        if decision:
            payment.is_coming = "reconcile_after" in decision
        said = decision.get("reconciliation", "OUTSTANDING" if decision else before)
        if status not in (None, payment.status):
            payment.status = str(status)
            self.expected.append(("payment.updated", payment_id, payment.status))
        payment.reconciliation = reconciled(payment.status, said or "OUTSTANDING")
        self._expect_reconciliation(payment_id, before)

    @seldom(2)
    @precondition(lambda self: self.book.intents)
    @rule(n=nth, m=nth)
    def move(self, n: int, m: int) -> None:
        """Make a payment one of another intent, if that has not been paid by another one."""
        payment_id = self.latest(self.model.payments, n)
        payment = self.model.payments[payment_id]
        intent = self.latest(self.book.intents, m)
        is_other = payment.intent != intent
        is_taken = is_other and self.model.is_paid(intent)
        self._change(payment_id, {"payment_intent_id": intent}, 409 if is_taken else 200)
        if not is_taken:
            payment.intent = intent

    def _change(self, payment: str, changes: dict[str, Any], status: int) -> None:
        self.steer("PATCH", f"/lean/payments/{payment}", changes, status=status)

    @seldom(2)
    @rule(n=nth, amount=st.sampled_from([None, 1, 10000]), later=st.booleans())
    def deposit(self, n: int, amount: int | None, later: bool) -> None:
        payment_id = self.latest(self.model.payments, n)
        payment = self.model.payments[payment_id]
        body: dict[str, Any] = {"payment_id": payment_id, "after": "20m" if later else "0s"}
        if amount is not None:
            body["amount"] = major(amount)
        made = self.steer("POST", "/lean/deposits", body)
        fits = amount in (None, payment.amount)
        if later:
            self.book.deposited.add(payment_id)
        elif fits and payment.reconciliation in RECONCILIATION:
            self._reconcile(payment_id, "RECONCILED")
            assert made["reconciliation"]["payment_id"] == payment_id
        else:
            assert made["reconciliation"]["status"] == "NOT_RECONCILED"

    def _reconcile(self, payment: str, state: str) -> None:
        self.model.payments[payment].reconciliation = state
        self.model.payments[payment].is_coming = False
        self.expected.append(("payment.reconciliation.updated", payment, state))

    @rule(n=nth, state=st.sampled_from(["RECONCILED", "UNRECEIVED"]))
    def settle_reconciliation(self, n: int, state: str) -> None:
        payments = self.model.payments
        payment_id = self.latest(
            payments, n, lambda p: payments[p].reconciliation in RECONCILIATION
        )
        payment = payments[payment_id]
        can = leads(RECONCILIATION, payment.reconciliation or "", state)
        path = f"/lean/reconciliations/{payment_id}/settle"
        self.steer("POST", path, {"status": state}, status=200 if can else 409)
        if can:
            payment.is_coming = False
            differs = self.model.is_on("deposit-amount-differs", payment_id)
            if state == "UNRECEIVED" or not differs or payment.amount == 100:
                self._reconcile(payment_id, state)
