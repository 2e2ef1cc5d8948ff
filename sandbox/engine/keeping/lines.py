"""Worlds as lines of JSON, for people and for version control: the same world, the same lines.

The last line of a world has the digest of those before it. What a line says depends on others, so
a world that was changed by hand is refused, whatever was changed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from sandbox.engine.journal import Journal
from sandbox.engine.keeping.codec import NO_SENSE, Codec
from sandbox.engine.keeping.documents import Documents
from sandbox.engine.keeping.parts import CALLS, HEAD, Parts, Requests
from sandbox.engine.keeping.scenarios import Numbered
from sandbox.engine.keeping.table import Key, Row
from sandbox.engine.provider.model import Model
from sandbox.engine.provider.rules import Origin
from sandbox.engine.reading.files import BadFile
from sandbox.engine.scenarios.steps import ScenarioError
from sandbox.engine.time.clock import Start
from sandbox.engine.worlds.keep import Blank
from sandbox.engine.worlds.registry import NAME
from sandbox.engine.worlds.state import State

FORMAT, VERSION = "refund-sandbox worlds", 1
DIGEST = "digest"
Rows = dict[str, dict[Key, str]]


def head() -> str:
    """The first line of a file."""
    return json.dumps({"format": FORMAT, "version": VERSION})


def lines(name: str, state: State, models: Mapping[str, Model]) -> Iterator[str]:
    """A world, a thing a line; the caller holds its lock.

    What happened is numbered in its order, so that nothing depends on when the server ran.
    """
    places: set[int] = set()

    def remember(place: int) -> int:
        places.add(place)
        return place

    list(_rows(state, models, remember))
    order = {place: number for number, place in enumerate(sorted(places), 1)}
    rows = sorted(
        _rows(state, models, order.__getitem__),
        key=lambda row: (row.part != HEAD, row.part, isinstance(row.key, str), row.key),
    )
    digest = sha256()
    for _, part, key, text in rows:
        of = key if isinstance(key, str) else str(key)  # (a subject's is JSON already)
        line = _line(name, part, of, text or "null")
        digest.update(line.encode())
        yield line
    yield _line(name, DIGEST, "0", f'"{digest.hexdigest()}"')


def _line(name: str, part: str, key: str, value: str) -> str:
    return f'{{"world":{json.dumps(name)},"part":"{part}","key":{key},"value":{value}}}'


def _rows(state: State, models: Mapping[str, Model], place: Callable[[int], int]) -> Iterator[Row]:
    calls: dict[int, tuple[int, Origin]] = {}

    def number(origin: Origin) -> int:
        return calls.setdefault(id(origin), (len(calls) + 1, origin))[0]

    codec, numbers = Codec(number, lambda _: None), count(1).__next__
    numbered, documents = Numbered(codec, numbers), Documents(codec, numbers, is_plain=True)
    parts = Parts(codec, numbered, documents, models, place)
    yield from parts.all(state, 0)
    yield from parts.numbered(state, 0)
    seen = state.journal.seen
    yield parts.head(state, 0, Requests(seen, seen))  # whose headers bear credentials
    for key, origin in calls.values():
        yield Row(0, CALLS, key, codec.text([origin.method, origin.path, origin.number]))


def read(path: Path) -> dict[str, Rows]:
    """The rows of each world of a file, by its name.

    Raises:
        BadFile: it can't be read, or is no such file.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:  # (some editors put a mark at its front)
            return _read(path, file)
    except OSError as error:
        raise BadFile(f"{path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"{path} is not in UTF-8") from error


def _read(path: Path, file: Iterable[str]) -> dict[str, Rows]:
    worlds: dict[str, Rows] = {}
    digests: defaultdict[str, Any] = defaultdict(sha256)
    whole: set[str] = set()
    number = 0
    for number, line in enumerate(file, 1):
        values = _object(line)
        if values is None:
            raise BadFile(f"{path}: line {number} is no JSON object")
        if number == 1:
            if values.get("format") != FORMAT:
                raise BadFile(f"{path} holds no worlds: its first line is not {head()}")
            if (said := json.dumps(values.get("version"))) != str(VERSION):
                reason = f"its version is {said}; this sandbox reads {VERSION}"
                raise BadFile(f"{path} was written by another sandbox ({reason})")
            continue
        if values.keys() != {"world", "part", "key", "value"}:
            raise BadFile(f"{path}: line {number} must have world, part, key and value")
        world, key = values["world"], values["key"]
        if not isinstance(world, str) or not NAME.fullmatch(world):
            raise BadFile(f"{path}: line {number}: {world!r} is no name of a world")
        if isinstance(key, list):
            key = json.dumps(key, ensure_ascii=False, separators=(",", ":"))
        if not isinstance(key, int | str) or not isinstance(values["part"], str):
            raise BadFile(f"{path}: line {number}: the part or the key makes no sense")
        if values["part"] == DIGEST:
            if values["value"] != digests[world].hexdigest():
                reason = f"the world {world} has been changed since it was written"
                raise BadFile(f"{path}: line {number}: {reason}; write it anew, with data export")
            whole.add(world)
            continue
        if world in whole:
            raise BadFile(f"{path}: line {number}: the world {world} has ended before")
        digests[world].update(line.rstrip("\n").encode())
        text = json.dumps(values["value"], ensure_ascii=False)
        worlds.setdefault(world, {}).setdefault(values["part"], {})[key] = text
    if not number:
        raise BadFile(f"{path} is empty")
    for world in worlds.keys() - whole:
        raise BadFile(f"{path}: the world {world} is not whole: its last line is missing")
    return worlds


def _object(line: str) -> dict[str, Any] | None:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def state_of(
    path: Path, name: str, rows: Rows, models: Mapping[str, Model], blank: Blank, journal: Journal
) -> State:
    """The state of a world that was read from a file; its clock stands as it stood.

    Raises:
        BadFile: something is missing in it, or makes no sense.
    """
    calls: dict[int, Origin] = {}
    codec = Codec(lambda _: 0, calls.get)
    try:
        for key, text in rows.get(CALLS, {}).items():
            method, called, number = codec.value(text)
            calls[int(key)] = Origin(method, called)
            calls[int(key)].number = number
        now, mode, rate, _ = codec.value(rows[HEAD][0])["clock"]
        documents = Documents(codec, count(1).__next__)
        numbered = Numbered(codec, count(1).__next__)
        parts = Parts(codec, numbered, documents, models)
        return parts.state(rows, blank, journal, Start(now, mode, rate))[0]
    except (*NO_SENSE, ScenarioError) as error:
        raise BadFile(f"{path}: the world {name} is not whole, or makes no sense") from error
