"""Webhooks that were delivered, or not, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sandbox.cli.tables import table


def deliveries_table(deliveries: Iterable[Mapping[str, Any]]) -> str:
    """A row for each; of its attempts, how many, and what came of the last."""
    shown = ({**each, **_attempts(each["attempts"])} for each in deliveries)
    return table(shown, "id", "at", "event", "subject", "status", "attempts", "last", "url")


def _attempts(attempts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    last = attempts[-1] if attempts else {"error": None, "status": None}
    return {"attempts": len(attempts), "last": last["error"] or last["status"]}


def dropped(count: int) -> str:
    """A last line on those that are no longer there, or nothing."""
    return f"\n({count} older ones are no longer kept)" if count else ""
