"""A world: all the state of one isolated sandbox, and its way through time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, NamedTuple

from sandbox.engine import lifecycle
from sandbox.engine.active_scenarios import MOST_OWN, ActiveScenarios, Subject
from sandbox.engine.journal import Journal
from sandbox.engine.provider.model import Model
from sandbox.engine.scenarios.steps import Scenario, Vocabulary
from sandbox.engine.store.collections import Store
from sandbox.engine.time.alarm import Alarm
from sandbox.engine.time.clock import Clock, Mode, Start
from sandbox.engine.time.timeline import Event, Happening, Timeline
from sandbox.engine.values.ids import Ids
from sandbox.engine.values.instants import LAST, SECOND, Duration, Instant
from sandbox.engine.webhooks import outbox
from sandbox.engine.webhooks.deliveries import Delivery
from sandbox.engine.webhooks.endpoints import Address
from sandbox.engine.webhooks.outbox import Channel, Outbox, wait_for
from sandbox.engine.worlds.advance import Advance
from sandbox.engine.worlds.call import Call
from sandbox.engine.worlds.registry import state as snapshots
from sandbox.engine.worlds.state import Snapshot, Snapshots

MOST_SNAPSHOTS = 100
"""Of one world."""


MOST_OTHERS = 100
"""Of the events that others' calls bring about during an advance, those it waits for."""


class Conflict(Exception):
    """The world's state forbids it."""


class WebhookStart(NamedTuple):
    """How a fresh world sends webhooks.

    Attributes:
        addresses: where to, by provider and channel.
        hosts: allowed beside loopback and private ones.
        timeout: how long a receiver may take, in real time (None: as the clock runs).
    """

    addresses: Mapping[Channel, Address] = MappingProxyType({})
    hosts: Collection[str] = ()
    timeout: Duration | None = None


