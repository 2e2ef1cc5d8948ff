"""One world, kept: its turns, each of which is a transaction, and how it is read back."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from sandbox.engine.chronicle import MOST
from sandbox.engine.journal import Journal
from sandbox.engine.keeping.codec import NO_SENSE, Codec
from sandbox.engine.keeping.documents import Documents
from sandbox.engine.keeping.file import NOTES, REQUESTS, File, Op
from sandbox.engine.keeping.parts import CALLS, Parts, Requests
from sandbox.engine.keeping.scenarios import Numbered
from sandbox.engine.keeping.schema import Unusable, reason
from sandbox.engine.keeping.table import Key, Row
from sandbox.engine.provider.model import Model
from sandbox.engine.provider.rules import NotKept, Origin
from sandbox.engine.time.clock import Start, elapsed
from sandbox.engine.values.instants import SECOND
from sandbox.engine.worlds.keep import Blank
from sandbox.engine.worlds.state import Snapshot, State

_log = logging.getLogger(__name__)


_MOST_TOGETHER = 500
"""Changes of several turns that may be kept together."""
_EVERY = SECOND
"""After so long, requests that have been answered are kept, by the machine's time."""
_MANY, _EVERY_OF_MANY = 500, 5 * SECOND
"""With so many, later: most of them are then gone from the journal, and are never written."""


class Turns:
    """A lock that one thread may take again; when it is left for good, something is done first."""

    def __init__(self, end: Callable[[], None]) -> None:
        self._lock, self._depth, self._end = threading.RLock(), 0, end

    def __enter__(self) -> None:
        self._lock.acquire()
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        try:
            if self._depth == 1:
                self._end()
        finally:
            self._depth -= 1
            self._lock.release()


