"""What `--help` shows can be pasted."""

import shlex
from pathlib import Path

import click
import pytest

from sandbox.app import create_app
from sandbox.engine.keeping import lines
from sandbox.settings import Settings
from tests.cli.calls import COMMANDS, call, parameters
from tests.kit import Box
from tests.receiver import Receiver

NOT_RUN = ("serve", "completion", "compare", "record")  # (the last two call the providers)


def examples(command: click.Command) -> list[list[str]]:
    """The words of those that its help shows."""
    text = (command.help or "").replace("\\\n", "")
    lines = (line.strip() for line in text.splitlines())
    return [shlex.split(line) for line in lines if line.startswith("refund-sandbox ")]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_one_that_works(
    box: Box, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "no-second-try.yaml").write_text(
        "title: Mine\nscript:\n  - on: request\n    fail: unavailable\n"
    )
    if name.startswith("data"):
        create_app(Settings(data=tmp_path / "data")).extensions["sandbox.worlds"].close()
        (tmp_path / "worlds.jsonl").write_text(f"{lines.head()}\n")
    box.admin.put("/webhooks/lahza", {"url": receiver.url})
    box.lahza_refund("fixture-success")
    box.admin.put("/snapshots/full")
    box.anyone.get("/w/checkout/_sandbox/clock")
    mine = [words[1:] for words in examples(COMMANDS[name])]

    assert 1 <= len(mine) <= 3
    for words in mine:
        assert words[: len(name.split())] == name.split()
        if name not in NOT_RUN and "--follow" not in words:  # (which ends by Ctrl-C)
            result = call(box, *(box.url if word.endswith(":9000") else word for word in words))
            assert result.exit_code == 0, result.output


def test_every_command_and_option_says_what_it_is() -> None:
    for name, command in COMMANDS.items():
        assert "..." not in command.get_short_help_str(60), name
        for option in parameters(command):
            assert not isinstance(option, click.Option) or option.help, (name, option.name)