class World:
    """All there is of one sandbox; everything acts on one of these.

    `lock` is held for one rule or one indexed read at a time, never while a caller waits.
    """

    def __init__(
        self,
        name: str,
        models: Mapping[str, Model],
        fixtures: Mapping[str, Any],
        routes: tuple[tuple[str, str, str], ...],
        start: Start,
        settings: Mapping[str, Any],
        scenarios: Callable[[Vocabulary], Mapping[str, Scenario]],
        webhooks: WebhookStart,
    ) -> None:
        self.name = name
        self.models = models
        self.webhooks = webhooks
        self._alarm = Alarm(self._seconds_to_next, self.settle)
        self._settings = settings
        self.lock = threading.RLock()
        self.start = start
        self.generation = 0
        self._advancing = False
        self.snapshots = Snapshots()
        self.journal = Journal()
        self._loaded = fixtures
        self._routes = routes
        self._read_scenarios = scenarios
        self._begin(start)
        if webhooks.addresses:
            self._alarm.start()

    def _begin(self, start: Start) -> None:
        self._empty()
        self.clock = Clock(start)
        self.began = self.clock.now()
        self.ids = Ids(start.seed)
        self.settings: dict[str, Any] = dict(self._settings)
        self.fixtures: dict[str, dict[str, dict[str, Any]]] = {}
        for name, model in self.models.items():
            model.populate(self, self._loaded.get(name, {}))
        self.store.begin()
        self.scenarios = ActiveScenarios(self._vocabulary(), self._read_scenarios)

    def _empty(self) -> None:
        """Let go of all that grows; what refers to it is no reason to keep it."""
        self.last_advance: Advance | None = None
        self.journal.close()
        self.journal = Journal(self.journal)
        self.timeline = Timeline(self._alarm.wake)
        self.store = Store({s.name: s for model in self.models.values() for s in model.collections})
        self.outbox = Outbox(self, self.webhooks.addresses, self.webhooks.timeout)

    def _vocabulary(self) -> Vocabulary:
        groups = self.fixtures.items()
        ids = {group: {name: e["id"] for name, e in named.items()} for group, named in groups}
        return Vocabulary(self.models, self._routes, ids)

    def reset(self, start: Start | None = None) -> None:
        """Begin anew: documents, clock, scenarios, settings, webhooks, journal and ids."""
        with self.lock:
            self._end()
            self._begin(start or self.start)
        self._alarm.wake()

    def close(self) -> None:
        """Let go of every answer and webhook that waits; the world is not used again."""
        with self.lock:
            self._end()
            self._empty()
            self.outbox.close()
            self.snapshots.clear()
        self._alarm.stop()

    def _end(self) -> None:
        """Drop the calls and the webhooks that are under way."""
        self.generation += 1
        self._advancing = False
        self.scenarios.close()
        self.outbox.close()

    # Snapshots ------------------------------------------------------------------------------

    def take_snapshot(self, name: str) -> bool:
        """Keep the world as it is once the webhooks that are under way by now have been tried.

        What goes out meanwhile is not waited for: restored, the world sends it again.

        Returns:
            Whether there was none of the name before.

        Raises:
            Conflict: the clock is being moved, the world was reset meanwhile, or it has too many.
        """
        with self.lock:
            self._require_movable(None, self.clock.now())
            generation, under_way = self.generation, self.outbox.under_way()
        wait_for(under_way)
        with self.lock:
            self._require_same(generation)
            self._require_movable(None, self.clock.now())
            if (is_new := name not in self.snapshots) and len(self.snapshots) == MOST_SNAPSHOTS:
                raise Conflict(f"there are {MOST_SNAPSHOTS} snapshots; remove one first")
            self.snapshots[name] = snapshots.take(self)
            return is_new

    def restore(self, snapshot: Snapshot) -> None:
        """Make the world as it was; calls and webhooks under way are dropped.

        Scenarios that were on are as their files say by now.

        Raises:
            Conflict: it is no longer kept.
        """
        with self.lock:
            if not any(kept is snapshot for kept in self.snapshots.values()):
                raise Conflict("the snapshot was removed or replaced meanwhile")
            self._end()
            snapshots.bring_back(self, snapshot)
            self.last_advance = None
            self.outbox.resume()
            self.renew_scenarios()
        self._alarm.wake()

    # Time -----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let happen whatever is due by now."""
        with self.lock:
            if self._advancing:
                return
            now = self.clock.now()
            while event := self.timeline.take(now):
                self._happen(event)

    def change_clock(self, mode: Mode | None, rate: float | None, now: Instant | None) -> None:
        """Change how the clock runs, and move it forward to a moment; all of it or nothing.

        Raises:
            Conflict: the moment has passed, the clock is being moved already, or the world was
                reset meanwhile.
        """
        with self.lock:
            self._require_movable(now, self.clock.now())
            if mode == "frozen":  # first, so that it then stands at `now` exactly
                self.clock.run(mode=mode)
            if now is None:
                self.clock.run(mode, rate)
            else:
                generation = self._begin_moving()
        if now is not None:
            with self._moving(generation):
                self._play(now, generation)
                with self.lock:
                    self._require_same(generation)
                    self.clock.run(mode, rate)
        self._alarm.wake()

    def advance(self, to: Instant | None = None, by: Duration | None = None) -> Advance:
        """Move forward to a moment, by a duration, or (without either) until nothing is to come.

        Each event happens at its own moment, in their order. The webhooks that it makes have been
        tried before the next one happens, and those that are under way by now before the first.
        What others' calls make go out meanwhile is not waited for; of the events that these bring
        about, the first `MOST_OTHERS` are waited for as any, so that no load can hold it up.

        Raises:
            Conflict: the moment has passed, another advance is under way, or the world was reset
                meanwhile.
        """
        with self.lock:
            began = self.clock.now()
            if by is not None:
                to = began + by
            self._require_movable(to, began)
            generation = self._begin_moving()
            advance = self.outbox.advance = Advance(began, self.outbox)
        with self._moving(generation):
            self._play(to, generation, advance.happened)
            with self.lock:
                self._require_same(generation)
                advance.end(self.clock.now())
                self.last_advance = advance
                return advance

    def _begin_moving(self) -> int:
        """Let nobody else move the clock; which generation of the world it is."""
        self._advancing = True
        self.timeline.begin_advance()
        return self.generation

    @contextmanager
    def _moving(self, generation: int) -> Iterator[None]:
        """End what `_begin_moving` began, whatever comes of it."""
        try:
            yield
        finally:
            with self.lock:
                if generation == self.generation:
                    self._advancing = False
                    self.timeline.since, self.outbox.advance = 0, None
            self._alarm.wake()

    def _require_movable(self, to: Instant | None, now: Instant) -> None:
        if self._advancing:
            raise Conflict("the clock is being moved forward already")
        if to is not None and to < now:
            raise Conflict("the clock only moves forward, and that moment has passed")
        if to is not None and to > LAST:
            raise Conflict("the clock goes no further than the year 9000")

    def _require_same(self, generation: int) -> None:
        if generation != self.generation:
            raise Conflict("the world was reset meanwhile")

    def _play(
        self, to: Instant | None, generation: int, tell: Callable[[Happening], None] | None = None
    ) -> None:
        """Let all happen that is due by a moment, one event at a time, and tell of each."""
        others = MOST_OTHERS
        with self.lock:
            self._require_same(generation)
            under_way = self.outbox.under_way()
        while True:
            wait_for(under_way)
            with self.lock:
                self._require_same(generation)
                line, box = self.timeline, self.outbox
                is_over = to is None and others == 0 and line.others == len(line)
                event = None if is_over else line.take(LAST if to is None else to)
                if event is None:
                    if to is not None:
                        self.clock.move_to(to)
                    return
                self.clock.move_to(event.at)
                before, is_others = box.tries, line.is_others(event)
                with line.marking(event.since):
                    happening = self._happen(event)
                if happening and tell:
                    tell(happening)
                under_way = [] if is_others and not others else box.under_way(since=before)
                others -= is_others and others > 0

    def _happen(self, event: Event) -> Happening | None:
        """Let an event happen; those of webhooks are told of by their deliveries."""
        if event.kind == outbox.EVENT:
            self.outbox.happen(event)
            return None
        call, model = Call(self, now=event.at), self.models[event.provider]
        if event.kind in model.lifecycles:
            return lifecycle.happen(call, model.lifecycles[event.kind], event)
        return model.handlers[event.kind](call, event)

    def _seconds_to_next(self) -> float | None:
        """Real seconds until something is due; None: nothing is, or time does not run."""
        with self.lock:
            due = self.timeline.next_at()
            if due is None or self._advancing or self.clock.mode == "frozen":
                return None
            return (due - self.clock.now()) / SECOND / self.clock.rate

    # Webhooks -------------------------------------------------------------------------------

    def address(self, channel: Channel, address: Address) -> None:
        """Let webhooks of a channel go to an address, from now on."""
        with self.lock:
            self.outbox.addresses[channel] = address
            self._alarm.start()

    def redeliver(self, number: int) -> Delivery | None:
        """Try a delivery once more, and wait until that is done; None: there is none.

        Raises:
            Conflict: it has no address to go to, or the world was reset meanwhile.
        """
        with self.lock:
            box = self.outbox
            delivery, generation = box.get(number), self.generation
            if delivery is None:
                return None
            try:
                tried = box.redeliver(delivery)
            except outbox.Unaddressed as error:
                raise Conflict("no address has been set that wants it") from error
        tried.wait()
        with self.lock:
            self._require_same(generation)
            return box.get(number)

    # Scenarios ------------------------------------------------------------------------------

    def switch_on(self, name: str, parameters: Mapping[str, object]) -> Scenario:
        """Switch a scenario on, with parameters; anew if it is on already.

        Raises:
            KeyError: there is no such scenario.
            ScenarioError: a parameter makes no sense.
        """
        with self.lock:
            scenario = self.scenarios.find(name)
            self._release(self.scenarios.switch_on(scenario, parameters))
            return scenario

    def switch_off(self, name: str) -> Scenario:
        """Switch a scenario off; what it held goes on, counted from now, as if it had never been.

        Raises:
            KeyError: there is no such scenario.
        """
        with self.lock:
            scenario = self.scenarios.find(name)
            self._release(self.scenarios.switch_off(name))
            return scenario

    def add_scenario(self, scenario: Scenario) -> None:
        """Add a caller's own scenario, or put it in the place of an earlier one of the name.

        Raises:
            Conflict: the name is one of the sandbox's, or there are too many.
        """
        with self.lock:
            known = self.scenarios.catalog.get(scenario.name)
            if known is not None and not known.own:
                raise Conflict(f"{scenario.name} is the name of a scenario read from a file")
            if not self.scenarios.has_room_for(scenario.name):
                raise Conflict(f"there are {MOST_OWN} scenarios of your own; a reset removes them")
            self._release(self.scenarios.switch_off(scenario.name))
            self.scenarios.add(scenario)

    def renew_scenarios(self) -> list[str]:
        """Let those that are on be as the files say by now; why some had to be switched off."""
        with self.lock:
            released, reasons = self.scenarios.renew()
            self._release(released)
            return reasons

    def _release(self, subjects: list[Subject]) -> None:
        call = Call(self)
        for provider, kind, subject in subjects:
            life = self.models[provider].lifecycles[kind]
            document = self.store.collection(life.collection).get(subject)
            lifecycle.proceed(call, life, subject, document)
        self.outbox.release()
