"""What a walk through Lahza asks for: payments, refunds, and what stands in their way."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.kit import Api
from tests.properties.lahza_model import PAID, REFUND, Lahza, Refund, Transaction
from tests.properties.walk import Book, Walk, leads, nth, seldom

CURRENCIES = ("ILS", "ILS", "JOD", "USD")
STATUSES = ("success", "failed", "abandoned", "reversed")
STATUSES_OF_REFUNDS = ("processing", "processed", "failed")
CARDS = {"4111111111111111": "success", "4000000000009995": "failed"}
SCENARIOS = (
    "over-refund",
    "fully-refunded",
    "transaction-not-successful",
    "card-declined",
    "refund-fails",
    "refund-stuck",
    "insufficient-balance",
)
STICKING = (None, None, None, "refund-stuck", "refund-fails; after=1m")

shares = st.sampled_from(["all", "half", "one", "more", "balance", "whatever is left"])
currencies = st.sampled_from(CURRENCIES)


UNKNOWN_CARD = "The authorization code provided either does not exist or has been deactivated."


def is_refused(answer: requests.Response, message: str) -> bool:
    """Whether an answer is Lahza's error of that message."""
    return answer.status_code == 400 and answer.json() == {"status": False, "message": message}


def transaction_of(row: dict[str, Any]) -> Transaction:
    """A transaction as the API shows it."""
    keys = ("domain", "reference", "amount", "currency", "status")
    return Transaction(**{key: row[key] for key in keys})


def refund_of(row: dict[str, Any], drawn: int = 0) -> Refund:
    """A refund as the list shows it, which does not say what was drawn."""
    keys = ("transaction", "domain", "amount", "currency", "status")
    return Refund(**{key: row[key] for key in keys}, drawn=drawn)


@dataclass
class LahzaBook(Book):
    """What is known of a world, and the model of it."""

    model: Lahza = field(default_factory=Lahza)
    pages: dict[int, str] = field(default_factory=dict)
    """The access codes of transactions that were initialized."""
    untouched: set[int] = field(default_factory=set)
    """Refunds that stay as they are: fixtures, and those that are stuck for good."""


