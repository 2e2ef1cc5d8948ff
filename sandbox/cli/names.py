"""Names that the shell completes: those that the running sandbox knows."""

from collections.abc import Callable

import click
from click.shell_completion import CompletionItem

from sandbox.cli.talk import Talk

_PATIENCE = 2
"""Seconds: nobody waits longer for a completion."""
Completes = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def names_of(what: str, said: str, but: str | None = None) -> Completes:
    """Complete the names in one of the admin API's lists, by its path.

    Each entry's `said` explains it. The name `but` is left out. Without a sandbox that answers,
    nothing is completed.
    """

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from sandbox.client import SandboxError

        try:
            with Talk(ctx, _PATIENCE).sandbox as sandbox:
                path = what.split("/")
                found = sandbox.call("GET", *path)[path[-1]]
            return [
                CompletionItem(entry["name"], help=str(entry[said]))
                for entry in found
                if entry["name"].startswith(incomplete) and entry["name"] != but
            ]
        except (SandboxError, click.ClickException, LookupError, TypeError):
            return []

    return complete
