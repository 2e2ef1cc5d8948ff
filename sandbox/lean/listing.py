"""Pages of documents that several filters choose."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.engine.instants import Instant
from sandbox.engine.store import Collection, Document, Selection


def page_of(
    collection: Collection[Any],
    filters: Mapping[str, Any],
    between: tuple[Instant | None, Instant | None],
    number: int,
    size: int,
    keep: Callable[[Document], bool] | None = None,
) -> tuple[list[Document], int]:
    """A page of documents, newest first, and how many there are on all pages.

    The first filter looks an index up; what others leave of it is found by reading.

    Args:
        collection: where they are.
        filters: values by the name of both their index and their key in a document.
        between: created at the first moment or later, before the second.
        number: the page, from 0.
        size: documents a page.
        keep: chooses among what the filters leave.
    """
    first, rest = list(filters.items())[:1], list(filters.items())[1:]
    index, key = first[0] if first else (None, None)
    selection: Selection[Document] = collection.select(index, key, *between)
    if keep is None and not rest:
        return selection.page(number * size, size), len(selection)
    chosen = [
        document
        for document in selection
        if all(document[name] == value for name, value in rest) and (keep is None or keep(document))
    ]
    return chosen[number * size : (number + 1) * size], len(chosen)
