"""`refund-sandbox health`, which a container may ask for every few seconds: it imports little."""

import threading

import click

from sandbox.cli.talk import Talk, talks

PATIENCE = 5
"""Seconds for an answer."""
_PAUSE = 0.02
"""Seconds between two calls that nobody answers."""


@click.command()
@click.option("--wait", metavar="DURATION", help="Ask until one answers, for as long as that.")
@talks("health --url http://127.0.0.1:9000", "health --wait 30s")
def health(talk: Talk, wait: str | None) -> None:
    """Say whether it is up; the exit code is 0 if so."""
    answer = talk.client(PATIENCE).health() if wait is None else _awaited(talk, wait)
    text = f"{answer['status']}, version {answer['version']}, world time {answer['now']}"
    talk.show(answer, text)


def _awaited(talk: Talk, wait: str) -> dict[str, str]:
    from sandbox.client import Unreachable
    from sandbox.engine.time.clock import elapsed
    from sandbox.engine.values.instants import SECOND, parse_duration

    try:
        until = elapsed() + parse_duration(wait)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--wait") from error
    while True:
        left = max((until - elapsed()) / SECOND, _PAUSE)
        try:
            return talk.client(min(PATIENCE, left)).health()
        except Unreachable:
            if elapsed() >= until:
                raise
        threading.Event().wait(_PAUSE)
