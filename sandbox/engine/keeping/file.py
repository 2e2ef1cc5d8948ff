"""The file: rows of layers in SQLite, with a log before them."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple

from sandbox.engine.keeping.schema import (
    MOST_OF_WAL,
    PAGE,
    Unusable,
    connected,
    prepare,
    told,
    transaction,
)
from sandbox.engine.keeping.table import Key, Place, Row, Table
from sandbox.engine.values.changes import DELIVERIES, EVENTS

NAME, LOCK = "sandbox.db", "sandbox.lock"
NOTES, REQUESTS = "notes", "requests"
_PASSING = frozenset((EVENTS, DELIVERIES, NOTES, REQUESTS))
"""Parts whose oldest rows go. They have a table of their own: its pages become free as a whole,
and leave no gaps between rows that stay."""
_MOST_PENDING = 20_000
"""Rows of the log that may wait; with more, whoever writes some puts some in their places."""
_CHUNK = 2000
"""Rows that are moved or removed at once, while others wait."""
_PAGES = 200
"""Free pages that are given back to the system at once."""
_BYTES = 1 << 20
"""Of the log, those that are removed at once; of one text, all."""

_DROP_INTO = """
WITH RECURSIVE needed (id) AS (
    SELECT layer FROM worlds UNION SELECT layer FROM snapshots
    UNION SELECT parent FROM layers JOIN needed USING (id) WHERE parent IS NOT NULL
)
INSERT OR IGNORE INTO dropped SELECT id FROM layers WHERE id NOT IN needed
"""


_BETWEEN = """
SELECT parent, min(id) FROM layers
WHERE parent NOT IN (SELECT layer FROM worlds UNION SELECT layer FROM snapshots)
GROUP BY parent HAVING count(*) = 1
"""
"""The layers that are no state's last, with the only one that stands on each."""


class Op(NamedTuple):
    """A change of what worlds, layers and snapshots there are."""

    sql: str
    values: tuple[Any, ...]


