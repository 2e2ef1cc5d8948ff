"""Lahza's API over HTTP. No rule stands here."""

from sandbox.lahza.routes import charges, refunds, transactions
from sandbox.lahza.routes.blueprint import routes

__all__ = ["charges", "refunds", "routes", "transactions"]
