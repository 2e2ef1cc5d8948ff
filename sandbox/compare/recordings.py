"""Recordings: a folder with a file for each call and its answer, redacted."""

import json
import os
import re
import threading
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from marshmallow import ValidationError, fields, validate

from sandbox.compare.calls import Answer, Call, Headers, header
from sandbox.compare.redaction import Redaction, kind_of
from sandbox.engine.reading.fields import DurationText, InstantText, Strict
from sandbox.engine.reading.files import MOST_FILES, BadFile, Source, in_folder, read_all
from sandbox.engine.reading.validation import OneOf, dotted, explain
from sandbox.engine.time.clock import wall
from sandbox.engine.values.instants import Duration, Instant, format_duration, iso

MOST_PAIRS = MOST_FILES
"""How many a recording holds."""
MOST_BYTES = 256 * 1024
"""Of a body that is kept; a longer one is left out, and said to be so."""
_ENDING = ".json"
_FORMAT = "refund-sandbox pair 1"


class Pair(NamedTuple):
    """A call and its answer, redacted.

    Attributes:
        at: when the answer came, by the machine's time.
        script, step: of the comparison; empty where an app called.
        waited: how long it was waited for a state.
        stand_ins: values that only the provider knows, each with the sandbox's.
        is_whole: whether the answer's body is kept.
    """

    provider: str
    at: Instant
    call: Call
    answer: Answer
    script: str = ""
    step: str = ""
    waited: Duration = 0
    stand_ins: Mapping[str, str] = {}
    is_whole: bool = True


class Recorder:
    """Keeps pairs in a folder. Safe to share between threads."""

    def __init__(self, folder: Path, redaction: Redaction) -> None:
        """`folder` is made, if it is not there.

        Raises:
            BadFile: it can't be made, or is not empty.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise BadFile(f"{folder}: a recording wants a folder that is new or empty")
        except OSError as error:
            raise BadFile(f"{folder}: can't be made: {error.strerror}") from error
        self.folder, self._redaction = folder, redaction
        self._lock = threading.Lock()
        self.kept = 0

    def keep(self, pair: Pair) -> str | None:
        """Keep a pair, redacted; the file's name, or None where the recording is full.

        Raises:
            BadFile: it can't be written.
        """
        with self._lock:
            if self.kept == MOST_PAIRS:
                return None
            self.kept += 1
            file = self.folder / f"{self.kept:04}{_ENDING}"
            part = file.with_suffix(".part")
            try:
                part.write_text(_dumped(pair, self._redaction), "utf-8")
                os.replace(part, file)
            except OSError as error:
                raise BadFile(f"{file}: can't be written: {error.strerror}") from error
            return file.name


def _dumped(pair: Pair, redaction: Redaction) -> str:
    call, answer, path = pair.call, pair.answer, pair.call.path
    body = _unpacked(answer)
    sent = redaction.body(call.body[: MOST_BYTES + 1], kind_of(call.headers), path)
    request = {
        "method": call.method,
        "target": redaction.target(call.target),
        "headers": [": ".join(each) for each in redaction.headers(call.headers)],
        "body": sent,
    }
    text = None if body is None else redaction.body(body, kind_of(answer.headers), path)
    document: dict[str, Any] = {"format": _FORMAT, "provider": pair.provider, "at": iso(pair.at)}
    if pair.script:
        document |= {"script": pair.script, "step": pair.step}
    if pair.waited:
        document["waited"] = format_duration(pair.waited)
    if pair.stand_ins:
        shown = {redaction.text(theirs): ours for theirs, ours in pair.stand_ins.items()}
        document["stand_ins"] = shown
    document["request"] = request
    headers = [": ".join(each) for each in redaction.headers(answer.headers)]
    document["answer"] = {"status": answer.status, "headers": headers, "body": text}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _unpacked(answer: Answer) -> bytes | None:
    """An answer's body, unpacked; None where it is too long, or packed in another way."""
    packing, body = header(answer.headers, "content-encoding").lower(), answer.body
    if packing == "gzip":
        unpack = zlib.decompressobj(wbits=31)
        try:
            body = unpack.decompress(body, MOST_BYTES + 1)
        except zlib.error:
            return None
    elif packing not in ("", "identity"):
        return None
    return body if len(body) <= MOST_BYTES else None


_HEADER = re.compile(r"([!#$%&'*+.^`|~\w-]+): ([\x20-\x7e]*)", re.ASCII)


class _Header(fields.Field[tuple[str, str]]):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, str]:
        match = _HEADER.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise ValidationError("must be like Accept: application/json")
        return match[1], match[2]


_LINE = validate.Regexp(r"[\x21-\x7e]{1,8000}\Z", error="must be printable ASCII without spaces")


class _RequestShape(Strict):
    method = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{1,20}\Z"))
    target = fields.String(required=True, validate=[_LINE, validate.Regexp(r"/")])
    headers = fields.List(_Header(), required=True)
    body = fields.String(required=True)


class _AnswerShape(Strict):
    status = fields.Integer(strict=True, required=True, validate=validate.Range(100, 599))
    headers = fields.List(_Header(), required=True)
    body = fields.String(required=True, allow_none=True)


class _PairShape(Strict):
    format = fields.String(required=True, validate=OneOf([_FORMAT]))
    provider = fields.String(required=True)
    at = InstantText(required=True)
    script = fields.String(load_default="")
    step = fields.String(load_default="")
    waited = DurationText(load_default=0)
    stand_ins = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    request = fields.Nested(_RequestShape, required=True)
    answer = fields.Nested(_AnswerShape, required=True)


_PAIR = _PairShape()


def read_recording(folder: Path, providers: Sequence[str]) -> list[Pair]:
    """The pairs of a recording, in their order.

    Raises:
        BadFile: there are none, or one of them makes no sense.
    """
    pairs = [_load(source, providers) for source in read_all(in_folder(folder, _ENDING))]
    if not pairs:
        raise BadFile(f"{folder}: there is no recorded call in it")
    return pairs


def _load(source: Source, providers: Sequence[str]) -> Pair:
    if not isinstance(source.content, dict):
        raise BadFile(f"{source.file}:1: it must be an object, with request and answer")
    try:
        raw = _PAIR.load(source.content)
    except ValidationError as error:
        path, reason = explain(error, _PAIR)
        raise source.wrong(path, f"{dotted(path)}: {reason}") from error
    if raw["provider"] not in providers:
        reason = f"provider: there is none of that name; valid: {', '.join(providers)}"
        raise source.wrong(("provider",), reason)
    sent, answer = raw["request"], raw["answer"]
    body = answer["body"]
    return Pair(
        raw["provider"],
        raw["at"],
        Call(sent["method"], sent["target"], _headers(sent), sent["body"].encode()),
        Answer(answer["status"], _headers(answer), (body or "").encode()),
        raw["script"],
        raw["step"] or f"{source.file.name}: {sent['method']} {sent['target']}",
        raw["waited"],
        raw["stand_ins"],
        body is not None,
    )


def _headers(raw: Mapping[str, Any]) -> Headers:
    return tuple(raw["headers"])


def seen_now(provider: str, call: Call, answer: Answer, **rest: Any) -> Pair:
    """A pair that has just been seen."""
    return Pair(provider, wall(), call, answer, **rest)
