"""`refund-sandbox payments` and `refunds`."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import click

from sandbox.cli.providers import PROVIDER
from sandbox.cli.tables import table
from sandbox.cli.talk import Talk, talks


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that both have."""
    for option in (
        click.option("--before", metavar="ID", help="Those that stand behind that one."),
        click.option("--limit", type=int, help="That many, the newest; 1000, unless given."),
        click.option("--outcome", type=click.Choice(["open", "settled", "failed"]), help="Alone."),
        click.option("--state", help="As the provider says it."),
        click.option("--provider", type=PROVIDER, help="Whose."),
    ):
        command = option(command)
    return command


@click.command()
@_filters
@talks("payments --provider lahza --outcome settled --limit 5")
def payments(talk: Talk, /, **filters: Any) -> None:
    """List the payments of all providers, the newest first."""
    _list(talk, "payments", filters)


@click.command()
@_filters
@talks("refunds --outcome open", "refunds --provider lean --state CREATED")
def refunds(talk: Talk, /, **filters: Any) -> None:
    """List the refunds of all providers, the newest first."""
    _list(talk, "refunds", filters)


def _list(talk: Talk, kind: str, filters: Mapping[str, Any]) -> None:
    answer = talk.sandbox.call("GET", kind, query=filters)
    rows = [{**row, "amount": _major(row), "by": _by(row["by"])} for row in answer[kind]]
    payment = ["payment"] if kind == "refunds" else []
    names = ["at", "provider", "id", *payment, "amount", "currency", "state", "outcome", "by"]
    older = f"\n({answer['more']} older ones: --before)" if answer["more"] else ""
    talk.show(answer, table(rows, *names) + older)


def _major(row: Mapping[str, Any]) -> str:
    """Its amount in major units."""
    return format(Decimal(row["amount"]).scaleb(-row["decimals"]), "f")


def _by(call: Mapping[str, Any] | None) -> str | None:
    """The call that made it."""
    return None if call is None else f"{call['method']} {call['path']} ({call['request']})"
