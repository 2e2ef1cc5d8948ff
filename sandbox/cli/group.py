"""The group of all commands, and groups that do something by themselves."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import cleandoc
from io import TextIOWrapper
from typing import Any, TypeVar, cast

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., object])

_OWN = ("--help", "--version")


class Main(click.Group):
    """A group for which no command, or an option first, means `serve`.

    The module of a command is imported when that is asked for.
    """

    def __init__(self, *args: Any, homes: Mapping[str, str], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._homes = homes

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._homes:
            return None
        module = import_module(f"sandbox.cli.{self._homes[cmd_name]}")
        return cast(click.Command, getattr(module, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:  # (it knows of no command that is not imported)
            raise click.NoSuchCommand(
                error.command_name, possibilities=self._homes, ctx=ctx
            ) from None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_told = bool(args) or ctx.resilient_parsing  # to complete nothing, any command will do
        if not is_told or (args and args[0].startswith("-") and args[0] not in _OWN):
            if is_told:
                _require_of_serve(ctx, args, self._homes)
            args = ["serve", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        found = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            serve = self.get_command(ctx, "serve")
            found += serve.shell_complete(ctx, incomplete) if serve else []
        return found

    def main(self, *args: Any, **rest: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # what it can't write is no reason to break off
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **rest)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.BadParameter as error:
            from sandbox.engine.reading.wording import in_our_words

            said = in_our_words(error.message)
            if said == error.message:
                raise
            raise click.BadParameter(said, error.ctx, error.param, error.param_hint) from None
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None


def _require_of_serve(ctx: click.Context, args: list[str], commands: Mapping[str, str]) -> None:
    """Refuse an option that belongs behind a command that is no `serve`."""
    option = args[0].partition("=")[0]
    if option in _OF_OTHERS:
        command = next((word for word in args if word in commands), None)
        where = f"the command: {ctx.info_name} {command} {option}" if command else "a command"
        raise click.UsageError(f"{option} stands behind {where}", ctx)


_OF_OTHERS = ("--url", "--json")


def alone() -> bool:
    """Whether a group was called without a command of its own.

    Raises:
        UsageError: it was called with one, and yet with options that are not that one's.
    """
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        return True
    for parameter in ctx.command.params:
        source = ctx.get_parameter_source(parameter.name or "")
        if parameter.expose_value and source is ParameterSource.COMMANDLINE:
            command = f"{ctx.info_name} {ctx.invoked_subcommand}"
            raise click.UsageError(f"{parameter.opts[0]} makes no sense before {command!r}")
    return False


def with_examples(*examples: str) -> Callable[[F], F]:
    """Let a command's help end with examples: the words behind the program's name."""

    def add(command: F) -> F:
        title = "Example:" if len(examples) == 1 else "Examples:"
        lines = "\n".join(["\b", title, *(f"  refund-sandbox {words}" for words in examples)])
        command.__doc__ = f"{cleandoc(command.__doc__ or '')}\n\n{lines}"
        return command

    return add
