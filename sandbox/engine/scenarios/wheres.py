"""The `where` of a step: its words checked, the documents that it names, the calls it is about."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NoReturn

from sandbox.engine.reading.validation import Path, listed
from sandbox.engine.scenarios.steps import (
    ANY,
    Named,
    Paths,
    RequestStep,
    ScenarioError,
    Step,
    WebhookStep,
    read_paths,
    same_path,
    segments,
)
from sandbox.engine.scenarios.templates import named
from sandbox.engine.scenarios.vocabulary import Key, Scalar, Vocabulary


def read_where(
    raw: Mapping[str, Scalar], keys: Mapping[str, Key], vocabulary: Vocabulary, at: Path
) -> dict[str, tuple[Key, object]]:
    """The keys that documents must match, with their values; those of `any` are left out.

    Raises:
        ScenarioError: a key is unknown, or its value makes no sense.
    """
    where = {}
    for name, value in raw.items():
        key = keys.get(name)
        if key is None:
            unknown((*at, name), name, keys)
        if value == ANY:
            continue
        try:
            where[name] = (key, key.parse(_unnamed(value, key, vocabulary)))
        except ValueError as error:
            raise ScenarioError((*at, name), str(error)) from error
    return where


def _unnamed(value: Scalar, key: Key, vocabulary: Vocabulary) -> Scalar:
    """The id of the fixture, where a value is a fixture's name."""
    if key.collection is None or not isinstance(value, str):
        return value
    provider, dot, _ = value.partition(".")
    if not dot or provider not in vocabulary.providers:  # an id, or a reference of a caller's own
        return value
    names = vocabulary.fixtures.get(key.collection, {})
    group, _, name = value.rpartition(".")
    if group != key.collection or name not in names:
        there = listed([f"{key.collection}.{each}" for each in names], value)
        raise ValueError(f"there is no such fixture; {there}")
    id: Scalar = names[name]["id"]
    return id


def paths_of(text: str, at: Path) -> Paths:
    """The paths that a step names.

    Raises:
        ScenarioError: they make no sense.
    """
    try:
        return read_paths(text)
    except ValueError as error:
        raise ScenarioError(at, str(error)) from error


@lru_cache(maxsize=16)
def _calls(
    routes: tuple[tuple[str, str, str], ...], providers: frozenset[str]
) -> list[tuple[str, tuple[str, ...]]]:
    """The calls of these providers, with their paths by parts; kept, as they never change."""
    return [
        (method, tuple("*" if part[0] == "<" else part for part in segments(path)))
        for provider, method, path in routes
        if provider in providers
    ]


def check_route(
    providers: Collection[str],
    method: str | None,
    paths: Paths | None,
    vocabulary: Vocabulary,
    at: Path,
) -> None:
    """Refuse paths of which one is no call's of these providers, or none is a call's of a method.

    Raises:
        ScenarioError: so it is; the calls that there are are listed.
    """
    by_parts = _calls(vocabulary.routes, frozenset(providers))
    methods: set[str] = set()
    for path in paths or (("**",),):
        found = {m for m, parts in by_parts if same_path(path, parts)}
        if not found:
            methods.clear()
            break
        methods |= found
    if method not in (None, *methods) or not methods:
        asked = f"{method or ''} /{'/'.join(path)}".strip()
        routes = {f"{m} {p}" for provider, m, p in vocabulary.routes if provider in providers}
        calls = listed(sorted(routes), asked)
        raise ScenarioError(at, f"no such call; {calls}")


def unknown(at: Path, word: object, words: Iterable[object]) -> NoReturn:
    """Refuse a word, and list those that there are.

    Raises:
        ScenarioError: always.
    """
    raise ScenarioError(at, f"unknown; {listed(words, word)}")


def documents_of(step: Step, raw: Mapping[str, Any], filled: Mapping[str, Any]) -> Iterator[Named]:
    """The documents that a step's `where` names."""
    if isinstance(step, RequestStep):
        return
    for where in step.where.values() if isinstance(step, WebhookStep) else [step.where]:
        for name, (key, value) in where.items():
            if key.collection is not None:
                by = (*named(raw["where"][name]), name)[0]
                yield Named(by, filled["where"][name], key, value)
