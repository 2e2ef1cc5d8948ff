"""Events on the wire."""

import json
from collections.abc import Mapping

from sandbox.engine.outbox import Delivery
from sandbox.lean.events import TYPES, Filter
from sandbox.lean.schemas.common import one_of
from sandbox.lean.schemas.period import load_period

_KEYS = ("payload", "type", "message", "timestamp", "event_id")


def load_filter(query: Mapping[str, str]) -> Filter:
    """What `GET /events/v1` asks for; an empty value is absent.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    return Filter(one_of(query, "type", TYPES), *load_period(query))


def dump_event(event: Delivery) -> dict[str, object]:
    """An event; key order documented."""
    sent = json.loads(event.body)
    return {key: sent[key] for key in _KEYS}
