"""Reading fixture files: documents by provider, group and name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError

from sandbox.engine.explain import dotted, explain, listed
from sandbox.engine.files import BadFile, read, wrong
from sandbox.engine.store import Collection


class BadFixture(ValueError):
    """A fixture that its schema lets pass, but that makes no sense in its world.

    Attributes:
        path: where it stands: provider, group, name and key.
    """

    def __init__(self, path: tuple[str, str, str, str], reason: str) -> None:
        super().__init__(reason)
        self.path = path


def require_new(collection: Collection[Any], doc_id: str, path: tuple[str, str, str, str]) -> None:
    """Refuse a fixture whose id another one has.

    Raises:
        BadFixture: it is taken.
    """
    if collection.get(doc_id) is not None:
        raise BadFixture(path, "taken by another fixture")


def read_fixtures(places: Sequence[Path], schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """The loaded fixtures by provider, group and name; a later one takes an earlier one's place.

    Args:
        places: files, and folders of JSON files.
        schemas: each provider's, by name.

    Raises:
        BadFile: one of the files makes no sense.
    """
    merged: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in schemas}
    for file in _files(places):
        for name, groups in _read_one(file, schemas).items():
            for group, entries in groups.items():
                merged[name].setdefault(group, {}).update(entries)
    return merged


def located(error: BadFixture, places: Sequence[Path]) -> BadFile:
    """The error with the file that the fixture stands in: the last that names it."""
    provider, group, name, _ = error.path
    reason = f"{dotted(error.path)}: {error}"
    for file in reversed(_files(places)):
        if name in read(file).get(provider, {}).get(group, {}):
            return wrong(file, error.path, reason)
    return BadFile(reason)


def _files(places: Sequence[Path]) -> list[Path]:
    return [
        file
        for place in places
        for file in (sorted(place.glob("*.json")) if place.is_dir() else [place])
    ]


def _read_one(file: Path, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    raw = read(file)
    if not isinstance(raw, dict) or not set(raw) <= set(schemas):
        raise BadFile(f"{file}:1: fixtures stand under a provider's name; {listed(schemas)}")
    loaded = {}
    for name, value in raw.items():
        try:
            loaded[name] = schemas[name].load(value)
        except ValidationError as error:
            path, reason = explain(error, schemas[name])
            path = (name, *path)
            raise wrong(file, path, f"{dotted(path)}: {reason}") from error
    return loaded
