"""What a JSON value looks like, whatever its values, and where two of them look different.

The elements of a list are one shape together: a key may be in some of them alone.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from sandbox.compare.exact import Number
from sandbox.compare.places import Place

_PLAIN = ""
"""The style of a number that is as short as it can be: 35, 15.3."""


class Unlike(NamedTuple):
    """Where two shapes differ, in what, and what each of them has there."""

    place: Place
    what: str
    theirs: str
    ours: str


class Shape:
    """A value's shape, or that of all elements of a list.

    Attributes:
        kinds: `null`, `a text`, `a number`, …
        styles: of its numbers, each with the first of them.
        objects: how many objects it holds.
        keys: their keys, in order, each with the shape behind it.
        seen: how many objects have it, where it stands behind a key.
        items: what the lists hold; None: nothing.
    """

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.styles: dict[str, Number] = {}
        self.objects = 0
        self.keys: dict[str, Shape] = {}
        self.seen = 0
        self.items: Shape | None = None

    def add(self, value: Any) -> "Shape":
        """Let it be the shape of this value, too."""
        self.kinds.add(_kind(value))
        if isinstance(value, Number):
            self.styles.setdefault(_style(value), value)
        elif isinstance(value, dict):
            self._add_object(value)
        elif isinstance(value, list):
            for item in value:
                self.items = (self.items or Shape()).add(item)
        return self

    def _add_object(self, value: dict[str, Any]) -> None:
        self.objects += 1
        order, before = list(self.keys), -1
        for key, inner in value.items():
            if key in self.keys:
                before = order.index(key)
            else:
                before += 1
                order.insert(before, key)
                self.keys[key] = Shape()
            self.keys[key].add(inner).seen += 1
        if list(self.keys) != order:
            self.keys = {key: self.keys[key] for key in order}

    def __str__(self) -> str:
        return " or ".join(sorted(self.kinds))


def unlike(theirs: Shape, ours: Shape, place: Place = ()) -> Iterator[Unlike]:
    """Where two shapes differ. What only some elements show is no difference of kinds."""
    if not theirs.kinds & ours.kinds:
        yield Unlike(place, "type", str(theirs), str(ours))
        return
    odd = [{style for style in each.styles if style != _PLAIN} for each in (theirs, ours)]
    if theirs.styles and ours.styles and odd[0] != odd[1]:
        examples = [
            _example(of.styles, own - other)
            for of, own, other in ((theirs, odd[0], odd[1]), (ours, odd[1], odd[0]))
        ]
        yield Unlike(place, "number style", *examples)
    if theirs.objects and ours.objects:
        yield from _unlike_keys(theirs, ours, place)
    if theirs.items is not None and ours.items is not None:
        yield from unlike(theirs.items, ours.items, (*place, None))


def _unlike_keys(theirs: Shape, ours: Shape, place: Place) -> Iterator[Unlike]:
    for key in dict.fromkeys((*theirs.keys, *ours.keys)):
        at = (*place, key)
        presence = [_presence(each, key) for each in (theirs, ours)]
        if presence[0][0] != presence[1][0]:
            yield Unlike(at, "key", presence[0][1], presence[1][1])
        if key in theirs.keys and key in ours.keys:
            yield from unlike(theirs.keys[key], ours.keys[key], at)
    orders = [
        [key for key in one.keys if key in other.keys]
        for one, other in ((theirs, ours), (ours, theirs))
    ]
    if orders[0] != orders[1]:
        yield Unlike(place, "key order", *(", ".join(order) for order in orders))


def _presence(shape: Shape, key: str) -> tuple[str, str]:
    """How often a key is there, and in words."""
    inner = shape.keys.get(key)
    if inner is None:
        return "never", "none"
    if inner.seen < shape.objects:
        return "sometimes", f"{inner}, in some elements"
    return "always", str(inner)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, Number):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "an object"


def _style(number: Number) -> str:
    """How a number is written; of those whose last decimal is a zero, with how many decimals."""
    if "e" in number.lower():
        return "exponent"
    whole, point, decimals = number.partition(".")
    if point and decimals.endswith("0"):
        return f"{len(decimals)} decimals"
    return "minus zero" if whole == "-0" and not point else _PLAIN


def _example(styles: dict[str, Number], own: set[str]) -> str:
    style = min(own) if own else next(iter(styles))
    return str(styles[style])


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are the same; numbers by their value, however they are written."""
    if isinstance(one, Number) and isinstance(other, Number):
        return one == other or Decimal(one) == Decimal(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return type(one) is type(other) and bool(one == other)
