"""Documents in less room.

Their keys stand once for all that have them, and so does what is one object in many of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sandbox.engine.keeping.codec import Codec, Same
from sandbox.engine.keeping.table import Key, Row
from sandbox.engine.store.compact import blank, compact

KEYS, SAME = "keys", "same"
_OFTEN = 8
"""What is met so often is written once, and named from then on."""
_MOST_MET = 4096
"""Objects that are counted at once."""


class Documents:
    """Makes values to write of a world's documents, and documents of them. One thread at a time."""

    def __init__(
        self, codec: Codec, next_number: Callable[[], int], is_plain: bool = False
    ) -> None:
        """With `is_plain`, write documents as they are."""
        self._codec, self._next, self._is_plain = codec, next_number, is_plain
        self._keys: dict[tuple[str, ...], int] = {}
        self._met: dict[int, tuple[Any, int]] = {}
        self._same: dict[int, tuple[Any, Same]] = {}
        self._fresh: list[tuple[str, int, object]] = []

    def forget(self) -> None:
        """Write all anew that is named: what has been is not below the next layer."""
        for kept in (self._keys, self._met, self._same, self._fresh):
            kept.clear()

    def values(self, document: Mapping[str, Any]) -> list[Any]:
        """The number of a document's keys, and its values."""
        if self._is_plain:
            return [document]
        keys = tuple(document)
        number = self._keys.get(keys)
        if number is None:
            number = self._keys[keys] = self._next()
            self._fresh.append((KEYS, number, keys))
        values: list[Any] = [number, *document.values()]
        for n, value in enumerate(values):
            if type(value) is dict:
                values[n] = self._named(value)
        return values

    def _named(self, value: dict[str, Any]) -> Any:
        known = self._same.get(id(value))
        if known is not None:
            return known[1]
        _, count = self._met.get(id(value), (value, 0))
        if count < _OFTEN:
            if len(self._met) == _MOST_MET:
                self._met.clear()
            self._met[id(value)] = value, count + 1  # (held, so that no other has its identity)
            return value
        if len(self._same) == _MOST_MET:
            self._same.clear()
        same = Same(self._next())
        self._same[id(value)] = value, same
        self._fresh.append((SAME, same.number, value))
        return same

    def rows(self, layer: int) -> Iterator[Row]:
        """The rows of what has got a number by now."""
        while self._fresh:
            part, number, value = self._fresh.pop()
            yield Row(layer, part, number, self._codec.text(value))

    def reader(
        self, rows: Mapping[str, Mapping[Key, str]]
    ) -> Callable[[Sequence[Any]], dict[str, Any]]:
        """What makes compact documents of their values, in a state of these rows."""
        value = self._codec.value
        keys = {int(number): tuple(value(text)) for number, text in rows.get(KEYS, {}).items()}
        blanks = {number: blank(each) for number, each in keys.items()}
        same = {int(number): value(text) for number, text in rows.get(SAME, {}).items()}
        self._codec.same = same

        def document(values: Sequence[Any]) -> dict[str, Any]:
            if isinstance(values[0], dict):
                return compact(values[0])
            row = blanks[values[0]].copy()
            row.update(zip(keys[values[0]], values[1:], strict=True))
            return row

        return document
