"""One of the tables that hold rows of layers, and all that is done to its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

Key: TypeAlias = int | str
Place: TypeAlias = tuple[int, str, Key]
"""Layer, part and key."""


class Row(NamedTuple):
    """A row of a layer; without a text it is gone."""

    layer: int
    part: str
    key: Key
    text: str | None


class Table:
    """Rows in a table of a file. Its user sees to locks and transactions."""

    def __init__(self, db: sqlite3.Connection, name: str) -> None:
        self._db, self._name = db, name

    def _of(self, sql: str) -> str:
        return sql.replace("TABLE", self._name)

    def put(self, rows: Iterable[Row]) -> None:
        """Write rows that have a text, each in the place of an earlier one."""
        sql = (
            "INSERT INTO TABLE VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
        )
        self._db.executemany(self._of(sql), rows)

    def remove(self, places: Iterable[Place]) -> None:
        """Remove rows, where they are."""
        sql = "DELETE FROM TABLE WHERE layer = ? AND part = ? AND key = ?"
        self._db.executemany(self._of(sql), places)

    def hide(self, place: Place, below: Iterable[int]) -> None:
        """Where a row stands in the layers below a place, the next one first, hide that."""
        sql = "SELECT value FROM TABLE WHERE layer = ? AND part = ? AND key = ?"
        for layer in below:
            found = self._db.execute(self._of(sql), (layer, *place[1:])).fetchone()
            if found is not None:
                if found[0] is not None:
                    self._db.execute(self._of("INSERT INTO TABLE VALUES (?, ?, ?, NULL)"), place)
                return

    def read(
        self, reader: sqlite3.Connection, layer: int, into: dict[str, dict[Key, str | None]]
    ) -> None:
        """Read a layer, by part and key; None hides what is below."""
        sql = "SELECT DISTINCT part FROM TABLE WHERE layer = ?"
        for (part,) in reader.execute(self._of(sql), (layer,)).fetchall():
            sql = "SELECT key, value FROM TABLE WHERE layer = ? AND part = ?"
            into.setdefault(part, {}).update(reader.execute(self._of(sql), (layer, part)))

    def drop(self, layer: int, most: int) -> bool:
        """Remove so many rows of a layer at most; whether there may be more."""
        sql = "DELETE FROM TABLE WHERE rowid IN (SELECT rowid FROM TABLE WHERE layer = ? LIMIT ?)"
        return self._db.execute(self._of(sql), (layer, most)).rowcount == most

    def move(self, layer: int, above: int, most: int) -> bool:
        """Move so many rows of a layer at most into the one above; whether there may be more.

        Where that one has a newer row, the older one is removed.
        """
        sql = "SELECT rowid, ? FROM TABLE WHERE layer = ? LIMIT ?"
        rows = self._db.execute(self._of(sql), (above, layer, most)).fetchall()
        sql = "UPDATE OR IGNORE TABLE SET layer = ?2 WHERE rowid = ?1"
        self._db.executemany(self._of(sql), rows)
        sql = "DELETE FROM TABLE WHERE rowid = ?1 AND layer <> ?2"
        self._db.executemany(self._of(sql), rows)
        return len(rows) == most

    def forget_hidden(self, layer: int) -> None:
        """Remove what hides rows below a layer that has none below it."""
        sql = "DELETE FROM TABLE WHERE layer = ? AND value IS NULL"
        self._db.execute(self._of(sql), (layer,))
