"""TinyDB without its two costs: a write that copies the whole table, and lost updates.

TinyDB reads, changes and writes back a whole table at each write. Here the tables stay in
memory and a write changes just its own document, at the same cost whatever the size. Writers
hold the world's lock.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table


class InPlaceStorage(Storage):
    """Tables kept in memory and handed out as they are; nothing is left to write back."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, Any]] = {}

    def read(self) -> dict[str, dict[str, Any]]:
        return self._tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        pass


class InPlaceTable(Table):
    """A table with string ids, changed in place; a document is replaced whole."""

    document_id_class = str  # type: ignore[assignment]

    def replace(self, doc_id: str, document: Mapping[str, Any]) -> None:
        """Put a document in, or in the place of the one with its id."""
        self._update_table(lambda table: table.__setitem__(doc_id, document))

    def _update_table(self, updater: Callable[[dict[Any, Any]], None]) -> None:
        updater(self._storage.read().setdefault(self.name, {}))  # type: ignore[union-attr]
        self.clear_cache()


class Database(TinyDB):
    """A TinyDB of in-place tables."""

    table_class = InPlaceTable
    default_storage_class = InPlaceStorage  # type: ignore[assignment]
