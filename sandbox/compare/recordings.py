"""Pairs of a call and its answer, kept as files: what a provider said, without anybody's secrets.

A folder has one JSON file a pair, `0001-GET-banks-v1.json`, in the order of the calls.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from sandbox.compare.json_nodes import parse, write
from sandbox.compare.redaction import Redactor
from sandbox.compare.sides import FORM, Answer
from sandbox.engine.reading.files import BadFile, in_folder

FORMAT = 1
_WORD = re.compile(r"[^A-Za-z0-9]+")
_KEPT = frozenset({"accept", "content-type", "idempotency-key"})
"""Headers of a call that are kept; others tell of the caller."""


class Pair(NamedTuple):
    """A call and what answered it.

    Attributes:
        has_credentials: whether it had some, good or bad; they are not kept.
    """

    provider: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    has_credentials: bool
    answer: Answer


class Recorder:
    """Keeps pairs in a folder; one that is there already is gone on with."""

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        """Raises an OSError where the folder can't be made."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._redactor = folder, redactor
        self._kept = len(list(folder.glob("*.json")))

    def keep(self, pair: Pair) -> Path:
        """Keep a pair, without what must not be seen; returns its file."""
        self._kept += 1
        redactor = self._redactor
        path, _, query = pair.path.partition("?")
        path = redactor.path(path)
        name = _WORD.sub("-", path).strip("-")[:60]
        file = self._folder / f"{self._kept:04d}-{pair.method}-{name}.json"
        if query:
            path += "?" + urlencode(redactor.pairs(parse_qsl(query, keep_blank_values=True)))
        headers = {name.lower(): value for name, value in pair.headers.items()}
        said = {
            "format": FORMAT,
            "provider": pair.provider,
            "method": pair.method,
            "path": path,
            "credentials": pair.has_credentials,
            "headers": dict(redactor.headers((k, v) for k, v in headers.items() if k in _KEPT)),
            "body": self._text(pair.body, headers.get("content-type", "")),
            "answer": {
                "status": pair.answer.status,
                "headers": redactor.headers(pair.answer.headers),
                "body": self._text(pair.answer.body, pair.answer.header("content-type")),
            },
        }
        file.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", "utf-8")
        return file

    def _text(self, body: bytes, kind: str) -> str:
        if kind.startswith(FORM):
            fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
            return urlencode(self._redactor.pairs(fields))
        try:
            return write(self._redactor.node(parse(body)))
        except ValueError:
            return "" if not body else f"({len(body)} bytes that are no JSON)"


def read(folder: Path) -> Iterator[Pair]:
    """The pairs of a folder, in their order.

    Raises:
        BadFile: one of the files is none.
    """
    for file in in_folder(folder, ".json"):
        try:
            yield _pair(json.loads(file.read_text("utf-8")))
        except OSError as error:
            raise BadFile(f"{file}: can't be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadFile(f"{file}: this is no recorded call of format {FORMAT}") from error


def _pair(said: Mapping[str, Any]) -> Pair:
    if said["format"] != FORMAT or not str(said["path"]).startswith("/"):
        raise ValueError("not of this format")
    answer = said["answer"]
    headers: Sequence[Sequence[str]] = answer["headers"]
    pairs = tuple((str(name), str(value)) for name, value in headers)
    return Pair(
        str(said["provider"]),
        str(said["method"]),
        str(said["path"]),
        {str(name): str(value) for name, value in said["headers"].items()},
        str(said["body"]).encode(),
        bool(said["credentials"]),
        Answer(int(answer["status"]), pairs, str(answer["body"]).encode()),
    )
