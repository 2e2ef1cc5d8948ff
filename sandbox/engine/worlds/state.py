"""The state of a world: all that a reset, or a snapshot that is restored, replaces."""

from __future__ import annotations

from collections import UserDict, deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sandbox.engine.active_scenarios import ActiveScenarios
from sandbox.engine.chronicle import Change, Chronicle, Ran
from sandbox.engine.journal import MOST_ENTRIES, Journal
from sandbox.engine.provider.rules import Conflict
from sandbox.engine.store.collections import Store
from sandbox.engine.time.clock import Clock, Mode, Start
from sandbox.engine.time.timeline import Timeline
from sandbox.engine.values.changes import Changed
from sandbox.engine.values.ids import Ids
from sandbox.engine.values.instants import Instant
from sandbox.engine.webhooks.outbox import Outbox


@dataclass
class State:
    """The parts of a world.

    Attributes:
        lock: the world's, which guards them.
        began: when the world began, in its own time.
        settings: by provider.
        fixtures: documents by name, by group such as `lean.payments`.
        is_over: whether another state has taken its place: calls that came to it are dropped.
    """

    lock: AbstractContextManager[Any]
    clock: Clock
    began: Instant
    ids: Ids
    timeline: Timeline
    store: Store
    outbox: Outbox
    scenarios: ActiveScenarios
    settings: dict[str, Any]
    fixtures: dict[str, dict[str, dict[str, Any]]]
    journal: Journal = field(default_factory=Journal)
    chronicle: Chronicle = field(default_factory=Chronicle)
    is_over: bool = False

    def note(self, change: Callable[..., Change], *values: object) -> None:
        """Keep for the story what changes now."""
        self.chronicle.note(change(self.clock.now(), *values))

    def run(self, mode: Mode | None, rate: float | None) -> None:
        """Let the clock run otherwise, from where it stands."""
        self.clock.run(mode, rate)
        if mode is not None or rate is not None:
            self.note(Ran, self.clock.mode, self.clock.rate)

    def keep(self, changed: Changed) -> None:
        """Let what changes from now on be noted, for whoever keeps it; None: nobody does."""
        self.store.keep(changed)
        self.timeline.changed = self.outbox.deliveries.changed = changed
        self.scenarios.changed = changed
        self.journal.fresh = None if changed is None else deque(maxlen=MOST_ENTRIES)

    def snapshot(self) -> Snapshot:
        """A copy, and how the clock stands."""
        start = Start(self.clock.now(), self.clock.mode, self.clock.rate)
        state = self.copy(start)
        return Snapshot(start, lambda: state, len(state.store))

    def copy(
        self,
        start: Start,
        lock: AbstractContextManager[Any] | None = None,
        sooner: Callable[[], None] | None = None,
        journal: Journal | None = None,
    ) -> State:
        """The same once more, to go on by itself. Documents are shared until written to.

        Webhooks that are under way here go out there once its outbox is resumed.

        Args:
            start: how its clock stands.
            lock: another world's, in place of this one's.
            sooner: likewise.
            journal: likewise.
        """
        lock, clock, timeline = lock or self.lock, Clock(start), self.timeline.copy(sooner)
        scenarios = self.scenarios.copy()
        return State(
            lock=lock,
            clock=clock,
            began=self.began,
            ids=self.ids.copy(),
            timeline=timeline,
            store=self.store.copy(),
            outbox=self.outbox.copy(lock, clock, timeline, scenarios),
            scenarios=scenarios,
            settings=dict(self.settings),
            fixtures=self.fixtures,
            journal=self.journal.copy() if journal is None else journal,
            chronicle=self.chronicle.copy(),
        )

    def close(self) -> None:
        """Drop what is under way, and let go of all that grows, though late calls refer to it."""
        self.is_over = True
        self.scenarios.close()
        self.outbox.close()
        self.journal.close()
        self.chronicle = Chronicle()
        self.store = self.store.empty()
        self.timeline = Timeline()


@dataclass(eq=False)
class Snapshot:
    """A state as it was, to be copied.

    Attributes:
        start: when that was, and how the clock stood.
        make: makes the state when it is first asked for.
        documents: how many there are.
    """

    start: Start
    make: Callable[[], State]
    documents: int

    @cached_property
    def state(self) -> State:
        return self.make()

    def close(self) -> None:
        """Let go of the state."""
        if "state" in vars(self):
            self.state.close()


MOST_SNAPSHOTS = 100
"""Of one world."""


class Snapshots(UserDict[str, Snapshot]):
    """Those of a world, by name. One that goes lets go of the requests that it alone held."""

    def is_new(self, name: str) -> bool:
        """Whether there is none of a name.

        Raises:
            Conflict: nor is there room for it.
        """
        if name not in self and len(self) == MOST_SNAPSHOTS:
            raise Conflict(f"there are {MOST_SNAPSHOTS} snapshots; remove one first")
        return name not in self

    def __setitem__(self, name: str, snapshot: Snapshot) -> None:
        if name in self:
            del self[name]
        super().__setitem__(name, snapshot)

    def __delitem__(self, name: str) -> None:
        self.data.pop(name).close()
