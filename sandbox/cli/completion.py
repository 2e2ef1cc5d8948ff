"""`refund-sandbox completion`."""

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

_VARIABLE = "_REFUND_SANDBOX_COMPLETE"
"""Where click looks, for a program of that name, for what a shell wants to know."""
_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script for completion in a shell.

    It completes commands, options, and the names of what the running sandbox has. Put it where
    your shell looks for such, or try it out right away.

    \b
    Examples:
      eval "$(refund-sandbox completion bash)"
      refund-sandbox completion fish > ~/.config/fish/completions/refund-sandbox.fish
    """
    click.echo(_SHELLS[shell](ctx.find_root().command, {}, "refund-sandbox", _VARIABLE).source())
