"""TinyDB without its two costs: a write that copies the whole table, and lost updates.

TinyDB reads, changes and writes back a whole table at each write. Here the tables stay in
memory and a write changes just its own document, at the same cost whatever the size. Writers
hold the world's lock.

A copy of a database shares its tables. Whoever then writes to one makes it its own first.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table


class InPlaceStorage(Storage):
    """Tables kept in memory and handed out as they are; nothing is left to write back."""

    def __init__(self, tables: Mapping[str, dict[str, Any]] = MappingProxyType({})) -> None:
        self._tables = dict(tables)

    def read(self) -> dict[str, dict[str, Any]]:
        return self._tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        pass


class InPlaceTable(Table):
    """A table with string ids, changed in place; a document is replaced whole."""

    document_id_class = str  # type: ignore[assignment]
    default_query_cache_capacity = 0
    _storage: InPlaceStorage

    def own(self) -> None:
        """Share the documents with no copy any longer."""
        self._storage.read()[self.name] = dict(self.rows())

    def rows(self) -> dict[str, Mapping[str, Any]]:
        """The documents by id, to read and to change, until the table is made its own."""
        return self._storage.read().setdefault(self.name, {})

    def _update_table(self, updater: Callable[[dict[Any, Any]], None]) -> None:
        updater(self.rows())


class Database(TinyDB):
    """A TinyDB of in-place tables."""

    table_class = InPlaceTable
    default_storage_class = InPlaceStorage  # type: ignore[assignment]
    _storage: InPlaceStorage

    def copy(self) -> "Database":
        """The same tables, shared until one of the two writes to one."""
        return Database(self._storage.read())
