"""The outbox: what the merchant is told by webhook, and how each telling went."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from sandbox.engine.addresses import Address
from sandbox.engine.ids import uuid_of
from sandbox.engine.instants import DAY, SECOND, Duration, Instant
from sandbox.engine.json_text import to_json
from sandbox.engine.scenarios.active import Activation, Effect, Subject
from sandbox.engine.store import Document
from sandbox.engine.timeline import Event

if TYPE_CHECKING:
    from sandbox.engine.model import Webhooks
    from sandbox.engine.sending import Answer, Lanes, Line
    from sandbox.engine.world import World

Channel: TypeAlias = tuple[str, str]
"""What has an address: a provider's name and its channel."""

MOST = 100_000
"""Deliveries kept; the oldest go."""
EVENT = "webhook"
"""The kind of the timeline's events that are about deliveries; their subject is its number."""
_HELD: Duration = DAY
"""How long a notice waits for the next one of its topic, in whose wake it is to go out."""
_RETRY_LANES = 8


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


class Attempt(NamedTuple):
    """One call of a receiver, and what came of it. `at` is world time."""

    at: Instant
    answer: Answer


Status = Literal["collected", "waiting", "pending", "delivered", "failed", "lost"]


class Delivery:
    """A notice on its way to an address.

    Attributes:
        status: collected (there was no address for it), waiting (a scenario holds it back),
            pending (under way, or to be tried again), delivered, failed (for good) or lost (by a
            scenario).
        planned: the attempts made so far of those that the provider plans.
        next_at: when it is tried next, if it waits for that.
    """

    def __init__(
        self, number: int, notice: Notice, at: Instant, webhooks: Webhooks, effect: Effect
    ) -> None:
        self.number = number
        self.notice = notice
        self.at = at
        self.status: Status = "pending"
        self.url: str | None = None
        self.secret: str | None = None
        self.attempts: tuple[Attempt, ...] = ()
        self.planned = 0
        self.first_at: Instant | None = None
        self.next_at: Instant | None = None
        self.effect = effect
        self.original: Delivery | None = None
        self._webhooks = webhooks

    @cached_property
    def event_id(self) -> str:
        """The event's own UUID, the same in a repetition."""
        if self.original is not None:
            return self.original.event_id
        return uuid_of(f"{self.notice.subject}/{self.notice.event}/{self.at}/{self.number}")

    @cached_property
    def body(self) -> bytes:
        """What is sent, byte for byte; made when first read."""
        return to_json(self._webhooks.body(self.notice, self.event_id, self.at))

    @property
    def headers(self) -> dict[str, str]:
        """The headers that the provider sends, the signature among them."""
        secret = self.secret or self._webhooks.secret(self.notice)
        if self.effect.forge:
            secret = f"not {secret}"
        name, value = self._webhooks.sign(self.body, secret)
        return {"Content-Type": "application/json", name: value}

    def retry_at(self) -> Instant | None:
        """When the provider tries again after a failure, counted from the first attempt."""
        retries = self._webhooks.retries
        if self.first_at is None or self.planned > len(retries):
            return None
        return self.first_at + retries[self.planned - 1]


class Unaddressed(Exception):
    """No address has been set to which a delivery could go."""


