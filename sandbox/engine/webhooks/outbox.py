"""The outbox: what the merchant is told by webhook, and how each telling went."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sandbox.engine.active_scenarios import Activation, Effect
from sandbox.engine.time.timeline import Event
from sandbox.engine.values.instants import DAY, SECOND, Duration, Instant
from sandbox.engine.webhooks.deliveries import Attempt, Delivery, Message, Notice
from sandbox.engine.webhooks.endpoints import Address

if TYPE_CHECKING:
    from sandbox.engine.webhooks.sending import Answer, Lanes, Line
    from sandbox.engine.worlds.advance import Advance
    from sandbox.engine.worlds.world import World

Channel: TypeAlias = tuple[str, str]
"""What has an address: a provider's name and its channel."""

MOST = 100_000
"""Deliveries kept; the oldest go."""
MOST_BYTES = 64 * 1024 * 1024
"""Of the deliveries kept, their documents and answers included, as they are estimated."""
EVENT = "webhook"
"""The kind of the timeline's events that are about deliveries; their subject is its number."""
_HELD: Duration = DAY
"""How long a notice waits for the next one of its topic, in whose wake it is to go out."""
_RETRY_LANES = 8


class _Try(NamedTuple):
    """An attempt that is under way: of which delivery, whether the provider plans it.

    Attributes:
        number: the delivery's.
        since: how the timeline marks what follows from it.
        done: set when it has been made, or dropped.
    """

    number: int
    planned: bool
    since: int
    done: threading.Event


class Unaddressed(Exception):
    """No address has been set to which a delivery could go."""


