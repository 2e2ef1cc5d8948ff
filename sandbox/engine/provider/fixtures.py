"""A provider's fixtures: how they are loaded, and put into a fresh world."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from marshmallow import fields

from sandbox.engine.provider.resources import Resource
from sandbox.engine.provider.rules import Call
from sandbox.engine.reading.fields import Before, Strict
from sandbox.engine.reading.fixtures import BadFixture
from sandbox.engine.reading.validation import listed
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import DAY

TAKEN = "taken by another fixture"


class Fixture(Strict):
    """What every fixture may say; and it has an `id`."""

    about = fields.String(load_default="")
    before = Before(load_default=DAY)


class FixtureGroup(NamedTuple):
    """A provider's fixtures of one kind.

    Attributes:
        kind: as files call it, such as `refunds`.
        schema: loads one.
        resource: what they are.
        put: stores the document of one and all that comes with it: of a call, the fixture's name
            and what has been loaded. Raises BadFixture with the key that makes no sense.
        shown: makes of a document what users are shown beside its id and `about`.
    """

    kind: str
    schema: type[Fixture]
    resource: Resource
    put: Callable[[Call, str, Mapping[str, Any]], Document]
    shown: Callable[[Document], Mapping[str, Any]]


def values_of(*keys: str) -> Callable[[Document], dict[str, Any]]:
    """Makes of a document its values under these keys."""
    return lambda document: {key: document[key] for key in keys}


def schema_of(groups: Sequence[FixtureGroup]) -> Strict:
    """Loads a provider's part of a fixture file: fixtures by kind and name."""
    kinds = {
        group.kind: fields.Dict(
            keys=fields.String(), values=fields.Nested(group.schema), load_default=dict
        )
        for group in groups
    }
    schema = Strict.from_dict(kinds, name="Fixtures")  # type: ignore[arg-type]
    return schema()  # type: ignore[return-value]


def populate(
    call: Call, provider: str, groups: Sequence[FixtureGroup], loaded: Mapping[str, Any]
) -> None:
    """Put loaded fixtures into a fresh world; nothing comes of them by itself.

    Raises:
        BadFixture: one of them makes no sense.
    """
    for group in groups:
        known = call.fixtures.setdefault(f"{provider}.{group.kind}", {})
        for name, given in loaded.get(group.kind, {}).items():
            try:
                if group.resource.collection(call).get(str(given["id"])) is not None:
                    raise BadFixture(TAKEN, "id")
                document = group.put(call, name, given)
            except BadFixture as error:
                path = (provider, group.kind, name, *error.path)
                raise BadFixture(str(error), *path) from error
            shown = group.shown(document)
            known[name] = {"id": given["id"], **shown, "about": given["about"]}


def named(call: Call, group: str, given: Mapping[str, Any], key: str) -> Any:
    """The id of the fixture of another group, such as `lean.payments`, that one names.

    Raises:
        BadFixture: there is none of that name.
    """
    known = call.fixtures[group]
    if given[key] not in known:
        raise BadFixture(f"unknown; {listed(known)}", key)
    return known[given[key]]["id"]
