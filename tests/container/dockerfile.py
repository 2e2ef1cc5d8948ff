"""The Dockerfile as the tests read it: its instructions, and what the image is left with."""

import json
import re
import shlex
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).parents[2]


class Image(NamedTuple):
    """What is known of an image before it is built.

    Attributes:
        copied: what of the project goes into any of its stages.
        runs: what is run to build it, a command each.
        environment: of the last stage.
        user, port, entrypoint, health: of the last stage.
        patience: seconds that a health check may take.
        bases: the images that its stages begin with.
    """

    copied: list[str]
    runs: list[list[str]]
    environment: dict[str, str]
    user: str
    entrypoint: list[str]
    health: list[str]
    port: int
    patience: int
    bases: list[str]


def read() -> Image:
    """Read the project's Dockerfile."""
    text = re.sub(r"^#.*\n", "", (TOP / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    steps = [line.split(" ", 1) for line in text.replace("\\\n", "").splitlines() if line]
    last = [*steps[max(n for n, step in enumerate(steps) if step[0] == "FROM") :]]
    final = dict(reversed(last))  # (of two alike the first would win; there are none)
    copies = [rest.split() for step, rest in steps if step == "COPY"]
    commands = [part for step, rest in steps if step == "RUN" for part in rest.split("&&")]
    return Image(
        copied=[name for words in copies if words[0][0] != "-" for name in words[:-1]],
        runs=[shlex.split(command) for command in commands],
        environment=dict(pair.split("=", 1) for pair in shlex.split(final["ENV"])),
        user=final["USER"],
        entrypoint=json.loads(final["ENTRYPOINT"]),
        health=json.loads(final["HEALTHCHECK"].partition("CMD ")[2]),
        port=int(final["EXPOSE"]),
        patience=int(re.findall(r"--timeout=(\d+)s ", final["HEALTHCHECK"])[0]),
        bases=[rest.split()[0] for step, rest in steps if step == "FROM"],
    )
