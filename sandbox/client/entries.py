"""A request that the sandbox saw and what answered it, as it is told to people."""

import json
import re
from collections.abc import Iterable
from html import unescape
from itertools import groupby
from operator import itemgetter
from typing import Any, TypedDict

STRUCK_OUT = "***"
"""Stands where a credential or a token was."""
MOST_OF_A_BODY = 64 * 1024
"""Bytes of a body that the sandbox keeps; a longer one is cut off, and then mere text."""
_SHOWN = 2000
"""Of a body that is told, the first characters."""


class Entry(TypedDict):
    """A request and its answer; credentials and tokens are struck out.

    `provider` is None for a path in nobody's namespace, `status` for a connection cut off;
    `duration_ms` is of real time; `hint` is what the sandbox says of a mistake.
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
    hint: str | None


def told(entries: Iterable[Entry], most: int | None = _SHOWN) -> str:
    """Requests as text for people; of a body, that many characters (None: all).

    A page is told by its title, unless all is.
    """
    return "\n".join(_told(entry, most) for entry in entries) or "none"


def told_briefly(entries: Iterable[Entry], most: int) -> str:
    """The latest of them; calls that came one after the other, and were answered alike, as one."""
    groups = [list(group) for _, group in groupby(entries, key=_LIKENESS)]
    before = sum(map(len, groups[:-most]))
    lines = [f"… {before} before that"] if before else []
    for group in groups[-most:]:
        again = f"  ({len(group)} times, until {group[-1]['at']})" if len(group) > 1 else ""
        first, *rest = _told(group[0], _SHOWN).split("\n")
        lines += [first + again, *rest]
    return "\n".join(lines) or "none"


_LIKENESS = itemgetter("method", "path", "query", "body", "status", "response", "hint")


def _told(entry: Entry, most: int | None) -> str:
    query = f"?{entry['query']}" if entry["query"] else ""
    scenario = f"  (scenario {entry['scenario']})" if entry["scenario"] else ""
    status = "connection cut" if entry["status"] is None else entry["status"]
    lines = [f"{entry['at']}  {entry['method']} {entry['path']}{query}{scenario}"]
    if entry["body"] is not None:
        lines.append(f"  sent      {_body(entry['body'], most)}")
    lines.append(f"  answered  {status}  {_answer(entry['response'], most)}".rstrip())
    if entry["hint"] is not None:
        lines.append(f"  hint      {entry['hint']}")
    return "\n".join(lines)


def _answer(value: object, most: int | None) -> str:
    """An answer's body; of a page for people the title, unless all is to be told."""
    if most is not None and isinstance(value, str) and _PAGE.match(value):
        title = _TITLE.search(value)
        return _body(f"a page: {unescape(title[1]).strip()}" if title else "a page", most)
    return _body(value, most)


_PAGE = re.compile(r"\s*<(!doctype html|html)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title>([^<]*)</title>", re.IGNORECASE)


def _body(value: object, most: int | None) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if most is None or len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text)} characters)"
