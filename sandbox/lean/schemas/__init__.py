"""Lean's wire: what is read from bodies and queries, and what is written, key by key.

Each module is imported when it is first used: a start needs few of them.
"""

from typing import TYPE_CHECKING

from sandbox.http.on_use import modules_of

if TYPE_CHECKING:
    from sandbox.lean.schemas import (  # noqa: F401
        account_on_file,
        banks,
        common,
        consents,
        control,
        customers,
        destinations,
        events,
        intents,
        links,
        payments,
        payouts,
        reconciliation,
        refunds,
        sessions,
        sources,
    )
else:
    __getattr__ = modules_of(__name__)
