"""What happened in a world, so that disturbances are drawn of what happens."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sandbox.client import Sandbox


class Seen(NamedTuple):
    """How often each thing happened.

    Attributes:
        calls: by method and path; `*` stands in the place of an id.
        events: webhooks, by their event.
        refunds: those made by calls, by provider.
    """

    calls: Mapping[tuple[str, str], int]
    events: Mapping[str, int]
    refunds: Mapping[str, int]


def look(sandbox: "Sandbox") -> Seen:
    """What has happened in a world so far."""
    calls = (
        (each["method"], _ID.sub("*", each["path"]))
        for each in sandbox.requests.all()
        if each["provider"] is not None and each["status"] not in (404, 405)
    )
    events = (each["event"] for each in sandbox.webhooks.deliveries())
    made = (each["provider"] for each in sandbox.refunds.all() if each["by"] is not None)
    return Seen(
        Counter(call for call in calls if _PLAIN.fullmatch(call[1])),
        Counter(events),
        Counter(made),
    )


_ID = re.compile(r"(?<=/)(\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=/|$)")
_PLAIN = re.compile(r"[\w/.*~-]+", re.ASCII)
"""What can be written as it is in the text of a disturbance."""


class Target(NamedTuple):
    """What a disturbance may be about: parameters that say so, and how often that happens."""

    parameters: Mapping[str, str]
    often: int


def targets(scenario: Mapping[str, Any], given: Mapping[str, object], seen: Seen) -> list[Target]:
    """What a scenario may be about, of what happened; one about nothing that happened has none.

    Args:
        scenario: as the sandbox tells of it, off.
        given: the parameters that are said already.
        seen: what happened.
    """
    usual = scenario["parameters"]
    if "path" in usual:
        return [*_calls(usual, given, seen)]
    if "event" in usual:
        if "event" in given:
            return [Target({}, 0)]
        return [Target({"event": event}, count) for event, count in sorted(seen.events.items())]
    provider = scenario["provider"]
    counts = [n for name, n in seen.refunds.items() if provider in ("any", name)]
    return [Target({}, sum(counts))] if counts else []


def _calls(usual: Mapping[str, Any], given: Mapping[str, object], seen: Seen) -> Iterator[Target]:
    """Calls: first those that the scenario means by itself, then others like them."""
    if "path" in given:
        yield Target({}, 0)
        return
    method = str(given.get("method", usual["method"]))
    paths = str(usual["path"]).split(", ")
    may_be = {call: n for call, n in seen.calls.items() if method in ("any", call[0])}
    meant = {call: n for call, n in may_be.items() if call[1] in paths}
    if meant:
        yield Target({}, sum(meant.values()))
    for (its_method, path), count in sorted(may_be.items(), key=_reads_last):
        if (its_method, path) not in meant:
            said = {} if "method" in given or method != "any" else {"method": its_method}
            yield Target({**said, "path": path}, count)


def _reads_last(item: tuple[tuple[str, str], int]) -> tuple[bool, str, str]:
    (method, path), _ = item
    return method == "GET", path, method
