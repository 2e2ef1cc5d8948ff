"""Lahza's API over HTTP. No rule stands here."""

from sandbox.lahza.routes import refunds, transactions
from sandbox.lahza.routes.blueprint import routes

__all__ = ["refunds", "routes", "transactions"]
