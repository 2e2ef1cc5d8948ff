"""What a provider tells the engine about itself: its documents, lifecycles, switches and words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from marshmallow import Schema

from sandbox.engine.store.collections import CollectionSpec, Document
from sandbox.engine.time.timeline import Event, Happening
from sandbox.engine.values.instants import Duration, Instant

if TYPE_CHECKING:
    from sandbox.engine.webhooks.deliveries import Notice
    from sandbox.engine.worlds.call import Call
    from sandbox.engine.worlds.world import World


class Key(NamedTuple):
    """A key that `where` may name in a scenario.

    Attributes:
        parse: checks a script's value and brings it into one form;
            raises ValueError saying what is wrong.
        matches: whether a document has that value.
        fixtures: the group of fixtures whose names stand for their ids, such as `lean.payments`.
    """

    parse: Callable[[object], object]
    matches: Callable[[Any, Any], bool]
    fixtures: str | None = None


def one_of(words: Collection[str]) -> Callable[[object], object]:
    """A `parse` that takes these words alone."""

    def parse(value: object) -> object:
        if value not in words:
            raise ValueError("valid: " + ", ".join(words))
        return value

    return parse


class Target(NamedTuple):
    """Something that `set` may overlay in a scenario, such as `lean.payment`.

    Attributes:
        to: loads what a script may set; its keys are the only valid ones.
        where: the keys by which one document is told from others.
    """

    to: Schema
    where: Mapping[str, Key] = MappingProxyType({})


class Lifecycle(NamedTuple):
    """The states of one kind of document, and which comes next by itself.

    Attributes:
        provider, kind: as they stand in the timeline; `kind` also begins the names of its
            transitions in a scenario (`refund.approved`).
        collection: where the documents are.
        next: for each state that does not last, the default next one and after how long
            (None: this document stays).
        may_become: for each state, all that may follow; a final one has none.
        where: the keys by which a scenario's `on:` step tells documents apart.
        change: the document in its new state, with whatever else that state changes; it may
            leave the document where it is, and then nothing comes next.
    """

    provider: str
    kind: str
    collection: str
    next: Mapping[str, tuple[str, Callable[[Call, Any], Duration | None]]]
    may_become: Mapping[str, Sequence[str]]
    where: Mapping[str, Key]
    state: Callable[[Any], str]
    change: Callable[[Call, Any, str, Instant], Any]

    def later_states(self) -> list[str]:
        """The states that some other can become."""
        return [
            state
            for state in self.may_become
            if any(state in following for following in self.may_become.values())
        ]

    def transitions(self) -> dict[str, str]:
        """The states by the name that a scenario gives to their entry."""
        return {f"{self.kind}.{state.lower()}": state for state in self.may_become}


class Handler(Protocol):
    """Lets an event happen."""

    def __call__(self, call: Call, event: Event) -> Happening: ...


class Seeder(NamedTuple):
    """Makes documents up.

    Attributes:
        make: called with a world, how many, a seed (None: the world's own, going on from the
            last call) and how many of the seed to leave out; returns them by id, not yet stored.
            The n-th of a seed hangs on no other.
        put: stores those of them that are not there yet (the same seed makes the same ids),
            and returns how many; its caller holds the world's lock.
    """

    make: Callable[[World, int, int | None, int], Mapping[str, Document]]
    put: Callable[[World, Mapping[str, Document]], int]


class Webhooks(NamedTuple):
    """How a provider tells the merchant of what has happened.

    Attributes:
        events: all the types there are.
        channels: what has an address each, such as the domains `test` and `live`; the first one
            is meant where none is named.
        retries: when a delivery that failed is tried again, counted from its first attempt.
        body: the JSON value to send, made when first read: of a notice, the event's id, and the
            moment it happened.
        sign: the name and the value of the signature header, of a raw body and a secret.
        secret: what signs where no secret has been set.
        where: the keys by which a scenario's `on: webhook` step tells notices apart, beside
            `event` and `provider`; they match on a `Notice`.
        probed: whether an address is called with GET when it is saved.
    """

    events: Sequence[str]
    channels: Sequence[str]
    retries: Sequence[Duration]
    body: Callable[[Notice, str, Instant], object]
    sign: Callable[[bytes, str], tuple[str, str]]
    secret: Callable[[Notice], str]
    where: Mapping[str, Key] = MappingProxyType({})
    probed: bool = False


class Model(NamedTuple):
    """All that the engine knows of one provider.

    Attributes:
        settings: the provider's switches as a fresh world has them (a frozen dataclass).
        settings_schema: loads a change to them and dumps them.
        lifecycles: by kind.
        handlers: for events of the timeline that are not a lifecycle's, by kind.
        targets: by the name that a scenario gives them.
        faults: the words that `fail` knows.
        fixtures: loads the provider's part of a fixture file.
        populate: puts loaded fixtures into a fresh world.
        seeders: by the key of `POST /seed`.
        webhooks: how it tells the merchant of what has happened.
        secrets: names of headers and of keys to strike out of the journal, lower case.
        secrets_at: further ones, of the calls of a path.
    """

    name: str
    collections: Sequence[CollectionSpec]
    settings: Any
    settings_schema: Schema
    lifecycles: Mapping[str, Lifecycle]
    handlers: Mapping[str, Handler]
    targets: Mapping[str, Target]
    faults: frozenset[str]
    fixtures: Schema
    populate: Callable[[World, Mapping[str, Any]], None]
    seeders: Mapping[str, Seeder]
    webhooks: Webhooks
    secrets: frozenset[str]
    secrets_at: Mapping[str, frozenset[str]] = MappingProxyType({})

    def change_settings(self, settings: Any, values: Any) -> Any:
        """The settings with some of them changed.

        Raises:
            ValidationError: a key or a value makes no sense.
            ValueError: the values make no sense together.
        """
        return replace(settings, **self.settings_schema.load(values))
