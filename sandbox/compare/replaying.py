"""Sending recorded calls to the sandbox, which makes under other ids what the provider made."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from sandbox.compare.json_nodes import Node, parse, plain
from sandbox.compare.recordings import Pair
from sandbox.compare.redaction import Redactor
from sandbox.compare.running import compared
from sandbox.compare.shapes import Difference
from sandbox.compare.sides import Answer, Side
from sandbox.http.test_mode import TestMode

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_IDS = re.compile(r"(?:.*_)?(?:id|reference|code)", re.IGNORECASE)
"""The keys whose values name what a provider has made."""
_WORD = re.compile(r"[\w-]+", re.ASCII)
_NOT_ADMITTED, _NOT_FOUND = 401, 404


class Replayed(NamedTuple):
    """A recorded call, and how the sandbox answered it.

    Attributes:
        differences: in the order of their places.
        skipped: why it was not sent, if it was not.
    """

    pair: Pair
    answer: Answer | None
    differences: Sequence[Difference]
    skipped: str = ""


def replay(
    pairs: Sequence[Pair], sandbox: Side, mode: TestMode, redactor: Redactor
) -> Iterator[Replayed]:
    """Send recorded calls one after the other.

    What an earlier answer has named is sent by the name that the sandbox gave it. A call that names
    something that nothing recorded has made is left out, since the sandbox can't know it.
    """
    names: dict[str, str] = {}
    for pair in pairs:
        reason = _not_to_be_sent(pair, names)
        if reason:
            yield Replayed(pair, None, (), reason)
            continue
        body = _put_in(pair.body.decode(), names).encode() or None
        path = _put_in(pair.path, names)
        answer = sandbox.call(pair.method, path, pair.headers, body, pair.has_credentials)
        with suppress(ValueError):
            _pair_up(parse(pair.answer.body), parse(answer.body), names)
        found = list(compared((), answer, pair.answer, mode.errors, redactor))
        yield Replayed(pair, answer, found)


def _not_to_be_sent(pair: Pair, names: Mapping[str, str]) -> str:
    """Why a call can't be sent to the sandbox; empty: it can."""
    if pair.answer.status == _NOT_ADMITTED and pair.has_credentials:
        return "its credentials were not kept"
    if pair.answer.status != _NOT_FOUND:
        for found in _UUID.findall(f"{pair.path} {pair.body.decode()}"):
            if found not in names:
                return f"nothing recorded has made {found}"
    return ""


def _put_in(text: str, names: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: names.get(found[0], found[0]), text)


def _pair_up(recorded: Node, answered: Node, names: dict[str, str], key: str = "") -> None:
    """Note by which name of the sandbox's something stands where one was recorded."""
    if isinstance(recorded, dict) and isinstance(answered, dict):
        for inner in recorded:
            _pair_up(recorded[inner], answered.get(inner), names, inner)
    elif isinstance(recorded, list) and isinstance(answered, list):
        for one, other in zip(recorded, answered, strict=False):
            _pair_up(one, other, names, key)
    elif recorded is not None and answered is not None and _IDS.fullmatch(key):
        name = plain(recorded)
        if _WORD.fullmatch(name) and len(name) > _SHORT:
            names.setdefault(name, plain(answered))


_SHORT = 5
"""Characters of what may as well be a plain word or a number."""
