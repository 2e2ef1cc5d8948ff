"""The command, called inside of the test's process."""

import json
from collections.abc import Iterator
from typing import Any

import click
from click.testing import CliRunner, Result

from sandbox.cli import main
from tests.kit import Box


def commands(group: click.Group = main, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """All commands there are, by what is typed for them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield above + name, command
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")


COMMANDS = dict(commands())


def parameters(command: click.Command) -> list[click.Parameter]:
    """Those that its help shows."""
    context = click.Context(command, resilient_parsing=True)
    command.parse_args(context, [])
    return command.get_params(context)


def call(box: Box, *words: str) -> Result:
    """Run a command against a sandbox; what goes wrong is no exception but an exit code."""
    result = CliRunner().invoke(main, words, env={"SANDBOX_URL": box.url}, prog_name="x")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(box: Box, *words: str) -> str:
    """What a command that succeeds prints."""
    result = call(box, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


def answered(box: Box, *words: str) -> Any:
    """The JSON that a command prints."""
    return json.loads(said(box, *words, "--json"))


def rows(text: str) -> list[list[str]]:
    """The cells of a printed table, below its head."""
    return [line.split() for line in text.splitlines()[1:]]


def refused(box: Box, *words: str, code: int = 1) -> str:
    """The one line that says why not."""
    result = call(box, *words)
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert code != 1 or result.stderr.count("\n") == 1
    return last.removeprefix("Error: ")
