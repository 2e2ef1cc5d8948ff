"""Lean's API over HTTP. No rule stands here."""

from sandbox.lean.routes import (  # noqa: F401
    account_on_file,
    banks,
    consent_pages,
    consents,
    customers,
    events,
    links,
    pages,
    payments,
    payouts,
    reconciliation,
    refunds,
    sessions,
    tokens,
)
from sandbox.lean.routes.blueprint import routes

__all__ = ["routes"]
