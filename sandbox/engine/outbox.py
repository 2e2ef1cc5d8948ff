"""The outbox: webhook deliveries and their attempts."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from sandbox.engine.ids import uuid_of
from sandbox.engine.instants import Instant
from sandbox.engine.json_text import to_json
from sandbox.engine.model import Webhooks
from sandbox.engine.scenarios.active import Activation, Subject
from sandbox.engine.store import Document


class Notice(NamedTuple):
    """Something that a provider tells the merchant of.

    Attributes:
        event: its type, such as `refund.pending`.
        subject: whose state changed: provider, kind and id. A scenario that sticks to it decides
            about its webhooks too.
        documents: what the body is made of, as they were then.
        topic: what it is about; a merchant expects the notices of one topic in their order.
        channel: which of the provider's addresses it goes to.
        last: whether none is to follow on the topic, as far as one knows.
    """

    event: str
    subject: Subject
    documents: tuple[Document, ...]
    topic: str
    channel: str = ""
    last: bool = False

    @property
    def provider(self) -> str:
        return self.subject[0]


class Delivery:
    """A notice on its way to an address."""

    def __init__(self, number: int, notice: Notice, at: Instant, webhooks: Webhooks) -> None:
        self.number = number
        self.notice = notice
        self.at = at
        self._webhooks = webhooks

    @cached_property
    def event_id(self) -> str:
        """A UUID of the event's own."""
        return uuid_of(f"{self.notice.provider}/{self.notice.event}/{self.at}/{self.number}")

    @cached_property
    def body(self) -> bytes:
        """What is sent, byte for byte."""
        return to_json(self._webhooks.body(self.notice, self.event_id, self.at))

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers that matter, the signature among them."""
        name, value = self._webhooks.sign(self.body, self._webhooks.secret(self.notice))
        return {"Content-Type": "application/json", name: value}


class Outbox:
    """A world's deliveries. Its caller holds the world's lock."""

    def __init__(self, webhooks: Mapping[str, Webhooks]) -> None:
        self._webhooks = webhooks
        self.deliveries: list[Delivery] = []

    def tell(self, notice: Notice, now: Instant, own: Activation | None) -> None:
        """Collect a notice."""
        webhooks = self._webhooks[notice.provider]
        self.deliveries.append(Delivery(len(self.deliveries) + 1, notice, now, webhooks))

    def of(self, provider: str) -> list[Delivery]:
        """A provider's deliveries, oldest first."""
        return [d for d in self.deliveries if d.notice.provider == provider]


def describe(delivery: Delivery) -> dict[str, Any]:
    """A delivery as the admin API shows it."""
    import json

    return {
        "id": delivery.number,
        "provider": delivery.notice.provider,
        "event": delivery.notice.event,
        "body": json.loads(delivery.body),
        "headers": delivery.headers,
    }
