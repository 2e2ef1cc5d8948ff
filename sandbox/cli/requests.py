"""`refund-sandbox requests`."""

import sys
from collections.abc import Mapping
from typing import Any, cast

import click

from sandbox.cli.providers import PROVIDER
from sandbox.cli.tables import dropped, table
from sandbox.cli.talk import Talk, talks
from sandbox.cli.values import pairs


@click.group(invoke_without_command=True)
@click.option("--provider", type=PROVIDER, help="Whose.")
@click.option("--method", help="HTTP's.")
@click.option("--path", help="`*` stands for any one part.")
@click.option("--status", type=int, help="Of the answer.")
@click.option("--since", help="Of the world's time, the first moment.")
@click.option("--until", help="The first moment after.")
@click.option(
    "--body",
    multiple=True,
    metavar="FIELD=VALUE",
    help="A value in the body, by the path to its field. May be given again.",
)
@click.option("--limit", type=int, help="That many, the latest.")
@click.option("--full", is_flag=True, help="With the bodies.")
@talks(
    "requests --provider lean --path '/payouts/refunds/*' --limit 5",
    "requests --method POST --body amount=35 --full",
)
def requests(talk: Talk, /, body: tuple[str, ...], full: bool, **filters: Any) -> None:
    """List the requests seen, the oldest first."""
    fields = {f"body.{field}": value for field, value in pairs("--body", body).items()}
    answer = talk.sandbox.call("GET", "requests", query=filters | fields)
    talk.show(answer, _full(answer) if full else _table(answer))


@requests.command()
@talks("requests clear")
def clear(talk: Talk) -> None:
    """Forget them."""
    talk.show(talk.sandbox.call("DELETE", "requests"), "all requests are forgotten")


def _table(answer: Mapping[str, Any]) -> str:
    entries = (
        {**entry, "path": _path(entry), "status": entry["status"] or "cut"}
        for entry in reversed(answer["requests"])
    )
    names = ["at", "method", "path", "status", "scenario"]
    if any(entry["hint"] for entry in answer["requests"]):
        names.append("hint")
    return table(entries, *names) + dropped(answer["dropped"])


def _path(entry: Mapping[str, Any]) -> str:
    return f"{entry['path']}?{entry['query']}" if entry["query"] else str(entry["path"])


def _full(answer: Mapping[str, Any]) -> str:
    from sandbox.client.entries import Entry, told

    entries = cast(list[Entry], answer["requests"][::-1])
    most = {} if sys.stdout and sys.stdout.isatty() else {"most": None}
    return told(entries, **most) + dropped(answer["dropped"])
