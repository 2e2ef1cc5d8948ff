"""Lean's part of the dashboard, in the words of Lean's guide to refunds."""

from sandbox.http.dashboard import Part, Tab
from sandbox.lean.dashboard import arabic, customers, payments, payouts, refunds

PART = Part(
    "lean",
    "Lean",
    [
        Tab("payments", "Payments", payments.show),
        Tab("refunds", "Refunds", refunds.show),
        Tab("payouts", "Payouts", payouts.show),
        Tab("customers", "Customers", customers.show),
    ],
    arabic.TEXTS,
)