class Outbox:
    """A world's deliveries. Whoever calls it holds the world's lock.

    Attributes:
        made: how many deliveries there have been; the latest one has that number.
        tries: how many attempts have gone out.
        advance: what is told of deliveries that are made or tried, while the clock is moved.
    """

    def __init__(
        self, world: World, addresses: Mapping[Channel, Address], timeout: Duration | None
    ) -> None:
        self.addresses = dict(addresses)
        self.timeout = timeout
        self._world = world
        self._deliveries: dict[int, Delivery] = {}
        self._bytes = 0
        self.made = 0
        self._behind: dict[tuple[str, str], list[int]] = {}
        self._waiting: set[int] = set()
        self.advance: Advance | None = None
        self.tries = 0
        self._under_way: dict[int, _Try] = {}
        self._unsent: list[tuple[int, bool]] = []
        self._lanes: Lanes | None = None
        self._closed = False

    def copy(self) -> Outbox:
        """The same deliveries once more, to go on from here by themselves.

        What is under way here goes out there once that is resumed.
        """
        other = Outbox(self._world, self.addresses, self.timeout)
        other._deliveries = dict(self._deliveries)
        other._bytes, other.made = self._bytes, self.made
        other._behind = {key: list(numbers) for key, numbers in self._behind.items()}
        other._waiting = set(self._waiting)
        going = [(each.number, each.planned) for each in self._under_way.values()]
        other._unsent = [*self._unsent, *going]
        return other

    def resume(self) -> None:
        """Send what was under way where this was copied."""
        unsent, self._unsent = self._unsent, []
        for number, planned in unsent:
            if delivery := self.get(number):
                self._attempt(delivery, planned)

    def __iter__(self) -> Iterator[Delivery]:
        """All deliveries, oldest first."""
        return iter(self._deliveries.values())

    @property
    def dropped(self) -> int:
        """How many had to go, there being too many."""
        return self.made - len(self._deliveries)

    @property
    def oldest(self) -> int:
        """The number of the oldest delivery that is kept; those after it are."""
        return self.dropped + 1

    def of(self, provider: str) -> list[Delivery]:
        """A provider's events, oldest first; repetitions left out."""
        return [
            delivery
            for delivery in self
            if delivery.notice.provider == provider and not delivery.repeats
        ]

    def get(self, number: int) -> Delivery | None:
        """A delivery by its number."""
        return self._deliveries.get(number)

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
        webhooks = self._world.models[notice.provider].webhooks
        message = Message(self.made + 1, notice, now, webhooks)
        for n in range(1 + effect.repeat):
            each = self._keep(message, effect, repeats=n > 0)
            if effect.lose:
                self._put(each._replace(status="lost"))
            elif effect.after:
                self._wait(each, now + effect.after)
            elif effect.swap:
                self._behind.setdefault(key, []).append(each.number)
                self._wait(each, now + _HELD)
            else:
                self._send(each)
        for number in list(before):
            self._send(self._deliveries[number])

    def _keep(self, message: Message, effect: Effect, repeats: bool) -> Delivery:
        self.made += 1
        delivery = Delivery(self.made, message, effect, repeats)
        self._put(delivery)
        self._bytes += delivery.size
        self._touch(delivery.number)
        self._trim()
        return delivery

    def _trim(self) -> None:
        """Let the oldest go where there are too many, or they are too big; the latest stays."""
        while len(self._deliveries) > MOST or (
            self._bytes > MOST_BYTES and len(self._deliveries) > 1
        ):
            oldest = self._unschedule(self._deliveries[self.oldest])
            self._bytes -= oldest.size
            del self._deliveries[oldest.number]

    def _put(self, delivery: Delivery) -> Delivery:
        self._deliveries[delivery.number] = delivery
        return delivery

    def _wait(self, delivery: Delivery, until: Instant) -> None:
        self._waiting.add(delivery.number)
        self._schedule(delivery._replace(status="waiting"), until)

    def _schedule(self, delivery: Delivery, at: Instant) -> Delivery:
        number = str(delivery.number)
        self._world.timeline.schedule(Event(at, delivery.notice.provider, EVENT, number, "sent"))
        return self._put(delivery._replace(next_at=at))

    def _unschedule(self, delivery: Delivery) -> Delivery:
        self._waiting.discard(delivery.number)
        key = (delivery.notice.provider, delivery.notice.topic)
        if delivery.number in (behind := self._behind.get(key, [])):
            behind.remove(delivery.number)
            if not behind:
                del self._behind[key]
        if delivery.next_at is None:
            return delivery
        self._world.timeline.cancel(delivery.notice.provider, EVENT, str(delivery.number))
        return self._put(delivery._replace(next_at=None))

    def happen(self, event: Event) -> None:
        """Let go out what is due: what was held back, or another attempt."""
        delivery = self.get(int(event.subject))
        if delivery is None:
            return
        delivery = self._put(delivery._replace(next_at=None))
        if delivery.status == "waiting":
            self._send(delivery)
        elif addressed := self._addressed(delivery):
            self._attempt(addressed, planned=True)
        else:
            self._put(delivery._replace(status="failed"))

    def release(self) -> None:
        """Send what was held back by scenarios that have been switched off."""
        for delivery in [self._deliveries[number] for number in sorted(self._waiting)]:
            if any(map(self._world.scenarios.is_over, delivery.effect.holders)):
                self._send(delivery)

    def _send(self, delivery: Delivery) -> None:
        """Let a delivery go to the address that there is."""
        if delivery.status == "waiting":
            delivery = self._put(self._unschedule(delivery)._replace(status="collected"))
        if addressed := self._addressed(delivery):
            self._attempt(self._put(addressed._replace(status="pending")), planned=True)

    def _addressed(self, delivery: Delivery) -> Delivery | None:
        """A delivery to the provider's address, if there is one that wants it."""
        address = self.addresses.get((delivery.notice.provider, delivery.notice.channel))
        if address is None:
            return None
        if address.events is not None and delivery.notice.event not in address.events:
            return None
        return self._put(delivery._replace(url=address.url, secret=address.secret))

    # Attempts -------------------------------------------------------------------------------

    def redeliver(self, delivery: Delivery) -> threading.Event:
        """Try once more, now, whatever came of it so far.

        Returns:
            Set when it has been tried.

        Raises:
            Unaddressed: there is no address for it.
        """
        addressed = self._addressed(delivery)
        if addressed is None:
            raise Unaddressed
        if addressed.status == "waiting":
            pending = self._put(self._unschedule(addressed)._replace(status="pending"))
            return self._attempt(pending, planned=True)
        return self._attempt(addressed, planned=False)

    def _attempt(self, delivery: Delivery, planned: bool) -> threading.Event:
        """First attempts go out in their order; others have lanes of their own."""
        from sandbox.engine.webhooks.sending import (  # (few worlds send anything)
            NO_THREAD,
            Answer,
            Lanes,
        )

        since = self._world.timeline.since
        attempt = _Try(delivery.number, planned, since, threading.Event())
        if self._closed:
            attempt.done.set()
            return attempt.done
        self.tries += 1
        self._under_way[self.tries] = attempt
        retry = None if planned and not delivery.planned else delivery.number % _RETRY_LANES
        if self._lanes is None:
            self._lanes = Lanes(self._world.webhooks.hosts)
        try:
            job = partial(self._make, key=self.tries, number=delivery.number)
            self._lanes.put((delivery.url, retry), job)
        except RuntimeError:
            failed = Answer(None, NO_THREAD, b"", 0)
            self._end(self.tries, Attempt(self._world.clock.now(), failed))
        return attempt.done

    def _make(self, line: Line, key: int, number: int) -> None:
        """In a lane's thread: make an attempt, without the world's lock."""
        made = None
        try:
            made = self._call(line, number)
        finally:
            with self._world.lock:
                self._end(key, made)
                self._trim()

    def _call(self, line: Line, number: int) -> Attempt | None:
        """Call the receiver; None: there is no delivery to be made any longer."""
        with self._world.lock:
            delivery = self.get(number)
            at, patience = self._world.clock.now(), self.patience()
        if delivery is None or delivery.url is None or self._closed:
            return None
        sent = delivery.headers, delivery.message.body
        return Attempt(at, line.call("POST", delivery.url, *sent, patience))

    def _end(self, key: int, made: Attempt | None) -> None:
        """Write down what came of an attempt; one that has been dropped leaves nothing."""
        attempt = self._under_way.pop(key, None)
        if attempt is None:
            return
        try:
            if made is not None and (delivery := self.get(attempt.number)):
                with self._world.timeline.marking(attempt.since):
                    self._record(delivery, made, attempt.planned)
        finally:
            attempt.done.set()

    def _record(self, delivery: Delivery, attempt: Attempt, planned: bool) -> None:
        self._touch(delivery.number)
        before, delivery = delivery.size, delivery.tried(attempt)
        self._bytes += delivery.size - before
        if planned:
            first_at = attempt.at if delivery.first_at is None else delivery.first_at
            delivery = delivery._replace(planned=delivery.planned + 1, first_at=first_at)
        if attempt.answer.status == 200 and attempt.answer.error is None:
            self._put(self._unschedule(delivery)._replace(status="delivered"))
        elif planned:
            self._plan(delivery)
        elif delivery.status not in ("delivered", "pending"):
            self._put(delivery._replace(status="failed"))
        else:
            self._put(delivery)

    def _plan(self, delivery: Delivery) -> None:
        """Let a delivery that failed be tried again, if the provider does so."""
        after = delivery.message.retry_after(delivery.planned)
        if after is None or delivery.first_at is None:
            self._put(delivery._replace(status="failed"))
        else:
            retry_at = max(delivery.first_at + after, self._world.clock.now())
            self._schedule(delivery._replace(status="pending"), retry_at)

    def probe(self, url: str) -> Answer:
        """Call an address with GET; its caller does not hold the world's lock.

        Of the answer's body nothing is read: an address may be any host's in the network.
        """
        from sandbox.engine.webhooks.sending import Line

        line = Line(self._world.webhooks.hosts)
        try:
            return line.call("GET", url, {}, b"", self.patience(), most=0)
        finally:
            line.close()

    # An advance -----------------------------------------------------------------------------

    def under_way(self, since: int = 0) -> list[threading.Event]:
        """For each attempt under way after so many `tries`, what is set when it has been made."""
        later = takewhile(lambda key: key > since, reversed(self._under_way))
        return [self._under_way[key].done for key in later]

    def _touch(self, number: int) -> None:
        if self.advance is not None:
            self.advance.touched(number)

    def close(self) -> None:
        """Drop all that is under way."""
        self._closed = True
        if self._lanes is not None:
            self._lanes.close()
        for attempt in self._under_way.values():
            attempt.done.set()
        self._under_way.clear()


def wait_for(attempts: Iterable[threading.Event]) -> None:
    """Wait, without the world's lock, until attempts have been made, or dropped."""
    for attempt in attempts:
        attempt.wait()