class File:
    """The one file of a folder. Safe to share between threads.

    Attributes:
        path: where it is.
        numbers: the next number, greater than all of this run and of those before.
        base: what all numbers of this run begin at.
    """

    def __init__(self, folder: Path, durability: str = "process") -> None:
        """Open the file, or make it. Whatever is in it is only read, but for migrations.

        Raises:
            Unusable: it can't be.
        """
        self.path = folder / NAME
        self._lock = threading.Lock()
        self._pending: dict[Place, tuple[str | None, int]] = {}
        self._log: deque[tuple[int, int]] = deque()
        self._logged = 0
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # requests bear credentials
        except OSError as error:
            if folder.is_file():
                raise Unusable(f"{folder} is a file; worlds are kept in a folder") from error
            raise Unusable(f"{folder} can't be made: {error.strerror}") from error
        self._connections: list[sqlite3.Connection] = []
        try:
            with told(folder):
                self._connect(folder / LOCK).execute("BEGIN EXCLUSIVE")
            with told(self.path):
                self._db = self._connect(self.path)
                prepare(self._db, self.path, durability)
                self._lasting, self._passing = (
                    Table(self._db, name) for name in ("lasting", "passing")
                )
                self._tables = self._lasting, self._passing
                self._tender = self._connect(self.path)
                run = self._begin()
        except BaseException:
            self.abandon()
            raise
        self._run: int | None = run
        self.base = run << 40
        self.numbers = count(self.base)

    def _seen_layers(self) -> Iterator[int]:
        """All that there are, and those that are gone and of which rows may be left."""
        yield from self.parents
        yield from (layer for layer, _, _ in self._pending)
        yield from (layer for (layer,) in self._db.execute("SELECT layer FROM dropped"))

    def _connect(self, path: Path) -> sqlite3.Connection:
        connection = connected(path)
        self._connections.append(connection)
        return connection

    def _begin(self) -> int:
        """Read what the last run left; which run this is."""
        db = self._db
        self._read_layers()
        for self._logged, text in db.execute("SELECT id, rows FROM log ORDER BY id"):
            self._log.append((self._logged, len(text)))
            self._wait_for_place(_parsed(text))
        self._layers = count(1 + max(self._seen_layers(), default=0))
        (run,) = db.execute("SELECT coalesce(max(number), 0) + 1 FROM runs").fetchone()
        return int(run)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with transaction(self._db):
                yield
        except BaseException:
            with suppress(sqlite3.Error):
                self._read_layers()
            raise

    def _read_layers(self) -> None:
        self.parents: dict[int, int | None] = dict(
            self._db.execute("SELECT id, parent FROM layers")
        )

    def new_layer(self) -> int:
        """The number of a layer that there has not been."""
        return next(self._layers)

    def commit(self, rows: Sequence[Row], ops: Sequence[Op] = ()) -> None:
        """Write rows, and change what there is; all of it or nothing.

        Raises:
            sqlite3.Error: it can't be.
        """
        with self._lock:
            if self._run is None and not ops:
                self._write_log(rows)
            else:
                with self._transaction():
                    if self._run is not None:
                        self._db.execute("INSERT INTO runs VALUES (?)", (self._run,))
                    self._change(ops)
                    self._write_log(rows)
                self._run = None
            self._wait_for_place(rows)
            if len(self._pending) > _MOST_PENDING:
                with suppress(sqlite3.Error):  # what is in the log is safe there
                    self._fold(2 * min(len(rows), _CHUNK))

    def _change(self, ops: Sequence[Op]) -> None:
        """Change what worlds, layers and snapshots there are; drop layers that none needs."""
        for sql, values in ops:
            self._db.execute(sql, values)
        self._db.execute(_DROP_INTO)
        self._db.execute("DELETE FROM layers WHERE id IN (SELECT layer FROM dropped)")
        self._read_layers()

    def _write_log(self, rows: Sequence[Row]) -> None:
        if rows:
            text = "\n".join([f"{row[0]}\t{row[1]}\t{row[2]}\t{row[3] or ''}" for row in rows])
            self._logged += 1
            self._db.execute("INSERT INTO log VALUES (?, ?)", (self._logged, text))
            self._log.append((self._logged, len(text)))

    def _wait_for_place(self, rows: Iterable[Row]) -> None:
        """Let rows wait until they are put in their places, those that came first first."""
        pending, logged = self._pending, self._logged
        for row in rows:
            place = row[:3]
            pending.pop(place, None)
            pending[place] = row[3], logged

    def _fold(self, most: int) -> None:
        """Put the first of the log's rows in their places, and take from the log what is done.

        Rows whose layer is gone have no place.
        """
        folded = dict(islice(self._pending.items(), most))
        with self._transaction():
            self._put([(place, text) for place, (text, _) in folded.items()])
            later = next(islice(self._pending.values(), len(folded), None), None)
            done = list(self._done_before(later[1] if later else self._logged + 1))
            if done:
                self._db.execute("DELETE FROM log WHERE id <= ?", (done[-1],))
        for _ in done:
            self._log.popleft()
        for place in folded:
            del self._pending[place]

    def _done_before(self, number: int) -> Iterator[int]:
        """The first texts of the log before one, as many as may be removed at once."""
        size = 0
        for first, length in self._log:
            if first >= number or size > _BYTES:
                return
            size += length
            yield first

    def _put(self, rows: Iterable[tuple[Place, str | None]]) -> None:
        there = [Row(*place, text) for place, text in rows if place[0] in self.parents]
        for table, of_table in self._by_table(there):
            table.put(row for row in of_table if row.text is not None)
            gone = [row[:3] for row in of_table if row.text is None]
            table.remove(gone)
            for place in gone:
                table.hide(place, self._chain(place[0])[1:])

    def _by_table(self, rows: Sequence[Row]) -> Iterator[tuple[Table, list[Row]]]:
        passing = [row for row in rows if row.part in _PASSING]
        yield self._passing, passing
        yield self._lasting, [row for row in rows if row.part not in _PASSING]

    # Reading --------------------------------------------------------------------------------

    def worlds(self) -> list[tuple[str, int, str]]:
        """Name, layer and start of each world."""
        return self._all("SELECT name, layer, start FROM worlds ORDER BY name")

    def snapshots(self, world: str) -> list[tuple[str, int, str]]:
        """Name, layer and what is told of each snapshot of a world."""
        return self._all("SELECT name, layer, about FROM snapshots WHERE world = ?", world)

    def _all(self, sql: str, *values: str) -> list[Any]:
        with self._lock, told(self.path):
            return self._db.execute(sql, values).fetchall()

    def read(self, layer: int) -> dict[str, dict[Key, str]]:
        """The texts of a state whose last layer it is, by part and key.

        Others are not kept waiting: a connection of its own reads what there is now.
        """
        reader = connected(self.path)
        try:
            with self._lock:
                reader.execute("BEGIN")
                chain = self._chain(layer)
                reader.execute("SELECT 1 FROM worlds LIMIT 1").fetchone()
                pending = dict(self._pending)
            read: dict[str, dict[Key, str | None]] = {}
            for each in reversed(chain):
                for table in self._tables:
                    table.read(reader, each, read)
                for (layer, part, key), (text, _) in pending.items():
                    if layer == each:
                        read.setdefault(part, {})[key] = text
            return {
                part: {key: text for key, text in rows.items() if text is not None}
                for part, rows in read.items()
            }
        finally:
            reader.close()

    def _chain(self, layer: int) -> list[int]:
        """A layer and those below it, the lowest last."""
        chain = [layer]
        while (below := self.parents[chain[-1]]) is not None:
            chain.append(below)
        return chain

    def check(self) -> str | None:
        """What SQLite finds wrong with the file, in one line; None: nothing."""
        with self._lock, told(self.path):
            ((said, *_),) = self._db.execute("PRAGMA integrity_check(1)").fetchall()
        return None if said == "ok" else " ".join(str(said).split())

    # In the background ----------------------------------------------------------------------

    def tend(self) -> bool:
        """Do a part of what can be done later; whether there is more.

        Raises:
            sqlite3.Error: the disk does not let it.
        """
        with self._lock:
            self._fold(_CHUNK)
            is_more = self._tidy() or bool(self._pending)
        if self._checkpoint() > MOST_OF_WAL // PAGE:
            with self._lock:  # else each one finds a page that was written meanwhile
                self._checkpoint()
        return is_more

    def _checkpoint(self) -> int:
        """Bring what SQLite's log has into the file; how many pages the log has.

        Once all of it is there, the next commit begins the log anew.
        """
        sql = "PRAGMA wal_checkpoint(PASSIVE)"
        ((_, pages, _),) = self._tender.execute(sql).fetchall()
        return int(pages)

    def _tidy(self) -> bool:
        """Remove rows of layers that nobody needs."""
        dropped = self._db.execute("SELECT layer FROM dropped LIMIT 1").fetchone()
        if dropped is not None:
            if not any(table.drop(dropped[0], _CHUNK) for table in self._tables):
                self._db.execute("DELETE FROM dropped WHERE layer = ?", dropped)
            return True
        for layer, above in self._db.execute(_BETWEEN).fetchall():
            if all(place[0] != layer for place in self._pending):
                self._merge(layer, above)
                return True
        (free,) = self._db.execute("PRAGMA freelist_count").fetchone()
        (pages,) = self._db.execute("PRAGMA page_count").fetchone()
        if not self._pending and free > max(4 * _PAGES, pages // 20):  # (the log will want some)
            # (Python 3.11's `execute` gives one page back, as the first step has no columns)
            self._db.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
            return True
        return False

    def _merge(self, layer: int, above: int) -> None:
        """Move some rows of a layer into the only one above it; when none is left, it goes."""
        with self._transaction():
            if any(table.move(layer, above, _CHUNK) for table in self._tables):
                return
            below = self.parents[layer]
            self._db.execute("UPDATE layers SET parent = ? WHERE id = ?", (below, above))
            self._db.execute("DELETE FROM layers WHERE id = ?", (layer,))
            if below is None:  # nothing is left to hide
                for table in self._tables:
                    table.forget_hidden(above)
        self._read_layers()

    def close(self) -> None:
        """Put all in its place, and let go of the file."""
        with suppress(sqlite3.Error), self._lock:  # what is in the log is safe there
            while self._pending:
                self._fold(_CHUNK)
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.abandon()

    def abandon(self) -> None:
        """Let go of the file as it is."""
        for connection in reversed(self._connections):
            with suppress(sqlite3.Error):
                connection.close()


def _parsed(text: str) -> Iterator[Row]:
    for line in text.split("\n"):
        layer, part, key, value = line.split("\t")
        yield Row(int(layer), part, key if key.startswith("[") else int(key), value or None)
