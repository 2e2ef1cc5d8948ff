"""Which path was meant, where there is nothing at the one that was called."""

import re
from collections.abc import Sequence

from sandbox.engine.scenarios.steps import segments

LONGEST = 200
"""Characters of a path; of a longer one nobody knows what was meant."""
MOST_PARTS = 10
_ALIKE = 0.75
"""How alike two words are, from 0 to 1, of which one may have been meant by the other."""
_VERSION = re.compile(r"v[0-9]{1,3}", re.ASCII)
_OPEN = "<"
"""Begins a part of a route that may be anything."""


def meant(
    method: str, path: str, routes: Sequence[tuple[str, str]], may_begin_with_more: bool
) -> str | None:
    """The nearest path that a route leads to; None: none is near, or the path itself is one.

    Versions such as `v1` may be missing, wrong or too many, and words misspelt.

    Args:
        method: of the call; among paths that are equally near, one that takes it wins.
        path: as it was called.
        routes: a method and a path each, with its `<parts>`.
        may_begin_with_more: whether a path may also be meant that begins later in it.
    """
    parts = segments(path)
    if not parts or len(path) > LONGEST or len(parts) > MOST_PARTS:
        return None
    known = [(segments(route), takes) for takes, route in routes]
    if any(_leads_to(route, parts) for route, _ in known):
        return None
    for start in range(len(parts) if may_begin_with_more else 1):
        given = _without_versions(parts[start:])
        found = [
            (unlike, takes != method, route)
            for route, takes in known
            if (unlike := _unlikeness(given, _without_versions(route))) is not None
        ]
        if found:
            return _filled(min(found)[2], given)
    return None


def _without_versions(parts: Sequence[str]) -> list[str]:
    return [part for part in parts if not _VERSION.fullmatch(part)]


def _leads_to(route: Sequence[str], parts: Sequence[str]) -> bool:
    return len(route) == len(parts) and all(
        part == wanted or wanted.startswith(_OPEN)
        for part, wanted in zip(parts, route, strict=True)
    )


def _unlikeness(given: Sequence[str], route: Sequence[str]) -> float | None:
    """How far a path is from a route, 0 if it leads there; None: too far."""
    if len(given) != len(route):
        return None
    unlike = 0.0
    for part, wanted in zip(given, route, strict=True):
        if part == wanted or wanted.startswith(_OPEN):
            continue
        likeness = _likeness(part.lower(), wanted)
        if likeness < _ALIKE:
            return None
        unlike += 1.01 - likeness  # (capitals alone are a difference, too)
    return unlike


def _likeness(one: str, other: str) -> float:
    from difflib import SequenceMatcher  # (few answers need it)

    return SequenceMatcher(None, one, other).ratio()


def _filled(route: Sequence[str], given: Sequence[str]) -> str:
    """A route with the parts of a path in place of its open ones."""
    values = iter(given)
    filled = []
    for part in route:
        value = "" if _VERSION.fullmatch(part) else next(values)
        filled.append(value if part.startswith(_OPEN) else part)
    return "/" + "/".join(filled)
