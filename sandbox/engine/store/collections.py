"""The world's documents: collections with indexes and running totals over TinyDB tables.

Documents are replaced, never changed in place. Every write goes through `Collection.put`, and
every removal through `remove_before`: they keep indexes and totals right at a cost that does not
grow with the collection.

A copy shares everything with what it was made of, until one of the two writes.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

from sandbox.engine.store.compact import compact
from sandbox.engine.store.sorted_ids import SortedIds
from sandbox.engine.store.tinydb_storage import Database, InPlaceTable
from sandbox.engine.values.changes import Changed
from sandbox.engine.values.instants import Instant

Document: TypeAlias = Mapping[str, Any]
"""A stored document: JSON values only, and in `by` the call that made it."""
D = TypeVar("D", bound=Document)


class CollectionSpec(NamedTuple):
    """What a provider says of one of its collections.

    Attributes:
        name: the table's name, such as `lean.refunds`.
        created: reads the instant by which documents are listed, which never changes.
        indexes: for each index, the key that a document is found under (None: not in it).
        totals: for each running total, the key and the minor units a document adds to it.
    """

    name: str
    created: Callable[[Any], Instant]
    indexes: Mapping[str, Callable[[Any], Hashable | None]] = MappingProxyType({})
    totals: Mapping[str, Callable[[Any], tuple[Hashable, int]]] = MappingProxyType({})


_Rows: TypeAlias = Mapping[str, Any]
_Places: TypeAlias = Mapping[str, int]
"""Where each document of a collection stands: its creation's instant, then its number, in one."""

_NUMBERS = 1 << 32
"""More than there are ever documents created in a collection."""


class Selection(Generic[D]):
    """Documents under one key of an index, newest first; ties, the later made first.

    Knows its length without reading a document.
    """

    def __init__(self, rows: _Rows, ids: SortedIds, low: int, high: int) -> None:
        self._rows = rows
        self._ids = ids
        self._low = low
        self._high = high

    def __len__(self) -> int:
        return max(0, self._high - self._low)

    def __iter__(self) -> Iterator[D]:
        return iter(self.page(0, len(self)))

    def page(self, offset: int, size: int) -> list[D]:
        """Up to `size` documents after the first `offset` ones."""
        high = max(self._low, self._high - offset)
        low = max(self._low, high - size)
        return [self._rows[doc_id] for doc_id in self._ids.backwards(low, high)]


class _Index:
    """Ids by key, each key's in the order of their places; a single one stands there as it is."""

    def __init__(self, by_key: dict[Hashable, SortedIds | str] | None = None) -> None:
        """What is given in `by_key` is shared, until one of it is written to."""
        self._by_key = {} if by_key is None else dict(by_key)
        self._own: set[Hashable] | None = None if by_key is None else set()

    @classmethod
    def of(cls, by_key: Mapping[Hashable, list[str]]) -> "_Index":
        """Ids by key, each key's in their order already."""
        made = cls()
        made._by_key = {
            key: ids[0] if len(ids) == 1 else SortedIds.of(ids) for key, ids in by_key.items()
        }
        return made

    def at(self, key: Hashable | None) -> SortedIds:
        """The ids under a key, to read."""
        ids = self._by_key.get(key)
        return SortedIds(ids) if ids is None or isinstance(ids, str) else ids

    def last(self, key: Hashable) -> str | None:
        """The last id under a key, if there is one."""
        ids = self._by_key.get(key)
        return ids if ids is None or isinstance(ids, str) else next(ids.backwards(0, len(ids)))

    def add(self, key: Hashable, doc_id: str, places: _Places) -> None:
        if self._by_key.setdefault(key, doc_id) is not doc_id:
            self._owned(key).add(doc_id, places)

    def remove(self, key: Hashable, doc_id: str, places: _Places) -> None:
        if self._by_key[key] == doc_id:
            del self._by_key[key]
            return
        ids = self._owned(key)
        ids.remove(doc_id, places)
        if not ids:
            del self._by_key[key]

    def _owned(self, key: Hashable) -> SortedIds:
        ids = self._by_key[key]
        if isinstance(ids, str):
            ids = self._by_key[key] = SortedIds(ids)
        elif self._own is not None and key not in self._own:
            ids = self._by_key[key] = ids.copy()
        if self._own is not None:
            self._own.add(key)
        return ids

    def copy(self) -> "_Index":
        """The same ids, to write to; what is copied is written to no longer."""
        return _Index(self._by_key)


