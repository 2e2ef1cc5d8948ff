"""What a provider keeps of one kind, and how its rules and its lists look it up."""

from collections.abc import Callable, Collection, Hashable, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from sandbox.engine.provider.rules import Call
from sandbox.engine.store import collections as store
from sandbox.engine.store.collections import CollectionSpec, Document
from sandbox.engine.time.timeline import Happening
from sandbox.engine.values.instants import Instant

T = TypeVar("T")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Listing(NamedTuple):
    """What a list call asks for: filters, and a page of what they leave.

    Attributes:
        filters: by name; None: any.
        since, until: created at the one or later, and before the other; None: without that end.
        offset: how many stand on the pages before.
        size: how many stand on a page.
    """

    filters: Mapping[str, Any]
    since: Instant | None
    until: Instant | None
    offset: int
    size: int

    def covers(self, moment: Instant) -> bool:
        """Whether a moment lies between `since` and `until`."""
        return (self.since is None or self.since <= moment) and (
            self.until is None or moment < self.until
        )

    def page(self, found: list[T]) -> tuple[list[T], int]:
        """The page of all that was found, and how many there are on all pages."""
        return found[self.offset : self.offset + self.size], len(found)


def by_key(*keys: str) -> Mapping[str, Callable[[Any], Hashable | None]]:
    """Indexes of documents by what stands under these keys."""
    return {key: itemgetter(key) for key in keys}


def _as_stored(_: Call, document: Document) -> Document:
    return document


class Resource:
    """Documents of one kind, with an id and the moment of their creation, `created_at`.

    The caller of `stored`, `find` and `put` holds the world's lock; `get` and `page` take it.
    """

    def __init__(
        self,
        name: str,
        unknown: Callable[[str], Exception] = KeyError,
        *,
        id_key: str = "id",
        indexes: Mapping[str, Callable[[Any], Hashable | None]] = _NOTHING,
        totals: Mapping[str, Callable[[Any], tuple[Hashable, int]]] = _NOTHING,
        seen: Callable[[Call, Document], Document] = _as_stored,
        overlaid: Collection[str] = (),
    ) -> None:
        """How they are kept.

        Args:
            name: their collection's, such as `lean.refunds`.
            unknown: the error where there is none with an id.
            id_key: the key of the id.
            indexes: as in `CollectionSpec`.
            totals: likewise.
            seen: a document with what scenarios lay over it.
            overlaid: the indexes whose keys scenarios may change.
        """
        self.name = name
        self.spec = CollectionSpec(name, itemgetter("created_at"), indexes, totals)
        self.id_key = id_key
        self._unknown = unknown
        self._seen, self._overlaid = seen, overlaid

    def collection(self, call: Call) -> store.Collection[Document]:
        """Where they are in the world of a call."""
        return call.collection(self.name)

    def put(self, call: Call, document: Document) -> Document:
        """Store a document, new or changed; returns it as stored."""
        return self.collection(call).put(str(document[self.id_key]), document)

    def note(self, call: Call, before: Document | None, after: Document) -> None:
        """Let the world know that a document's `status` has changed (before, None: it is new).

        Those of a lifecycle are known without. The kind is the collection's name in the singular.
        """
        was = "" if before is None else str(before["status"])
        if was != after["status"]:
            provider, _, kinds = self.name.partition(".")
            of = (kinds.removesuffix("s"), provider, str(after[self.id_key]))
            call.happened(Happening(call.now, *of, was, str(after["status"])))

    def stored(self, call: Call, doc_id: str) -> Document:
        """The document with an id, as it is kept.

        Raises:
            Exception: `unknown`'s, there is none.
        """
        document = self.collection(call).get(doc_id)
        if document is None:
            raise self._unknown(doc_id)
        return document

    def find(self, call: Call, doc_id: str) -> Document:
        """Likewise, with what scenarios lay over it."""
        return self._seen(call, self.stored(call, doc_id))

    def get(self, call: Call, doc_id: str) -> Document:
        """Likewise, in a turn of its own."""
        with call:
            return self.find(call, doc_id)

    def page(
        self,
        call: Call,
        asked: Listing,
        filters: Mapping[str, Hashable | None] = _NOTHING,
        keep: Callable[[Document], bool] | None = None,
    ) -> tuple[list[Document], int]:
        """A page of documents, newest first, and how many there are on all pages.

        The first filter looks an index up; what others leave of it is found by reading.

        Args:
            call: the world.
            asked: the page, and when they were created.
            filters: keys by their index; None: any.
            keep: chooses among what the filters leave.
        """
        wanted = {index: key for index, key in filters.items() if key is not None}
        key_of = self.spec.indexes
        with call:
            seen, overlaid = self._seen, self._overlaid
            if not call.any_scenario_on:
                seen, overlaid = _as_stored, ()
            index = next((index for index in wanted if index not in overlaid), None)
            key = None if index is None else wanted.pop(index)
            selection = self.collection(call).select(index, key, asked.since, asked.until)
            if not wanted and keep is None:
                rows, total = selection.page(asked.offset, asked.size), len(selection)
                return [seen(call, row) for row in rows], total
            chosen = [
                document
                for document in (seen(call, row) for row in selection)
                if all(key_of[index](document) == key for index, key in wanted.items())
                and (keep is None or keep(document))
            ]
            return asked.page(chosen)
