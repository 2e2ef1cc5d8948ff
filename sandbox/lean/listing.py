"""Pages of documents that several filters choose, and lists without pages."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.engine.store.collections import Collection, Document, Selection
from sandbox.lean.dates import ALWAYS, Period

MOST_ROWS = 1000
"""Of a page; and of a list that has no pages."""


def newest(selection: Selection[Document]) -> list[Document]:
    """What a list shows that has no pages, newest first."""
    return selection.page(0, MOST_ROWS)


def page_of(
    collection: Collection[Any],
    number: int,
    size: int,
    filters: Mapping[str, Any] | None = None,
    period: Period = ALWAYS,
    keep: Callable[[Document], bool] | None = None,
) -> tuple[list[Document], int]:
    """A page of documents, newest first, and how many there are on all pages.

    The first filter looks an index up; what others leave of it is found by reading.

    Args:
        collection: where they are.
        number: the page, from 0.
        size: documents a page.
        filters: values by the name of both their index and their key in a document; None: any.
        period: when they were created.
        keep: chooses among what the filters leave.
    """
    wanted = [(name, value) for name, value in (filters or {}).items() if value is not None]
    (index, key), rest = wanted[0] if wanted else (None, None), wanted[1:]
    selection: Selection[Document] = collection.select(index, key, *period)
    if keep is None and not rest:
        return selection.page(number * size, size), len(selection)
    chosen = [
        document
        for document in selection
        if all(document[name] == value for name, value in rest) and (keep is None or keep(document))
    ]
    return chosen[number * size : (number + 1) * size], len(chosen)
