"""Taking a recording for the provider's word: its calls are sent to a fresh sandbox again.

What a provider makes up, such as an id, is another value in the sandbox: it is learnt from the
answers, place by place, and stands in later calls.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from sandbox.compare.answers import compare, seen
from sandbox.compare.calls import Call, Headers, header
from sandbox.compare.exact import NotJson, Number, read, written
from sandbox.compare.recordings import Pair
from sandbox.compare.redaction import STAND_IN, STRUCK_OUT, Redaction, kind_of
from sandbox.compare.report import Difference, LeftOut, Report
from sandbox.compare.targets import OurSide, our_target
from sandbox.http.provider import Provider
from sandbox.http.test_mode import TestMode

_FILLED = (
    ("iban", "AE070331234567890123456"),
    ("mail", "payer@example.com"),
    ("phone", "+970590000001"),
    ("mobile", "+970590000001"),
    ("account_number", "1234567890"),
    ("url", "https://shop.example.com/back"),
    ("city", "Dubai"),
    ("name", "Sample Name"),
    ("description", "Sample"),
)
"""What stands for what was struck out, by a part of its key; else what struck it out."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_IDS = re.compile(r"(?:^|_)(?:id|reference|access_code|authorization_code)\Z")
_SHORTEST_ID = 6
_ANY = "compare"
"""A credential in a header of its own, of which the sandbox takes any."""


def replay(
    pairs: Sequence[Pair],
    providers: Mapping[str, tuple[Provider, TestMode]],
    ours: OurSide,
    given: Mapping[str, str],
    report: Report,
    redaction: Redaction,
) -> None:
    """Send recorded calls to a sandbox, and compare what answers them.

    Args:
        pairs: in their order. Those of a script, and those of an app together, get a world.
        providers: by name, each with its test mode.
        ours: a sandbox.
        given: the recording's own values, each with the one that stands for it in the sandbox.
        report: what is found goes there.
        redaction: of all that is told.

    Raises:
        NoAnswer: the sandbox doesn't answer.
    """
    for name, group in groupby(pairs, lambda pair: pair.script):
        report.scripts.append(name or "recorded")
        with ours.world() as (url, time):
            known: dict[str, Any] = dict(given)
            before = None
            for pair in group:
                passed = 0 if before is None else pair.at - before
                before = pair.at
                time.move(max(passed, pair.waited))
                _replay(pair, *providers[pair.provider], url, known, report, redaction)


def _replay(
    pair: Pair,
    provider: Provider,
    mode: TestMode,
    url: str,
    known: dict[str, Any],
    report: Report,
    redaction: Redaction,
) -> None:
    target = our_target(provider, mode, url)
    script = pair.script or "recorded"
    known |= pair.stand_ins
    if not pair.is_whole and pair.call.method != "HEAD":
        reason = "the recording lacks the body of its answer"
        report.left_out.append(LeftOut(script, pair.step, reason))
    call = _again(pair, target.credentials, provider.model.secrets, known)
    admission = _admission(pair, target.sign_in(), known)
    call = call._replace(headers=(*call.headers, *admission))
    answer = target.send(call)
    if pair.answer.status >= 400 > answer.status and _is_struck(pair.call):
        reason = "it was refused, perhaps for what is struck out of the recording"
        report.left_out.append(LeftOut(script, pair.step, reason))
        return
    theirs = seen(pair.answer, {}, pair.is_whole)
    own = seen(answer, {})
    report.steps += 1
    found = compare(theirs, own, mode.error_words, (), redaction, pair.call.path)
    report.differences += (Difference(script, pair.step, *each) for each in found)
    if theirs.is_json and own.is_json:
        _learn(theirs.value, own.value, known)


def _again(
    pair: Pair,
    credentials: Mapping[str, str],
    secrets: Collection[str],
    known: Mapping[str, Any],
) -> Call:
    """A recorded call as the sandbox is to get it, but for its Authorization."""
    call = pair.call
    path, mark, query = call.target.partition("?")
    parts = (quote(str(_known(unquote(part), "", known)), safe="") for part in path.split("/"))
    pairs = ((k, str(_known(v, k, known))) for k, v in parse_qsl(query, keep_blank_values=True))
    target = "/".join(parts) + mark + urlencode([*pairs])
    kind = kind_of(call.headers)
    body = call.body
    if kind.lower().startswith("application/x-www-form-urlencoded"):
        form = parse_qsl(body.decode(), keep_blank_values=True)
        body = urlencode([(k, credentials.get(k) or _known(v, k, known)) for k, v in form]).encode()
    elif body:
        with suppress(NotJson):
            body = written(_filled(read(body), "", known)).encode()
    kept = (
        (name, _ANY if text == STRUCK_OUT else text)
        for name, text in call.headers
        if name.lower() != "authorization" and (text != STRUCK_OUT or name.lower() in secrets)
    )
    return Call(call.method, target, tuple(kept), body)


def _is_struck(call: Call) -> bool:
    """Whether a recorded call lacks what was struck out of it."""
    return STAND_IN.search(unquote(call.target) + call.body.decode()) is not None


def _admission(pair: Pair, ours: Mapping[str, str], known: Mapping[str, Any]) -> Headers:
    """The credentials of a call: those of the sandbox for good ones, bad ones for bad ones."""
    given = header(pair.call.headers, "authorization")
    if not given:
        return ()
    kind, _, token = given.partition(" ")
    if token in known:
        return (("Authorization", f"{kind} {known[token]}"),)
    if pair.answer.status == 401:
        return (("Authorization", given),)
    return tuple(ours.items())


def _known(value: Any, key: str, known: Mapping[str, Any]) -> Any:
    """What stands for a recorded value in the sandbox."""
    if str(value) in known:
        return known[str(value)]
    if isinstance(value, str) and STAND_IN.fullmatch(value):
        return next((sample for part, sample in _FILLED if part in key.lower()), value)
    return value


def _filled(value: Any, key: str, known: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(inner, name, known) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, key, known) for inner in value]
    return value if value is None or isinstance(value, bool) else _known(value, key, known)


def _learn(theirs: Any, ours: Any, known: dict[str, Any], key: str = "") -> None:
    """Keep which of the sandbox's ids stand where the recording has its own."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in theirs.keys() & ours.keys():
            _learn(theirs[name], ours[name], known, name)
    elif isinstance(theirs, list) and isinstance(ours, list):
        for one, other in zip(theirs, ours, strict=False):
            _learn(one, other, known, key)
    elif (
        isinstance(theirs, str) and isinstance(ours, str) and theirs != ours and _is_id(theirs, key)
    ):
        known.setdefault(theirs, ours)


def _is_id(value: str, key: str) -> bool:
    if STAND_IN.fullmatch(value) or _UUID.fullmatch(value):
        return True
    is_long = len(value) >= _SHORTEST_ID and any(map(str.isdigit, value))
    return (
        is_long
        and _IDS.search(key.lower()) is not None
        and (not isinstance(value, Number) or value.isdecimal())
    )
