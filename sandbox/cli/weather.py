"""`refund-sandbox weather`."""

import click

from sandbox.cli.names import names_of
from sandbox.cli.tables import table
from sandbox.cli.talk import Talk, talks


@click.command()
@click.argument("disturbances", nargs=-1)
@click.option("--seed", type=int, help="Draw the disturbances: the same seed draws the same.")
@click.option(
    "--profile",
    help="What to draw from: calm, rainy, hostile, or one of your own.  [rainy]",
    shell_complete=names_of("weather/profiles", "title"),
)
@click.option("--off", is_flag=True, help="Let no disturbance be on.")
@talks(
    "weather --seed 7 --profile hostile",
    "weather 'answer-lost; how=cut' 'rate-limited; method=POST; nth=2'",
    "weather --off",
)
def weather(
    talk: Talk, disturbances: tuple[str, ...], seed: int | None, profile: str | None, off: bool
) -> None:
    """Show the disturbances that are on, or let others be.

    A DISTURBANCE is a scenario with parameters, on the nth call, webhook or refund of those that it
    is about. Put it in quotes: a semicolon ends a command in a shell.
    """
    if bool(disturbances) + (seed is not None) + off > 1:
        raise click.UsageError("give one of DISTURBANCES, --seed and --off")
    if profile is not None and seed is None:
        raise click.UsageError("--profile goes with --seed")
    if off:
        talk.sandbox.weather.clear()
    elif seed is not None:
        talk.sandbox.weather.draw(seed, profile)
    elif disturbances:
        talk.sandbox.weather.set(*disturbances)
    found = [dict(each) for each in talk.sandbox.weather.get()]
    shown = table(found, "text", "acted", "title") if found else "no disturbance is on"
    talk.show({"disturbances": found}, shown)
