"""What all commands that talk to a running sandbox have in common.

The client is imported when one of them runs: `serve` and `--help` need none.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from sandbox.cli.config_file import ConfigFile, find
from sandbox.cli.group import alone, with_examples
from sandbox.cli.tables import plain

if TYPE_CHECKING:
    from sandbox.client import Sandbox

P = ParamSpec("P")

_PATIENCE = 300
"""Seconds for an answer: an advance may have much to play."""


class NoAnswer(click.ClickException):
    """No sandbox answers."""

    exit_code = 3


class Talk:
    """A command's sandbox, and how its answer is printed.

    Attributes:
        timeout: how long an answer may take, in seconds.
        is_json: whether JSON is wanted.
    """

    def __init__(self, ctx: click.Context, timeout: float = _PATIENCE) -> None:
        self._ctx = ctx
        self.timeout = timeout
        self._file = find()
        said, variable = ctx.meta.get("sandbox.url"), os.environ.get("SANDBOX_URL")
        self._named = "--url: " if said else "SANDBOX_URL: " if variable else ""
        self.url: str = said or variable or _nearby(self._file)
        self.is_json = "sandbox.json" in ctx.meta

    @cached_property
    def sandbox(self) -> "Sandbox":
        """The client.

        Raises:
            UsageError: the address or the token can be none.
        """
        return self.client(self.timeout)

    def client(self, timeout: float) -> "Sandbox":
        """One whose answers may take so many seconds.

        Raises:
            UsageError: the address or the token can be none.
        """
        from sandbox.client import Sandbox

        try:
            token = os.environ.get("SANDBOX_ADMIN_TOKEN") or _said(self._file, "admin_token")
            sandbox = Sandbox(self.url, token=token, timeout=timeout)
        except ValueError as error:
            raise click.UsageError(f"{self._named}{error}") from error
        self._ctx.call_on_close(sandbox.close)
        return sandbox

    def show(self, answer: object, text: str) -> None:
        """Print the admin API's answer, or what it says in words."""
        as_json = self.is_json
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False) if as_json else plain(text))


def talks(*examples: str) -> Callable[[Callable[Concatenate[Talk, P], None]], Callable[P, None]]:
    """Let a command talk to a sandbox: it gets a `Talk`, and the options that say to which.

    A group's function is called where no command of its own is. Its help shows the examples.
    """

    def decorate(command: Callable[Concatenate[Talk, P], None]) -> Callable[P, None]:
        @click.option("--url", callback=_keep, expose_value=False, help=_URL_HELP)
        @click.option(
            "--json",
            is_flag=True,
            callback=_keep,
            expose_value=False,
            help="Print the admin API's JSON.",
        )
        @with_examples(*examples)
        @wraps(command)
        def talking(*args: P.args, **rest: P.kwargs) -> None:
            if alone():
                talk = Talk(click.get_current_context())
                with _in_words(talk.url):
                    command(talk, *args, **rest)

        return talking

    return decorate


@contextmanager
def _in_words(url: str) -> Iterator[None]:
    """Say what goes wrong between a command and the sandbox at an address."""
    from sandbox.client import SandboxError, Unreachable

    try:
        yield
    except SandboxError as error:
        kind = NoAnswer if isinstance(error, Unreachable) else click.ClickException
        raise kind(" ".join(str(error).split())) from error
    except UnicodeEncodeError as error:
        raise click.UsageError("an argument isn't text in UTF-8") from error
    except BrokenPipeError:  # (click ends quietly)
        raise
    except OSError as error:
        raise click.ClickException(f"can't be printed: {error.strerror}") from error
    except KeyError as error:
        reason = f"what answers at {url} is no sandbox: it says nothing of {error}"
        raise NoAnswer(reason) from error


_URL_HELP = (
    "The sandbox, or with /w/NAME one of its worlds.  "
    "[SANDBOX_URL, this machine's at SANDBOX_PORT or 8426]"
)


def _nearby(file: ConfigFile | None) -> str:
    """The sandbox of this machine, at the host and port that a server started from here would have.

    A variable that names no one port says nothing: 0, or what Docker's links set. A host that
    stands for all of the machine's addresses is reached at loopback.
    """
    port, host = os.environ.get("SANDBOX_PORT", ""), os.environ.get("SANDBOX_HOST", "")
    port = port if port.isdecimal() else _said(file, "port")
    host = (host or _said(file, "host")).strip().strip("[]")
    is_one = port.isdecimal() and int(port) > 0
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port if is_one else 8426}"


def _said(file: ConfigFile | None, key: str) -> str:
    return str(file.values.get(key, "")) if file else ""


def _keep(ctx: click.Context, option: click.Parameter, value: Any) -> None:
    """Keep an option's value for the command and those below it."""
    if value:
        ctx.meta[f"sandbox.{option.name}"] = value
