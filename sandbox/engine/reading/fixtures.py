"""Reading fixture files: documents by provider, group and name."""

from collections.abc import Mapping, Sequence
from os.path import isdir
from pathlib import Path
from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError

from sandbox.engine.reading.files import BadFile, Source, in_folder, read_all
from sandbox.engine.reading.validation import dotted, explain, listed


class BadFixture(ValueError):
    """A fixture that its schema lets pass, but that makes no sense in its world.

    Attributes:
        path: where it stands: provider, group, name and key.
    """

    def __init__(self, reason: str, *path: str) -> None:
        super().__init__(reason)
        self.path = path


class Fixtures(NamedTuple):
    """The loaded fixtures by provider, group and name, and the files that they come from."""

    documents: Mapping[str, Any]
    sources: Sequence[Source]

    def located(self, error: BadFixture) -> BadFile:
        """The error with the file that the fixture stands in: the last that names it."""
        provider, group, name, *_ = error.path
        reason = f"{dotted(error.path)}: {error}"
        for source in self.sources[::-1]:
            if name in source.content.get(provider, {}).get(group, {}):
                return source.wrong(error.path, reason)
        return BadFile(reason)


def read_fixtures(places: Sequence[Path], schemas: Mapping[str, Schema]) -> Fixtures:
    """The fixtures in these places; a later one takes an earlier one's place.

    Args:
        places: files, and folders of JSON files.
        schemas: each provider's, by name.

    Raises:
        BadFile: one of the files makes no sense.
    """
    merged: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in schemas}
    sources = []
    for place in places:
        for source in read_all(in_folder(place, ".json") if isdir(place) else [place]):
            for name, groups in _load(source, schemas).items():
                for group, entries in groups.items():
                    merged[name].setdefault(group, {}).update(entries)
            sources.append(source)
    return Fixtures(merged, sources)


def _load(source: Source, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    raw = source.content
    if not isinstance(raw, dict) or not set(raw) <= set(schemas):
        raise BadFile(f"{source.file}:1: fixtures stand under a provider's name; {listed(schemas)}")
    loaded = {}
    for name, value in raw.items():
        try:
            loaded[name] = schemas[name].load(value)
        except ValidationError as error:
            path, reason = explain(error, schemas[name])
            path = (name, *path)
            raise source.wrong(path, f"{dotted(path)}: {reason}") from error
    return loaded
