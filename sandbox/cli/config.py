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


def url_shown(url: str) -> str:
    """A receiver's address, without its query: that may be a secret."""
    address, mark, _ = url.partition("?")
    return f"{address}{mark}{mark and _STRUCK_OUT}"


@click.command()
@click.option("--config", "named", type=click.Path(), help="The file.  [SANDBOX_CONFIG]")
@click.option("--json", "is_json", is_flag=True, help="Print it as JSON.")
@with_examples("config")
def config(named: str | None, is_json: bool) -> None:
    """Print what `serve` would do here, and who says so.

    Credentials are struck out.
    """
    from sandbox.app import PROVIDERS, create_app, setting_names
    from sandbox.cli.at_the_start import do
    from sandbox.engine.reading.files import BadFile
    from sandbox.settings import BadSetting

    file = find(named)
    try:
        given = given_here({}, file).given
        create_app(made_of(given)._replace(data=None))
    except (BadSetting, BadFile) as error:
        raise click.ClickException(str(error)) from error
    credentials = {f"{each.name}_{key}" for each in PROVIDERS for key in each.variables}
    rows = [
        _row(name, given.get(name), default, name.endswith("_secret") or name in credentials)
        for name, default in setting_names(PROVIDERS).items()
    ]
    if file is not None and START in file.values:
        held = {**given, "webhook_dispatch": Given("on_advance", "")}  # (so that none goes out)
        settings = made_of(held)._replace(data=None)
        do(file, create_app(settings), settings.admin_token, [each.name for each in PROVIDERS])
        rows.append({"name": START, "value": file.values[START], "from": file.where(START)})
    if is_json:
        shown = {row.pop("name"): row for row in rows}
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False, default=str))
    else:
        told = ({**row, "value": _told(row["value"])} for row in rows)
        click.echo(plain(table(told, "name", "from", "value")))


def _row(name: str, given: Given | None, default: str | None, is_secret: bool) -> dict[str, Any]:
    if given is None:
        return {"name": name, "value": default, "from": _DEFAULT}
    value = given.value
    if is_secret or name == "admin_token":
        value = _STRUCK_OUT
    elif name.endswith("_webhook_url"):
        value = url_shown(value)
    return {"name": name, "value": value, "from": given.where}


def _told(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else json.dumps(value, default=str)
