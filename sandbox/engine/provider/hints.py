"""Hints: what the sandbox says, beside an answer, of mistakes that cost people time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from sandbox.engine.journal import Entry
from sandbox.engine.provider.rules import Call
from sandbox.engine.values.instants import Duration

LONGEST = 500
"""Characters of a hint."""
FORM = "application/x-www-form-urlencoded"


class Seen:
    """A request that has been answered, as rules look at it.

    Attributes:
        entry: the request and its answer.
        call: the request's view of its world.
        world: the name of that.
        routes: all calls of the server: provider, method, path with its `<parts>`.
        ignored: the Retry-After of the last answer to the same call, if the call came again
            sooner, by the world's clock and by the machine's.
    """

    def __init__(
        self,
        entry: Entry,
        call: Call,
        world: str,
        routes: Sequence[tuple[str, str, str]],
        others: Callable[[], Iterable[tuple[str, Call]]],
        ignored: Duration | None,
    ) -> None:
        """`others` are the other worlds of the server: the name, and a view of each."""
        self.entry, self.call, self.world, self.routes = entry, call, world, routes
        self.ignored = ignored
        self._others = others

    def header(self, name: str) -> str:
        """A header of the request; an empty text where it is missing."""
        key = name.upper().replace("-", "_")
        keys = (f"HTTP_{key}", key)  # (as WSGI calls most of them, and two others)
        return next((value for known, value in self.entry.headers if known in keys), "")

    @property
    def is_form(self) -> bool:
        """Whether the request says that its body is a form's."""
        return self.header("Content-Type").lower().startswith(FORM)

    @cached_property
    def json(self) -> Any:
        """The request's body as JSON, with exact numbers; None: it is none."""
        return _json(self.entry.body)

    @cached_property
    def answer(self) -> Any:
        """The answer's body, likewise."""
        return _json(self.entry.response)

    @property
    def message(self) -> str:
        """What the answer's `message` says; an empty text, if it has none."""
        said = self.answer.get("message") if isinstance(self.answer, dict) else None
        return said if isinstance(said, str) else ""

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields that the request's body has, as JSON or as a form."""
        if self.is_form:
            return dict(parse_qsl(self.entry.body.decode("utf-8", "replace")))
        return self.json if isinstance(self.json, dict) else {}

    def elsewhere(self, has: Callable[[Call], object]) -> str | None:
        """The name of another world of the server that has what is looked for."""
        for name, call in self._others():
            with call:
                if has(call):
                    return name
        return None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):  # (an exponent may be too big)
        return None


class Rule(NamedTuple):
    """One mistake, and what is said of it.

    Attributes:
        mistake: what was done, for the documents.
        says: the hint, with the names of values in braces.
        look: the values, where an answered request is that mistake; else None.
        succeeds: the calls, by method and path, that are looked at where they succeed, too. Of
            others, only refused ones are.
    """

    mistake: str
    says: str
    look: Callable[[Seen], Mapping[str, object] | None]
    succeeds: Collection[tuple[str, str]] = ()


def first_hint(rules: Iterable[Rule], seen: Seen) -> str | None:
    """What the first rule says that finds its mistake: one line of printable ASCII."""
    for rule in rules:
        values = rule.look(seen)
        if values is not None:
            return _one_line(rule.says.format_map(values))
    return None


_UNPRINTABLE = re.compile("[^ -~]")


def _one_line(text: str) -> str:
    shown = _UNPRINTABLE.sub("?", text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 3] + "..."
