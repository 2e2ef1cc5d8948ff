"""What the commands say of providers: any may be named, as the running sandbox knows its own.

Those of this package are imported where help or a completion tells of them, and only there.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from sandbox.cli.talk import Talk

if TYPE_CHECKING:
    from sandbox.engine.provider.model import Model


def _models() -> "list[Model]":
    from sandbox.app import PROVIDERS

    return [provider.model for provider in PROVIDERS]


class _Word(click.ParamType[str]):
    """Any text; help and completion tell of those that the providers of this package have."""

    name = "text"

    def __init__(self, words_of: "Callable[[Model], Iterable[str]]") -> None:
        self._words_of = words_of

    def _words(self) -> list[str]:
        return list(dict.fromkeys(word for model in _models() for word in self._words_of(model)))

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(self._words())}]"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(word) for word in self._words() if word.startswith(incomplete)]


PROVIDER = _Word(lambda model: [model.name])
KIND = _Word(lambda model: model.lifecycles)
"""Of a document whose outcome can be decided."""


def require_known(talk: Talk, provider: str) -> None:
    """Refuse a provider that the running sandbox does not have.

    Raises:
        ClickException: it has others.
    """
    known = [name for name, its_own in talk.sandbox.settings.items() if isinstance(its_own, dict)]
    if provider not in known:
        from sandbox.engine.reading.validation import listed

        raise click.ClickException(f"there is no provider {provider!r}; {listed(known, provider)}")


class Seed(click.Command):
    """A command with an option for each kind of document that can be made up.

    Whichever is typed is taken: the running sandbox says so if it has no such kind.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--offset"}.union(*(option.opts for option in super().get_params(ctx)))
        shown = ctx.resilient_parsing or "--help" in args
        options = dict(_seed_options()) if shown else {}
        for option in map(_OPTION.match, args):
            if option and option[0] not in own:
                options.setdefault(option[0], "How many.")
        ctx.meta[_OPTIONS] = [
            click.Option([option], type=click.IntRange(0), default=0, help=about)
            for option, about in options.items()
        ]
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*ctx.meta.get(_OPTIONS, ()), *super().get_params(ctx)]


def _seed_options() -> Iterator[tuple[str, str]]:
    """An option and its help for each kind of this package's providers, and for several at once."""
    for model in _models():
        for key, seeder in model.seeders.items():
            kind = key.removeprefix(f"{model.name}_")
            yield f"--{key.replace('_', '-')}", f"How many {model.name.title()} {kind}."
            if seeder.also:
                yield f"--{seeder.also}", f"How many {seeder.also} of each provider."


_OPTIONS = "sandbox.kinds"
_OPTION = re.compile("--[a-z_-]+")
