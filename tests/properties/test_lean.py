"""A walk through Lean: its refunds, payments, payouts and their money obey the model."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.kit import Box
from tests.properties.lean_calls import EVERY, minor
from tests.properties.lean_model import (
    PAYOUT,
    RECONCILIATION,
    REFUND,
    Refund,
)
from tests.properties.lean_payers import RECONCILIATIONS, STATUSES
from tests.properties.lean_payouts import STATUSES_OF_REFUNDS, WORDS, LeanPayouts
from tests.properties.walk import walk
from tests.receiver import Receiver


class LeanWalk(LeanPayouts):
    """All that is asked of Lean, and what must hold."""

    def hear(self, delivery: dict[str, Any]) -> tuple[str, ...] | None:
        event, subject, told = delivery["event"], delivery["subject"], delivery["body"]["payload"]
        status, afterwards = told["status"], told.get("post_initiation_status")
        if event.startswith("payment_source."):
            return None
        if subject in self.model.refunds:
            refund = self.model.refunds[subject]
            if afterwards is not None:
                assert (refund.status, status) == ("ACCEPTED_BY_BANK", "ACCEPTED_BY_BANK")
                return None
            came_to = "APPROVED" if status == "AWAITING_AUTHORIZATION" else status
            assert came_to in REFUND.get(refund.status, ()), (refund, status)
            assert event == ("payment.created" if came_to == "APPROVED" else "payment.updated")
            assert minor(told["amount"]) == refund.amount
            refund.status = came_to
            return None
        if told.get("intent_id") in self.model.payouts:
            payout, came_to = self.model.payouts[told["intent_id"]], afterwards or status
            assert came_to in PAYOUT.get(payout[1], ()), (payout, came_to)
            assert event == payout[2]
            payout[1:] = came_to, "payment.updated"
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
        assert state == self.model.payouts[intent][1], row

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
        events = history["events"][::-1]
        states = [e["post_initiation_status"] or e["status"] for e in events]
        for before, after in zip(["", *states], states, strict=False):
            assert after in PAYOUT[before]
        shown = row["post_initiation_status"] or row["status"]
        assert [shown] == (states[-1:] or ["PENDING_WITH_BANK"])

    def _compare_events(self) -> None:
        """The events that Lean lists are those of the webhooks, newest first, of 90 days."""
        events = self.get(f"/events/v1?{EVERY}")["data"]
        deliveries = self.deliveries()
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
        for _, state, _ in self.model.payouts.values():
            assert state not in ("PENDING_WITH_BANK", "ACCEPTED_BY_BANK")


@pytest.mark.slow
def test_whatever_is_asked_of_lean_its_money_obeys_the_model(
    box: Box, receiver: Receiver, property_steps: int | None, property_seed: int
) -> None:
    walk(lambda: LeanWalk(box, receiver), property_steps, property_seed)