class Collection(Generic[D]):
    """The documents of one kind."""

    def __init__(self, table: InPlaceTable, spec: CollectionSpec) -> None:
        self._table = table
        self._rows: dict[str, Any] = table.rows()
        self.spec = spec
        self._is_shared = False
        self.is_changed = False
        self.changed: Changed = None
        self._created = 0
        self._places: dict[str, int] = {}
        self._all = SortedIds()
        self._indexes = {name: _Index() for name in spec.indexes}
        self._totals: dict[str, dict[Hashable, int]] = {n: {} for n in spec.totals}

    def copy(self, table: InPlaceTable) -> "Collection[D]":
        """The same documents, in a copy of their table."""
        other: Collection[D] = Collection(table, self.spec)
        other._created = self._created
        for each in (self, other):
            each._is_shared = True
            each._places, each._all = self._places, self._all
            each._indexes, each._totals = self._indexes, self._totals
        other.is_changed = self.is_changed
        return other

    def _own(self) -> None:
        """Share nothing with a copy any longer."""
        self._is_shared = False
        self._table.own()
        self._rows = self._table.rows()
        self._places, self._all = dict(self._places), self._all.copy()
        self._indexes = {name: index.copy() for name, index in self._indexes.items()}
        self._totals = {name: dict(total) for name, total in self._totals.items()}

    def __len__(self) -> int:
        return len(self._places)

    def get(self, doc_id: str) -> D | None:
        """The document with an id."""
        return self._rows.get(doc_id)

    def put(self, doc_id: str, document: D) -> D:
        """Put a new document in, or in the place of the one with its id.

        Returns:
            The document as stored: an equal one that takes less memory.
        """
        self.is_changed = True
        if self.changed is not None:
            self.changed.add((self.spec.name, doc_id))
        if self._is_shared:
            self._own()
        rows, places = self._rows, self._places
        old = rows.get(doc_id)
        stored = rows[doc_id] = cast(D, compact(document))
        if doc_id not in places:
            places[doc_id] = self.spec.created(document) * _NUMBERS + self._created
            self._created += 1  # never counted down: no two documents have one number
            self._all.add(doc_id, places)
        for name, key_of in self.spec.indexes.items():
            before = None if old is None else key_of(old)
            after = key_of(document)
            if before != after:
                if before is not None:
                    self._indexes[name].remove(before, doc_id, places)
                if after is not None:
                    self._indexes[name].add(after, doc_id, places)
        for name, share_of in self.spec.totals.items():
            if old is not None:
                key, share = share_of(old)
                self._add(name, key, -share)
            self._add(name, *share_of(document))
        return stored

    def remove_before(self, moment: Instant) -> None:
        """Remove all documents that were created before a moment."""
        gone = self._all.before(moment * _NUMBERS, self._places)
        if gone == 0:
            return
        if self._is_shared:
            self._own()
        for doc_id in list(self._all.backwards(0, gone)):
            document = self._rows[doc_id]
            for name, key_of in self.spec.indexes.items():
                if (key := key_of(document)) is not None:
                    self._indexes[name].remove(key, doc_id, self._places)
            for name, share_of in self.spec.totals.items():
                key, share = share_of(document)
                self._add(name, key, -share)
            self._all.remove(doc_id, self._places)
            if self.changed is not None:
                self.changed.add((self.spec.name, self.place(doc_id)[1]))
            del self._rows[doc_id]
            del self._places[doc_id]

    def recover(self, rows: Iterable[tuple[int, str, D]]) -> None:
        """Put documents into an empty collection: each with how many had been put in before it.

        They are stored as they are, so each should be a compact one.

        Raises:
            ValueError: two have one id.
        """
        created, self.is_changed = self.spec.created, True
        placed = [(created(row[2]) * _NUMBERS + row[0], row[1], row[2]) for row in rows]
        placed.sort(key=itemgetter(0))
        for place, doc_id, document in placed:
            self._places[doc_id] = place
            self._rows[doc_id] = document
        if len(self._places) < len(placed):
            raise ValueError("two documents have one id")
        self._all = SortedIds.of(list(self._places))
        self._created = 1 + max((place % _NUMBERS for place, _, _ in placed), default=-1)
        for name, key_of in self.spec.indexes.items():
            by_key: dict[Hashable, list[str]] = {}
            for _, doc_id, document in placed:
                if (key := key_of(document)) is not None:
                    by_key.setdefault(key, []).append(doc_id)
            self._indexes[name] = _Index.of(by_key)
        for name, share_of in self.spec.totals.items():
            for _, _, document in placed:
                self._add(name, *share_of(document))

    def _add(self, name: str, key: Hashable, share: int) -> None:
        """Add to a running total; one of nothing is not kept."""
        total = self._totals[name]
        total[key] = total.get(key, 0) + share
        if not total[key]:
            del total[key]

    def select(
        self,
        index: str | None = None,
        key: Hashable | None = None,
        since: Instant | None = None,
        until: Instant | None = None,
        below: str | None = None,
    ) -> Selection[D]:
        """The documents under a key of an index (no index: all), created in [since, until).

        With `below`, the id of a document, only those that stand before it.
        """
        ids, places = self._all if index is None else self._indexes[index].at(key), self._places
        low = 0 if since is None else ids.before(since * _NUMBERS, places)
        high = len(ids) if until is None else ids.before(until * _NUMBERS, places)
        if below is not None:
            high = min(high, ids.before(places[below], places))
        return Selection(self._rows, ids, low, high)

    def place(self, doc_id: str) -> tuple[Instant, int]:
        """When a document was created, and how many had been put in before it."""
        return divmod(self._places[doc_id], _NUMBERS)

    def shares(self, other: "Collection[Any]") -> bool:
        """Whether it has the very documents of another one: neither has been written to since."""
        return self._rows is other._rows

    def ids(self) -> Iterator[str]:
        """The ids of all documents, newest first."""
        return self._all.backwards(0, len(self._all))

    def newest(self, index: str, key: Hashable) -> D | None:
        """The newest document under a key of an index."""
        doc_id = self._indexes[index].last(key)
        return None if doc_id is None else self.get(doc_id)

    def total(self, name: str, key: Hashable) -> int:
        """A running total, in minor units."""
        return self._totals[name].get(key, 0)


