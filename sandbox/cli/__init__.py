"""The command `refund-sandbox`."""

import click

from sandbox import __version__
from sandbox.cli.group import Main

_HOMES = {
    "serve": "serve",
    "config": "config",
    "health": "health",
    "clock": "clock",
    "reset": "clock",
    "scenarios": "scenarios",
    "weather": "weather",
    "seed": "documents",
    "settle": "documents",
    "payments": "ledger",
    "refunds": "ledger",
    "requests": "requests",
    "story": "story",
    "webhooks": "webhooks",
    "snapshot": "worlds",
    "worlds": "worlds",
    "data": "data",
    "compare": "compare",
    "record": "record",
    "completion": "completion",
}
"""The modules that the commands live in."""


@click.group(cls=Main, homes=_HOMES, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="refund-sandbox")
def main() -> None:
    """A local stand-in for the refund APIs of Lean Technologies and Lahza.

    Without a command it serves. The other commands talk to a sandbox that runs: the one at --url,
    or at SANDBOX_URL, or else on this machine at SANDBOX_PORT or 8426.

    \b
    Examples:
      refund-sandbox
      refund-sandbox clock advance 3d

    \b
    Ends with 0 when all went well, 1 when the sandbox refused or could not start, 2 for wrong
    usage, 3 when no sandbox answers, 130 for Ctrl-C (`serve`: 0).
    """
