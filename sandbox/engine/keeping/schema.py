"""The file itself: opened, made, brought up to date, and what is wrong with it in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from sandbox.engine.reading.files import BadFile

OURS = 0x5BED0C5
"""What tells SQLite's files of the sandbox from others (PRAGMA application_id)."""
_SCHEMA = """
CREATE TABLE worlds (name TEXT PRIMARY KEY, layer INTEGER NOT NULL, start TEXT NOT NULL);
CREATE TABLE layers (id INTEGER PRIMARY KEY, parent INTEGER);
CREATE TABLE snapshots (
    world TEXT NOT NULL, name TEXT NOT NULL, layer INTEGER NOT NULL, about TEXT NOT NULL,
    PRIMARY KEY (world, name)
);
CREATE TABLE dropped (layer INTEGER PRIMARY KEY);
CREATE TABLE lasting (layer INTEGER, part TEXT, key, value TEXT, UNIQUE (layer, part, key));
CREATE TABLE passing (layer INTEGER, part TEXT, key, value TEXT, UNIQUE (layer, part, key));
CREATE INDEX hidden_lasting ON lasting (layer) WHERE value IS NULL;
CREATE INDEX hidden_passing ON passing (layer) WHERE value IS NULL;
CREATE TABLE log (id INTEGER PRIMARY KEY, rows TEXT NOT NULL);
CREATE TABLE runs (number INTEGER PRIMARY KEY);
"""

PAGE = 4096
"""Bytes of a page of the file."""
MOST_OF_WAL = 8 * 1024 * 1024
"""Bytes of SQLite's own log after which it begins anew; a longer one is cut."""

Migration: TypeAlias = Callable[[sqlite3.Connection], object]
MIGRATIONS: tuple[Migration, ...] = ()
"""The n-th makes a file of version n + 1 into one of the next. All of them are one transaction."""


class Unusable(BadFile):
    """A folder or a file that can't be used; the text says why, in one line."""


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
    "SQLITE_CANTOPEN": "can't be opened; it may be read-only",
    "SQLITE_IOERR_WRITE": "can't be written: the disk failed, or a limit of a file's size is met",
    "SQLITE_IOERR": "can't be read or written: the disk failed",
    "SQLITE_NOTADB": "is damaged, or not an SQLite file",
    "SQLITE_CORRUPT": "is damaged",
    "SQLITE_BUSY": "is used by another server",
    "SQLITE_LOCKED": "is used by another server",
}


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of what is done in the block, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # SQLite may have done so itself
            db.execute("ROLLBACK")
        raise


def prepare(db: sqlite3.Connection, path: Path, durability: str) -> None:
    """Make the tables of a new file, or bring those of an old one up to date.

    Raises:
        Unusable: it is another program's, or a newer sandbox's.
    """
    newest = 1 + len(MIGRATIONS)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (whose,) = db.execute("PRAGMA application_id").fetchone()
    (objects,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if version == 0 and objects == 0 and whose == 0:
        db.execute(f"PRAGMA page_size = {PAGE}")
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")
    elif whose != OURS or version == 0:
        raise Unusable(f"{path} is no file of the sandbox's")
    elif version > newest:
        raise Unusable(
            f"{path} was written by a newer sandbox (its version is {version}; "
            f"this one reads up to {newest})"
        )
    db.execute("PRAGMA journal_mode = WAL")
    db.execute(f"PRAGMA synchronous = {'FULL' if durability == 'machine' else 'NORMAL'}")
    db.execute("PRAGMA wal_autocheckpoint = 0")  # (the background does that)
    db.execute(f"PRAGMA journal_size_limit = {MOST_OF_WAL}")
    if version == newest:
        return
    with transaction(db):
        if version == 0:
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {OURS}")
            version = newest
        for migrate in MIGRATIONS[version - 1 :]:
            migrate(db)
        db.execute(f"PRAGMA user_version = {newest}")


def connected(path: Path) -> sqlite3.Connection:
    """A connection for any thread, without transactions of its own; it waits for no other."""
    return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say what is wrong with a file in one line."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unusable(f"{path} {reason(error)}") from error
