"""A walk through Lean: its refunds, payments, payouts and their money obey the model."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.kit import Box
from tests.lean.calls import ALWAYS, NEW
from tests.lean.payouts import ACCOUNT, RECIPIENT
from tests.properties.lean_model import (
    PAYOUT,
    RECONCILIATION,
    REFUND,
    Lean,
    Payment,
    Refund,
)
from tests.properties.walk import Book, Walk, leads, nth, seldom, walk
from tests.receiver import Receiver

CURRENCIES = ("AED", "AED", "USD")
UNDER_WAY = ("ACCEPTED_BY_BANK", "PENDING_WITH_BANK")
STATUSES = (*UNDER_WAY, "FAILED", "AWAITING_APP_AUTH")
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
RECONCILIATIONS = ("RECONCILED", "OUTSTANDING", "UNRECEIVED")
STICKING = (None, None, None, "refund-stuck", "refund-rejected-by-bank; after=1m")
KEPT = timedelta(days=1)
"""How long an idempotency key is."""
WORDS = ("APPROVED", "REJECTED", "CONFIRMED")
STATUSES_OF_REFUNDS = ("APPROVED", "REJECTED", "PENDING_WITH_BANK", "ACCEPTED_BY_BANK", "FAILED")
STATUSES_OF_PAYOUTS = ("PENDING_WITH_BANK", "ACCEPTED_BY_BANK", "FAILED", "REJECTED")
CODES = {
    "OPERATION_NOT_ALLOWED": 403,
    "UNKNOWN_PAYMENT": 404,
    "INVALID_PARAMETERS": 400,
    "INVALID_AMOUNT": 400,
    "DUPLICATED_REQUEST": 409,
}
EVERY = "page=0&size=1000"

shares = st.sampled_from(["all", "half", "one", "more", "nothing"])
items = st.lists(
    st.tuples(nth, shares, st.sampled_from([True] * 7 + [False])), min_size=1, max_size=3
)
states = st.sampled_from([None, *RECONCILIATIONS])
keys = st.sampled_from([None, "a", "b"])


def minor(amount: float) -> int:
    return round(amount * 100)


def major(amount: int) -> float:
    return amount / 100


@dataclass
class LeanBook(Book):
    """What is known of a world, and the model of it."""

    model: Lean = field(default_factory=Lean)
    keys: dict[str, tuple[Any, Any, datetime]] = field(default_factory=dict)
    """Idempotency keys: the request, its answer, and when it was."""
    intents: list[str] = field(default_factory=list)
    untouched: set[str] = field(default_factory=set)
    """Refunds that stay as they are: fixtures, and those that are stuck for good."""
    deposited: set[str] = field(default_factory=set)
    """Payments for which a deposit was announced."""
    has_differed: bool = False
    """Whether a deposit may have come that was of another amount."""


def is_refused(answer: requests.Response, word: str) -> bool:
    """Whether an answer is Lean's error of that word."""
    body = answer.json()
    assert list(body) == ["timestamp", "status", "message", "metadata"], body
    return (answer.status_code, body["status"]) == (CODES[word], word)


def reconciled(status: str, said: str | None) -> str | None:
    """A payment's reconciliation: as it is said, else as its status has it."""
    if status not in UNDER_WAY:
        return None
    return said or ("RECONCILED" if status == "ACCEPTED_BY_BANK" else "OUTSTANDING")


