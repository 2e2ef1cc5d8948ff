"""What a world asks of whoever keeps it beyond the process."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sandbox.engine.journal import Journal
from sandbox.engine.time.clock import Start
from sandbox.engine.values.ids import Ids
from sandbox.engine.worlds.state import Snapshot, State


class Blank(Protocol):
    """Makes a state with nothing in it, to be filled with what was kept."""

    def __call__(
        self,
        start: Start,
        ids: Ids,
        fixtures: dict[str, dict[str, dict[str, Any]]],
        journal: Journal,
    ) -> State: ...


class Keep(Protocol):
    """Keeps one world. All but `lock` is called by who holds that.

    Attributes:
        lock: the world's. When it is left for good, what has changed is kept; if it can't be, the
            world is read back, and NotKept is raised.
        read_back: what lets the world be as it was kept, at any time.
    """

    read_back: Callable[[], object]

    @property
    def lock(self) -> AbstractContextManager[Any]: ...
    def state(self, blank: Blank, journal: Journal) -> State | None:
        """The state as it was kept; None: the world is not there."""

    def snapshots(self, blank: Blank, journal: Journal) -> Mapping[str, Snapshot]:
        """The snapshots, by name, each read when it is first restored."""

    def begin(self, state: State) -> None:
        """Keep a state that begins, in place of what there was."""

    def restore(self, state: State, snapshot: str) -> None:
        """Keep a state that is a copy of a snapshot."""

    def take(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot of the state as it is."""

    def forget(self, name: str) -> None:
        """Keep a snapshot no longer."""

    def remove(self) -> None:
        """Keep nothing of the world any longer."""

    def together(self, are: bool) -> None:
        """Let the turns of this thread be kept together with those that follow, or no longer.

        Whenever another thread has had a turn, all is kept that there is by then.
        """

    def close(self) -> None:
        """Keep what has not been yet, and nothing that comes after it."""
