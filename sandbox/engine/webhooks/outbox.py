"""The outbox: what the merchant is told by webhook, and when, as scenarios want it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal, NamedTuple, Protocol

from sandbox.engine.provider.model import Webhooks
from sandbox.engine.provider.notices import Effect, Notice
from sandbox.engine.scenarios.activation import Activation
from sandbox.engine.time.clock import Clock, tick
from sandbox.engine.time.timeline import Event, Timeline
from sandbox.engine.values.instants import DAY, Duration, Instant
from sandbox.engine.webhooks.delivery import Answer, Attempt, Delivery, Message, Status
from sandbox.engine.webhooks.dispatch import Dispatcher, Held, Unaddressed, WebhookStart

_HELD: Duration = DAY
"""How long a delivery that is to be reordered waits for the next one of its topic."""


CUT_SHORT = "the sandbox stopped before an answer came, if it was sent at all; it is sent again"


class Hold(NamedTuple):
    """Why a delivery does not go out, beside its status; `behind`: the next one of its topic."""

    why: Literal["held", "to_pull", "pulled", "behind"]
    held: Held


class Scenarios(Protocol):
    """The scenarios that are on, as the outbox asks them."""

    def effect(self, notice: Notice, carried: Activation | None, may_wait: bool) -> Effect: ...
    def count(self, activation: Activation) -> None: ...
    def is_over(self, activation: Activation) -> bool: ...


class Outbox(Dispatcher):
    """A world's webhooks: what goes out, or is held back first. Its user holds the lock."""

    def __init__(
        self,
        start: WebhookStart,
        webhooks: Mapping[str, Webhooks],
        lock: AbstractContextManager[Any],
        clock: Clock,
        timeline: Timeline,
        scenarios: Scenarios,
    ) -> None:
        """`webhooks` are the providers', by name; `lock` is the world's, for attempts that end."""
        super().__init__(start, lock, clock, timeline, scenarios.count)
        self._webhooks, self._scenarios = webhooks, scenarios
        self._behind: dict[tuple[str, str], list[int]] = {}
        self._waiting: set[int] = set()

    def copy(
        self,
        lock: AbstractContextManager[Any],
        clock: Clock,
        timeline: Timeline,
        scenarios: Scenarios,
    ) -> Outbox:
        """The same deliveries once more, to go on from here by themselves.

        What is under way here goes out there once that is resumed.
        """
        other = Outbox(self._start, self._webhooks, lock, clock, timeline, scenarios)
        self._copy_to(other)
        other._behind = {key: list(numbers) for key, numbers in self._behind.items()}
        other._waiting = set(self._waiting)
        return other

    def close(self) -> None:
        """Drop all that is under way, and forget the deliveries."""
        super().close()
        self._waiting.clear()
        self._behind.clear()

    def hold(self, delivery: Delivery) -> Hold | None:
        """What holds a delivery that waits for no event of the timeline, and for no answer."""
        number = delivery.number
        if held := self._held.get(number):
            return Hold("held", held)
        if held := self._to_pull.get(number):
            return Hold("to_pull", held)
        if held := self._pulled.get(number):
            return Hold("pulled", held)
        if number in self._behind.get((delivery.notice.provider, delivery.notice.topic), ()):
            return Hold("behind", Held(True, 0, number))
        return None

    def recover(
        self, kept: Iterable[tuple[Delivery, Hold | None]], made: int, places: int, cut: bool
    ) -> None:
        """Go on with deliveries as they were, in the order in which they were made.

        What was under way goes out once this is resumed; with `cut`, its attempts say why again.
        """
        rows = list(kept)
        self.deliveries.recover((delivery for delivery, _ in rows), made, places)
        for delivery, hold in sorted(rows, key=lambda row: row[1].held.order if row[1] else 0):
            if hold is None:
                continue
            if hold.why == "behind":
                key = (delivery.notice.provider, delivery.notice.topic)
                self._behind.setdefault(key, []).append(delivery.number)
            else:
                of = {"held": self._held, "to_pull": self._to_pull, "pulled": self._pulled}
                of[hold.why][delivery.number] = hold.held
        self._waiting = {delivery.number for delivery, _ in rows if delivery.status == "waiting"}
        for delivery, hold in sorted(rows, key=lambda row: row[0].place):
            if delivery.status == "pending" and delivery.next_at is None and hold is None:
                if cut:
                    answer = Answer(None, CUT_SHORT, b"", 0)
                    self.deliveries.tried(delivery, Attempt(self._clock.now(), answer, tick()))
                self._unsent.append((delivery.number, True))

    def sent(self, provider: str) -> list[Delivery]:
        """A provider's events, oldest first; repetitions left out."""
        return [
            delivery
            for delivery in self.deliveries
            if delivery.notice.provider == provider and not delivery.repeats
        ]

    # What goes out --------------------------------------------------------------------------

    def tell(self, notice: Notice, now: Instant, carried: Activation | None) -> None:
        """Send a notice out now, or as the scenarios say."""
        key = (notice.provider, notice.topic)
        before = self._behind.get(key, [])
        effect = self._scenarios.effect(notice, carried, may_wait=not notice.last and not before)
        webhooks = self._webhooks[notice.provider]
        message = Message(self.deliveries.made + 1, notice, now, webhooks)
        sent_at = None if effect.lose or effect.swap or effect.after else now
        for n in range(1 + effect.repeat):
            each = self._keep(message, effect, n > 0, sent_at)
            if effect.lose:
                self._put(each._replace(status="lost"))
            elif effect.swap:
                self._behind.setdefault(key, []).append(each.number)
                self._wait(each, now + _HELD + effect.after)
            elif effect.after:
                self._wait(each, now + effect.after)
            else:
                self._go_out(each)
        for number in list(before):
            self._follow(self._known(number), now)

    def _keep(
        self, message: Message, effect: Effect, repeats: bool, sent_at: Instant | None
    ) -> Delivery:
        number, place = self.deliveries.made + 1, self.deliveries.take_place()
        delivery = Delivery(number, message, effect, repeats, place=place, sent_at=sent_at)
        self.deliveries.add(delivery)
        self._trim()
        return delivery

    def redeliver(self, delivery: Delivery) -> threading.Event | None:
        """Try once more, now, whatever came of it so far.

        Returns:
            Set when it has been tried. None: it waits to be pulled.

        Raises:
            Unaddressed: there is no address for it.
        """
        addressed = self._addressed(delivery)
        if addressed is None:
            raise Unaddressed
        if addressed.status != "waiting":
            return self._again(addressed)
        return self._attempt(self._released(addressed, "pending"), planned=True, at_once=True)

    def happen(self, event: Event) -> None:
        """Let go out what is due: what was held back, or another attempt."""
        delivery = self.deliveries.get(int(event.subject))
        if delivery is None:
            return
        delivery = self._put(delivery._replace(next_at=None))
        if delivery.status == "waiting":
            self._send(delivery)
        else:
            self._try(delivery, planned=True)

    # What is held back ----------------------------------------------------------------------

    def _wait(self, delivery: Delivery, until: Instant) -> None:
        self._waiting.add(delivery.number)
        self._schedule(delivery._replace(status="waiting"), until)

    def _follow(self, delivery: Delivery, now: Instant) -> None:
        """Let a delivery go that was held back behind the next one of its topic."""
        effect = delivery.effect
        if effect.after and not any(map(self._scenarios.is_over, effect.delayed_by)):
            self._wait(self._unschedule(delivery), now + effect.after)
        else:
            self._send(delivery)

    def release(self) -> None:
        """Send what was held back by scenarios that have been switched off."""
        behind = {number for numbers in self._behind.values() for number in numbers}
        for delivery in [self._known(number) for number in sorted(self._waiting)]:
            is_behind = delivery.number in behind
            effect = delivery.effect
            holders = effect.swapped_by if is_behind else effect.delayed_by
            if not any(map(self._scenarios.is_over, holders)):
                continue
            if is_behind:
                self._follow(delivery, self._clock.now())
            else:
                self._send(delivery)

    def _send(self, delivery: Delivery) -> None:
        """Let a delivery go that was held back."""
        self._go_out(self._released(delivery, "collected"))

    def _released(self, delivery: Delivery, status: Status) -> Delivery:
        """Let a delivery be held back no longer, and take its place among what goes out."""
        released = self._unschedule(delivery)._replace(
            status=status, place=self.deliveries.take_place(), sent_at=self._clock.now()
        )
        return self._put(released)

    def _unschedule(self, delivery: Delivery) -> Delivery:
        """Let a delivery wait for nothing any longer, nor be held back."""
        self._waiting.discard(delivery.number)
        key = (delivery.notice.provider, delivery.notice.topic)
        if delivery.number in (behind := self._behind.get(key, [])):
            behind.remove(delivery.number)
            if not behind:
                del self._behind[key]
        return super()._unschedule(delivery)