class LahzaRules(Walk):
    """Calls of Lahza's API, and of what stands in for payers and banks."""

    provider = "lahza"
    channels = ({"domain": "test"}, {"domain": "live"})
    book: LahzaBook

    def new_book(self, now: datetime) -> LahzaBook:
        model = Lahza()
        return LahzaBook(now, model=model, on=model.on)

    @property
    def model(self) -> Lahza:
        return self.book.model

    # What is there --------------------------------------------------------------------------

    def of(self, domain: str) -> Api:
        return self.box.live if domain == "live" else self.box.lahza

    def get(self, path: str, domain: str = "test", **rest: Any) -> Any:
        answer = self.ask(self.of(domain), "GET", path, **rest)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] is True
        return answer.json()["data"]

    def refunds(self) -> dict[str, Any]:
        return {d: self.get("/refund?perPage=1000", d) for d in ("test", "live")}

    def lists(self) -> dict[str, Any]:
        return {
            "refunds": self.refunds(),
            **{d: self.get("/transaction?perPage=1000", d) for d in ("test", "live")},
            "balance": self.steer("PATCH", "/lahza/merchant", {})["balance"],
        }

    def fill(self, lists: dict[str, Any]) -> None:
        for domain in ("live", "test"):
            for row in reversed(lists[domain]):
                self.model.transactions[row["id"]] = transaction_of(row)
            for row in reversed(lists["refunds"][domain]):
                self.model.refunds[row["id"]] = refund_of(row)
        self.book.untouched = set(self.model.refunds)

    # Payers and banks -----------------------------------------------------------------------

    def _is_made(self, row: dict[str, Any]) -> None:
        self.is_new("transaction", row["id"], self.model.transactions)
        self.model.transactions[row["id"]] = transaction_of(row)

    def _expect_paid(self, number: int) -> None:
        """A payment is told of, unless a scenario shows that there was none."""
        if self.model.status(number) == "success":
            self.expected.append(("charge.success", str(number), "success"))

    @rule(amount=st.sampled_from([10000, 1, 333]), currency=currencies)
    def pay(self, amount: int, currency: str) -> None:
        self._pay({"amount": amount, "currency": currency})

    @seldom(2)
    @rule(status=st.sampled_from(STATUSES), domain=st.sampled_from(["test", "live"]))
    def pay_otherwise(self, status: str, domain: str) -> None:
        self._pay({"status": status, "domain": domain})

    def _pay(self, values: dict[str, Any]) -> None:
        row = self.steer("POST", "/lahza/transactions", values)
        self._is_made(row)
        assert {**row, **values} == row
        if row["status"] == "success":
            self._expect_paid(row["id"])

    @rule(amount=st.sampled_from([5000, "700"]))
    def make_transaction(self, amount: int | str) -> None:
        body = {"amount": amount, "email": "payer@example.com"}
        answer = self.ask(self.box.lahza, "POST", "/transaction/initialize", body)
        assert answer.status_code == 200, answer.text
        made = answer.json()["data"]
        row = self.get("/transaction?perPage=1")[0]
        assert row["reference"] == made["reference"]
        known = Transaction("test", row["reference"], int(amount), "ILS", "abandoned")
        self.is_new("transaction", row["id"], self.model.transactions)
        self.model.transactions[row["id"]] = known
        self.book.pages[row["id"]] = made["access_code"]

    @precondition(lambda self: self.book.pages)
    @rule(n=nth, card=st.sampled_from(list(CARDS)))
    def check_out(self, n: int, card: str) -> None:
        """Pay on the page. What is paid, or is shown as paid, is not charged again."""
        number = self.latest(
            self.book.pages, n, lambda p: self.model.transactions[p].status not in PAID
        )
        form = {"card_number": card, "expiry": "03/30", "cvv": "123"}
        body = "&".join(f"{key}={value}" for key, value in form.items()).encode()
        answer = self.ask(
            self.box.anyone,
            "POST",
            f"/checkout/{self.book.pages[number]}",
            body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status_code == 200, answer.text
        transaction = self.model.transactions[number]
        if self.model.status(number) in PAID or transaction.status in PAID:
            return
        declined = self.model.is_on("card-declined", number)
        transaction.status = "failed" if declined else CARDS[card]
        if transaction.status == "success":
            self._expect_paid(number)

    @rule(n=nth, amount=st.sampled_from([250, 8000]))
    def charge_again(self, n: int, amount: int) -> None:
        """Charge the card of a transaction once more."""
        paid = {k: t for k, t in self.model.transactions.items() if t.status in PAID}
        number = self.latest(paid, n)
        domain = paid[number].domain
        card = self.get(f"/transaction/{number}", domain)["authorization"]
        body = {"amount": amount, "email": "p@example.com", "currency": "USD"}
        body["authorization_code"] = card.get("authorization_code", "AUTH_none")
        answer = self.ask(self.of(domain), "POST", "/transaction/charge_authorization", body)
        if not card:  # a scenario hides that it was paid
            assert is_refused(answer, UNKNOWN_CARD)
            return
        assert answer.status_code == 200, answer.text
        row = answer.json()["data"]
        self._is_made(row)
        declined = self.model.is_on("card-declined", row["id"])
        self.model.transactions[row["id"]].status = "failed" if declined else "success"
        assert row["status"] == self.model.status(row["id"])
        if not declined:
            self._expect_paid(row["id"])

    @rule(n=nth, status=st.sampled_from(STATUSES))
    def change_status(self, n: int, status: str) -> None:
        number = self.latest(self.model.transactions, n)
        before = self.model.transactions[number].status
        self._change(number, {"status": status})
        if status == "success" != before:
            self._expect_paid(number)

    @rule(n=nth, share=shares)
    def change_amount(self, n: int, share: str) -> None:
        number = self.latest(self.model.transactions, n)
        refunded = self._refunded(number)
        amount = max(1, (self._share(number, share) or 7) + refunded - 1)
        self._change(number, {"amount": amount}, amount < refunded)
        if amount >= refunded:
            self.model.change_amount(number, amount)

    @seldom(2)
    @rule(n=nth, currency=currencies, domain=st.sampled_from(["test", "live", None]))
    def change_where(self, n: int, currency: str, domain: str | None) -> None:
        """Change the currency and the domain, unless refunds stand in them."""
        of = {refund.transaction for refund in self.model.refunds.values()}
        number = self.latest(self.model.transactions, n, lambda t: t in of)
        values = {"currency": currency, **({} if domain is None else {"domain": domain})}
        known = self.model.transactions[number]
        is_other = values != {key: getattr(known, key) for key in values}
        self._change(number, values, is_other and number in of)

    def _change(self, number: int, values: dict[str, Any], is_refused: bool = False) -> None:
        path = f"/lahza/transactions/{number}"
        row = self.steer("PATCH", path, values, status=409 if is_refused else 200)
        if not is_refused:
            for key, value in values.items():
                assert row[key] == value
                if key != "amount":
                    setattr(self.model.transactions[number], key, value)

    @seldom(2)
    @rule(amount=st.sampled_from([0, 500, 20000]), currency=currencies)
    def set_balance(self, amount: int, currency: str) -> None:
        self.steer("PATCH", "/lahza/merchant", {"balance": {currency: amount}})
        self.model.balance[currency] = amount

    # Refunds --------------------------------------------------------------------------------

    def _refunded(self, number: int) -> int:
        return self.model.refunded(number, "", "pending", "processing", "processed")

    def _share(self, number: int, share: str) -> int | None:
        """An amount, above zero; or None."""
        left = max(1, self.model.transactions[number].amount - self._refunded(number))
        balance = self.model.balance.get(self.model.transactions[number].currency, 0)
        amounts = {"all": left, "half": max(1, left // 2), "one": 1, "more": left + 1}
        amounts["balance"] = min(balance + 1, left)
        return amounts.get(share)

    def _is_refundable(self, number: int) -> bool:
        known = self.model.transactions[number]
        return self.model.status(number) == "success" and self._refunded(number) < known.amount

    @rule(n=nth, share=shares)
    def refund(self, n: int, share: str) -> None:
        self.refund_otherwise(n, share, None, False, None)

    @rule(
        n=nth,
        share=shares,
        currency=st.sampled_from([None, *CURRENCIES]),
        by_reference=st.booleans(),
        scenario=st.sampled_from(STICKING),
    )
    def refund_otherwise(
        self, n: int, share: str, currency: str | None, by_reference: bool, scenario: str | None
    ) -> None:
        number = self.latest(self.model.transactions, n, self._is_refundable)
        known, amount = self.model.transactions[number], self._share(number, share)
        body = {
            "transaction": known.reference if by_reference else number,
            "amount": amount,
            "currency": currency,
        }
        answer = self.ask(self.of(known.domain), "POST", "/refund", body, scenario=scenario)
        refusal = self.model.refusal(number, amount, currency)
        if refusal is not None:
            assert is_refused(answer, refusal), (refusal, answer.text)
            return
        assert answer.status_code == 200, answer.text
        row = answer.json()["data"]
        taken = amount or known.amount
        assert (row["transaction"]["id"], row["amount"]) == (number, taken)
        self.is_new("refund", row["id"], self.model.refunds)
        balance = self.model.balance
        drawn = min(taken, balance.get(known.currency, 0))
        if drawn:
            balance[known.currency] -= drawn
        made = Refund(number, known.domain, taken, known.currency, "", drawn)
        self.model.refunds[row["id"]] = made
        if scenario == "refund-stuck":
            self.book.untouched.add(row["id"])

    @rule(n=nth, status=st.sampled_from(STATUSES_OF_REFUNDS))
    def settle_refund(self, n: int, status: str) -> None:
        refunds = self.model.refunds
        number = self.latest(refunds, n, lambda r: refunds[r].status in REFUND)
        can = leads(REFUND, refunds[number].status, status)
        path = f"/lahza/refunds/{number}/settle"
        row = self.steer("POST", path, {"status": status}, status=200 if can else 409)
        assert not can or row["status"] == status

    @initialize(
        scenario=st.sampled_from([None, *SCENARIOS]), n=nth, amount=st.sampled_from([None, 20000])
    )
    def begin_with_scenario(self, scenario: str | None, n: int, amount: int | None) -> None:
        if scenario is not None:
            self.set_scenario(scenario, n, n % 2 == 0)
        if amount is not None:
            self.set_balance(amount, "ILS")

    @seldom(2)
    @rule(scenario=st.sampled_from(SCENARIOS), n=nth, is_of_one=st.booleans())
    def set_scenario(self, scenario: str, n: int, is_of_one: bool) -> None:
        if scenario == "insufficient-balance":
            self.switch_on(scenario, str(600 * n), balance=600 * n)
        elif is_of_one:
            number = self.latest(self.model.transactions, n)
            self.switch_on(scenario, str(number), transaction=number)
        else:
            self.switch_on(scenario)
