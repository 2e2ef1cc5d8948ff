"""Deliveries: what a webhook tells of, what it sends, and how each attempt at it went."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal, NamedTuple

from sandbox.engine.provider.model import Webhooks
from sandbox.engine.provider.notices import Effect, Notice
from sandbox.engine.time.clock import tick
from sandbox.engine.values.ids import uuid_of
from sandbox.engine.values.instants import Duration, Instant
from sandbox.engine.values.json_text import to_json


class Answer(NamedTuple):
    """What came of a call.

    Attributes:
        status: HTTP's, if an answer came at all.
        error: what went wrong, if something did.
        body: its first bytes.
        duration: in real time.
    """

    status: int | None
    error: str | None
    body: bytes
    duration: Duration


class Attempt(NamedTuple):
    """One call of a receiver, and what came of it.

    `at` is world time; `tick` is its place among all that happened.
    """

    at: Instant
    answer: Answer
    tick: int


Status = Literal["collected", "waiting", "pending", "delivered", "failed", "lost"]


SHOWN = 1024
"""Of an answer's body, the first bytes that are read and kept."""
MOST_ATTEMPTS = 100
"""Of one delivery, the latest that are kept; a provider plans fewer."""
_BYTES = 1000
"""What a delivery takes besides its documents; an attempt takes less."""
_BYTES_OF_A_KEY = 50
_SMALL = frozenset((int, float, bool, type(None)))


def _size_of(values: Iterable[Any]) -> int:
    """About how many bytes JSON values take, with what a body shows of them."""
    size = 0
    for value in values:
        size += _BYTES_OF_A_KEY
        kind = type(value)
        if kind is str:
            size += 2 * len(value)
        elif kind not in _SMALL:
            if isinstance(value, dict):
                size += _size_of(value.values())
            elif isinstance(value, list):
                size += _size_of(value)
    return size


class Message:
    """What a notice sends, the same however often it goes out.

    Attributes:
        number: of the first delivery of it.
        at: when what it tells of happened.
        tick: its place among all that happened.
        size: about how many bytes it takes, its body included, though that may not be made yet.
    """

    def __init__(
        self,
        number: int,
        notice: Notice,
        at: Instant,
        webhooks: Webhooks,
        place: int | None = None,
    ) -> None:
        self.notice = notice
        self.at = at
        self.tick = tick() if place is None else place
        self.size = _size_of(notice.documents)
        self.number = number
        self._webhooks = webhooks

    @cached_property
    def event_id(self) -> str:
        """The event's own UUID."""
        return uuid_of(f"{self.notice.subject}/{self.notice.event}/{self.at}/{self.number}")

    @cached_property
    def body(self) -> bytes:
        """What is sent, byte for byte; made when first read."""
        return to_json(self._webhooks.body(self.notice, self.event_id, self.at))

    def headers(self, secret: str | None, forge: bool) -> dict[str, str]:
        """The headers that the provider sends, the signature among them."""
        secret = secret or self._webhooks.secret(self.notice)
        secret = f"not {secret}" if forge else secret
        name, value = self._webhooks.sign(self.body, secret, self.notice)
        return {"Content-Type": "application/json", name: value}

    @property
    def signer(self) -> str:
        """What signs it where its address has no secret, as people are told."""
        return self._webhooks.signer(self.notice)

    def retry_after(self, planned: int) -> Duration | None:
        """When the provider tries again after that many attempts, counted from the first one."""
        retries = self._webhooks.retries
        return retries[planned - 1] if planned <= len(retries) else None


class Delivery(NamedTuple):
    """A message on its way to an address; replaced, never changed, like a document.

    Attributes:
        repeats: whether it is another one of a message that has been sent.
        status: collected (there was no address for it), waiting (a scenario holds it back),
            pending (under way, or to be tried again), delivered, failed (for good) or lost (by a
            scenario).
        planned: the attempts made so far of those that the provider plans.
        next_at: when it is tried next, if it waits for that.
        place: in the order in which the world's deliveries went out, or are to go.
        sent_at: when it went out, to an address or to none; None: a scenario holds it, or lost it.
    """

    number: int
    message: Message
    effect: Effect
    repeats: bool = False
    status: Status = "collected"
    url: str | None = None
    secret: str | None = None
    attempts: tuple[Attempt, ...] = ()
    planned: int = 0
    first_at: Instant | None = None
    next_at: Instant | None = None
    place: int = 0
    sent_at: Instant | None = None

    @property
    def notice(self) -> Notice:
        return self.message.notice

    @property
    def at(self) -> Instant:
        return self.message.at

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        message = 0 if self.repeats else self.message.size
        return message + _BYTES + sum(_BYTES + len(each.answer.body) for each in self.attempts)

    def tried(self, attempt: Attempt) -> Delivery:
        """The delivery with one attempt more; of too many the oldest goes."""
        return self._replace(attempts=(*self.attempts, attempt)[-MOST_ATTEMPTS:])

    @property
    def headers(self) -> dict[str, str]:
        """The headers that the provider sends, the signature among them."""
        return self.message.headers(self.secret, self.effect.forge)

    @property
    def signer(self) -> str:
        """What signs it, as people are told."""
        return "the secret of its address" if self.secret else self.message.signer

    @property
    def hint(self) -> str | None:
        """What to do where the receiver, as it seems, takes the signature for a wrong one."""
        status = self.attempts[-1].answer.status if self.attempts else None
        if status not in (401, 403) or self.effect.forge:
            return None
        return (
            f"answered {status}; signed with {self.signer}. Let the receiver verify with that, or "
            f"give the address a `secret`: PUT /_sandbox/webhooks/{self.notice.provider}"
        )


class Tried(NamedTuple):
    """A delivery right after an attempt, the last of its `attempts`; whether that was planned."""

    delivery: Delivery
    planned: bool
