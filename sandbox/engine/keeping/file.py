"""The file: rows of layers in SQLite, with a log before them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from sandbox.engine.reading.files import BadFile

NAME, LOCK = "sandbox.db", "sandbox.lock"
OURS = 0x5BED0C5
"""What tells SQLite's files of the sandbox from others (PRAGMA application_id)."""
_MOST_PENDING = 20_000
"""Rows of the log that may wait; with more, whoever writes some puts some in their places."""
_CHUNK = 2000
"""Rows that are moved or removed at once, while others wait."""
_PAGES = 500
"""Free pages that are given back to the system at once."""

_SCHEMA = """
CREATE TABLE worlds (name TEXT PRIMARY KEY, layer INTEGER NOT NULL, start TEXT NOT NULL);
CREATE TABLE layers (id INTEGER PRIMARY KEY, parent INTEGER);
CREATE TABLE snapshots (
    world TEXT NOT NULL, name TEXT NOT NULL, layer INTEGER NOT NULL, about TEXT NOT NULL,
    PRIMARY KEY (world, name)
);
CREATE TABLE dropped (layer INTEGER PRIMARY KEY);
CREATE TABLE rows (layer INTEGER, part TEXT, key, value TEXT, UNIQUE (layer, part, key));
CREATE TABLE log (id INTEGER PRIMARY KEY, rows TEXT NOT NULL);
CREATE TABLE runs (number INTEGER PRIMARY KEY);
"""

Migration: TypeAlias = Callable[[sqlite3.Connection], object]
MIGRATIONS: tuple[Migration, ...] = ()
"""The n-th makes a file of version n + 1 into one of the next. All of them are one transaction."""


_DROP_INTO = """
WITH RECURSIVE needed (id) AS (
    SELECT layer FROM worlds UNION SELECT layer FROM snapshots
    UNION SELECT parent FROM layers JOIN needed USING (id) WHERE parent IS NOT NULL
)
INSERT OR IGNORE INTO dropped SELECT id FROM layers WHERE id NOT IN needed
"""


class Unusable(BadFile):
    """A folder or a file that can't be used; the text says why, in one line."""


Key: TypeAlias = int | str
Place: TypeAlias = tuple[int, str, Key]
"""Layer, part and key."""


class Row(NamedTuple):
    """A row of a layer; without a text it is gone."""

    layer: int
    part: str
    key: Key
    text: str | None


class Op(NamedTuple):
    """A change of what worlds, layers and snapshots there are."""

    sql: str
    values: tuple[Any, ...]


def reason(error: Exception) -> str:
    """What SQLite says, in plain words."""
    if not isinstance(error, sqlite3.Error):
        return "can't be written: the sandbox failed at this"
    name = str(getattr(error, "sqlite_errorname", None) or "")
    for begins, words in _REASONS.items():
        if name.startswith(begins):
            return words
    return "is damaged" if isinstance(error, sqlite3.DatabaseError) and not name else str(error)


_REASONS = {
    "SQLITE_FULL": "can't be written: the disk is full",
    "SQLITE_READONLY": "can't be written: it is read-only",
    "SQLITE_PERM": "can't be opened: permission denied",
    "SQLITE_CANTOPEN": "can't be opened",
    "SQLITE_IOERR_WRITE": "can't be written: the disk failed, or a limit of a file's size is met",
    "SQLITE_IOERR": "can't be read or written: the disk failed",
    "SQLITE_NOTADB": "is damaged, or no file of SQLite's",
    "SQLITE_CORRUPT": "is damaged",
    "SQLITE_BUSY": "is used by another server",
    "SQLITE_LOCKED": "is used by another server",
}


