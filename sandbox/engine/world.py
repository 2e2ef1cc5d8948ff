"""A world: all the state of one isolated sandbox, and its way through time."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.call import Call
from sandbox.engine.clock import Clock, Mode, Start
from sandbox.engine.ids import Ids
from sandbox.engine.instants import LAST, Duration, Instant
from sandbox.engine.journal import Journal
from sandbox.engine.model import Model
from sandbox.engine.outbox import Outbox
from sandbox.engine.scenarios.active import ActiveScenarios, Subject
from sandbox.engine.scenarios.script import Scenario, Vocabulary
from sandbox.engine.store import Store
from sandbox.engine.timeline import Event, Happening, Timeline


class Conflict(Exception):
    """The world's state forbids it."""


class World:
    """Store, clock, timeline, scenarios, journal and settings; everything acts on one of these.

    `lock` is held for one rule or one indexed read at a time, never while a caller waits.
    """

    def __init__(
        self,
        models: Mapping[str, Model],
        fixtures: Mapping[str, Any],
        routes: tuple[tuple[str, str, str], ...],
        start: Start,
        settings: Mapping[str, Any],
        scenarios: Callable[[Vocabulary], Mapping[str, Scenario]],
    ) -> None:
        self.models = models
        self._settings = settings
        self.lock = threading.RLock()
        self.start = start
        self.journal = Journal()
        self.generation = 0
        self._loaded = fixtures
        self._routes = routes
        self._read_scenarios = scenarios
        self._builtin: Mapping[str, Scenario] | None = None
        self._begin(start)

    def _begin(self, start: Start) -> None:
        self.generation += 1
        self.clock = Clock(start)
        self.began = self.clock.now()
        self.ids = Ids(start.seed)
        self.timeline = Timeline()
        self.store = Store(
            {spec.name: spec for model in self.models.values() for spec in model.collections}
        )
        self.outbox = Outbox({name: model.webhooks for name, model in self.models.items()})
        self.settings: dict[str, Any] = dict(self._settings)
        self.fixtures: dict[str, dict[str, dict[str, Any]]] = {}
        self._advancing = False
        for name, model in self.models.items():
            model.populate(self, self._loaded.get(name, {}))
        self.scenarios = ActiveScenarios(self._vocabulary(), self._load_scenarios)

    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(
            self.models,
            self._routes,
            {
                group: {name: entry["id"] for name, entry in entries.items()}
                for group, entries in self.fixtures.items()
            },
        )

    def _load_scenarios(self, vocabulary: Vocabulary) -> Mapping[str, Scenario]:
        if self._builtin is None:
            self._builtin = self._read_scenarios(vocabulary)
        return self._builtin

    def reset(self, start: Start | None = None) -> None:
        """Begin anew: documents, clock, scenarios, settings, journal and ids."""
        with self.lock:
            self.scenarios.close()
            self.journal.clear()
            self._begin(start or self.start)

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
            Conflict: the moment has passed, or the clock is being moved already.
        """
        with self.lock:
            self._require_movable(now, self.clock.now())
            if mode == "frozen":  # first, so that it then stands at `now` exactly
                self.clock.run(mode=mode)
            self._advancing, generation = now is not None, self.generation
        if now is not None:
            self._play(now, generation)
        with self.lock:
            self.clock.run(mode, rate)

    def advance(
        self, to: Instant | None = None, by: Duration | None = None
    ) -> tuple[Instant, list[Happening]]:
        """Move forward to a moment, by a duration, or (without either) until nothing is to come.

        Each event happens at its own moment, in their order.

        Returns:
            The moment it began at, and what happened.

        Raises:
            Conflict: the moment has passed, or another advance is under way.
        """
        with self.lock:
            began, generation = self.clock.now(), self.generation
            if by is not None:
                to = began + by
            self._require_movable(to, began)
            self._advancing = True
        return began, self._play(to, generation)

    def _require_movable(self, to: Instant | None, now: Instant) -> None:
        if self._advancing:
            raise Conflict("the clock is being moved forward already")
        if to is not None and to < now:
            raise Conflict("the clock only moves forward, and that moment has passed")
        if to is not None and to > LAST:
            raise Conflict("the clock goes no further than the year 9000")

    def _play(self, to: Instant | None, generation: int) -> list[Happening]:
        """Let all happen that is due by a moment, one event at a time."""
        happened: list[Happening] = []
        try:
            while True:
                with self.lock:
                    if generation != self.generation:
                        raise Conflict("the world was reset meanwhile")
                    event = self.timeline.take(LAST if to is None else to)
                    if event is None:
                        if to is not None:
                            self.clock.move_to(to)
                        return happened
                    self.clock.move_to(event.at)
                    happened.append(self._happen(event))
        finally:
            if generation == self.generation:
                self._advancing = False

    def _happen(self, event: Event) -> Happening:
        call, model = Call(self, now=event.at), self.models[event.provider]
        if event.kind in model.lifecycles:
            return lifecycle.happen(call, model.lifecycles[event.kind], event)
        return model.handlers[event.kind](call, event)

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
            Conflict: the name is one of the sandbox's.
        """
        with self.lock:
            known = self.scenarios.catalog.get(scenario.name)
            if known is not None and not known.own:
                raise Conflict(f"{scenario.name} is the name of a scenario that is not yours")
            self._release(self.scenarios.switch_off(scenario.name))
            self.scenarios.catalog[scenario.name] = scenario

    def _release(self, subjects: list[Subject]) -> None:
        call = Call(self)
        for provider, kind, subject in subjects:
            life = self.models[provider].lifecycles[kind]
            document = self.store.collection(life.collection).get(subject)
            lifecycle.proceed(call, life, subject, document)
