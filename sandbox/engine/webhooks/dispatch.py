"""Dispatch: attempts at deliveries, where to and when they are made, and what comes of each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

from sandbox.engine.provider.notices import Channel
from sandbox.engine.provider.rules import Watch
from sandbox.engine.scenarios.activation import Activation
from sandbox.engine.time.clock import Clock, tick
from sandbox.engine.time.timeline import Event, Timeline
from sandbox.engine.values.instants import SECOND, Duration, Instant
from sandbox.engine.webhooks.attempts import Attempts, causing
from sandbox.engine.webhooks.deliveries import Deliveries
from sandbox.engine.webhooks.delivery import Answer, Attempt, Delivery, Tried
from sandbox.engine.webhooks.endpoints import PULL, Address

if TYPE_CHECKING:
    from sandbox.engine.webhooks.sending import Line

EVENT = "webhook"
"""The kind of the timeline's events that are about deliveries; their subject is its number."""

Dispatch: TypeAlias = Literal["after_answer", "on_advance"]
"""When webhooks go out: after the answer to what caused them, or when the clock is moved."""
DISPATCHES: tuple[Dispatch, ...] = get_args(Dispatch)


class Unaddressed(Exception):
    """No address has been set to which a delivery could go."""


class WebhookStart(NamedTuple):
    """How a fresh world sends webhooks.

    Attributes:
        addresses: where to, by provider and channel.
        hosts: allowed beside loopback and private ones.
        timeout: how long a receiver may take, in real time (None: as the clock runs).
        dispatch: when they go out.
    """

    addresses: Mapping[Channel, Address] = MappingProxyType({})
    hosts: Collection[str] = ()
    timeout: Duration | None = None
    dispatch: Dispatch = "after_answer"


class Held(NamedTuple):
    """An attempt that is held until it is let go, or pulled.

    Attributes:
        planned: whether the provider plans it.
        since: how the timeline marks what follows from it.
        order: of those that are held, the lowest goes first.
    """

    planned: bool
    since: int
    order: int