class Kept:
    """Keeps a world in a file; see `Keep`."""

    def __init__(
        self,
        file: File,
        models: Mapping[str, Model],
        name: str,
        layer: int | None,
        start: Start,
    ) -> None:
        """`layer` is the world's last; None: it is not in the file."""
        self.name, self.start, self.lock = name, start, Turns(self._end)
        self.read_back: Callable[[], object] = lambda: None
        self._file, self._layer, self._committed = file, layer or 0, layer
        self._origins: dict[int, Origin] = {}
        self._codec = Codec(self._number, self._origins.get)
        self._numbered = Numbered(self._codec, file.numbers.__next__)
        self._documents = Documents(self._codec, file.numbers.__next__)

        def back(place: int) -> int:
            return place - file.base

        self._parts = Parts(
            self._codec, self._numbered, self._documents, models, file.base.__add__, back
        )
        self._state: State | None = None
        self._changed: set[tuple[str, Any]] = set()
        self._versions: tuple[object, ...] = ()
        self._noted, self._requests = 0, Requests()
        self._drawn: dict[str, int] = {}
        self._flushed_at = elapsed()
        self._patient: int | None = None
        self._calls: list[Origin] = []
        self._unnumbered: list[Origin] = []
        self._ops: list[Op] = []
        self._rows: list[Row] = []
        self._taken: dict[str, tuple[int, Requests]] = {}

    # What the world asks --------------------------------------------------------------------

    def state(self, blank: Blank, journal: Journal) -> State | None:
        """The state as it was kept; None: the world is not there."""
        if self._committed is None:
            return None
        self._layer = self._committed
        self._forget()
        state, self._requests = self._read(self._layer, blank, journal, None)
        self._attend(state)
        self._noted = state.chronicle.seen
        return state

    def snapshots(self, blank: Blank, journal: Journal) -> Mapping[str, Snapshot]:
        """The snapshots, by name, each read when it is first restored."""
        found: dict[str, Snapshot] = {}
        self._taken.clear()
        for name, layer, about in self._file.snapshots(self.name):
            told = self._codec.value(about)
            start = Start(*told["start"])
            self._taken[name] = layer, Requests(*told["requests"])

            def read(layer: int = layer, start: Start = start) -> State:
                return self._read(layer, blank, Journal(journal), start)[0]

            found[name] = Snapshot(start, read, told["documents"])
        return found

    def _read(
        self, layer: int, blank: Blank, journal: Journal, at: Start | None
    ) -> tuple[State, Requests]:
        try:
            return self._state_of(self._file.read(layer), blank, journal, at)
        except sqlite3.Error as error:
            raise Unusable(f"{self._file.path} {reason(error)}") from error
        except NO_SENSE as error:
            path = self._file.path
            raise Unusable(f"{path} is damaged: the world {self.name} can't be read") from error

    def _state_of(
        self,
        rows: Mapping[str, Mapping[Key, str]],
        blank: Blank,
        journal: Journal,
        at: Start | None,
    ) -> tuple[State, Requests]:
        calls = rows.get(CALLS, {})
        for key, values in zip(calls, self._codec.values(calls.values()), strict=True):
            method, path, number = values
            origin = self._origins[int(key)] = Origin(method, path)
            origin.number, origin.key = number, int(key)
        try:
            return self._parts.state(rows, blank, journal, at)
        finally:
            self._origins.clear()

    def begin(self, state: State) -> None:
        """Keep a state that begins, in place of what there was."""
        self._on_top(state, None)
        gone = state.journal.dropped
        self._requests = Requests(gone, gone)
        self._rows += self._parts.all(state, self._layer)
        if state.journal.fresh is not None:
            state.journal.fresh.extendleft(state.journal.newest_first())
        self._noted = state.chronicle.seen

    def restore(self, state: State, snapshot: str) -> None:
        """Keep a state that is a copy of a snapshot."""
        layer, self._requests = self._taken[snapshot]
        self._on_top(state, layer)
        self._noted = state.chronicle.seen

    def take(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot of the state as it is."""
        state = self._state
        assert state is not None  # noqa: S101
        self._rows += self._changes(state)
        self._rows += self._flushed(state)
        self._rows.append(self._parts.head(state, self._layer, self._requests))
        self._taken[name] = self._layer, self._requests
        told = {
            "start": snapshot.start[:3],
            "documents": snapshot.documents,
            "requests": self._requests,
        }
        values = self.name, name, self._layer, self._codec.text(told)
        self._do("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", *values)
        self._stack(self._layer)

    def forget(self, name: str) -> None:
        """Keep a snapshot no longer."""
        self._do("DELETE FROM snapshots WHERE world = ? AND name = ?", self.name, name)
        del self._taken[name]

    def remove(self) -> None:
        """Keep nothing of the world any longer."""
        self._attend(None)
        self._do("DELETE FROM worlds WHERE name = ?", self.name)
        self._do("DELETE FROM snapshots WHERE world = ?", self.name)

    def together(self, are: bool) -> None:
        """Let the turns of this thread be kept together with those that follow, or no longer."""
        self._patient = threading.get_ident() if are else None

    def close(self) -> None:
        """Keep what has not been yet, and nothing that comes after it."""
        with self.lock:
            with suppress(sqlite3.Error):  # it was part of an advance that has not been answered
                self._commit()
            self._rows, self._ops = [], []
            self._flush()
            self._attend(None)
            self._forget()

    # Layers ---------------------------------------------------------------------------------

    def _do(self, sql: str, *values: object) -> None:
        self._ops.append(Op(sql, values))

    def _on_top(self, state: State, parent: int | None) -> None:
        """Let a state be the world's, in a layer on top of another one (None: on none)."""
        self._attend(state)
        self._forget()
        self._stack(parent)

    def _forget(self) -> None:
        self._numbered.forget()
        self._documents.forget()

    def _stack(self, parent: int | None) -> None:
        self._layer = self._file.new_layer()
        self._do("INSERT INTO layers VALUES (?, ?)", self._layer, parent)
        start = self._codec.text(self.start)
        self._do("INSERT OR REPLACE INTO worlds VALUES (?, ?, ?)", self.name, self._layer, start)

    # Turns ----------------------------------------------------------------------------------

    def _attend(self, state: State | None) -> None:
        """Note what changes in a state from now on, and in no other."""
        if self._state is not None:
            self._state.keep(None)
        self._state = state
        self._changed.clear()
        self._unnumbered.clear()
        self._versions = ()
        if state is not None:
            state.keep(self._changed)
            self._versions = _versions_of(state)

    def _end(self) -> None:
        """Commit what a turn has changed.

        Raises:
            NotKept: it can't be; the world is as it was before.
        """
        if not self._is_changed():
            return
        is_patient = self._patient is not None and self._patient == threading.get_ident()
        if is_patient and len(self._changed) < _MOST_TOGETHER and not self._ops:
            return
        try:
            self._commit()
        except Exception as error:
            said = f"{self._file.path} {reason(error)}"
            told = "%s; what a call changed in the world %s is undone"
            is_ours = not isinstance(error, sqlite3.Error)
            _log.error(told, said, self.name, exc_info=error if is_ours else None)
            self._rows, self._ops = [], []
            self._attend(None)
            self.read_back()
            raise NotKept(said) from error

    def _is_changed(self) -> bool:
        """Whether there is anything to commit; few turns of those who only read have."""
        state = self._state
        return bool(
            self._changed
            or self._rows
            or self._ops
            or (
                state is not None
                and (state.chronicle.seen != self._noted or _versions_of(state) != self._versions)
            )
        )

    def _commit(self) -> None:
        state = self._state
        if state is not None:
            self._rows += self._changes(state)
            if self._rows or self._ops:
                self._rows.append(self._parts.head(state, self._layer, self._requests))
                self._drawn = state.ids.drawn
        if self._rows or self._ops:
            self._file.commit(self._rows, self._ops)
            self._rows, self._ops, self._committed = [], [], self._layer

    def _changes(self, state: State) -> list[Row]:
        """The rows of what has changed since they were last asked for."""
        parts, layer, changed = self._parts, self._layer, self._changed
        rows: list[Row] = []
        if changed:
            for part, key in changed:
                rows += parts.changed(state, layer, part, key)
            changed.clear()
        if new := state.chronicle.seen - self._noted:
            rows += parts.notes(state, layer, new)
            gone = range(max(1, self._noted + 1 - MOST), max(1, self._noted + new + 1 - MOST))
            rows += [Row(layer, NOTES, key, None) for key in gone]
            self._noted = state.chronicle.seen
        versions = _versions_of(state)
        if versions != self._versions:
            self._versions = versions
            rows += parts.small(state, layer)
            if not state.journal.seen:
                rows += self._flushed(state)
                self._requests = Requests(end=self._requests.end)
        rows += parts.numbered(state, layer)
        for origin in self._calls:
            rows.append(self._call(origin))
        self._calls.clear()
        return rows

    def _number(self, origin: Origin) -> int:
        if origin.key is None:
            origin.key = next(self._file.numbers)
            self._calls.append(origin)
            if origin.number is None:
                self._unnumbered.append(origin)
        return origin.key

    def _call(self, origin: Origin) -> Row:
        text = self._codec.text([origin.method, origin.path, origin.number])
        return Row(self._layer, CALLS, origin.key or 0, text)

    # In the background ----------------------------------------------------------------------

    def flush(self) -> None:
        """Keep what requests have been answered and ids drawn for them, if it is time.

        Where that can't be, they are not kept; nobody was promised that they are.
        """
        state = self._state
        fresh = None if state is None else state.journal.fresh
        is_many = fresh is not None and len(fresh) >= _MANY
        if elapsed() - self._flushed_at >= (_EVERY_OF_MANY if is_many else _EVERY):
            self._flush()

    def _flush(self) -> None:
        self._flushed_at = elapsed()
        with self.lock:
            state = self._state
            if state is None or not (state.journal.fresh or self._drawn != state.ids.drawn):
                return
            self._drawn = state.ids.drawn
            rows = self._flushed(state)
            rows.append(self._parts.head(state, self._layer, self._requests))
            try:
                self._file.commit(rows)
            except sqlite3.Error as error:
                _log.error(
                    "%s %s; the latest requests are not in it", self._file.path, reason(error)
                )

    def _flushed(self, state: State) -> list[Row]:
        """The rows of requests that have been answered, and of calls that they were."""
        answered = [origin for origin in self._unnumbered if origin.number is not None]
        self._unnumbered = [origin for origin in self._unnumbered if origin.number is None]
        rows = [self._call(origin) for origin in answered]
        journal, (seen, dropped, end) = state.journal, self._requests
        first = end - (seen - dropped)
        while journal.fresh:
            entry = journal.fresh.popleft()
            seen = entry.id
            if seen > journal.dropped:
                rows.append(self._parts.request(entry, self._layer, end))
                end += 1
        self._requests = Requests(seen, min(seen, max(dropped, journal.dropped)), end)
        kept = end - (seen - self._requests.dropped)
        rows += [Row(self._layer, REQUESTS, key, None) for key in range(first, kept)]
        return rows


def _versions_of(state: State) -> tuple[object, ...]:
    """Another value whenever something small has changed."""
    box = state.outbox
    return (
        state.clock.running,
        state.settings,
        box.addresses,
        box.timeout,
        box.dispatch,
        state.scenarios.revision,
        state.journal.cleared,
    )
