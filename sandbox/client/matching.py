"""Whether a call is the one that a test means, and where it differs."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import parse_qsl

from .entries import MOST_OF_A_BODY, STRUCK_OUT, Entry

__tracebackhide__ = True  # pytest then shows the test instead

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_NEAREST = 3
_MISSING = object()


class Difference(NamedTuple):
    """Where a call differs: `weight` says how much that takes it away from what is meant."""

    where: str
    wanted: object
    was: object
    weight: int = 1

    @property
    def doubt(self) -> str | None:
        """Why there may be none: what is hidden."""
        if isinstance(self.was, str) and STRUCK_OUT in self.was:
            return "struck out, so it can't be compared"
        if isinstance(self.was, str) and len(self.was.encode()) >= MOST_OF_A_BODY:
            return "too long to be kept whole, so it can't be compared"
        return None

    def __str__(self) -> str:
        was = "missing" if self.was is _MISSING else self.doubt or repr(self.was)
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

    def differences(self, entry: Entry) -> list[Difference]:
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


class Comparison:
    """Calls that were seen, and how each differs from the one that a test means.

    Attributes:
        matching: those that don't.
        doubtful: those that may not: what would tell is hidden.
    """

    def __init__(self, wanted: Wanted, seen: Iterable[Entry], dropped: int) -> None:
        """`dropped` is how many more there were, which are kept no longer."""
        self._wanted = wanted
        self._dropped = dropped
        compared = [(wanted.differences(entry), entry) for entry in seen]
        self.matching = [entry for found, entry in compared if not found]
        self._others = [(found, entry) for found, entry in reversed(compared) if found]
        self.doubtful = [entry for found, entry in self._others if all(d.doubt for d in found)]

    def is_proof(self, times: int | None) -> bool:
        """Whether there were so many calls, or any (None), beyond doubt."""
        if times is None:
            return bool(self.matching)
        return len(self.matching) == times and not self.doubtful and not self._dropped

    def complaint(self, times: int | None) -> str:
        """What a failed assertion says: what matches too often, else what comes nearest."""
        meant = "at least 1 call" if times is None else _calls(times)
        said = f"{self._wanted}: expected {meant}, and there were {len(self.matching)}."
        if times is not None and len(self.matching) > times:
            return "\n".join([said, *map(_line, self.matching)])
        if self.doubtful:
            said += f" Of {_calls(len(self.doubtful))} more it can't be told."
        if self._dropped:
            said += (
                f" The first {_calls(self._dropped)} can't be told of, as only the latest are "
                "kept: requests.clear() makes room."
            )
        elif not self._others:
            return f"{said} There was no {'other ' if self.matching else ''}call at all."
        return "\n".join([said, *self._nearest()])

    def _nearest(self) -> Iterator[str]:
        if count := len(self._others):
            yield f"Nearest, of {_calls(count)} that differ{'s' * (count == 1)}:"
        for found, entry in sorted(self._others, key=_distance_of)[:_NEAREST]:
            yield _line(entry)
            yield from (f"      {difference}" for difference in found)


def _distance_of(compared: tuple[list[Difference], Entry]) -> int:
    return sum(difference.weight for difference in compared[0] if not difference.doubt)


def _line(entry: Entry) -> str:
    status = "connection cut" if entry["status"] is None else entry["status"]
    return f"  {entry['method']} {entry['path']} → {status}"


def _calls(number: int) -> str:
    return "1 call" if number == 1 else f"{number} calls"
