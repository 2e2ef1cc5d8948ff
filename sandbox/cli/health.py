"""`refund-sandbox health`, which a container may ask for every few seconds: it imports little."""

import click

from sandbox.cli.talk import Talk, talks

_PATIENCE = 5
"""Seconds."""


@click.command()
@talks
def health(talk: Talk) -> None:
    """Say whether it is up; the exit code is 0 if so.

    \b
    Example:
      refund-sandbox health --url http://127.0.0.1:9000
    """
    talk.is_patient_for(_PATIENCE)
    answer = talk.sandbox.health()
    text = f"{answer['status']}, version {answer['version']}, world time {answer['now']}"
    talk.show(answer, text)
