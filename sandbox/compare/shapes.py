"""What two answers have in common, and where they differ: keys, their order, types, numbers."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sandbox.compare.json_nodes import Node, Number


class Difference(NamedTuple):
    """One difference of two answers.

    Attributes:
        kind: `status`, `header`, `body`, `key`, `order`, `type`, `null`, `number`, `value`, `word`
            or `state`.
        place: where, such as `data[].amount`; empty: the answer as a whole.
        sandbox: what the sandbox has.
        provider: what the provider has.
    """

    kind: str
    place: str
    sandbox: str
    provider: str


@dataclass
class Shape:
    """What is known of the values in one place; of an array, all of its elements are one place.

    Attributes:
        kinds: `object`, `array`, `string`, `boolean`, `null` or `number`.
        styles: how numbers are written: `plain`, `needless zeros` or `exponent`.
        keys: of objects, in the order of their first appearance.
        always: the keys that each of them had.
        orders: the orders of keys that were seen.
        element: of arrays; None: all were empty.
    """

    kinds: set[str] = field(default_factory=set)
    styles: set[str] = field(default_factory=set)
    keys: "dict[str, Shape]" = field(default_factory=dict)
    always: set[str] | None = None
    orders: list[list[str]] = field(default_factory=list)
    element: "Shape | None" = None

    def take(self, node: Node) -> "Shape":
        """Note one more value in this place."""
        kind = _kind(node)
        self.kinds.add(kind)
        if isinstance(node, Number):
            self.styles.add(_style(node.text))
        elif isinstance(node, dict):
            for key, value in node.items():
                self.keys.setdefault(key, Shape()).take(value)
            self.always = set(node) if self.always is None else self.always & set(node)
            if list(node) not in self.orders:
                self.orders.append(list(node))
        elif isinstance(node, list):
            for value in node:
                self.element = (self.element or Shape()).take(value)
        return self


def _kind(node: Node) -> str:
    if node is None:
        return "null"
    if isinstance(node, bool):
        return "boolean"
    kinds = ((Number, "number"), (str, "string"), (dict, "object"), (list, "array"))
    return next(name for type_, name in kinds if isinstance(node, type_))


_NEEDLESS = re.compile(r"-?\d+\.\d*0")


def _style(text: str) -> str:
    if "e" in text.lower():
        return "exponent"
    return "needless zeros" if _NEEDLESS.fullmatch(text) else "plain"


def differences(sandbox: Node, provider: Node) -> list[Difference]:
    """Where two bodies differ but for their values."""
    return list(_between(Shape().take(sandbox), Shape().take(provider), ""))


def _between(ours: Shape, theirs: Shape, place: str) -> Iterator[Difference]:
    if not ours.kinds & theirs.kinds:
        kind = "null" if "null" in ours.kinds | theirs.kinds else "type"
        yield Difference(kind, place, _words(ours.kinds), _words(theirs.kinds))
        return
    if ours.styles and theirs.styles and not ours.styles & theirs.styles:
        yield Difference("number", place, _words(ours.styles), _words(theirs.styles))
    if ours.element is not None and theirs.element is not None:
        yield from _between(ours.element, theirs.element, f"{place}[]")
    if ours.always is not None and theirs.always is not None:
        yield from _of_objects(ours, theirs, place)


def _of_objects(ours: Shape, theirs: Shape, place: str) -> Iterator[Difference]:
    for key in ours.always or ():
        if key not in theirs.keys:
            yield Difference("key", _below(place, key), _words(ours.keys[key].kinds), "left out")
    for key in theirs.always or ():
        if key not in ours.keys:
            yield Difference("key", _below(place, key), "left out", _words(theirs.keys[key].kinds))
    both = [key for key in ours.keys if key in theirs.keys]
    orders = [_only(order, both) for order in ours.orders]
    others = [_only(order, both) for order in theirs.orders]
    if not any(_agree(one, other) for one in orders for other in others):
        yield Difference("order", place, ", ".join(orders[0]), ", ".join(others[0]))
    for key in both:
        yield from _between(ours.keys[key], theirs.keys[key], _below(place, key))


def _only(order: Collection[str], keys: Collection[str]) -> list[str]:
    return [key for key in order if key in keys]


def _agree(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two orders are the same as far as both go."""
    return _only(one, other) == _only(other, one)


def _below(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _words(words: Collection[str]) -> str:
    return " or ".join(sorted(words))
