"""What a careful reader believes of Lahza's money. Amounts are in minor units."""

from dataclasses import dataclass, field

REFUND = {
    "": ("pending",),
    "pending": ("processing", "processed", "failed"),
    "processing": ("processed", "failed"),
}
PAID = ("success", "reversed")


@dataclass
class Transaction:
    domain: str
    reference: str
    amount: int
    currency: str
    status: str


@dataclass
class Refund:
    transaction: int
    domain: str
    amount: int
    currency: str
    status: str = ""
    drawn: int = 0  # from the balance


@dataclass
class Lahza:
    transactions: dict[int, Transaction] = field(default_factory=dict)
    refunds: dict[int, Refund] = field(default_factory=dict)
    balance: dict[str, int] = field(default_factory=dict)
    on: dict[str, str] = field(default_factory=dict)  # scenarios: for which transaction, or any

    def is_on(self, scenario: str, number: int) -> bool:
        return self.on.get(scenario) in ("any", str(number))

    def status(self, number: int) -> str:  # as one sees it: the latest scenario wins
        says = {"fully-refunded": "reversed", "transaction-not-successful": "failed"}
        seen = [says[name] for name in self.on if name in says and self.is_on(name, number)]
        return [self.transactions[number].status, *seen][-1]

    def refunded(self, number: int, *statuses: str) -> int:
        of = [r for r in self.refunds.values() if r.transaction == number]
        return sum(refund.amount for refund in of if refund.status in statuses)

    def is_given_back(self, number: int) -> bool:
        return self.refunded(number, "processed") >= self.transactions[number].amount

    def change_amount(self, number: int, amount: int) -> None:
        transaction, was_given_back = self.transactions[number], self.is_given_back(number)
        transaction.amount = amount
        if was_given_back != self.is_given_back(number) and transaction.status in PAID:
            transaction.status = "success" if was_given_back else "reversed"

    def refusal(self, number: int, amount: int | None, currency: str | None) -> str | None:
        transaction, status = self.transactions[number], self.status(number)
        left = transaction.amount - self.refunded(number, "pending", "processing", "processed")
        asked = amount or transaction.amount
        if status not in PAID:
            return "Transaction has not been completed"
        if status == "reversed" or left <= 0:
            return "Transaction has been fully reversed"
        if currency not in (None, transaction.currency):
            return "Currency does not match the transaction"
        if asked > left or self.is_on("over-refund", number):
            return "Refund amount cannot be more than the original transaction amount"
        balance = self.balance.get(transaction.currency, left)
        if asked > int(self.on.get("insufficient-balance", balance)):
            return "Insufficient balance to fulfill this refund. Please top up."
        return None
