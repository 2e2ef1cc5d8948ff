"""Webhooks that were delivered, or not, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cli.tables import table

_NAMES = ("id", "at", "event", "subject", "status", "attempts", "url")


def deliveries_table(deliveries: Iterable[Mapping[str, Any]]) -> str:
    """A row for each; of its attempts, how many."""
    return table(
        _NAMES,
        (
            [len(each[name]) if name == "attempts" else each[name] for name in _NAMES]
            for each in deliveries
        ),
    )


def dropped(count: int) -> str:
    """A last line on those that are no longer there, or nothing."""
    return f"\n({count} older ones are no longer kept)" if count else ""
