"""`refund-sandbox snapshot` and `worlds`."""

from collections.abc import Mapping
from typing import Any

import click

from sandbox.cli.names import names_of
from sandbox.cli.tables import table
from sandbox.cli.talk import Talk, talks

_SNAPSHOT = click.argument("name", shell_complete=names_of("snapshots", "at"))


@click.group(invoke_without_command=True)
@talks("snapshot take full", "snapshot restore full")
def snapshot(talk: Talk) -> None:
    """List the snapshots, take one, or bring one back."""
    _show_snapshots(talk, "GET")


@snapshot.command()
@_SNAPSHOT
@talks("snapshot take full")
def take(talk: Talk, name: str) -> None:
    """Keep the world as it is.

    It takes the place of an earlier snapshot of the name.
    """
    answer = talk.sandbox.snapshots.take(name)
    talk.show(answer, f"{_described(answer)} are kept")


@snapshot.command()
@_SNAPSHOT
@talks("snapshot restore full")
def restore(talk: Talk, name: str) -> None:
    """Make the world as it was when the snapshot was taken."""
    answer = talk.sandbox.snapshots.restore(name)
    talk.show(answer, f"{_described(answer)} are back")


@snapshot.command("remove")
@_SNAPSHOT
@talks("snapshot remove full")
def remove_snapshot(talk: Talk, name: str) -> None:
    """Forget one."""
    _show_snapshots(talk, "DELETE", name)


def _described(snapshot: Mapping[str, Any]) -> str:
    return f"{snapshot['name']}: {snapshot['documents']} documents of {snapshot['at']}"


def _show_snapshots(talk: Talk, method: str, *name: str) -> None:
    answer = talk.sandbox.call(method, "snapshots", *name)
    talk.show(answer, table(answer["snapshots"], "name", "at", "documents"))


@click.group(invoke_without_command=True)
@talks("worlds")
def worlds(talk: Talk) -> None:
    """List the worlds of the server, the least lately used first."""
    _show_worlds(talk, "GET")


@worlds.command("remove")
@click.argument("name", shell_complete=names_of("worlds", "now", but="default"))
@talks("worlds remove checkout")
def remove_world(talk: Talk, name: str) -> None:
    """Forget one, its snapshots too; used again, it is made anew."""
    _show_worlds(talk, "DELETE", name)


def _show_worlds(talk: Talk, method: str, *name: str) -> None:
    answer = talk.sandbox.call(method, "worlds", *name)
    names = ["name", "url", "mode", "now", "documents", "requests", "last_used_at"]
    rows = answer["worlds"]
    if "unanswered" in answer:
        names.append("member")
        rows = [{"member": None, **row} for row in rows]
    silent = "".join(f"\nno answer from {each}" for each in answer.get("unanswered", ()))
    talk.show(answer, table(rows, *names) + silent)
