"""What a careful reader believes of Lean's money. Amounts are in minor units."""

from dataclasses import dataclass, field

REFUND = {
    "CREATED": ("APPROVED", "REJECTED"),
    "APPROVED": ("PENDING_WITH_BANK", "FAILED"),
    "PENDING_WITH_BANK": ("ACCEPTED_BY_BANK", "FAILED"),
}
PAYOUT = {
    "": ("AWAITING_AUTHORIZATION", "ACCEPTED_BY_BANK", "FAILED"),  # what is told first
    "AWAITING_AUTHORIZATION": ("PENDING_WITH_BANK", "FAILED"),
    "PENDING_WITH_BANK": ("ACCEPTED_BY_BANK", "FAILED"),
    "ACCEPTED_BY_BANK": ("PROCESSED", "REJECTED"),
}
RECONCILIATION = {"OUTSTANDING": ("RECONCILED", "UNRECEIVED"), "UNRECEIVED": ("RECONCILED",)}


@dataclass
class Payment:
    intent: str
    amount: int
    currency: str
    status: str
    reconciliation: str | None
    is_coming: bool = False  # its money is on its way, as far as one knows


@dataclass
class Refund:
    payment: str
    amount: int
    status: str


@dataclass
class Lean:
    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    # by intent: id, state, and which event tells of the next one
    payouts: dict[str, list[str]] = field(default_factory=dict)
    on: dict[str, str] = field(default_factory=dict)  # scenarios: for which payment, or any

    def is_on(self, scenario: str, payment: str) -> bool:
        return self.on.get(scenario) in ("any", payment)

    def reconciliation(self, payment: str) -> str | None:
        true = self.payments[payment].reconciliation
        return true and ("OUTSTANDING" if self.is_on("unreconciled-payment", payment) else true)

    def refunded(self, payment: str) -> int:
        alive = [r for r in self.refunds.values() if r.status not in ("REJECTED", "FAILED")]
        return sum(refund.amount for refund in alive if refund.payment == payment)

    def is_paid(self, intent: str) -> bool:
        return any(p.intent == intent for p in self.payments.values())

    def refusal(self, items: list[tuple[str, int, str]]) -> str | None:
        """Why a batch of refunds (of which payment, how much, in what currency) is refused."""
        if "payouts-not-configured" in self.on:
            return "OPERATION_NOT_ALLOWED"
        if any(payment not in self.payments for payment, _, _ in items):
            return "UNKNOWN_PAYMENT"
        if any(self.reconciliation(payment) != "RECONCILED" for payment, _, _ in items):
            return "OPERATION_NOT_ALLOWED"
        if any(self.payments[payment].currency != currency for payment, _, currency in items):
            return "INVALID_PARAMETERS"
        for payment, amount, _ in items:
            wanted = sum(more for other, more, _ in items if other == payment)
            is_none_left = any(self.is_on(s, payment) for s in ("over-refund", "fully-refunded"))
            left = self.payments[payment].amount - self.refunded(payment)
            if amount <= 0 or wanted > (0 if is_none_left else left):
                return "INVALID_AMOUNT"
        return None