class LeanWalk(Walk):
    """Calls of Lean's API, and of what stands in for payers and banks."""

    provider = "lean"

    def begin(self) -> None:
        super().begin()
        lean, path = self.box.lean, "/payouts/v1/payment/destinations"
        self.destination = self.ask(lean, "POST", path, [RECIPIENT]).json()[0]["destination_id"]

    # What is there --------------------------------------------------------------------------

    def get(self, path: str, **rest: Any) -> Any:
        answer = self.ask(self.box.lean, "GET", path, **rest)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refunds(self) -> list[Any]:
        return list(self.get(f"/payouts/refunds?{EVERY}")["content"])

    def lists(self) -> dict[str, Any]:
        return {
            "refunds": self.refunds(),
            "intents": self.get(f"/payments/v1/intents?{EVERY}")["data"],
            "payouts": self.get("/payouts/v1/payments?page_size=1000")["content"],
            "reconciliations": self.search(),
            "deposits": self.deposits(),
        }

    def search(self, **wanted: Any) -> list[Any]:
        """What the search for payments finds, from all of its pages."""
        found: list[Any] = []
        while True:
            page = {"page_number": len(found) // 100, "results_per_page": 100}
            body = {"payment_initiation_date": ALWAYS, "pagination": page, **wanted}
            answer = self.ask(self.box.lean, "POST", "/reconciliation/v1/payments", body).json()
            found += answer["payments"]
            if len(found) >= answer["pagination"]["total_results"]:
                return found

    def deposits(self) -> list[Any]:
        found: list[Any] = []
        days = "start_date=1970-01-01&end_date=2999-12-31&size=100"
        while True:
            answer = self.get(f"/reconciliation/v1/deposits?{days}&page={len(found) // 100}")
            found += answer["data"]
            if len(found) >= answer["page"]["total_elements"]:
                return found

    def new_book(self, now: datetime) -> LeanBook:
        model = Lean()
        return LeanBook(now, model=model, on=model.on)

    def fill(self, lists: dict[str, Any]) -> None:
        model = self.model
        states = {row["id"]: row["reconciliation"]["status"] for row in lists["reconciliations"]}
        for row in reversed([payment for i in lists["intents"] for payment in i["payments"]]):
            model.payments[row["id"]] = Payment(
                row["payment_intent_id"],
                minor(row["amount"]),
                row["currency"],
                row["status"],
                states.get(row["id"]),
            )
        for row in reversed(lists["refunds"]):
            model.refunds[row["refund_id"]] = Refund(
                row["payment_id"], minor(row["amount"]), row["status"]
            )
        self.book.untouched = set(model.refunds)

    def begin_step(self) -> None:
        super().begin_step()
        self.untold: dict[str, str] = {}
        """Payouts that come to a state of which no webhook tells."""

    @property
    def model(self) -> Lean:
        model: Lean = self.book.model
        return model

    # Payers, banks and money ----------------------------------------------------------------

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
        revives = payment.status == "FAILED" and status not in (None, "FAILED")
        is_taken = revives and self.model.is_paid(payment.intent)
        self._change(payment_id, changes, 409 if is_taken else 200)
        if is_taken:
            return
        before = payment.reconciliation
        if decision:
            payment.is_coming = "reconcile_after" in decision
        said = decision.get("reconciliation", "OUTSTANDING" if decision else before)
        if status not in (None, payment.status):
            payment.status = str(status)
            self.expected.append(("payment.updated", payment_id, payment.status))
        payment.reconciliation = reconciled(payment.status, said or "OUTSTANDING")
        self._expect_reconciliation(payment_id, before)

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

    # Refunds --------------------------------------------------------------------------------

    def _share(self, payment: str, share: str) -> int:
        left = self.model.payments[payment].amount - self.model.refunded(payment)
        return {"all": left, "half": left // 2, "one": 1, "more": left + 1, "nothing": 0}[share]

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
    @rule(n=nth, is_other=st.booleans())
    def repeat(self, n: int, is_other: bool) -> None:
        """The same request again, written otherwise; or another one with its key."""
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
        self.model.payouts[intent] = [payment["id"], ""]

    @seldom(2)
    @precondition(lambda self: self.model.payouts)
    @rule(n=nth, state=st.sampled_from(STATUSES_OF_PAYOUTS))
    def settle_payout(self, n: int, state: str) -> None:
        intent = self.latest(self.model.payouts, n)
        payout_id, before = self.model.payouts[intent]
        can = leads(PAYOUT, before, state)
        path = f"/lean/payouts/{payout_id}/settle"
        self.steer("POST", path, {"status": state}, status=200 if can else 409)
        if can and state == "REJECTED":
            self.untold[intent], self.has_gone_on = state, True

    # Scenarios ------------------------------------------------------------------------------

    @seldom(2)
    @rule(scenario=st.sampled_from(SCENARIOS), n=nth, is_of_one=st.booleans())
    def set_scenario(self, scenario: str, n: int, is_of_one: bool) -> None:
        self.book.has_differed |= scenario == "deposit-amount-differs"
        if is_of_one and scenario != "payouts-not-configured":
            payment = self.latest(self.model.payments, n)
            self.switch_on(scenario, payment, payment=payment)
        else:
            self.switch_on(scenario)

    # What holds -----------------------------------------------------------------------------

    def hear(self, delivery: dict[str, Any]) -> tuple[str, ...] | None:
        event, subject, told = delivery["event"], delivery["subject"], delivery["body"]["payload"]
        status = told["status"]
        if subject in self.model.refunds:
            refund = self.model.refunds[subject]
            came_to = "APPROVED" if status == "AWAITING_AUTHORIZATION" else status
            assert came_to in REFUND.get(refund.status, ()), (refund, status)
            assert event == ("payment.created" if came_to == "APPROVED" else "payment.updated")
            assert minor(told["amount"]) == refund.amount
            refund.status = came_to
            return None
        if told.get("intent_id") in self.model.payouts:
            payout = self.model.payouts[told["intent_id"]]
            assert status in PAYOUT.get(payout[1], ()), (payout, status)
            assert (event == "payment.created") == (payout[1] == "")
            payout[1] = status
            return None
        if event == "payment.reconciliation.updated" and self.has_time_passed:
            payment = self.model.payments[subject]
            assert payment.reconciliation in RECONCILIATION
            assert status == "RECONCILED"
            assert payment.is_coming or subject in self.book.deposited
            payment.reconciliation, payment.is_coming = status, False
            return None
        return event, told["intent_id"] if event == "payment_intent.created" else subject, status

    def compare_refunds(self) -> None:
        model, rows = self.model, self.refunds()
        assert [row["refund_id"] for row in rows] == list(reversed(model.refunds))
        for row in rows:
            status = "APPROVED" if row["status"] == "CONFIRMED" else row["status"]
            shown = Refund(row["payment_id"], minor(row["amount"]), status)
            assert shown == model.refunds[row["refund_id"]], row

    def compare(self, lists: dict[str, Any]) -> None:
        model, rows = self.model, lists["refunds"]
        payments = [payment for intent in lists["intents"] for payment in intent["payments"]]
        assert {payment["id"] for payment in payments} == set(model.payments)
        for row in payments:
            known = model.payments[row["id"]]
            shown = (row["payment_intent_id"], minor(row["amount"]), row["currency"], row["status"])
            assert shown == (known.intent, known.amount, known.currency, known.status)
            refunded = [r for r in rows if r["payment_id"] == row["id"]]
            alive = [r["amount"] for r in refunded if r["status"] not in ("REJECTED", "FAILED")]
            assert sum(map(minor, alive)) <= minor(row["amount"])
        self._compare_money(lists)
        for row in lists["payouts"]:
            self._compare_payout(row)

    def _compare_money(self, lists: dict[str, Any]) -> None:
        """Payments are reconciled as the model says, each by a deposit of its own."""
        states = {name: self.model.reconciliation(name) for name in self.model.payments}
        shown = {row["id"]: row["reconciliation"]["status"] for row in lists["reconciliations"]}
        assert shown == {name: state for name, state in states.items() if state is not None}
        found = [d for d in lists["deposits"] if d["reconciliation"]["status"] == "RECONCILED"]
        matched = {deposit["reconciliation"]["payment_id"]: deposit for deposit in found}
        assert len(found) == len(matched)
        assert set(matched) == {name for name, state in states.items() if state == "RECONCILED"}
        for name, deposit in matched.items():
            payment = self.model.payments[name]
            paid = (payment.amount, payment.currency)
            assert (minor(deposit["amount"]), deposit["currency"]) == paid

    def _compare_payout(self, row: dict[str, Any]) -> None:
        intent, state = row["payment_intent_id"], row["post_initiation_status"] or row["status"]
        if intent not in self.model.payouts:
            return  # it carries a refund
        payout = self.model.payouts[intent]
        if self.has_time_passed and (payout[1], state) == ("ACCEPTED_BY_BANK", "PROCESSED"):
            payout[1] = state
        payout[1] = self.untold.get(intent, payout[1])
        assert state == payout[1], row

    def compare_all(self, lists: dict[str, Any]) -> None:
        refunds, intents = lists["refunds"], lists["intents"]
        for row in refunds[:3] + refunds[self.steps % 5 :: 5]:
            assert self.get(f"/payouts/refunds/{row['refund_id']}") == row
        for intent in intents[:2] + intents[self.steps % 9 :: 9]:
            assert self.get(f"/payments/v1/intents/{intent['payment_intent_id']}") == intent
            for row in intent["payments"]:
                assert self.get(f"/payments/v1/{row['id']}") == row
        for row in lists["reconciliations"][self.steps % 7 :: 7]:
            assert self.get(f"/reconciliation/v1/payments/{row['id']}") == row
        for row in lists["payouts"][:3]:
            self._compare_payout_reads(row)
        for status in ("CREATED", *STATUSES_OF_REFUNDS):
            listed = self.get(f"/payouts/refunds?status={status}&size=1000")["content"]
            assert listed == [
                row
                for row in refunds
                if row["status"] in (status, WORDS[2])
                and (status == "APPROVED" or row["status"] == status)
            ]
        for status in STATUSES:
            listed = self.get(f"/payments/v1/intents?{EVERY}&status={status}")["data"]
            assert listed == [
                i for i in intents if i["payments"] and i["payments"][0]["status"] == status
            ]
        for status in RECONCILIATIONS:
            found = lists["reconciliations"]
            assert self.search(status=status) == [
                row for row in found if row["reconciliation"]["status"] == status
            ]
        pages = [
            self.get(f"/payouts/refunds?page={n}&size=7") for n in range(len(refunds) // 7 + 2)
        ]
        assert [row for page in pages for row in page["content"]] == refunds
        assert all(page["page"]["total_elements"] == len(refunds) for page in pages)
        self._compare_events()

    def _compare_payout_reads(self, row: dict[str, Any]) -> None:
        """A row, its intent and its payment say the same, and its history leads there."""
        intent_id = row["payment_intent_id"]
        intent = self.get(f"/payouts/v1/intents/{intent_id}")
        payment = self.get(f"/payouts/v1/{intent['payment']['id']}")
        assert intent["payment"] == payment
        assert {**row, **payment, "description": None} == {**payment, **row, "description": None}
        (history,) = self.get(f"/payouts/v1/payments/{intent_id}/history")["content"]
        states = [e["post_initiation_status"] or e["status"] for e in history["events"]]
        for before, after in zip(["", *states], states, strict=False):
            assert after in PAYOUT[before]
        assert states[-1] == (row["post_initiation_status"] or row["status"])

    def _compare_events(self) -> None:
        """The events that Lean lists are those of the webhooks, newest first, of 90 days."""
        events = self.get(f"/events/v1?{EVERY}")["data"]
        deliveries = self.steer("GET", "/webhooks/deliveries?provider=lean")["deliveries"]
        since = self.book.now - timedelta(days=90)
        told = [d["body"] for d in reversed(deliveries) if datetime.fromisoformat(d["at"]) >= since]
        ids = list(dict.fromkeys(body["event_id"] for body in told))
        assert [event["event_id"] for event in events] == ids

    def is_final(self) -> None:
        for name, refund in self.model.refunds.items():
            if name not in self.book.untouched and refund.status in (
                "APPROVED",
                "PENDING_WITH_BANK",
            ):
                assert self.model.is_on("refund-stuck", refund.payment), refund
        for name, payment in self.model.payments.items():
            if payment.is_coming and payment.reconciliation in RECONCILIATION:
                never = self.model.is_on("deposit-never-arrives", name)
                assert never or self.book.has_differed, payment
        for _, state in self.model.payouts.values():
            assert state not in ("PENDING_WITH_BANK", "ACCEPTED_BY_BANK")


@pytest.mark.slow
def test_whatever_is_asked_of_lean_its_money_obeys_the_model(
    box: Box, receiver: Receiver, property_steps: int | None, property_seed: int
) -> None:
    walk(lambda: LeanWalk(box, receiver), property_steps, property_seed)
