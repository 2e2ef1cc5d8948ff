"""`--follow`: the lines of a server's log, as they come, in another terminal."""

import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

import click

from sandbox.cli.log import Line, dropped, printer
from sandbox.cli.talk import Talk

_PAUSE = 0.5
"""Seconds between two calls."""


def follow(talk: Talk, is_wanted: Callable[[Line], bool], bodies: bool = False) -> None:
    """Print what happens in a world from now on, until Ctrl-C, or until the server is gone.

    Args:
        talk: with the server.
        is_wanted: which lines.
        bodies: whether lines show them.
    """
    from sandbox.client import Unreachable

    shown, pause = printer(sys.stdout, talk.is_json), threading.Event()
    query: dict[str, Any] = {"bodies": str(bodies).lower()}
    last = _printed(talk.sandbox.call("GET", "log", query=query), is_wanted, shown)
    click.echo(f"following {talk.url}   (Ctrl-C ends it)", err=True)
    while True:
        pause.wait(_PAUSE)
        try:
            answer = talk.sandbox.call("GET", "log", query=query | {"after": last})
        except Unreachable:
            click.echo("the sandbox is gone", err=True)
            return
        last = _printed(answer, is_wanted, shown)


def _printed(
    answer: Mapping[str, Any], is_wanted: Callable[[Line], bool], shown: Callable[[Line], str]
) -> int:
    """The number of the last line, once those that are wanted have been printed."""
    lines = [dropped(answer["missed"])] if answer["missed"] else []
    lines += filter(is_wanted, answer["lines"])
    if lines:
        click.echo("\n".join(map(shown, lines)), color=True)
    return int(answer["last"])


def require_apt(given: Mapping[str, object], *apt: str) -> dict[str, object]:
    """The filters that are given; all of them can be told by a line.

    Raises:
        UsageError: one can't.
    """
    wanted = {name: value for name, value in given.items() if value not in (None, ())}
    for name in wanted:
        if name not in apt:
            raise click.UsageError(f"--{name} makes no sense with --follow")
    return wanted
