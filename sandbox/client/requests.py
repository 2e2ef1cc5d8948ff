"""The requests that the sandbox saw, and what answered them."""

import json as json_text
from collections.abc import Mapping
from typing import cast

from .connection import Part
from .entries import Entry, told_briefly
from .moments import Moment, given, moment, plain

__tracebackhide__ = True  # pytest then shows the test instead


class Requests(Part):
    """The world's requests, but for those to the admin API."""

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
            method: such as `GET`.
            path: `*` stands for any one part.
            status: of the answer.
            body: values by the path to their field, such as `{"customer.email": "a@b.ps"}`;
                in a list, any of its items may have it.
            since: of the world's time, the first moment.
            until: the first moment after.
            limit: that many, the latest.

        Raises:
            ValueError: what is looked for in a body is an object or a list.
        """
        query = {
            **given(provider=provider, method=method, path=path, status=status, limit=limit),
            **given(since=since and moment(since), until=until and moment(until)),
            **{f"body.{field}": _text(value) for field, value in (body or {}).items()},
        }
        return self._seen(query)[0]

    def _seen(self, query: Mapping[str, object]) -> tuple[list[Entry], int]:
        """Those that match, oldest first, and how many earlier ones are not kept."""
        found = self._call("GET", "requests", query=query)
        return cast(list[Entry], found["requests"][::-1]), found["dropped"]

    def last(self, method: str | None = None, path: str | None = None) -> Entry | None:
        """The latest, of those with a method and a path if given."""
        return next(iter(self.all(method=method, path=path, limit=1)), None)

    def clear(self) -> None:
        """Forget them."""
        self._call("DELETE", "requests")

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
            method: such as `GET`.
            path: `*` stands for any one part.
            times: how often, exactly; unless given, once or more.
            json: what the body, JSON or a form, must hold; it may hold more keys.
            query: likewise.
            headers: likewise.
            status: what it was answered with.

        Raises:
            AssertionError: it shows the calls that come nearest, field by field.
            ValueError: no call can be meant.
        """
        from .matching import Comparison, Wanted  # (a command need not wait for it)

        wanted = Wanted(method.upper(), path, json, query or {}, headers or {}, status)
        wanted.require_sense(times)
        compared = Comparison(wanted, *self._seen({}))
        if not compared.is_proof(times):
            raise AssertionError(compared.complaint(times))
        return compared.matching

    def assert_not_called(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> None:
        """Require that no such call was made: see `assert_called`.

        Raises:
            AssertionError: it shows those that were.
            ValueError: no call can be meant.
        """
        self.assert_called(
            method, path, times=0, json=json, query=query, headers=headers, status=status
        )

    def told(self, most: int = 20) -> str:
        """The latest as text for people, oldest first; one that is repeated is told once."""
        return told_briefly(self.all(), most)


def _text(value: object) -> str:
    if isinstance(value, Mapping | list | tuple):
        raise ValueError(f"{value!r} is not one value: give each by the path to it, as 'a.b'")
    return value if isinstance(value, str) else json_text.dumps(value, default=plain)
