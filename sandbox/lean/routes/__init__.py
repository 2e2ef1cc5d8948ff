"""Lean's API over HTTP. No rule stands here."""

from sandbox.lean.routes import (
    banks,
    customers,
    events,
    payments,
    payouts,
    reconciliation,
    refunds,
    tokens,
)
from sandbox.lean.routes.blueprint import routes

__all__ = [
    "banks",
    "customers",
    "events",
    "payments",
    "payouts",
    "reconciliation",
    "refunds",
    "routes",
    "tokens",
]
