"""Events on the wire."""

import json
from collections.abc import Mapping

from sandbox.engine.outbox import Delivery
from sandbox.lean.events import TYPES, Wanted
from sandbox.lean.schemas.common import load_period, one_of

_KEYS = ("payload", "type", "message", "timestamp", "event_id")


def load_wanted(query: Mapping[str, str]) -> Wanted:
    """What `GET /events/v1` asks for; an empty value is absent.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    return Wanted(one_of(query, "type", TYPES), load_period(query))


def dump_event(event: Delivery) -> dict[str, object]:
    """An event; key order documented."""
    sent = json.loads(event.message.body)
    return {key: sent[key] for key in _KEYS}
