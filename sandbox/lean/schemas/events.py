"""Events on the wire."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import Shape, word
from sandbox.engine.webhooks.delivery import Delivery
from sandbox.lean.events import TYPES
from sandbox.lean.schemas.common import load_needed_page, load_period, one_of
from sandbox.lean.wire import Uuid


def load_listing(query: Mapping[str, str]) -> Listing:
    """What `GET /events/v1` asks for; an empty value is absent.

    Raises:
        LeanError: 400 MISSING_PARAMETERS, INVALID_PARAMETERS.
    """
    filters = {"type": one_of(query, "type", TYPES)}
    return Listing(filters, *load_period(query), *load_needed_page(query))


class Event(Shape):
    """An event, as its webhook told of it; key order documented."""

    payload = fields.Dict()
    type = word(TYPES)
    message = fields.String()
    timestamp = fields.String(metadata={"format": "date-time"})
    event_id = Uuid()


_EVENTS = Event(many=True)


def dump_events(found: Sequence[Delivery]) -> list[dict[str, Any]]:
    """Events from what was sent."""
    return list(_EVENTS.dump([json.loads(event.message.body) for event in found]))
