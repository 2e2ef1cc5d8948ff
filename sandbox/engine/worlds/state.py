"""A world as it was at a moment, to be brought back."""

from __future__ import annotations

from collections import UserDict
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.engine.active_scenarios import ActiveScenarios
from sandbox.engine.journal import Journal
from sandbox.engine.store.collections import Store
from sandbox.engine.time.clock import Clock, Start
from sandbox.engine.time.timeline import Timeline
from sandbox.engine.values.ids import Ids
from sandbox.engine.values.instants import Instant
from sandbox.engine.webhooks.outbox import Outbox

if TYPE_CHECKING:
    from sandbox.engine.worlds.world import World


class Snapshot(NamedTuple):
    """All that a world's calls can change. The store's documents are shared with the world.

    Attributes:
        start: how the clock stood.
    """

    start: Start
    began: Instant
    ids: Ids
    timeline: Timeline
    store: Store
    outbox: Outbox
    settings: dict[str, Any]
    scenarios: ActiveScenarios
    journal: Journal

    @property
    def at(self) -> Instant:
        """The world's time when it was taken."""
        return self.start.now or 0


class Snapshots(UserDict[str, Snapshot]):
    """Those of a world, by name. One that goes lets go of the requests that it alone held."""

    def __setitem__(self, name: str, snapshot: Snapshot) -> None:
        self._let_go(name)
        super().__setitem__(name, snapshot)

    def __delitem__(self, name: str) -> None:
        self._let_go(name)
        super().__delitem__(name)

    def _let_go(self, name: str) -> None:
        if name in self.data:
            self.data[name].journal.close()


def take(world: World) -> Snapshot:
    """A world as it is. Its caller holds the lock; webhooks under way go out again from it."""
    clock = world.clock
    return Snapshot(
        start=Start(clock.now(), clock.mode, clock.rate, world.ids.seed),
        began=world.began,
        ids=world.ids.copy(),
        timeline=world.timeline.copy(),
        store=world.store.copy(),
        outbox=world.outbox.copy(),
        settings=dict(world.settings),
        scenarios=world.scenarios.copy(),
        journal=world.journal.copy(),
    )


def bring_back(world: World, snapshot: Snapshot) -> None:
    """Make a world as it was. Its caller holds the lock, and has closed what was under way."""
    world.clock = Clock(snapshot.start)
    world.began = snapshot.began
    world.ids = snapshot.ids.copy()
    world.timeline = snapshot.timeline.copy()
    world.store = snapshot.store.copy()
    world.outbox = snapshot.outbox.copy()
    world.settings = dict(snapshot.settings)
    world.scenarios = snapshot.scenarios.copy()
    world.journal.close()
    world.journal = snapshot.journal.copy()
