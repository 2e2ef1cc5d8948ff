"""Where two answers to the same call differ: status, headers, body, and the words of errors."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.compare.calls import Answer, Headers
from sandbox.compare.exact import NotJson, Number, read, written
from sandbox.compare.places import WHOLE, Place, general, values_at
from sandbox.compare.redaction import STAND_IN, Redaction, kind_of
from sandbox.compare.shapes import Shape, is_same, unlike

IGNORED = frozenset(
    "age alt-svc connection content-encoding content-length date etag expect-ct keep-alive nel "
    "report-to sandbox-hint server server-timing set-cookie transfer-encoding via x-cache "
    "x-powered-by x-request-id x-runtime x-served-by".split()
)
"""Headers of servers and networks on the way, and the sandbox's own."""
IGNORED_FAMILIES = ("cf-", "x-amz-", "x-envoy-", "x-kong-")
"""What the names of others of them begin with."""


class Found(NamedTuple):
    """A difference between two answers: see `report.Difference`."""

    place: str
    what: str
    theirs: str
    ours: str


class Seen(NamedTuple):
    """A side's answer, and what its script knew by then: the values by their names.

    Attributes:
        value: the body as JSON; None where `is_json` is false.
        is_whole: whether the body is known at all.
    """

    answer: Answer
    values: Mapping[str, Any]
    value: Any
    is_json: bool
    is_whole: bool = True


def seen(answer: Answer, values: Mapping[str, Any], is_whole: bool = True) -> Seen:
    """An answer, its body read."""
    try:
        return Seen(answer, values, read(answer.body), True, is_whole)
    except NotJson:
        return Seen(answer, values, None, False, is_whole)


def compare(
    theirs: Seen,
    ours: Seen,
    words: Sequence[str],
    equal: Sequence[Place],
    redaction: Redaction,
    path: str,
) -> Iterator[Found]:
    """Where two answers differ; nothing is told that follows from something told already.

    Args:
        theirs: the provider's.
        ours: the sandbox's.
        words: the keys of an error's body that hold the provider's own words.
        equal: places whose values must be the same.
        redaction: of all that is told.
        path: of the call.
    """
    status = theirs.answer.status, ours.answer.status
    if status[0] != status[1]:
        said = [_status(each, words, redaction, path) for each in (theirs, ours)]
        yield Found("", "status", *said)
        if status[0] // 100 != status[1] // 100:
            return
    yield from _unlike_headers(theirs.answer.headers, ours.answer.headers, redaction)
    if not (theirs.is_whole and ours.is_whole):
        return
    if not (theirs.is_json and ours.is_json):
        kinds = _kind(theirs), _kind(ours)
        if kinds[0] != kinds[1]:
            yield Found("", WHOLE, *kinds)
        return
    told: set[str] = set()
    for place, what, their_part, our_part in unlike(
        Shape().add(theirs.value), Shape().add(ours.value)
    ):
        told.add(general(place))
        key = next((part for part in reversed(place) if isinstance(part, str)), "")
        if what == "number style":
            their_part, our_part = (
                written(redaction.value(Number(each), path, key)) for each in (their_part, our_part)
            )
        yield Found(
            redaction.text(general(place)), what, *map(redaction.text, (their_part, our_part))
        )
    if status[0] >= 400:
        yield from _unlike_words(theirs, ours, words, redaction, path)
    for place in equal:
        if not any(general(place[:length]) in told for length in range(len(place) + 1)):
            yield from _unlike_values(theirs.value, ours.value, place, redaction, path)


def is_ignored(name: str) -> bool:
    """Whether a header, by its name in small letters, says nothing of the provider."""
    return name in IGNORED or name.startswith(IGNORED_FAMILIES)


def _unlike_headers(theirs: Headers, ours: Headers, redaction: Redaction) -> Iterator[Found]:
    names = [{name.lower() for name, _ in headers} for headers in (theirs, ours)]
    for name in sorted(names[0] ^ names[1]):
        if not is_ignored(name):
            has = ["it" if name in each else "none" for each in names]
            yield Found(name, "header", *has)
    kinds = [kind_of(headers).replace(" ", "").lower() for headers in (theirs, ours)]
    if all(kinds) and kinds[0] != kinds[1]:
        yield Found("content-type", "header", *map(redaction.text, kinds))


def _kind(side: Seen) -> str:
    if side.is_json:
        return "JSON"
    return "something that is no JSON" if side.answer.body else "nothing"


def _status(side: Seen, words: Sequence[str], redaction: Redaction, path: str) -> str:
    said = [_told(word, redaction, path) for _, word in _words(side, words)]
    is_error = side.answer.status >= 400
    return " ".join([str(side.answer.status), *(f"({word})" for word in said if is_error)])


def _words(side: Seen, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The words in an error's body, without what is this one call's alone."""
    for key in keys if isinstance(side.value, dict) else ():
        word = side.value.get(key)
        if isinstance(word, str) and not isinstance(word, Number):
            yield key, _generalised(word, side.values)


def _generalised(word: str, values: Mapping[str, Any]) -> str:
    for name, value in values.items():
        if isinstance(value, str) and len(value) > 3:
            word = word.replace(str(value), f"{{{name}}}")
    return _OWN.sub("…", word)


_OWN = re.compile(
    rf"\b[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\b|\b\d{{5,}}\b|{STAND_IN.pattern}"
    r"|(?<=, value: ).+\Z",
    re.DOTALL,
)
"""Ids, and what Lean repeats of a body: they differ from call to call."""


def _unlike_words(
    theirs: Seen, ours: Seen, keys: Sequence[str], redaction: Redaction, path: str
) -> Iterator[Found]:
    said = dict(_words(ours, keys))
    for key, word in _words(theirs, keys):
        if key in said and said[key] != word:
            shown = (_told(each, redaction, path) for each in (word, said[key]))
            yield Found(key, "error word", *shown)


def _told(word: str, redaction: Redaction, path: str) -> str:
    return str(redaction.value(word, path))


def _unlike_values(
    theirs: Any, ours: Any, place: Place, redaction: Redaction, path: str
) -> Iterator[Found]:
    found = [list(values_at(value, place)) for value in (theirs, ours)]
    if any(isinstance(value, str) and STAND_IN.fullmatch(value) for value in found[0]):
        return  # (a recording's: what it was, nobody knows)
    if not is_same(found[0], found[1]):
        key = next((part for part in reversed(place) if isinstance(part, str)), "")
        shown = [
            ", ".join(written(redaction.value(value, path, key)) for value in values) or "nothing"
            for values in found
        ]
        yield Found(redaction.text(general(place)), "value", *shown)
