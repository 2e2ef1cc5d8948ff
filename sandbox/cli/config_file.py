"""The configuration file: `refund-sandbox.toml`, or a table of `pyproject.toml`.

Every command asks for it, so nothing is imported for it where there is none.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import click

NAME = "refund-sandbox.toml"
PROJECT = "pyproject.toml"
_OURS = "refund-sandbox"
_TABLE = f"tool.{_OURS}"
START = "start"
"""The one key that is no setting: what to do at the start."""
MOST_BYTES = 1024 * 1024


class ConfigFile(NamedTuple):
    """A configuration file.

    Attributes:
        path: as it is told of.
        table: the table in it that is meant, with a dot behind it; or nothing.
        values: what stands in it.
    """

    path: Path
    table: str
    values: Mapping[str, Any]

    def where(self, key: str) -> str:
        """How messages name a key: `pyproject.toml: tool.refund-sandbox.port`."""
        return f"{self.path}: {self.table}{key}"


def find(named: str | None = None) -> ConfigFile | None:
    """The file that is named, by the caller or by SANDBOX_CONFIG; else the working folder's.

    Raises:
        ClickException: it is not there, or makes no sense.
    """
    named = named or os.environ.get("SANDBOX_CONFIG")
    if named:
        return _read(Path(named), must=True)
    return _read(Path(NAME)) or _read(Path(PROJECT))


def _read(path: Path, must: bool = False) -> ConfigFile | None:
    """A file, or nothing where it need not be there, and is not, or has no table of ours."""
    if not must and not path.is_file():
        return None
    text = _text(path)
    is_project = path.name == PROJECT
    if is_project and not must and _OURS not in text.replace("_", "-"):
        return None  # without a look at its TOML: most are of another kind
    values = _parsed(path, text)
    if not is_project:
        return ConfigFile(path, "", values)
    tools = values.get("tool", {})
    for name in tools if isinstance(tools, dict) else ():
        if name != _OURS and name.lower().replace("_", "-") == _OURS:
            _fail(f"{path}: tool.{name}: there is no such table; did you mean `{_TABLE}`?")
    values = tools.get(_OURS, {}) if isinstance(tools, dict) else {}
    if not isinstance(values, dict):
        _fail(f"{path}: {_TABLE} must be a table")
    if must and not values:
        _fail(f"{path}: there is no table {_TABLE}")
    return ConfigFile(path, f"{_TABLE}.", values) if values else None


def _text(path: Path) -> str:
    try:
        if not path.is_file() and path.exists():
            _fail(f"{path}: not a regular file")
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        _fail(f"{path}: can't be read: {error.strerror}")
    except ValueError:  # a name that no file can have
        _fail(f"{str(path)!r}: can't be read: no file has such a name")
    if len(raw) > MOST_BYTES:
        _fail(f"{path}: larger than {MOST_BYTES} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        _fail(f"{path}:{line}: not UTF-8")


def _parsed(path: Path, text: str) -> dict[str, Any]:
    import re
    import tomllib

    try:
        return tomllib.loads(text, parse_float=lambda number: _finite(path, number))
    except RecursionError:
        _fail(f"{path}: nested too deep")
    except ValueError as error:
        found = re.search(r"at line ([0-9]+)", str(error))
        line = found[1] if found else text.count("\n") + 1
        _fail(f"{path}:{line}: not TOML")


def _finite(path: Path, text: str) -> float:
    import math

    if not math.isfinite(number := float(text.replace("_", ""))):
        _fail(f"{path}: {text} is no number that can be used")
    return number


def _fail(reason: str) -> NoReturn:
    raise click.ClickException(reason)
