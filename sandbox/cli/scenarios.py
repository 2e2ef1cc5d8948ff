"""`refund-sandbox scenarios`."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.names import names_of
from sandbox.cli.tables import table
from sandbox.cli.talk import Talk, talks
from sandbox.cli.values import pairs, read_value

if TYPE_CHECKING:
    from sandbox.engine.reading.files import Source

_NAME = click.argument("name", shell_complete=names_of("scenarios", "title"))


@click.group(invoke_without_command=True)
@talks("scenarios", "scenarios on rate-limited -p times=1")
def scenarios(talk: Talk) -> None:
    """List the scenarios, or switch them on and off."""
    answer = talk.sandbox.call("GET", "scenarios")
    entries = ({**each, "state": _state(each)} for each in answer["scenarios"])
    talk.show(answer, table(entries, "name", "provider", "state", "acted", "title"))


@scenarios.command()
@_NAME
@talks("scenarios show refund-fails")
def show(talk: Talk, name: str) -> None:
    """Show one, and its parameters."""
    answer = talk.sandbox.scenarios.get(name)
    lines = [
        f"{answer['name']} ({answer['provider']}) is {_state(answer)}{_acted(answer)}",
        answer["title"],
        " ".join(answer["about"].split()),
        *(f"  {parameter}" for parameter in _parameters(answer)),
    ]
    talk.show(answer, "\n".join(filter(None, lines)))


@scenarios.command()
@_NAME
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A number, true or false as in JSON; all else is text. May be given again.",
)
@talks("scenarios on webhook-lost -p payment=lean.payments.reconciled -p times=1")
def on(talk: Talk, name: str, parameters: tuple[str, ...]) -> None:
    """Switch one on; anew, as the latest, if it is on."""
    given = {key: read_value(text) for key, text in pairs("-p", parameters).items()}
    answer = talk.sandbox.scenarios.on(name, **given)
    words = [f"{answer['name']} is {_state(answer)}", *_parameters(answer)]
    talk.show(answer, "\n  ".join(words))


@scenarios.command()
@_NAME
@talks("scenarios off rate-limited")
def off(talk: Talk, name: str) -> None:
    """Switch one off; what it held goes on, counted from now."""
    answer = talk.sandbox.scenarios.off(name)
    talk.show(answer, f"{answer['name']} is {_state(answer)}")


@scenarios.command()
@click.argument("file", type=click.Path())
@talks("scenarios add no-second-try.yaml")
def add(talk: Talk, file: str) -> None:
    """Add one of your own, from a file of YAML or JSON.

    It stays until the next reset. Its name is the file's, unless a `name` stands in it.
    """
    from sandbox.client import Refused

    source, script = _read(file)
    try:
        answer = talk.sandbox.scenarios.add({"name": source.file.stem, **script})
    except Refused as error:
        if error.field is None:
            raise
        raise click.ClickException(str(source.wrong(_path(error.field), str(error)))) from error
    talk.show(answer, f"{answer['name']} is there, and {_state(answer)}")


def _read(file: str) -> tuple["Source", dict[str, Any]]:
    """A file, and what stands in it, as JSON has it."""
    from pathlib import Path

    from sandbox.engine.reading.files import BadFile, read
    from sandbox.engine.values.json_text import to_json

    try:
        source = read(Path(file))
    except BadFile as error:
        raise click.UsageError(str(error)) from error
    script = json.loads(to_json(source.content))
    if not isinstance(script, dict):
        raise click.UsageError(f"{source.file}: it must be a mapping, with a title and a script")
    return source, script


def _path(field: str) -> tuple[str | int, ...]:
    """The way to a field such as `script[0].become`."""
    return tuple(int(n) if n else key for key, n in re.findall(r"([^.\[\]]+)|\[(\d+)\]", field))


def _state(scenario: Mapping[str, Any]) -> str:
    return "on" if scenario["enabled"] else "off"


def _acted(scenario: Mapping[str, Any]) -> str:
    """How often, of one that is on or has acted."""
    count = scenario["acted"]
    if not (count or scenario["enabled"]):
        return ""
    return f", acted {count} time{'' if count == 1 else 's'}"


def _parameters(scenario: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, value in scenario["parameters"].items():
        lost = "  (names a document that does not exist)" if name in scenario["missing"] else ""
        lines.append(f"{name}={_text(value)}{lost}")
    return lines


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
