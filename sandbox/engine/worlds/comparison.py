"""What has changed from one state of a world to another, document by document."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sandbox.engine.store.collections import Collection, Document
from sandbox.engine.worlds.state import State

_ABSENT = object()


class Difference(NamedTuple):
    """A value that is another one now; None also where there was, or is, no such key.

    Attributes:
        key: where it stands, with dots between, as `deposit.status`.
    """

    key: str
    before: Any
    after: Any


class Change(NamedTuple):
    """What became of a document.

    Attributes:
        document: as it is now, or as it was where it has been removed.
        differences: of one that is there before and after.
    """

    id: str
    document: Document
    differences: list[Difference]


class Compared(NamedTuple):
    """What has changed in a collection: the newest documents of each kind, and how many there are.

    Attributes:
        name: such as `lean.refunds`.
    """

    name: str
    added: list[Change]
    removed: list[Change]
    changed: list[Change]
    counts: tuple[int, int, int]


def compare(before: State, after: State, most: int) -> list[Compared]:
    """What has changed, at most so many documents of a kind in each collection.

    The caller holds the world's lock. A document that nobody has replaced is the same one in both,
    so 100,000 of them take some 0.1 s, and a collection that nobody has written to takes none.
    """
    names = sorted({*before.store.names, *after.store.names})
    both = ((name, before.store.collection(name), after.store.collection(name)) for name in names)
    compared = (_compare(*each, most) for each in both if not each[1].shares(each[2]))
    return [each for each in compared if any(each.counts)]


def _compare(name: str, old: Collection[Any], new: Collection[Any], most: int) -> Compared:
    added: list[Change] = []
    changed: list[Change] = []
    removed: list[Change] = []
    counts = [0, 0, 0]
    for doc_id in new.ids():
        was, now = old.get(doc_id), new.get(doc_id)
        if was is now or was == now or now is None:
            continue
        kind, into = (0, added) if was is None else (2, changed)
        counts[kind] += 1
        if len(into) < most:
            into.append(Change(doc_id, now, [] if was is None else _differences(was, now)))
    for doc_id in old.ids():
        was = old.get(doc_id)
        if was is not None and new.get(doc_id) is None:
            counts[1] += 1
            if len(removed) < most:
                removed.append(Change(doc_id, was, []))
    return Compared(name, added, removed, changed, (counts[0], counts[1], counts[2]))


def _differences(was: Document, now: Document) -> list[Difference]:
    """Those of a document; which call made it is not one that people look for."""
    return [each for each in differences(was, now) if each.key != "by"]


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], at: str = ""
) -> Iterator[Difference]:
    """What differs between two JSON objects, key by key, in those inside of them too."""
    for key in {**before, **after}:
        was, now = before.get(key, _ABSENT), after.get(key, _ABSENT)
        if was == now:
            continue
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            yield from differences(was, now, f"{at}{key}.")
        else:
            shown = (None if value is _ABSENT else value for value in (was, now))
            yield Difference(f"{at}{key}", *shown)
