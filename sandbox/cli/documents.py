"""`refund-sandbox seed` and `settle`."""

import sys
from collections.abc import Iterator

import click

from sandbox.cli.providers import KIND, PROVIDER, Seed, require_known
from sandbox.cli.talk import Talk, talks

_AT_ONCE = 2000
"""More documents than that are made in parts."""
_PART = 1000
"""Of each kind."""


@click.command(cls=Seed)
@click.option("--seed", type=click.IntRange(0), help="The same seed makes the same documents.")
@talks("seed --payments 500 --transactions 500 --refunds 100 --seed 7")
def seed(talk: Talk, /, seed: int | None, **wanted: int) -> None:
    """Add made-up documents."""
    added: dict[str, int] = {}
    length = sum(wanted.values())
    is_hidden = length <= _AT_ONCE or not sys.stderr.isatty()
    with click.progressbar(length=length, file=sys.stderr, hidden=is_hidden) as bar:
        for part, offset in _parts(wanted):
            for kind, count in talk.sandbox.seed(**part, seed=seed, offset=offset).items():
                added[kind] = added.get(kind, 0) + count
            bar.update(sum(part.values()))
    told = [f"{n} {kind.replace('_', ' ')}" for kind, n in added.items() if n or wanted.get(kind)]
    talk.show(added, ", ".join(told) or "none")


def _parts(wanted: dict[str, int]) -> Iterator[tuple[dict[str, int], int]]:
    """What to ask for in a call, and how many of the seed come before it."""
    most = max(wanted.values(), default=0)
    step = most if sum(wanted.values()) <= _AT_ONCE else _PART
    for offset in range(0, max(most, 1), max(step, 1)):
        part = {kind: min(max(count - offset, 0), step) for kind, count in wanted.items()}
        yield part, offset


@click.command()
@click.argument("provider", type=PROVIDER, metavar="PROVIDER")
@click.argument("id")
@click.argument("status")
@click.option(
    "--kind",
    type=KIND,
    default="refund",
    show_default=True,
    help="What the id is of. Lean's payouts and reconciliations go by their payment's id.",
)
@click.option("--reason", help="Kept with it.")
@talks(
    "settle lahza 3018202 failed --reason 'account closed'",
    "settle --kind reconciliation \\\n    lean 1ea00000-0000-4000-a000-000000000002 UNRECEIVED",
)
def settle(talk: Talk, provider: str, id: str, status: str, kind: str, reason: str | None) -> None:
    """Bring a refund to a state now, through those on the way.

    PROVIDER is lean or lahza, STATUS one of its states.
    """
    from sandbox.client import Refused

    try:
        answer = talk.sandbox.provider(provider).settle(id, status, reason, kind=kind)
    except Refused as error:
        if error.status == 404:
            require_known(talk, provider)
        raise
    became = str(answer.get("status", ""))
    talk.show(answer, f"{kind} {id} is {became if became.lower() == status.lower() else status}")
