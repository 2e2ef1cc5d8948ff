"""The requests that the sandbox saw, and what answered them."""

import json as json_text
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, cast

from .connection import Connection
from .moments import Moment, moment, plain

_SHOWN = 2000
"""Of a body that is told, the first characters."""


class Entry(TypedDict):
    """A request and its answer; credentials and tokens are struck out.

    `provider` is None for a path in nobody's namespace, `status` for a connection cut off;
    `duration_ms` is of real time.
    """

    id: int
    at: str
    provider: str | None
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any
    status: int | None
    response: Any
    scenario: str | None
    duration_ms: float


class Requests:
    """The world's requests, but for those to the admin API."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(
        self,
        *,
        provider: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        body: Mapping[str, object] | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
    ) -> list[Entry]:
        """Those that match, oldest first.

        Args:
            provider: lean or lahza.
            method: HTTP's.
            path: `*` stands for any one part.
            status: of the answer.
            body: values by the path to their field, such as `{"customer.email": "a@b.ps"}`;
                in a list, any of its items may have it.
            since: of the world's time, the first moment.
            until: the first moment after.
            limit: that many, the latest.
        """
        query = {
            "provider": provider,
            "method": method,
            "path": path,
            "status": status,
            "since": None if since is None else moment(since),
            "until": None if until is None else moment(until),
            "limit": limit,
            **{f"body.{field}": _text(value) for field, value in (body or {}).items()},
        }
        found = self._connection.call("GET", "requests", query=query)
        return cast(list[Entry], found["requests"][::-1])

    def last(self, method: str | None = None, path: str | None = None) -> Entry | None:
        """The latest, of those with a method and a path if given."""
        return next(iter(self.all(method=method, path=path, limit=1)), None)

    def clear(self) -> None:
        """Forget them."""
        self._connection.call("DELETE", "requests")

    def assert_called(
        self,
        method: str,
        path: str,
        *,
        times: int | None = None,
        json: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> list[Entry]:
        """Require that a call was made; returns those that match.

        Args:
            method: HTTP's.
            path: `*` stands for any one part.
            times: how often, exactly; unless given, once or more.
            json: what the body, JSON or a form, must hold; it may hold more keys.
            query: likewise.
            headers: likewise.
            status: what it was answered with.

        Raises:
            AssertionError: it shows the calls that come nearest, field by field.
        """
        from .matching import Wanted, complaint  # (only a test asks, a command need not wait)

        __tracebackhide__ = True  # pytest then shows the test
        seen = self.all()
        wanted = Wanted(method.upper(), path, json, query or {}, headers or {}, status)
        matching = [entry for entry in seen if not wanted.differences(entry)]
        if len(matching) == times or (times is None and matching):
            return matching
        raise AssertionError(complaint(wanted, times, matching, seen))

    def assert_not_called(
        self, method: str, path: str, *, json: object = None, status: int | None = None
    ) -> None:
        """Require that no such call was made.

        Raises:
            AssertionError: it shows those that were.
        """
        __tracebackhide__ = True
        self.assert_called(method, path, times=0, json=json, status=status)

    def told(self, limit: int = 20) -> str:
        """The latest as text for people, oldest first."""
        return told(self.all(limit=limit))


def told(entries: Iterable[Entry], most: int | None = _SHOWN) -> str:
    """Requests as text for people; of a body, that many characters (None: all)."""
    return "\n".join(_told(entry, most) for entry in entries) or "none"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json_text.dumps(value, default=plain)


def _told(entry: Entry, most: int | None) -> str:
    query = f"?{entry['query']}" if entry["query"] else ""
    scenario = f"  (scenario {entry['scenario']})" if entry["scenario"] else ""
    status = "connection cut" if entry["status"] is None else entry["status"]
    lines = [f"{entry['at']}  {entry['method']} {entry['path']}{query}{scenario}"]
    if entry["body"] is not None:
        lines.append(f"  sent      {_body(entry['body'], most)}")
    lines.append(f"  answered  {status}  {_body(entry['response'], most)}".rstrip())
    return "\n".join(lines)


def _body(value: object, most: int | None) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json_text.dumps(value, ensure_ascii=False)
    if most is None or len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text)} characters)"
