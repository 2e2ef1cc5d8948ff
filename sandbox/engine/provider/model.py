"""What a provider tells the engine about itself: its documents, lifecycles, settings and words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from marshmallow import Schema

from sandbox.engine.provider.fixtures import FixtureGroup
from sandbox.engine.provider.ledger import Listed
from sandbox.engine.provider.notices import Notice
from sandbox.engine.provider.rules import Handler, Lifecycle, Seeder
from sandbox.engine.scenarios.vocabulary import Key, Target
from sandbox.engine.store.collections import CollectionSpec
from sandbox.engine.values.instants import Duration, Instant


class Webhooks(NamedTuple):
    """How a provider tells the merchant of what has happened.

    Attributes:
        events: all the types there are.
        channels: what has an address each, such as the domains `test` and `live`; the first one
            is meant where none is named.
        retries: when a delivery that failed is tried again, counted from its first attempt.
        body: the JSON value to send, made when first read: of a notice, the event's id, and the
            moment it happened.
        sign: the name and the value of the signature header, of a raw body, a secret and what the
            body tells.
        secret: what signs where no secret has been set.
        where: the keys by which a scenario's `on: webhook` step tells notices apart, beside
            `event` and `provider`; they match on a `Notice`.
        probed: whether an address is called with GET when it is saved.
        signer: what people are told of `secret`, without a word of one that is anybody's own.
        algorithm: what people are told of `sign`.
    """

    events: Sequence[str]
    channels: Sequence[str]
    retries: Sequence[Duration]
    body: Callable[[Notice, str, Instant], object]
    sign: Callable[[bytes, str, Notice], tuple[str, str]]
    secret: Callable[[Notice], str]
    where: Mapping[str, Key] = MappingProxyType({})
    probed: bool = False
    signer: Callable[[Notice], str] = lambda _: "the provider's own secret"
    algorithm: str = "HMAC-SHA256"


class Model(NamedTuple):
    """All that the engine knows of one provider.

    Attributes:
        settings: the provider's switches as a fresh world has them (a frozen dataclass).
        settings_schema: loads a change to them and dumps them.
        lifecycles: by kind.
        handlers: for events of the timeline that are not a lifecycle's, by kind.
        targets: by the name that a scenario gives them.
        faults: the words that `fail` knows.
        token_paths: of the calls that hand out access tokens: in a scenario, `any-but-token`
            leaves them alone.
        fixtures: by kind, those first that others name.
        seeders: by the key of `POST /seed`.
        webhooks: how it tells the merchant of what has happened.
        payments, refunds: how they stand in the list of all providers, if it has any.
        secrets: names of headers and of keys to strike out of the journal, lower case.
        secrets_at: further ones, of the calls of a path.
    """

    name: str
    collections: Sequence[CollectionSpec]
    settings: Any
    settings_schema: Schema
    lifecycles: Mapping[str, Lifecycle]
    faults: frozenset[str]
    fixtures: Sequence[FixtureGroup]
    seeders: Mapping[str, Seeder]
    webhooks: Webhooks
    secrets: frozenset[str]
    secrets_at: Mapping[str, frozenset[str]] = MappingProxyType({})
    handlers: Mapping[str, Handler] = MappingProxyType({})
    targets: Mapping[str, Target] = MappingProxyType({})
    token_paths: Sequence[str] = ()
    payments: Listed | None = None
    refunds: Listed | None = None

    def change_settings(self, settings: Any, values: Any) -> Any:
        """The settings with some of them changed.

        Raises:
            ValidationError: a key or a value makes no sense.
            ValueError: the values make no sense together.
        """
        return replace(settings, **self.settings_schema.load(values))
