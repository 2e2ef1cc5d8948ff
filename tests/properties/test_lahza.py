"""A walk through Lahza: its refunds, transactions and the balance obey the model."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.kit import Box
from tests.properties.lahza_model import PAID, REFUND, Transaction
from tests.properties.lahza_rules import STATUSES, LahzaRules, refund_of, transaction_of
from tests.properties.walk import walk
from tests.receiver import Receiver


class LahzaWalk(LahzaRules):
    """All that is asked of Lahza, and what must hold."""

    def hear(self, delivery: dict[str, Any]) -> tuple[str, ...] | None:
        event, subject, told = delivery["event"], delivery["subject"], delivery["body"]["data"]
        if event == "charge.success":
            return event, subject, told["status"]
        refund, model = self.model.refunds[int(subject)], self.model
        assert event == f"refund.{told['status']}"
        assert told["status"] in REFUND.get(refund.status, ()), (refund, told)
        assert (int(told["amount"]), told["currency"]) == (refund.amount, refund.currency)
        refund.status = told["status"]
        if refund.status == "failed" and refund.drawn:
            model.balance[refund.currency] += refund.drawn
        transaction = model.transactions[refund.transaction]
        is_success = transaction.status == "success"
        if refund.status == "processed" and is_success and model.is_given_back(refund.transaction):
            transaction.status = "reversed"
        return None

    def compare_refunds(self) -> None:
        for domain, rows in self.refunds().items():
            known = {k: r for k, r in self.model.refunds.items() if r.domain == domain}
            assert [row["id"] for row in rows] == list(reversed(known))
            for row in rows:
                assert refund_of(row, known[row["id"]].drawn) == known[row["id"]], row
                is_done = row["status"] == "processed"
                assert row["deducted_amount"] == (row["amount"] if is_done else None)

    def compare(self, lists: dict[str, Any]) -> None:
        model = self.model
        assert lists["balance"] == model.balance
        assert all(amount >= 0 for amount in model.balance.values())
        for domain in ("test", "live"):
            known = {k: t for k, t in model.transactions.items() if t.domain == domain}
            assert {row["id"] for row in lists[domain]} == set(known)
            moments = [row["created_at"] for row in lists[domain]]
            assert moments == sorted(moments, reverse=True)
            for row in lists[domain]:
                assert transaction_of(row) == _seen(known[row["id"]], model.status(row["id"]))
                assert (row["paid_at"] is not None) == (row["status"] in PAID)
                assert self._refunded(row["id"]) <= row["amount"]
                assert row["fees"] == row["amount"] // 100
            self._compare_totals(domain, lists[domain])

    def _compare_totals(self, domain: str, rows: list[Any], query: str = "") -> None:
        paid = [row for row in rows if row["status"] in PAID]
        sums: Counter[str] = Counter()
        for row in paid:
            sums[row["currency"]] += row["amount"]
        totals = self.get(f"/transaction/totals{query}", domain)
        assert totals["total_transactions"] == len(paid)
        assert totals["total_volume"] == sums.total()
        assert {v["currency"]: v["amount"] for v in totals["total_volume_by_currency"]} == sums

    def compare_all(self, lists: dict[str, Any]) -> None:
        for domain in ("test", "live"):
            rows, refunds = lists[domain], lists["refunds"][domain]
            for row in rows[:2] + rows[self.steps % 5 :: 5]:
                assert self.get(f"/transaction/{row['id']}", domain) == row
                assert self.get(f"/transaction/verify/{row['reference']}", domain) == row
                of = [refund for refund in refunds if refund["transaction"] == row["id"]]
                for name in (row["id"], row["reference"]):
                    assert self.get(f"/refund?reference={name}&perPage=1000", domain) == of
                    if of:
                        self._compare_refund(of[0], self.get(f"/refund/{name}", domain))
                for currency in ("ILS", "JOD"):
                    path = f"/refund?reference={row['id']}&currency={currency}&perPage=1000"
                    assert self.get(path, domain) == [r for r in of if r["currency"] == currency]
            for row in refunds[:2] + refunds[self.steps % 3 :: 3]:
                self._compare_refund(row, self.get(f"/refund/{row['id']}", domain))
            for status in STATUSES:
                of = [row for row in rows if row["status"] == status]
                query = f"?status={status}&perPage=1000"
                assert self.get(f"/transaction{query}", domain) == of
                self._compare_totals(domain, of, query)
            for currency in ("ILS", "JOD", "USD"):
                of = [refund for refund in refunds if refund["currency"] == currency]
                assert self.get(f"/refund?currency={currency}&perPage=1000", domain) == of
            pages = [
                self.get(f"/transaction?perPage=7&page={n}", domain)
                for n in range(1, len(rows) // 7 + 3)
            ]
            assert [row for page in pages for row in page] == rows

    def _compare_refund(self, row: dict[str, Any], read: dict[str, Any]) -> None:
        """A row of the list, and the refund as it is read by itself."""
        assert read["createdAt"] == row["created_at"]
        assert read["updatedAt"] == row["updated_at"]
        assert read["deducted_amount"] == (row["deducted_amount"] or 0)
        assert read["fully_deducted"] == (row["fully_deducted"] == 1)
        same = (row.keys() & read.keys()) - {"deducted_amount", "fully_deducted"}
        assert {key: read[key] for key in same} == {key: row[key] for key in same}

    def is_final(self) -> None:
        for number, refund in self.model.refunds.items():
            if number not in self.book.untouched and refund.status in REFUND:
                assert refund.status == "pending"
                assert self.model.is_on("refund-stuck", refund.transaction), refund


def _seen(transaction: Transaction, status: str) -> Transaction:
    return replace(transaction, status=status)


@pytest.mark.slow
def test_whatever_is_asked_of_lahza_its_money_obeys_the_model(
    box: Box, receiver: Receiver, property_steps: int | None, property_seed: int
) -> None:
    walk(lambda: LahzaWalk(box, receiver), property_steps, property_seed)
