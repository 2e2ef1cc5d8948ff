"""What has changed in a state since it was last kept."""

from collections.abc import Hashable
from typing import TypeAlias

Changed: TypeAlias = set[tuple[str, Hashable]] | None
"""The parts of a state note here what they change: which part, and its key. None: nothing is kept.

Of a collection the key is a document's id, or the number of one that is gone.
"""
EVENTS, DELIVERIES, STUCK, HELD, ACTIVATIONS = PARTS = (
    "events",
    "deliveries",
    "stuck",
    "held",
    "activations",
)
"""The parts that are no collections."""
