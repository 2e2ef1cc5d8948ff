"""How worlds begin: their documents, settings and scenarios, made once and copied."""

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from sandbox.engine.active_scenarios import ActiveScenarios
from sandbox.engine.journal import Journal
from sandbox.engine.provider.fixtures import populate
from sandbox.engine.provider.model import Model
from sandbox.engine.provider.rules import Call
from sandbox.engine.scenarios.steps import Scenario
from sandbox.engine.scenarios.vocabulary import Vocabulary
from sandbox.engine.store.collections import Store
from sandbox.engine.time.clock import Clock, Start, wall
from sandbox.engine.time.timeline import Timeline
from sandbox.engine.values.ids import Ids, fresh_seed
from sandbox.engine.webhooks.dispatch import WebhookStart
from sandbox.engine.webhooks.outbox import Outbox
from sandbox.engine.worlds.state import State


class Beginning:
    """Makes the state of worlds that begin; all worlds of a server share it."""

    def __init__(
        self,
        models: Mapping[str, Model],
        fixtures: Mapping[str, Any],
        routes: tuple[tuple[str, str, str], ...],
        settings: Mapping[str, Any],
        scenarios: Callable[[Vocabulary], Mapping[str, Scenario]],
        webhooks: WebhookStart,
    ) -> None:
        """What worlds begin with.

        Args:
            models: the providers, by name.
            fixtures: loaded ones, by provider.
            routes: (provider, method, path) of every call.
            settings: by provider.
            scenarios: reads those of the files.
            webhooks: where they go.
        """
        self.models = models
        self.webhooks = webhooks
        self._loaded, self._routes = fixtures, routes
        self._settings, self._scenarios = settings, scenarios
        self._lock = threading.Lock()
        self._pristine: tuple[Start, State] | None = None

    def state(
        self,
        start: Start,
        lock: AbstractContextManager[Any],
        sooner: Callable[[], None],
        journal: Journal,
    ) -> State:
        """The state of a world that begins.

        What is made for a moment is kept, and copied for whatever begins at that moment again.

        Args:
            start: its moment (None: now), clock and seed.
            lock: the world's.
            sooner: called when an event becomes the earliest.
            journal: the world's, empty.

        Raises:
            BadFixture: a fixture makes no sense.
        """
        with self._lock:
            start = start._replace(now=wall() if start.now is None else start.now)
            seed = start.seed
            if seed is None:  # an app may keep what it did in a running world, and meet it again
                seed = 0 if start.mode == "frozen" else fresh_seed()
            of = start._replace(mode="frozen", rate=1, seed=seed)
            if self._pristine is None or self._pristine[0] != of:
                self._pristine = of, self._make(of)
            return self._pristine[1].copy(start, lock, sooner, journal)

    def _make(self, start: Start) -> State:
        state = self.blank(start, Ids(start.seed or 0), {}, threading.RLock())
        for name, model in self.models.items():
            populate(Call(state), name, model.fixtures, self._loaded.get(name, {}))
        state.store.begin()
        return state

    def blank(
        self,
        start: Start,
        ids: Ids,
        fixtures: dict[str, dict[str, dict[str, Any]]],
        lock: AbstractContextManager[Any],
        sooner: Callable[[], None] = lambda: None,
        journal: Journal | None = None,
    ) -> State:
        """A state with nothing in it; what scenarios may name is in `fixtures`."""
        clock, timeline = Clock(start), Timeline(sooner)
        vocabulary = Vocabulary(self.models, self._routes, fixtures)
        scenarios = ActiveScenarios(vocabulary, self._scenarios)
        return State(
            lock=lock,
            clock=clock,
            began=clock.now(),
            ids=ids,
            timeline=timeline,
            store=Store({s.name: s for model in self.models.values() for s in model.collections}),
            outbox=Outbox(
                self.webhooks,
                {name: model.webhooks for name, model in self.models.items()},
                lock,
                clock,
                timeline,
                scenarios,
            ),
            scenarios=scenarios,
            settings=dict(self._settings),
            fixtures=fixtures,
            journal=journal or Journal(),
        )