class Store:
    """The collections of a world, each made when it is first asked for."""

    def __init__(self, specs: Mapping[str, CollectionSpec]) -> None:
        self._specs = specs
        self._database = Database()
        self._collections: dict[str, Collection[Any]] = {}
        self._changed: Changed = None

    def _table(self, name: str) -> InPlaceTable:
        return cast(InPlaceTable, self._database.table(name))

    def __len__(self) -> int:
        """How many documents there are."""
        return sum(map(len, self._made()))

    @property
    def names(self) -> list[str]:
        """Of the collections that have been asked for."""
        return sorted(self._collections)

    def _made(self) -> list[Collection[Any]]:
        return list(self._collections.values())

    @property
    def is_changed(self) -> bool:
        """Whether a document has been written since `begin`."""
        return any(collection.is_changed for collection in self._made())

    def begin(self) -> None:
        """Take what there is by now for the start."""
        for collection in self._made():
            collection.is_changed = False

    def copy(self) -> "Store":
        """The same documents, shared until one of the two writes."""
        other = Store(self._specs)
        other._database = self._database.copy()
        for name, collection in self._collections.items():
            other._collections[name] = collection.copy(other._table(name))
        return other

    def empty(self) -> "Store":
        """The same collections, with nothing in them."""
        return Store(self._specs)

    def collection(self, name: str) -> Collection[Any]:
        """A collection by its name, such as `lean.refunds`."""
        found = self._collections.get(name)
        if found is None:
            found = self._collections.setdefault(
                name, Collection(self._table(name), self._specs[name])
            )
            found.changed = self._changed
        return found

    def keep(self, changed: Changed) -> None:
        """Let what changes from now on be noted."""
        self._changed = changed
        for collection in self._made():
            collection.changed = changed
