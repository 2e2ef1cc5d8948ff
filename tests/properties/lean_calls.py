"""What a walk through Lean knows, and what it reads."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from tests.lean.calls import ALWAYS
from tests.lean.payouts import RECIPIENT
from tests.properties.lean_model import (
    Lean,
    Payment,
    Refund,
)
from tests.properties.walk import Book, Walk

UNDER_WAY = ("ACCEPTED_BY_BANK", "PENDING_WITH_BANK")
CODES = {
    "OPERATION_NOT_ALLOWED": 403,
    "UNKNOWN_PAYMENT": 404,
    "INVALID_PARAMETERS": 400,
    "INVALID_AMOUNT": 400,
    "DUPLICATED_REQUEST": 409,
}
"""The HTTP statuses of errors."""
EVERY = "page=0&size=1000"


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


class LeanCalls(Walk):
    """Lean's lists, and what of them is entered in the book."""

    provider = "lean"

    def begin(self) -> None:
        super().begin()
        lean, path = self.box.lean, "/payouts/v1/payment/destinations"
        self.destination = self.ask(lean, "POST", path, [RECIPIENT]).json()[0]["destination_id"]
        self.all_agree()

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

    @property
    def model(self) -> Lean:
        model: Lean = self.book.model
        return model
