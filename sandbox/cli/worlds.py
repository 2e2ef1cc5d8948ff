"""`refund-sandbox snapshot` and `worlds`."""

from collections.abc import Mapping
from typing import Any

import click

from sandbox.cli.group import alone
from sandbox.cli.names import names_of
from sandbox.cli.tables import table
from sandbox.cli.talk import Talk, talks

_SNAPSHOT = click.argument("name", shell_complete=names_of("snapshots", "at"))


@click.group(invoke_without_command=True)
@talks
def snapshot(talk: Talk) -> None:
    """List the snapshots, take one, or bring one back.

    \b
    Examples:
      refund-sandbox snapshot take full
      refund-sandbox snapshot restore full
    """
    if alone():
        _show_snapshots(talk, talk.sandbox.call("GET", "snapshots"))


@snapshot.command()
@_SNAPSHOT
@talks
def take(talk: Talk, name: str) -> None:
    """Keep the world as it is.

    It takes the place of an earlier snapshot of the name.

    \b
    Example:
      refund-sandbox snapshot take full
    """
    answer = talk.sandbox.snapshots.take(name)
    talk.show(answer, f"{_described(answer)} are kept")


@snapshot.command()
@_SNAPSHOT
@talks
def restore(talk: Talk, name: str) -> None:
    """Make the world as it was when the snapshot was taken.

    \b
    Example:
      refund-sandbox snapshot restore full
    """
    answer = talk.sandbox.snapshots.restore(name)
    talk.show(answer, f"{_described(answer)} are back")


@snapshot.command("remove")
@_SNAPSHOT
@talks
def remove_snapshot(talk: Talk, name: str) -> None:
    """Forget one.

    \b
    Example:
      refund-sandbox snapshot remove full
    """
    _show_snapshots(talk, talk.sandbox.call("DELETE", "snapshots", name))


def _described(snapshot: Mapping[str, Any]) -> str:
    return f"{snapshot['name']}: {snapshot['documents']} documents of {snapshot['at']}"


def _show_snapshots(talk: Talk, answer: Mapping[str, Any]) -> None:
    names = ("name", "at", "documents")
    rows = ([each[name] for name in names] for each in answer["snapshots"])
    talk.show(answer, table(names, rows))


@click.group(invoke_without_command=True)
@talks
def worlds(talk: Talk) -> None:
    """List the worlds of the server, the least lately used first.

    \b
    Example:
      refund-sandbox worlds
    """
    if alone():
        _show_worlds(talk, talk.sandbox.call("GET", "worlds"))


@worlds.command("remove")
@click.argument("name", shell_complete=names_of("worlds", "now", but="default"))
@talks
def remove_world(talk: Talk, name: str) -> None:
    """Forget one, its snapshots too; used again, it is made anew.

    \b
    Example:
      refund-sandbox worlds remove checkout
    """
    _show_worlds(talk, talk.sandbox.call("DELETE", "worlds", name))


def _show_worlds(talk: Talk, answer: Mapping[str, Any]) -> None:
    names = ("name", "url", "mode", "now", "documents", "requests", "last_used_at")
    rows = ([each[name] for name in names] for each in answer["worlds"])
    talk.show(answer, table(names, rows))
