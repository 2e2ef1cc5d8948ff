"""Lahza's API over HTTP. No rule stands here."""

from sandbox.lahza.routes import charges, checkout, refunds, reports, transactions  # noqa: F401
from sandbox.lahza.routes.blueprint import routes

__all__ = ["routes"]