class Outbox:
    """A world's deliveries. Whoever calls it holds the world's lock, but for `drain`."""

    def __init__(
        self, world: World, addresses: Mapping[Channel, Address], timeout: Duration | None
    ) -> None:
        self.addresses = dict(addresses)
        self.timeout = timeout
        self.dropped = 0
        self._world = world
        self._deliveries: deque[Delivery] = deque()
        self._by_number: dict[int, Delivery] = {}
        self._made = 0
        self._behind: dict[tuple[str, str], list[Delivery]] = {}
        self._waiting: dict[int, Delivery] = {}
        self._touched: dict[int, Delivery] | None = None
        self._lanes: Lanes | None = None
        self._closed = False

    def __iter__(self) -> Iterator[Delivery]:
        """All deliveries, oldest first."""
        return iter(self._deliveries)

    def of(self, provider: str) -> list[Delivery]:
        """A provider's events, oldest first; repetitions left out."""
        return [
            delivery
            for delivery in self._deliveries
            if delivery.notice.provider == provider and delivery.original is None
        ]

    def get(self, number: int) -> Delivery | None:
        """A delivery by its number."""
        return self._by_number.get(number)

    def patience(self) -> Duration:
        """How long a receiver may take, in real time."""
        if self.timeout is not None:
            return self.timeout
        return 2 * SECOND if self._world.clock.mode == "frozen" else 10 * SECOND

    # What goes out --------------------------------------------------------------------------

    def tell(self, notice: Notice, now: Instant, own: Activation | None) -> None:
        """Send a notice out now, or as the scenarios say."""
        key = (notice.provider, notice.topic)
        before = self._behind.get(key, [])
        effect = self._world.scenarios.effect(notice, own, may_wait=not notice.last and not before)
        delivery = self._keep(notice, now, effect)
        copies = [self._keep(notice, now, effect, delivery) for _ in range(effect.repeat)]
        for each in (delivery, *copies):
            if effect.lose:
                each.status = "lost"
            elif effect.after:
                self._wait(each, now + effect.after)
            elif effect.swap:
                self._behind.setdefault(key, []).append(each)
                self._wait(each, now + _HELD)
            else:
                self._send(each)
        for each in list(before):
            self._send(each)

    def _keep(
        self, notice: Notice, now: Instant, effect: Effect, original: Delivery | None = None
    ) -> Delivery:
        self._made += 1
        webhooks = self._world.models[notice.provider].webhooks
        delivery = Delivery(self._made, notice, now, webhooks, effect)
        delivery.original = original
        self._deliveries.append(delivery)
        self._by_number[delivery.number] = delivery
        self._touch(delivery)
        if len(self._deliveries) > MOST:
            oldest = self._deliveries.popleft()
            del self._by_number[oldest.number]
            self._unschedule(oldest)
            self.dropped += 1
        return delivery

    def _wait(self, delivery: Delivery, until: Instant) -> None:
        delivery.status = "waiting"
        self._waiting[delivery.number] = delivery
        self._schedule(delivery, until)

    def _schedule(self, delivery: Delivery, at: Instant) -> None:
        delivery.next_at = at
        number = str(delivery.number)
        self._world.timeline.schedule(Event(at, delivery.notice.provider, EVENT, number, "sent"))

    def _unschedule(self, delivery: Delivery) -> None:
        self._waiting.pop(delivery.number, None)
        key = (delivery.notice.provider, delivery.notice.topic)
        if delivery in (behind := self._behind.get(key, [])):
            behind.remove(delivery)
            if not behind:
                del self._behind[key]
        if delivery.next_at is not None:
            delivery.next_at = None
            number = str(delivery.number)
            self._world.timeline.cancel(delivery.notice.provider, EVENT, number)

    def happen(self, event: Event) -> None:
        """Let go out what is due: what was held back, or another attempt."""
        delivery = self.get(int(event.subject))
        if delivery is None:
            return
        delivery.next_at = None
        if delivery.status == "waiting":
            self._send(delivery)
        elif self._address(delivery):
            self._attempt(delivery, planned=True)
        else:
            delivery.status = "failed"

    def release(self) -> None:
        """Send what was held back by scenarios that have been switched off."""
        for delivery in list(self._waiting.values()):
            if any(holder.over.is_set() for holder in delivery.effect.holders):
                self._send(delivery)

    def _send(self, delivery: Delivery) -> None:
        """Let a delivery go to the address that there is."""
        self._unschedule(delivery)
        if self._address(delivery):
            delivery.status = "pending"
            self._attempt(delivery, planned=True)
        else:
            delivery.status = "collected"

    def _address(self, delivery: Delivery) -> bool:
        """Whether the provider has an address that wants it; then it is the delivery's."""
        address = self.addresses.get((delivery.notice.provider, delivery.notice.channel))
        if address is None:
            return False
        if address.events is not None and delivery.notice.event not in address.events:
            return False
        delivery.url, delivery.secret = address.url, address.secret
        return True

    # Attempts -------------------------------------------------------------------------------

    def redeliver(self, delivery: Delivery) -> threading.Event:
        """Try once more, now, whatever came of it so far.

        Returns:
            Set when it has been tried.

        Raises:
            Unaddressed: there is no address for it.
        """
        if not self._address(delivery):
            raise Unaddressed
        if delivery.status == "waiting":
            self._unschedule(delivery)
            delivery.status = "pending"
            return self._attempt(delivery, planned=True)
        return self._attempt(delivery, planned=False)

    def _attempt(self, delivery: Delivery, planned: bool) -> threading.Event:
        """First attempts go out in their order; others have lanes of their own."""
        retry = None if planned and not delivery.planned else delivery.number % _RETRY_LANES
        job = partial(self._call, delivery=delivery, planned=planned)
        if self._lanes is None:
            from sandbox.engine.sending import Lanes  # (few worlds send anything)

            self._lanes = Lanes(self._world.webhooks.hosts)
        return self._lanes.put((delivery.url, retry), job)

    def _call(self, line: Line, delivery: Delivery, planned: bool) -> None:
        """In a lane's thread: call the receiver, without the world's lock."""
        with self._world.lock:
            at, patience, url = self._world.clock.now(), self.patience(), delivery.url
        if url is None or self._closed:
            return
        answer = line.call("POST", url, delivery.headers, delivery.body, patience)
        with self._world.lock:
            if not self._closed:
                self._record(delivery, Attempt(at, answer), planned)

    def _record(self, delivery: Delivery, attempt: Attempt, planned: bool) -> None:
        self._touch(delivery)
        delivery.attempts = (*delivery.attempts, attempt)
        if planned:
            delivery.planned += 1
            delivery.first_at = attempt.at if delivery.first_at is None else delivery.first_at
        if attempt.answer.status == 200 and attempt.answer.error is None:
            self._unschedule(delivery)
            delivery.status = "delivered"
        elif planned:
            retry_at = delivery.retry_at()
            delivery.status = "failed" if retry_at is None else "pending"
            if retry_at is not None:
                self._schedule(delivery, max(retry_at, self._world.clock.now()))
        elif delivery.status not in ("delivered", "pending"):
            delivery.status = "failed"

    def probe(self, url: str) -> Answer:
        """Call an address with GET; its caller does not hold the world's lock."""
        from sandbox.engine.sending import Line

        line = Line(self._world.webhooks.hosts)
        try:
            return line.call("GET", url, {}, b"", self.patience())
        finally:
            line.close()

    # An advance -----------------------------------------------------------------------------

    @property
    def is_idle(self) -> bool:
        """Whether all that has gone out has been tried."""
        return self._lanes is None or self._lanes.is_idle

    def drain(self) -> None:
        """Wait, without the world's lock, until all that has gone out has been tried."""
        if self._lanes is not None:
            self._lanes.drain()

    def watch(self) -> None:
        """Begin to note which deliveries are made or tried."""
        self._touched = {}

    def _touch(self, delivery: Delivery) -> None:
        if self._touched is not None:
            self._touched[delivery.number] = delivery

    def seen(self) -> list[Delivery]:
        """Those made or tried since `watch`, in the order in which they were made."""
        touched, self._touched = self._touched or {}, None
        return [touched[number] for number in sorted(touched)]

    def close(self) -> None:
        """Drop all that is under way."""
        self._closed = True
        if self._lanes is not None:
            self._lanes.close()
