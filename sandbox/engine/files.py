"""Reading the files that users write: JSON or YAML, with errors that name the line."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any


class BadFile(Exception):
    """A file that can't be used; the text names the file, the line and what is wrong there."""


def read(file: Path) -> Any:
    """A file's content; numbers that are not whole are `Decimal`.

    Raises:
        BadFile: it can't be read, or is neither JSON nor YAML.
    """
    text = _text(file)
    if file.suffix == ".json":
        try:
            return json.loads(text, parse_float=Decimal)
        except ValueError:
            pass  # YAML, of which JSON is a part, says where it is wrong
    from sandbox.engine import strict_yaml  # 10 ms, and few starts need it

    try:
        return strict_yaml.parse(text)[0]
    except strict_yaml.BadYaml as error:
        raise BadFile(f"{file}:{error.line}: {error}") from error


def wrong(file: Path, path: tuple[str | int, ...], reason: str) -> BadFile:
    """The error that something is wrong at a path in a file that `read` has read."""
    from sandbox.engine import strict_yaml

    line = strict_yaml.line_of(strict_yaml.parse(_text(file))[1], path)
    return BadFile(f"{file}:{line}: {reason}")


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{file}: {error}") from error
