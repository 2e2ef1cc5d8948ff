"""The commands in the documents do what the documents say."""

import argparse
import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click import Context, Group
from requests import Response
from werkzeug.test import Client

from sandbox.app import create_app
from sandbox.cli import main
from sandbox.settings import Settings
from tests.examples.documents import GUIDES, TOP, Block, blocks, page
from tests.kit import Box

ADDRESS = "http://127.0.0.1:8426"
ANYTHING = "…"


def _curl() -> argparse.ArgumentParser:
    """The options of curl that the documents use; another one fails the test."""
    curl = argparse.ArgumentParser("curl", exit_on_error=False, allow_abbrev=False)
    curl.add_argument("url")
    curl.add_argument("-X", dest="method")
    curl.add_argument("-H", dest="headers", action="append", default=[])
    curl.add_argument("-d", dest="data", action="append", default=[])
    return curl


def run(command: list[str], box: Box) -> Response:
    """Do as curl does."""
    assert command[0] == "curl", command
    given = _curl().parse_args(command[1:])
    assert given.url.startswith(ADDRESS + "/"), given.url
    headers = dict(header.split(": ", 1) for header in given.headers)
    if given.data:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    return box.anyone.call(
        given.method or ("POST" if given.data else "GET"),
        given.url.removeprefix(ADDRESS),
        "&".join(given.data).encode() or None,
        headers=headers,
    )


def commands(text: str) -> Iterator[list[str]]:
    """The commands of a block; one goes on while a quote is open or a line ends in a backslash."""
    line = ""
    for more in text.splitlines(keepends=True):
        line += more
        if line.endswith("\\\n"):
            line = line.removesuffix("\\\n")
            continue
        try:
            words = shlex.split(line, comments=True)
        except ValueError:  # a quote is open
            continue
        if words:
            yield words
        line = ""
    assert not line, f"a quote is never closed: {line}"


def answers(text: str) -> Iterator[tuple[Block, Any]]:
    """The blocks of commands, each with the answer that is shown right below it, if one is."""
    found = blocks(text)
    for n, block in enumerate(found):
        if block.language == "sh":
            below = found[n + 1] if n + 1 < len(found) else None
            shown = below and text[block.end :].lstrip("\n").startswith("```json")
            yield block, json.loads(below.text) if below and shown else None


def differences(shown: Any, real: Any, at: str = "") -> list[str]:
    """Where an answer is not as shown; `…` stands for any value, as a key for any more keys."""
    if shown == ANYTHING:
        return []
    if isinstance(shown, dict) and isinstance(real, dict):
        named = [key for key in shown if key != ANYTHING]
        found = [d for k in named for d in differences(shown[k], real.get(k), f"{at}.{k}")]
        if ANYTHING in shown:
            return found
        return found + [f"{at}.{key} is not shown" for key in real if key not in shown]
    if isinstance(shown, list) and isinstance(real, list) and len(shown) == len(real):
        pairs = enumerate(zip(shown, real, strict=True))
        return [d for n, (s, r) in pairs for d in differences(s, r, f"{at}[{n}]")]
    return [] if shown == real else [f"{at} is shown as {shown!r} and is {real!r}"]


@pytest.mark.parametrize(
    "path", [p for p in GUIDES if blocks(p.read_text("utf-8"), "sh")], ids=lambda path: path.stem
)
def test_every_command_of_a_document_is_answered_as_shown(box: Box, path: Path) -> None:
    """In order, in one fresh world for each document; a command without an answer succeeds."""
    for block, shown in answers(path.read_text("utf-8")):
        where = f"{path.relative_to(TOP)}:{block.line}"
        *before, last = [run(command, box) for command in commands(block.text)]
        silent = before if shown is not None else [*before, last]
        assert [answer.text for answer in silent if not answer.ok] == [], where
        if shown is not None:
            assert differences(shown, last.json()) == [], where


def test_every_other_command_is_one_that_exists() -> None:
    targets = {line.split(":")[0] for line in page("Makefile").splitlines() if ": " in line}
    for path in GUIDES:
        for block in blocks(path.read_text("utf-8"), "bash"):
            for command in commands(block.text):
                program, *words = [word for word in command if not word.startswith("SANDBOX_")]
                if program == "make":
                    assert set(words) <= targets, command
                else:
                    assert program == "refund-sandbox", command
                    names = main.list_commands(Context(main))
                    named = words if words and words[0] in names else ["serve", *words]
                    parse(main, named)


def parse(group: Group, words: list[str]) -> None:
    """Read a command's words, as far down as they name a command; a wrong one is refused."""
    name, *rest = words
    command = group.get_command(Context(group), name)
    assert command is not None, name
    if isinstance(command, Group) and rest and not rest[0].startswith("-"):
        parse(command, rest)
    else:
        command.make_context(name, rest)


@pytest.mark.parametrize("block", blocks(page("docs/scenarios.md"), "yaml"), ids=lambda b: b.line)
def test_every_scenario_shown_can_be_used(tmp_path: Path, block: Block) -> None:
    (tmp_path / "shown.yaml").write_text(block.text, "utf-8")
    app = Client(create_app(Settings(scenarios=(tmp_path,))))
    answer = app.put("/_sandbox/scenarios/shown", json={})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("block", blocks(page("docs/fixtures.md"), "yaml"), ids=lambda b: b.line)
def test_every_fixture_file_shown_can_be_used(tmp_path: Path, block: Block) -> None:
    file = tmp_path / "shown.yaml"
    file.write_text(block.text, "utf-8")
    fixtures = Client(create_app(Settings(fixtures=(file,)))).get("/_sandbox/fixtures").json
    assert fixtures is not None
    assert fixtures["lean"]["refunds"]["of_order_7"]["amount"] == 2.5
    assert fixtures["lahza"]["refunds"]["of_order_8"]["transaction"] == 1004799999
