"""A folder of worlds that no server uses: looked at, taken out, put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sandbox.engine.journal import Journal
from sandbox.engine.keeping import lines
from sandbox.engine.keeping.keeper import Keeper
from sandbox.engine.keeping.schema import Unusable
from sandbox.engine.reading.files import BadFile
from sandbox.engine.time.clock import Start
from sandbox.engine.values.ids import Ids
from sandbox.engine.worlds.beginning import Beginning
from sandbox.engine.worlds.state import State


class Folder:
    """The worlds of a folder, as they are; time does not go on in them, and nothing is sent."""

    def __init__(self, at: Path, beginning: Beginning) -> None:
        """Open it.

        Raises:
            Unusable: it can't be.
        """
        self._beginning = beginning
        self._keeper = Keeper(at, beginning.models)

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._keeper.close()
        else:
            self._keeper.file.abandon()

    def _blank(self, lock: Any, start: Start, ids: Ids, fixtures: Any, journal: Journal) -> State:
        return self._beginning.blank(start, ids, fixtures, lock, journal=journal)

    def check(self) -> Iterator[str]:
        """Read all worlds and snapshots, and tell of each.

        Raises:
            Unusable: something can't be read.
        """
        if wrong := self._keeper.file.check():
            raise Unusable(f"{self._keeper.file.path} is damaged: {wrong}")
        for name in self._keeper.names():
            kept = self._keeper.of(name, Start())
            blank, journal = partial(self._blank, kept.lock), Journal()
            state = kept.state(blank, journal)
            if state is not None:
                requests = state.journal.seen - state.journal.dropped
                yield f"{name}: documents: {len(state.store)}, requests: {requests}"
            for title, snapshot in kept.snapshots(blank, journal).items():
                yield f"{name}, snapshot {title}: documents: {len(snapshot.state.store)}"

    def lines(self, names: Sequence[str]) -> Iterator[str]:
        """Worlds (of no names, all) as lines of JSON.

        Raises:
            BadFile: there is none of a name.
        """
        there = self._keeper.names()
        for name in names:
            if name not in there:
                raise BadFile(f"there is no world {name}; there are {', '.join(there)}")
        yield lines.head()
        for name in names or there:
            kept = self._keeper.of(name, Start())
            state = kept.state(partial(self._blank, kept.lock), Journal())
            if state is not None:
                yield from lines.lines(name, state, self._beginning.models)

    def put_in(self, file: Path) -> list[str]:
        """Put the worlds of a file in, in the place of those of their names; which they are.

        Raises:
            BadFile: it makes no sense; then nothing has changed.
        """
        states = []
        for name, rows in lines.read(file).items():
            kept = self._keeper.of(name, Start())
            blank, models = partial(self._blank, kept.lock), self._beginning.models
            states.append((kept, lines.state_of(file, name, rows, models, blank, Journal())))
        for kept, state in states:
            with kept.lock:
                kept.begin(state)
            kept.close()
        return [kept.name for kept, _ in states]
