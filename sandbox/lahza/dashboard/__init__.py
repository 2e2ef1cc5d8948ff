"""Lahza's part of the dashboard."""

from sandbox.http.dashboard import Part, Tab
from sandbox.lahza.dashboard import arabic, refunds, transactions

PART = Part(
    "lahza",
    "Lahza",
    [
        Tab("transactions", "Transactions", transactions.show),
        Tab("refunds", "Refunds", refunds.show),
    ],
    arabic.TEXTS,
)
