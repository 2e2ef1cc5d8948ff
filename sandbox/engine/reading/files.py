"""Reading the files that users write: JSON or YAML, bounded, with errors that name the line."""

import codecs
import errno
import json
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from sandbox.engine.reading.limits import exact_number, too_much, whole_number

MOST_BYTES = 1024 * 1024
"""The longest file that is read."""
MOST_FILES = 1000
"""How many are read of one place."""
MOST_BYTES_IN_ALL = 16 * MOST_BYTES
"""How long they may be together."""


class BadFile(Exception):
    """A file that can't be used; the text names the file, the line and what is wrong there."""

    def __init__(self, text: str) -> None:
        super().__init__(one_line(text))


_LONGEST_LINE = 4000


def one_line(text: str) -> str:
    """A text as one line that can be printed, whatever stands in it; a long one without its middle.

    A user's own keys and file names stand in messages.
    """
    if len(text) > _LONGEST_LINE:
        text = f"{text[: _LONGEST_LINE // 2]} … {text[-_LONGEST_LINE // 2 :]}"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class Source(NamedTuple):
    """A file as it has been read: once, so that all that is said of it is of one version.

    Attributes:
        content: numbers that are not whole are `Decimal`.
    """

    file: Path
    text: str
    content: Any

    def wrong(self, path: tuple[str | int, ...], reason: str) -> BadFile:
        """The error that something is wrong at a path in the content."""
        from sandbox.engine.reading import strict_yaml

        return BadFile(f"{self.file}:{strict_yaml.line_of(self.text, path)}: {reason}")


def read(file: Path) -> Source:
    """A regular file, or what a link to one leads to.

    Raises:
        BadFile: it can't be read, is longer than 1 MiB, or is neither JSON nor YAML; or what it
            says is nested too deep or too much.
    """
    text = _text(file)
    if file.suffix == ".json":
        try:
            return Source(file, text, _json(text))
        except (ValueError, RecursionError):
            pass  # YAML, of which JSON is a part, says where it is wrong
    from sandbox.engine.reading import strict_yaml  # 10 ms, and few starts need it

    try:
        return Source(file, text, strict_yaml.parse(text))
    except strict_yaml.BadYaml as error:
        raise BadFile(f"{file}:{error.line}: {error}") from error


def read_all(files: Iterable[Path]) -> Iterator[Source]:
    """Files one after the other.

    Raises:
        BadFile: one of them can't be used, or there are more than 1000, or 16 MiB.
    """
    left = MOST_BYTES_IN_ALL
    for number, file in enumerate(files):
        if number == MOST_FILES:
            raise BadFile(f"{file.parent}: more than {MOST_FILES} files")
        source = read(file)
        left -= len(source.text.encode())
        if left < 0:
            raise BadFile(f"{file.parent}: more than {MOST_BYTES_IN_ALL} bytes in its files")
        yield source


def in_folder(folder: Path, *endings: str) -> list[Path]:
    """What stands in a folder under names that end like this, in order; not yet looked at.

    Raises:
        BadFile: it can't be read.
    """
    try:
        return sorted(folder / name for name in os.listdir(folder) if name.endswith(endings))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadFile(f"{folder}: there is no such folder") from error
    except OSError as error:
        raise BadFile(f"{folder}: can't be read: {error.strerror}") from error


def _json(text: str) -> Any:
    """Raises ValueError or RecursionError for what is no JSON, or too much of it."""
    value = _decode(text)
    if "\\u" in text:  # it may say half of a character
        json.dumps(value, ensure_ascii=False, default=str).encode()
    if reason := too_much(value):
        raise ValueError(reason)
    return value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


_decode = json.JSONDecoder(
    parse_int=whole_number, parse_float=exact_number, parse_constant=_no_constant
).decode


def _text(file: Path) -> str:
    raw = _bytes(file)
    if len(raw) > MOST_BYTES:
        raise BadFile(f"{file}: larger than {MOST_BYTES} bytes")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadFile(f"{file}:{line}: not UTF-8") from error


_HOW = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))
"""Opening a named pipe so does not wait for a writer. What is open is what is looked at."""


def _bytes(file: Path) -> bytes:
    """A file's first bytes: all, or one more than may be."""
    raw = b""
    try:
        descriptor = os.open(file, _HOW)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise BadFile(f"{file}: not a regular file")
            while part := os.read(descriptor, MOST_BYTES + 1 - len(raw)):
                raw += part
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket can't be opened
            raise BadFile(f"{file}: not a regular file") from error
        raise BadFile(f"{file}: can't be read: {error.strerror}") from error
    return raw
