"""Running a script on both sides, and telling where their answers differ."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from sandbox.compare.json_nodes import Node, at, parse, plain
from sandbox.compare.redaction import Redactor
from sandbox.compare.scripts import Await, Script, Step, filled
from sandbox.compare.shapes import Difference, differences
from sandbox.compare.sides import FORM, Answer, Side
from sandbox.engine.values.instants import format_duration
from sandbox.http.test_mode import TestMode

IGNORED = frozenset(
    "accept-ranges age alt-svc connection content-encoding content-length date etag "
    "keep-alive nel report-to reporting-endpoints sandbox-hint server server-timing set-cookie "
    "traceparent transfer-encoding via x-cache x-request-id x-runtime".split()
)
"""Headers that come from whatever stands between, or that say nothing of the API."""
_IGNORED_STARTS = (
    "cf-",
    "x-amz-",
    "x-envoy-",
    "x-b3-",
    "x-cloud-trace-",
    "ratelimit-",
    "x-ratelimit-",
)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b\d{6,}\b", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?")


class Seen(NamedTuple):
    """What a step did on both sides.

    Attributes:
        step: its name, and the call.
        sandbox, provider: the answers; None: it was not called there.
        differences: in the order of their places.
        skipped: why it was not called, if it was not.
    """

    step: Step
    sandbox: Answer | None
    provider: Answer | None
    differences: Sequence[Difference]
    skipped: str = ""


class Missing(Exception):
    """A value in braces that no answer has said; the text is its name."""


def run(
    script: Script,
    sandbox: Side,
    provider: Side,
    mode: TestMode,
    redactor: Redactor,
    keep: Callable[[Step, Answer, str, bytes | None], object] = lambda *_: None,
) -> Iterator[Seen]:
    """Call step by step on both sides.

    Args:
        script: what to call.
        sandbox: the one side; its `values` have what the script needs.
        provider: the other, likewise.
        mode: of the provider.
        redactor: strikes out of what differences show.
        keep: is told of each of the provider's answers, with the path and the body of the call.

    Raises:
        Refused: nobody answers.
    """
    for step in script.steps:
        try:
            calls = [_prepared(step, side.values) for side in (sandbox, provider)]
        except Missing as missing:
            reason = f"no answer has said {{{missing}}}, as an earlier step went otherwise"
            yield Seen(step, None, None, (), reason)
            continue
        (answer, passed), (other, other_passed) = (
            _answer(side, step, *call)
            for side, call in zip((sandbox, provider), calls, strict=True)
        )
        keep(step, other, calls[1][0], calls[1][2])
        found = list(compared(step.equal, answer, other, mode.errors, redactor))
        if step.awaits is not None:
            found += _of_states(step.awaits, passed, other_passed)
        yield Seen(step, answer, other, found)


def _prepared(step: Step, values: Mapping[str, str]) -> tuple[str, Mapping[str, str], bytes | None]:
    """The path with its query, the headers and the body of a call."""
    missing = [name for name in step.uses if name not in values]
    if missing:
        raise Missing(missing[0])
    path = filled(step.path, {name: quote(value, safe="") for name, value in values.items()})
    query = urlencode(filled(step.query, values))
    headers = dict(filled(step.headers, values))
    body = None
    if step.form is not None:
        headers, body = (
            {"Content-Type": FORM, **headers},
            urlencode(filled(step.form, values)).encode(),
        )
    elif step.json is not None:
        text = json.dumps(filled(step.json, values), ensure_ascii=False, default=_number)
        headers, body = {"Content-Type": "application/json", **headers}, text.encode()
    return f"{path}?{query}" if query else path, headers, body


def _number(value: object) -> float:
    return float(str(value))


def _answer(
    side: Side, step: Step, path: str, headers: Mapping[str, str], body: bytes | None
) -> tuple[Answer, list[str]]:
    """The answer, the last of those where a state is waited for, and the states on the way."""
    answer = side.call(step.method, path, headers, body, step.auth)
    awaits, waited = step.awaits, 0
    passed: list[str] = []
    while awaits is not None:
        state = plain(at(_body(answer), awaits.path))
        if not passed or passed[-1] != state:
            passed.append(state)
        if state in awaits.becomes or waited >= awaits.within:
            break
        side.wait(awaits.every)
        waited += awaits.every
        answer = side.call(step.method, path, headers, body, step.auth)
    _save(side, step, answer)
    return answer, passed


def _body(answer: Answer) -> Node:
    try:
        return parse(answer.body)
    except ValueError:
        return None


def _save(side: Side, step: Step, answer: Answer) -> None:
    body = _body(answer)
    for name, path in step.save.items():
        value = at(body, path)
        if value is None:
            side.values.pop(name, None)
        else:
            side.values[name] = plain(value)


def _of_states(awaits: Await, ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Difference]:
    """Whether both came to a state, by the same way as far as both were seen on it."""
    came = [bool(states) and states[-1] in awaits.becomes for states in (ours, theirs)]
    both = [
        [state for state in one if state in other]
        for one, other in ((ours, theirs), (theirs, ours))
    ]
    if came[0] != came[1] or both[0] != both[1] or ours[-1:] != theirs[-1:]:
        within = format_duration(awaits.within)
        said = [
            " → ".join(states) + ("" if is_there else f", and no further within {within}")
            for states, is_there in zip((ours, theirs), came, strict=True)
        ]
        yield Difference("state", awaits.path, *said)


def compared(
    equal: Sequence[str],
    sandbox: Answer,
    provider: Answer,
    errors: Sequence[str],
    redactor: Redactor,
) -> Iterator[Difference]:
    """Where two answers differ: status, headers, body.

    Args:
        equal: the paths whose values must be the same.
        sandbox: the one's answer.
        provider: the other's.
        errors: the keys of an error whose words must be the same.
        redactor: strikes out of what is shown.
    """
    if sandbox.status != provider.status:
        yield Difference("status", "", str(sandbox.status), str(provider.status))
    yield from _of_headers(sandbox, provider)
    if (sandbox.status < 400) != (provider.status < 400):
        return
    try:
        ours, theirs = parse(sandbox.body), parse(provider.body)
    except ValueError:
        if sandbox.body != provider.body:
            yield Difference("body", "", *map(_kind_of_body, (sandbox, provider)))
        return
    yield from differences(ours, theirs)
    for path in equal:
        values = [plain(at(body, path)) for body in (ours, theirs)]
        if values[0] != values[1]:
            key = path.rpartition(".")[2].lower()
            shown = [plain(redactor.node(value, key)) for value in values]
            yield Difference("value", path, *shown)
    if sandbox.status >= 400:
        yield from _of_words(errors, ours, theirs, redactor)


def _kind_of_body(answer: Answer) -> str:
    kind = answer.header("content-type").partition(";")[0]
    return f"{kind or 'no content type'}, {len(answer.body)} bytes"


def _of_headers(sandbox: Answer, provider: Answer) -> Iterator[Difference]:
    ours, theirs = (_names(answer) for answer in (sandbox, provider))
    for name in sorted(ours ^ theirs):
        said = [f"{name}" if name in names else "left out" for names in (ours, theirs)]
        yield Difference("header", name, *said)
    kinds = [answer.header("content-type") for answer in (sandbox, provider)]
    if all(kinds) and kinds[0].replace(" ", "").lower() != kinds[1].replace(" ", "").lower():
        yield Difference("header", "content-type", *kinds)


def _names(answer: Answer) -> set[str]:
    names = {name.lower() for name, _ in answer.headers}
    return {n for n in names if n not in IGNORED and not n.startswith(_IGNORED_STARTS)}


def _of_words(
    errors: Sequence[str], ours: Node, theirs: Node, redactor: Redactor
) -> Iterator[Difference]:
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return
    for key in errors:
        values = ours.get(key), theirs.get(key)
        if isinstance(values[0], str) and isinstance(values[1], str):
            words = [_without_values(str(value), redactor) for value in values]
            if words[0] != words[1]:
                yield Difference("word", key, *words)


def _without_values(text: str, redactor: Redactor) -> str:
    """What an error says, with ids, moments and what was sent left open."""
    return redactor.message(_ID.sub("…", _MOMENT.sub("…", text)))