class File:
    """The one file of a folder. Safe to share between threads.

    Attributes:
        path: where it is.
        numbers: the next number, greater than all of this run and of those before.
        base: what all numbers of this run begin at.
    """

    def __init__(
        self,
        folder: Path,
        durability: str = "process",
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        """Open the file, or make it. Whatever is in it is only read, but for migrations.

        Raises:
            Unusable: it can't be.
        """
        self.path = folder / NAME
        self._lock = threading.Lock()
        self._pending: dict[Place, tuple[str | None, int]] = {}
        self._logged = 0
        self._version = 1 + len(migrations)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unusable(f"{folder} can't be made: {error.strerror}") from error
        self._connections: list[sqlite3.Connection] = []
        try:
            with _told(folder):
                self._connect(folder / LOCK).execute("BEGIN EXCLUSIVE")
            with _told(self.path):
                self._db = self._connect(self.path)
                self._open(durability, migrations)
                self._tender = self._connect(self.path)
                run = self._begin()
        except BaseException:
            self.abandon()
            raise
        self._run: int | None = run
        self.base = run << 40
        self.numbers = count(self.base)
        self._layers = count(1 + max(self.parents, default=0))

    def _connect(self, path: Path) -> sqlite3.Connection:
        connection = _connected(path)
        self._connections.append(connection)
        return connection

    def _begin(self) -> int:
        """Read what the last run left; which run this is."""
        db = self._db
        self.parents: dict[int, int | None] = dict(db.execute("SELECT id, parent FROM layers"))
        for self._logged, text in db.execute("SELECT id, rows FROM log ORDER BY id"):
            self._wait_for_place(_parsed(text))
        (run,) = db.execute("SELECT coalesce(max(number), 0) + 1 FROM runs").fetchone()
        return int(run)

    def _open(self, durability: str, migrations: Sequence[Migration]) -> None:
        db = self._db
        (version,) = db.execute("PRAGMA user_version").fetchone()
        (whose,) = db.execute("PRAGMA application_id").fetchone()
        (objects,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if version == 0 and objects == 0 and whose == 0:
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        elif whose != OURS or version == 0:
            raise Unusable(f"{self.path} is no file of the sandbox's")
        elif version > self._version:
            raise Unusable(
                f"{self.path} was written by a newer sandbox (its version is {version}; "
                f"this one reads up to {self._version})"
            )
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {'FULL' if durability == 'machine' else 'NORMAL'}")
        db.execute("PRAGMA wal_autocheckpoint = 0")  # (the background does that)
        with self._transaction():
            if version == 0:
                for statement in _SCHEMA.split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {OURS}")
                version = self._version
            for migrate in migrations[version - 1 :]:
                migrate(db)
            db.execute(f"PRAGMA user_version = {self._version}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # SQLite may have done so itself
                self._db.execute("ROLLBACK")
            with suppress(sqlite3.Error):
                self.parents = dict(self._db.execute("SELECT id, parent FROM layers"))
            raise

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
                    self._fold(2 * len(rows))

    def _change(self, ops: Sequence[Op]) -> None:
        """Change what worlds, layers and snapshots there are; drop layers that none needs."""
        for sql, values in ops:
            self._db.execute(sql, values)
        self._db.execute(_DROP_INTO)
        self._db.execute("DELETE FROM layers WHERE id IN (SELECT layer FROM dropped)")
        self.parents = dict(self._db.execute("SELECT id, parent FROM layers"))

    def _write_log(self, rows: Sequence[Row]) -> None:
        if rows:
            text = "\n".join([f"{row[0]}\t{row[1]}\t{row[2]}\t{row[3] or ''}" for row in rows])
            self._logged += 1
            self._db.execute("INSERT INTO log VALUES (?, ?)", (self._logged, text))

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
            self._db.execute("DELETE FROM log WHERE id < ?", (later[1] if later else 1 << 62,))
        for place in folded:
            del self._pending[place]

    def _put(self, rows: Sequence[tuple[Place, str | None]]) -> None:
        there = self.parents
        of_layers = [(key, text) for key, text in rows if key[0] in there]
        self._db.executemany(
            "INSERT INTO rows VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            [(*key, text) for key, text in of_layers if text is not None],
        )
        for key, text in of_layers:
            if text is None:
                self._remove(key)

    def _remove(self, key: Place) -> None:
        """Remove a row; where one stands in a layer below, hide that."""
        self._db.execute("DELETE FROM rows WHERE layer = ? AND part = ? AND key = ?", key)
        layer: int | None = key[0]
        while (layer := self.parents.get(layer or 0)) is not None:
            below = self._db.execute(
                "SELECT value FROM rows WHERE layer = ? AND part = ? AND key = ?", (layer, *key[1:])
            ).fetchone()
            if below is not None:
                if below[0] is not None:
                    self._db.execute("INSERT INTO rows VALUES (?, ?, ?, NULL)", key)
                return

    # Reading --------------------------------------------------------------------------------

    def worlds(self) -> list[tuple[str, int, str]]:
        """Name, layer and start of each world."""
        return self._all("SELECT name, layer, start FROM worlds ORDER BY name")

    def snapshots(self, world: str) -> list[tuple[str, int, str]]:
        """Name, layer and what is told of each snapshot of a world."""
        return self._all("SELECT name, layer, about FROM snapshots WHERE world = ?", world)

    def _all(self, sql: str, *values: str) -> list[Any]:
        with self._lock, _told(self.path):
            return self._db.execute(sql, values).fetchall()

    def read(self, layer: int) -> dict[str, dict[Key, str]]:
        """The texts of a state whose last layer it is, by part and key.

        Others are not kept waiting: a connection of its own reads what there is now.
        """
        reader = _connected(self.path)
        try:
            with self._lock:
                reader.execute("BEGIN")
                chain = self._chain(layer)
                reader.execute("SELECT 1 FROM rows LIMIT 1").fetchone()
                pending = dict(self._pending)
            read: dict[str, dict[Key, str]] = {}
            sql = "SELECT part, key, value FROM rows WHERE layer = ?"
            for each in chain:
                rows: Iterable[tuple[str, Key, str | None]] = reader.execute(sql, (each,))
                late = [(*key[1:], text) for key, (text, _) in pending.items() if key[0] == each]
                for part, key, text in (*rows, *late):
                    if text is None:
                        read.get(part, {}).pop(key, None)
                    else:
                        read.setdefault(part, {})[key] = text
            return read
        finally:
            reader.close()

    def _chain(self, layer: int) -> list[int]:
        """A layer and those below it, the lowest first."""
        chain = [layer]
        while (below := self.parents[chain[-1]]) is not None:
            chain.append(below)
        return chain[::-1]

    def check(self) -> str | None:
        """What SQLite finds wrong with the file, in one line; None: nothing."""
        with self._lock, _told(self.path):
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
        self._tender.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        return is_more

    def _tidy(self) -> bool:
        """Remove rows of layers that nobody needs."""
        dropped = self._db.execute("SELECT layer FROM dropped LIMIT 1").fetchone()
        if dropped is not None:
            removed = self._db.execute(
                "DELETE FROM rows WHERE rowid IN (SELECT rowid FROM rows WHERE layer = ? LIMIT ?)",
                (*dropped, _CHUNK),
            )
            if removed.rowcount < _CHUNK:
                self._db.execute("DELETE FROM dropped WHERE layer = ?", dropped)
            return True
        (free,) = self._db.execute("PRAGMA freelist_count").fetchone()
        (pages,) = self._db.execute("PRAGMA page_count").fetchone()
        if not self._pending and free > max(4 * _PAGES, pages // 20):  # (the log will want some)
            self._db.execute(f"PRAGMA incremental_vacuum({_PAGES})").fetchall()
            return True
        return False

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


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say what is wrong with a file in one line."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unusable(f"{path} {reason(error)}") from error


def _parsed(text: str) -> Iterator[Row]:
    for line in text.split("\n"):
        layer, part, key, value = line.split("\t")
        yield Row(int(layer), part, key if key.startswith("[") else int(key), value or None)
