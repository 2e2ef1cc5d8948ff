"""Events on the wire."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.engine.outbox import Delivery
from sandbox.lean.errors import invalid
from sandbox.lean.events import TYPES, Filter
from sandbox.lean.schemas.period import load_period

_KEYS = ("payload", "type", "message", "timestamp", "event_id")


def load_filter(query: Mapping[str, str]) -> Filter:
    """What `GET /events/v1` asks for; an empty value is absent.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    kind = query.get("type") or None
    if kind is not None and kind not in TYPES:
        raise invalid("type", kind)
    return Filter(kind, *load_period(query))


def dump_events(
    events: Sequence[Delivery], total: int, number: int, size: int
) -> dict[str, object]:
    """A page of events; key order documented."""
    return {
        "data": [_dump(event) for event in events],
        "page": {
            "number": number,
            "size": size,
            "total_elements": total,
            "total_pages": -(-total // size),
        },
    }


def _dump(event: Delivery) -> dict[str, Any]:
    sent = json.loads(event.body)
    return {key: sent[key] for key in _KEYS}
