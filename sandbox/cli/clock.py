"""`refund-sandbox clock` and `reset`."""

from collections.abc import Mapping
from typing import Any, cast

import click

from sandbox.cli.tables import table
from sandbox.cli.talk import Talk, talks
from sandbox.cli.values import read_value
from sandbox.cli.webhooks import deliveries_table
from sandbox.client.moments import Span


@click.group(invoke_without_command=True)
@talks("clock", "clock advance 3d")
def clock(talk: Talk) -> None:
    """Show the world's clock, or move it."""
    _show(talk, talk.sandbox.clock.state())


@clock.command()
@click.argument("duration", required=False)
@click.option("--to", "moment", help="A moment, ISO 8601 with an offset.")
@click.option("--until-idle", is_flag=True, help="Until nothing more is to come.")
@talks("clock advance 3d", "clock advance --to 2027-01-04T00:00:00Z", "clock advance --until-idle")
def advance(talk: Talk, duration: str | None, moment: str | None, until_idle: bool) -> None:
    """Move the clock forward, and tell what happened on the way.

    DURATION is like 45s, 90m, 3d or P1DT2H.
    """
    if (duration is not None) + (moment is not None) + until_idle != 1:
        raise click.UsageError("give one of DURATION, --to and --until-idle")
    if until_idle:
        answer = talk.sandbox.clock.advance_until_idle()
    else:
        by = None if duration is None else cast(Span, read_value(duration))
        answer = talk.sandbox.clock.advance(by, to=moment)
    talk.show(answer, _told(answer))


@clock.command()
@click.option("--at", "moment", help="A later moment, ISO 8601 with an offset.")
@talks("clock freeze --at 2030-03-01T08:00:00Z")
def freeze(talk: Talk, moment: str | None) -> None:
    """Let the clock stand, here or at a later moment.

    What is due until then happens.
    """
    _show(talk, talk.sandbox.clock.freeze(moment))


@clock.command()
@click.option("--rate", type=float, help="World seconds to a real one.")
@talks("clock run --rate 60")
def run(talk: Talk, rate: float | None) -> None:
    """Let the clock run on from where it stands."""
    _show(talk, talk.sandbox.clock.run(rate))


@click.command()
@click.option("--now", help="When the world begins, ISO 8601 with an offset.")
@click.option("--clock", "mode", type=click.Choice(["realtime", "frozen"]), help="How it runs.")
@click.option("--rate", type=float, help="World seconds to a real one.")
@click.option("--seed", type=int, help="Seed of all ids.")
@talks("reset --clock frozen --now 2027-01-01T09:00:00Z")
def reset(talk: Talk, /, **start: Any) -> None:
    """Make the world as it starts.

    What is left out is as the server was started.
    """
    _show(talk, talk.sandbox.reset(**start))


def _show(talk: Talk, state: Mapping[str, Any]) -> None:
    stands = "frozen" if state["mode"] == "frozen" else f"running at rate {state['rate']}"
    first = f"{state['due']} to come, the first at {state['next_due_at']}"
    talk.show(state, f"{state['now']}, {stands}\n{first if state['due'] else 'nothing is to come'}")


def _told(answer: Mapping[str, Any]) -> str:
    parts = [f"from {answer['from']} to {answer['now']}"]
    if answer["events"]:
        parts.append(table(answer["events"], "at", "provider", "kind", "subject", "from", "to"))
    else:
        parts.append("nothing happened")
    if answer["deliveries"]:
        parts.append(deliveries_table(answer["deliveries"]))
    for counts, why in ((answer["more"], "more"), (answer["dropped"], "no longer kept")):
        if any(counts.values()):
            parts.append(f"({counts['events']} events and {counts['deliveries']} webhooks {why})")
    return "\n\n".join(parts)
