"""Lean's API over HTTP. No rule stands here."""

from sandbox.lean.routes import payments, reconciliation, refunds, tokens
from sandbox.lean.routes.blueprint import routes

__all__ = ["payments", "reconciliation", "refunds", "routes", "tokens"]
