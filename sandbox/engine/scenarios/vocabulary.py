"""What a script may talk about: the words that providers and fixtures bring."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeAlias

from marshmallow import Schema

from sandbox.engine.reading.validation import listed

Scalar: TypeAlias = str | int | Decimal | bool


def _has(collection: Any, doc_id: object) -> bool:
    return collection.get(str(doc_id)) is not None


class Key(NamedTuple):
    """A key that `where` may name in a scenario.

    A key whose values name documents has their `collection`; fixtures of a group of that name may
    be named too.

    Attributes:
        parse: checks a script's value and brings it into one form;
            raises ValueError saying what is wrong.
        matches: whether a document has that value.
        collection: such as `lean.payments`.
        is_there: whether that collection has a document of a value; looked up, not searched for.
    """

    parse: Callable[[object], object]
    matches: Callable[[Any, Any], bool]
    collection: str | None = None
    is_there: Callable[[Any, Any], bool] = _has


def one_of(words: Collection[str]) -> Callable[[object], object]:
    """A `parse` that takes these words alone."""

    def parse(value: object) -> object:
        if value not in words:
            raise ValueError(listed(words, value))
        return value

    return parse


def same(key: str) -> Callable[[Any, Any], bool]:
    """A `matches` that compares with what stands under a key."""
    return lambda document, value: bool(document[key] == value)


class Target(NamedTuple):
    """Something that `set` may overlay in a scenario, such as `lean.payment`.

    Attributes:
        to: loads what a script may set; its keys are the only valid ones.
        where: the keys by which one document is told from others.
    """

    to: Schema
    where: Mapping[str, Key] = MappingProxyType({})


class States(Protocol):
    """A lifecycle, as a script sees it."""

    @property
    def may_become(self) -> Mapping[str, Collection[str]]: ...
    @property
    def where(self) -> Mapping[str, Key]: ...
    def transitions(self) -> Mapping[str, str]: ...


class Events(Protocol):
    """A provider's webhooks, as a script sees them."""

    @property
    def events(self) -> Collection[str]: ...
    @property
    def where(self) -> Mapping[str, Key]: ...


class Words(Protocol):
    """A provider, as a script sees it."""

    @property
    def targets(self) -> Mapping[str, Target]: ...
    @property
    def lifecycles(self) -> Mapping[str, States]: ...
    @property
    def faults(self) -> Collection[str]: ...
    @property
    def token_paths(self) -> Collection[str]: ...
    @property
    def webhooks(self) -> Events: ...


class Vocabulary(NamedTuple):
    """All that a script can talk about.

    Attributes:
        providers: by name.
        routes: (provider, method, path) of every call there is; `<x>` stands for any segment.
        fixtures: documents with their `id`, by name, by group such as `lean.payments`.
    """

    providers: Mapping[str, Words]
    routes: tuple[tuple[str, str, str], ...]
    fixtures: Mapping[str, Mapping[str, Mapping[str, Any]]]
