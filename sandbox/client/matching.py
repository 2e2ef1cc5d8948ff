"""Whether a call is the one that a test means, and where it differs."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

__tracebackhide__ = True  # pytest then shows the test instead

if TYPE_CHECKING:
    from .entries import Entry

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_STRUCK_OUT = "***"
_NEAREST = 3
_MISSING = object()


class Difference(NamedTuple):
    """Where a call differs: `weight` says how much that takes it away from what is meant."""

    where: str
    wanted: object
    was: object
    weight: int = 1

    def __str__(self) -> str:
        was = "missing" if self.was is _MISSING else repr(self.was)
        if self.was == _STRUCK_OUT:
            was += ": struck out, so it can't be compared"
        return f"{self.where}: wanted {self.wanted!r}, was {was}"


class Wanted(NamedTuple):
    """A call that a test means."""

    method: str
    path: str
    json: object
    query: Mapping[str, str]
    headers: Mapping[str, str]
    status: int | None

    def __str__(self) -> str:
        parts = {"json": self.json, "query": self.query, "headers": self.headers}
        said = [f"{name} {value!r}" for name, value in parts.items() if value not in (None, {})]
        if self.status is not None:
            said.append(f"status {self.status}")
        return f"{self.method} {self.path}" + (" with " + " and ".join(said) if said else "")

    def require_sense(self, times: int | None) -> None:
        """Refuse what no call can be, so that nothing passes for want of one.

        Raises:
            ValueError: it says what would do.
        """
        if self.method not in _METHODS:
            raise ValueError(f"{self.method!r} is no method; like POST, and before the path")
        if not self.path.startswith("/") or self.path.startswith("/w/") or "?" in self.path:
            raise ValueError(
                f"{self.path!r} is not a path like '/refund/*': that has no address, no world, and "
                "no query, which is given as query={…}"
            )
        if times is not None and (type(times) is not int or times < 0):
            raise ValueError(f"times is {times!r}; it is a whole number, from 0")

    def differences(self, entry: "Entry") -> list[Difference]:
        """Where a call differs."""
        found = []
        if entry["method"] != self.method:
            found.append(Difference("method", self.method, entry["method"], 5))
        if far := _distance(self.path, entry["path"]):
            found.append(Difference("path", self.path, entry["path"], 5 * far))
        if self.json is not None:
            found += _within("json", self.json, entry["body"])
        query = dict(parse_qsl(entry["query"], keep_blank_values=True))
        found += _within("query", self.query, query)
        lowered = {name.lower(): value for name, value in entry["headers"].items()}
        found += _within("headers", {k.lower(): v for k, v in self.headers.items()}, lowered)
        if self.status is not None and entry["status"] != self.status:
            found.append(Difference("status", self.status, entry["status"]))
        return found


def _distance(wanted: str, was: str) -> int:
    """How many parts of two paths differ."""
    one, other = ([part for part in path.split("/") if part] for path in (wanted, was))
    pairs = zip(one, other, strict=False)
    return abs(len(one) - len(other)) + sum(w not in (p, "*") for w, p in pairs)


def _within(where: str, wanted: object, was: object) -> Iterator[Difference]:
    """Where a value is not, or does not hold, what is wanted: objects may have more keys."""
    if isinstance(wanted, Mapping) and isinstance(was, Mapping):
        for key, value in wanted.items():
            yield from _within(f"{where}.{key}", value, was.get(key, _MISSING))
    elif isinstance(wanted, list | tuple) and isinstance(was, list) and len(wanted) == len(was):
        for n, (one, other) in enumerate(zip(wanted, was, strict=True)):
            yield from _within(f"{where}[{n}]", one, other)
    elif not _same(wanted, was):
        yield Difference(where, wanted, was)


def _same(wanted: object, was: object) -> bool:
    """JSON's equality: true is not 1. What compares in its own way, as `mock.ANY`, may."""
    if isinstance(wanted, Decimal):
        wanted = float(wanted)
    if isinstance(wanted, int | float) and isinstance(wanted, bool) != isinstance(was, bool):
        return False
    return bool(wanted == was)


def complaint(
    wanted: Wanted, times: int | None, matching: "list[Entry]", seen: "list[Entry]"
) -> str:
    """What a failed assertion says: what matches too often, else what comes nearest."""
    meant = "at least 1 call" if times is None else _calls(times)
    lines = [f"{wanted}: expected {meant}, and there were {len(matching)}."]
    if times is not None and len(matching) > times:
        return "\n".join([*lines, *map(_line, matching)])
    rest = [entry for entry in seen if entry not in matching]
    if not rest:
        return f"{lines[0]} There was no {'other ' if matching else ''}call at all."
    lines.append(f"Nearest, of {_calls(len(rest))} that differ{'s' * (len(rest) == 1)}:")
    told = [(wanted.differences(entry), entry) for entry in reversed(rest)]
    told.sort(key=lambda pair: sum(difference.weight for difference in pair[0]))
    for differences, entry in told[:_NEAREST]:
        lines += [_line(entry), *(f"      {difference}" for difference in differences)]
    return "\n".join(lines)


def _line(entry: "Entry") -> str:
    status = "connection cut" if entry["status"] is None else entry["status"]
    return f"  {entry['method']} {entry['path']} → {status}"


def _calls(number: int) -> str:
    return "1 call" if number == 1 else f"{number} calls"
