"""`refund-sandbox requests`."""

import re
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
@click.option("--follow", is_flag=True, help="Those to come, each with a line, until Ctrl-C.")
@talks(
    "requests --provider lean --path '/payouts/refunds/*' --limit 5",
    "requests --method POST --body amount=35 --full",
    "requests --follow --provider lahza",
)
def requests(
    talk: Talk, /, body: tuple[str, ...], full: bool, follow: bool, **filters: Any
) -> None:
    """List the requests seen, the oldest first."""
    if follow:
        _follow(talk, full, {"body": body, **filters})
        return
    fields = {f"body.{field}": value for field, value in pairs("--body", body).items()}
    answer = talk.sandbox.call("GET", "requests", query=filters | fields)
    talk.show(answer, _full(answer) if full else _table(answer))


@requests.command()
@talks("requests clear")
def clear(talk: Talk) -> None:
    """Forget them."""
    talk.show(talk.sandbox.call("DELETE", "requests"), "all requests are forgotten")


def _follow(talk: Talk, full: bool, filters: Mapping[str, Any]) -> None:
    from sandbox.cli.follow import follow, require_apt

    wanted = require_apt(filters, "provider", "method", "path", "status")
    if "method" in wanted:
        wanted["method"] = str(wanted["method"]).upper()
    path = _pattern(str(wanted.pop("path", "")))

    def is_wanted(line: Mapping[str, Any]) -> bool:
        return (
            line["type"] == "request"
            and all(line[key] == value for key, value in wanted.items())
            and (not path.pattern or path.fullmatch(line["path"].partition("?")[0]) is not None)
        )

    follow(talk, is_wanted, full)


def _pattern(path: str) -> re.Pattern[str]:
    """Matches paths like this one; `*` is any one part."""
    parts = (part for part in path.split("/") if part)
    return re.compile("".join("/" + ("[^/]+" if p == "*" else re.escape(p)) for p in parts))


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
