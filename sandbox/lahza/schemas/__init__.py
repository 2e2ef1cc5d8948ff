"""Lahza's wire: what is read from bodies and queries, and what is written, key by key.

Each module is imported when it is first used: a start needs few of them.
"""

from typing import TYPE_CHECKING

from sandbox.http.on_use import modules_of

if TYPE_CHECKING:
    from sandbox.lahza.schemas import charges, common, control, refunds, reports, transactions  # noqa: F401
else:
    __getattr__ = modules_of(__name__)
