"""What a provider tells the merchant of by webhook, and what scenarios make of it."""

from typing import NamedTuple, TypeAlias

from sandbox.engine.scenarios.activation import Activation
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import Duration

Subject: TypeAlias = tuple[str, str, str]
"""A document that goes from state to state: provider, kind, id."""
Channel: TypeAlias = tuple[str, str]
"""What has an address: a provider's name and its channel."""


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


class Effect(NamedTuple):
    """What the scenarios make of a webhook.

    Attributes:
        lose: it is not sent.
        repeat: how often it is sent again.
        after: how long it is held back.
        swap: whether it goes behind the next one of its topic.
        forge: whether it is wrongly signed.
        delayed_by, swapped_by: the scenarios that want `after` and `swap`.
        awaited_by: those that want the call which caused it to be answered after it.
        acted: the names of all that made something of it.
    """

    lose: bool = False
    repeat: int = 0
    after: Duration = 0
    swap: bool = False
    forge: bool = False
    delayed_by: tuple[Activation, ...] = ()
    swapped_by: tuple[Activation, ...] = ()
    awaited_by: tuple[Activation, ...] = ()
    acted: tuple[str, ...] = ()
