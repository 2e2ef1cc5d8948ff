"""`refund-sandbox config`: what a server that starts here would do, and who says so."""

import datetime
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from sandbox.cli.config_file import START, ConfigFile, find
from sandbox.cli.group import with_examples
from sandbox.cli.tables import plain, table
from sandbox.settings import Given, Settings, in_environment, made_of

_STRUCK_OUT = "***"
_DEFAULT = "default"


def given_here(options: Mapping[str, Given], file: ConfigFile | None) -> Settings:
    """What options, the environment and a file say together, the first of them first.

    Raises:
        BadSetting: one of them makes no sense.
    """
    said = {} if file is None else _given_in(file)
    return made_of({**said, **in_environment(os.environ), **options})


def _given_in(file: ConfigFile) -> dict[str, Given]:
    """The settings in a file, its paths from where it lies."""
    given = {key: Given(value, file.where(key)) for key, value in file.values.items()}
    given.pop(START, None)
    for key in _PATHS & given.keys():
        value, where = given[key]
        given[key] = Given(_below(file.path.parent, value), where)
    for key, (value, where) in given.items():
        if isinstance(value, datetime.date | datetime.time):
            given[key] = Given(value.isoformat(), where)
    return given


_PATHS = frozenset({"scenarios", "fixtures"})


def _below(folder: Path, value: Any) -> Any:
    if isinstance(value, list):
        return [_below(folder, each) for each in value]
    return str(folder / value) if isinstance(value, str) else value


@click.command()
@click.option("--config", "named", type=click.Path(), help="The file.  [SANDBOX_CONFIG]")
@click.option("--json", "is_json", is_flag=True, help="Print it as JSON.")
@with_examples("config")
def config(named: str | None, is_json: bool) -> None:
    """Print what `serve` would do here, and who says so.

    Credentials are struck out.
    """
    from sandbox.app import PROVIDERS, create_app, setting_names
    from sandbox.cli.at_the_start import read_start
    from sandbox.engine.reading.files import BadFile
    from sandbox.settings import BadSetting

    file = find(named)
    try:
        given = given_here({}, file).given
        create_app(made_of(given))
    except (BadSetting, BadFile) as error:
        raise click.ClickException(str(error)) from error
    credentials = {f"{each.name}_{key}" for each in PROVIDERS for key in each.variables}
    rows = [
        _row(name, given.get(name), default, name.endswith("_secret") or name in credentials)
        for name, default in setting_names(PROVIDERS).items()
    ]
    if file is not None and START in file.values:
        read_start(file)
        rows.append({"name": START, "value": file.values[START], "from": file.where(START)})
    if is_json:
        shown = {row.pop("name"): row for row in rows}
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False, default=str))
    else:
        told = ({**row, "value": _told(row["value"])} for row in rows)
        click.echo(plain(table(told, "name", "value", "from")))


def _row(name: str, given: Given | None, default: str | None, is_secret: bool) -> dict[str, Any]:
    if given is None:
        return {"name": name, "value": default, "from": _DEFAULT}
    is_secret = is_secret or name == "admin_token"
    return {"name": name, "value": _STRUCK_OUT if is_secret else given.value, "from": given.where}


def _told(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else json.dumps(value, default=str)