class Dispatcher:
    """Makes the attempts at a world's deliveries, and plans the next. Its user holds the lock.

    Attributes:
        addresses: where to, by provider and channel; replaced, never changed.
        timeout: how long a receiver may take, in real time (None: as the clock runs).
        dispatch: when attempts are made.
        watch: is told of each attempt, as it is of whatever else happens in the world.
    """

    def __init__(
        self,
        start: WebhookStart,
        lock: AbstractContextManager[Any],
        clock: Clock,
        timeline: Timeline,
        count: Callable[[Activation], None],
    ) -> None:
        """`lock` is the world's, for attempts that end; `count` hears who lets an answer wait."""
        self.addresses = dict(start.addresses)
        self.timeout, self.dispatch = start.timeout, start.dispatch
        self.deliveries = Deliveries()
        self._start, self._lock, self._clock, self._timeline = start, lock, clock, timeline
        self._count = count
        self._unsent: list[tuple[int, bool]] = []
        self._held: dict[int, Held] = {}
        self._to_pull: dict[int, Held] = {}
        self._pulled: dict[int, Held] = {}
        self.watch: Watch = lambda _: None
        self.attempts = Attempts(start.hosts, self._call, self._end, self._fail)

    def _copy_to(self, other: Dispatcher) -> None:
        """Let another one go on from here; what is under way goes out once that is resumed."""
        other.addresses = dict(self.addresses)
        other.timeout, other.dispatch = self.timeout, self.dispatch
        other.deliveries, other.watch = self.deliveries.copy(), self.watch
        other._unsent = [*self._unsent, *self.attempts.unfinished()]
        other._held = dict(self._held)
        other._to_pull = {**self._pulled, **self._to_pull}

    def resume(self) -> None:
        """Send what was under way where this was copied."""
        unsent, self._unsent = self._unsent, []
        for number, planned in unsent:
            if delivery := self.deliveries.get(number):
                self._attempt(delivery, planned)

    def close(self) -> None:
        """Drop all that is under way, and forget the deliveries."""
        self.attempts.close()
        self.deliveries, self._timeline = Deliveries(), Timeline()
        for kept in (self._held, self._to_pull, self._pulled):
            kept.clear()

    @property
    def hosts(self) -> Collection[str]:
        """That may be called beside loopback and private ones."""
        return self._start.hosts

    def patience(self) -> Duration:
        """How long a receiver may take, in real time."""
        if self.timeout is not None:
            return self.timeout
        return 2 * SECOND if self._clock.mode == "frozen" else 10 * SECOND

    # Deliveries -----------------------------------------------------------------------------

    def _known(self, number: int) -> Delivery:
        """A delivery that waits, so it is kept."""
        delivery = self.deliveries.get(number)
        assert delivery is not None  # noqa: S101 (one that goes waits no longer)
        return delivery

    def _put(self, delivery: Delivery) -> Delivery:
        return self.deliveries.put(delivery)

    def _trim(self) -> None:
        for oldest in self.deliveries.excess():
            self._unschedule(oldest)
            self._pulled.pop(oldest.number, None)

    def _schedule(self, delivery: Delivery, at: Instant) -> Delivery:
        number = str(delivery.number)
        self._timeline.schedule(Event(at, delivery.notice.provider, EVENT, number, "sent"))
        return self._put(delivery._replace(next_at=at))

    def _unschedule(self, delivery: Delivery) -> Delivery:
        """Let a delivery wait for nothing any longer."""
        for held in (self._held, self._to_pull):
            held.pop(delivery.number, None)
        if delivery.next_at is None:
            return delivery
        self._timeline.cancel(delivery.notice.provider, EVENT, str(delivery.number))
        return delivery._replace(next_at=None)

    # Addresses ------------------------------------------------------------------------------

    def address(self, channel: Channel, address: Address | None) -> None:
        """Let a channel's deliveries go to an address from now on, or to none.

        What waited to be pulled goes there too, if it no longer is to be.
        """
        if address is None:
            self.addresses = {key: value for key, value in self.addresses.items() if key != channel}
        else:
            self.addresses = {**self.addresses, channel: address}
        if address is not None and address.url == PULL:
            return
        for number, held in list(self._to_pull.items()):
            delivery = self._known(number)
            if (delivery.notice.provider, delivery.notice.channel) == channel:
                del self._to_pull[number]
                self._try(delivery, held.planned)

    def _addressed(self, delivery: Delivery) -> Delivery | None:
        """A delivery to the provider's address, if there is one that wants it."""
        address = self.addresses.get((delivery.notice.provider, delivery.notice.channel))
        if address is None:
            return None
        if address.events is not None and delivery.notice.event not in address.events:
            return None
        return self._put(delivery._replace(url=address.url, secret=address.secret))

    def probe(self, url: str) -> Answer:
        """Call an address with GET; its caller does not hold the world's lock.

        Of the answer's body nothing is read: an address may be any host's in the network.
        """
        from sandbox.engine.webhooks.sending import Line

        line = Line(self.hosts)
        try:
            return line.call("GET", url, {}, b"", self.patience(), most=0)
        finally:
            line.close()

    # Attempts -------------------------------------------------------------------------------

    def _go_out(self, delivery: Delivery) -> None:
        """Let a delivery go to the address that there is."""
        if addressed := self._addressed(delivery):
            self._attempt(self._put(addressed._replace(status="pending")), planned=True)

    def _try(self, delivery: Delivery, planned: bool) -> None:
        """Let a delivery that has gone out go to the address that there is by now."""
        if addressed := self._addressed(delivery):
            self._attempt(addressed, planned)
        else:
            self._put(delivery._replace(status="failed"))

    def _again(self, delivery: Delivery) -> threading.Event | None:
        """Try once more, now, a delivery that has an address; None: it waits to be pulled."""
        if delivery.number in self._to_pull:
            return None
        held = self._held.pop(delivery.number, None)
        planned = held is not None and held.planned
        return self._attempt(self._put(delivery), planned, at_once=True)

    def _attempt(
        self, delivery: Delivery, planned: bool, at_once: bool = False
    ) -> threading.Event | None:
        """Let an attempt be made, now or when it is its time; None: it is held until then."""
        caused = causing.get()
        before_answer = bool(delivery.effect.awaited_by) and caused is not None
        at_once = at_once or before_answer
        if delivery.url == PULL or (self.dispatch == "on_advance" and not at_once):
            held = self._to_pull if delivery.url == PULL else self._held
            held[delivery.number] = Held(planned, self._timeline.since, tick())
            return None
        lane: str | int | None = None if self._clock.mode == "frozen" else delivery.url
        if before_answer and self.attempts.is_calling(lane):  # who calls may be that receiver
            lane = threading.get_ident()
        done = self.attempts.begin(delivery, planned, self._timeline.since, lane, at_once)
        if caused is not None and before_answer:
            caused.awaited.append(done)
            for activation in delivery.effect.awaited_by if planned else ():
                self._count(activation)
        return done

    def change_dispatch(self, dispatch: Dispatch) -> None:
        """Let webhooks go out otherwise from now on; what is held no longer has to wait goes."""
        self.dispatch = dispatch
        if dispatch == "after_answer":
            self._let_go(at_once=False)

    def send_held(self) -> bool:
        """Let the attempts be made that are held until the clock is moved; whether there are any.

        Those that wait to be pulled are left.
        """
        return bool(self._held) and self._let_go(at_once=True)

    def _let_go(self, at_once: bool) -> bool:
        held, self._held = self._held, {}
        for number, (planned, since, _) in held.items():
            with self._timeline.marking(since):
                self._attempt(self._put(self._known(number)), planned, at_once)
        return bool(held)

    # What a client pulls --------------------------------------------------------------------

    @property
    def may_be_pulled(self) -> bool:
        """Whether a delivery waits to be pulled."""
        return bool(self._to_pull)

    def pull(self) -> Delivery | None:
        """Hand the next delivery out that waits to be pulled; `pulled` says what came of it."""
        number = next(iter(self._to_pull), None)
        if number is None:
            return None
        self._pulled[number] = self._to_pull.pop(number)
        return self._put(self._known(number))

    def pulled(self, number: int, answer: Answer) -> Delivery:
        """Take what came of a delivery that was pulled.

        Raises:
            KeyError: it was not, has been answered, or is no longer kept.
        """
        planned = self._pulled.pop(number).planned
        self._record(self._known(number), Attempt(self._clock.now(), answer, tick()), planned)
        self._trim()
        return self._known(number)

    # What came of attempts ------------------------------------------------------------------

    def _call(self, line: Line, number: int) -> Attempt | None:
        """Call the receiver; None: there is no delivery to be made any longer."""
        with self._lock:
            delivery = self.deliveries.get(number)
            at, place, patience = self._clock.now(), tick(), self.patience()
        if delivery is None or delivery.url is None or self.attempts.is_closed:
            return None
        sent = delivery.headers, delivery.message.body
        return Attempt(at, line.call("POST", delivery.url, *sent, patience), place)

    def _end(self, key: int, made: Attempt | None) -> None:
        with self._lock:
            self._write_down(key, made)
            self._trim()

    def _fail(self, key: int, answer: Answer) -> None:
        with self._lock:
            self._write_down(key, Attempt(self._clock.now(), answer, tick()))

    def _write_down(self, key: int, made: Attempt | None) -> None:
        """Keep what came of an attempt; one that has been dropped leaves nothing."""
        attempt = self.attempts.take(key)
        if attempt is None:
            return
        try:
            if made is not None and (delivery := self.deliveries.get(attempt.number)):
                with self._timeline.marking(attempt.since):
                    self._record(delivery, made, attempt.planned)
        finally:
            attempt.done.set()

    def _record(self, delivery: Delivery, attempt: Attempt, planned: bool) -> None:
        delivery = self.deliveries.tried(delivery, attempt)
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
        self.watch(lambda: Tried(self._known(delivery.number), planned))

    def _plan(self, delivery: Delivery) -> None:
        """Let a delivery that failed be tried again, if the provider does so."""
        after = delivery.message.retry_after(delivery.planned)
        if after is None or delivery.first_at is None:
            self._put(delivery._replace(status="failed"))
        else:
            retry_at = max(delivery.first_at + after, self._clock.now())
            self._schedule(delivery._replace(status="pending"), retry_at)
