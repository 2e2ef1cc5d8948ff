"""Lahza's API over HTTP. No rule stands here."""

from sandbox.lahza.routes import charges, checkout, refunds, reports, transactions
from sandbox.lahza.routes.blueprint import routes

__all__ = ["charges", "checkout", "refunds", "reports", "routes", "transactions"]
