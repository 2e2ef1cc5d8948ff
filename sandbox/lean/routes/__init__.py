"""Lean's API over HTTP. No rule stands here."""

from sandbox.lean.routes import customers, payments, reconciliation, refunds, tokens
from sandbox.lean.routes.blueprint import routes

__all__ = ["customers", "payments", "reconciliation", "refunds", "routes", "tokens"]
