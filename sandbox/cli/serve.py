"""`refund-sandbox serve`.

What it serves with is imported when it starts: no other command needs it.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from sandbox import __version__
from sandbox.cli.group import F, with_examples

if TYPE_CHECKING:
    from sandbox.server import Server
    from sandbox.settings import Settings


class _NamedValue(click.ParamType[tuple[str, str]]):
    """`lean=…` or `lahza.live=…`, as the environment variable that says the same."""

    name = "name=value"

    def __init__(self, what: str) -> None:
        self._what = what

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        name, equals, text = str(value).partition("=")
        if not equals or not text or not name.replace(".", "").isalpha():
            self.fail(f"{value!r} is not like lean={self._what}", param, ctx)
        from sandbox.settings import webhook_variable

        return webhook_variable(name, self._what), text


def _option(name: str, about: str, default: str | None = None, **rest: Any) -> Callable[[F], F]:
    """An option, whose help ends with the variable that says the same, and the default."""
    known = ", ".join(filter(None, (f"SANDBOX_{name.upper().replace('-', '_')}", default)))
    return click.option(f"--{name}", help=f"{about}  [{known}]", **rest)


_SEVERAL: Mapping[str, Any] = {"multiple": True, "type": click.Path()}


@click.command()
@_option("host", "Address to listen on.", "127.0.0.1")
@_option("port", "Port to listen on; 0 takes a free one.", "8420")
@_option("hosts", "Names by which it may be called, with commas between; * for any.")
@_option("clock", "Whether time runs.", "realtime", type=click.Choice(["realtime", "frozen"]))
@_option("now", "When the world begins, ISO 8601.", "now")
@_option("rate", "World seconds to a real one.", "1")
@_option("seed", "Seed of all ids.", "0 where time stands; else a fresh one")
@_option("public-url", "Where browsers reach it, if elsewhere.")
@_option("scenarios", "A folder of your own scenarios; may be given again.", **_SEVERAL)
@_option("fixtures", "A file of your own fixtures; may be given again.", **_SEVERAL)
@click.option(
    "--webhook",
    multiple=True,
    type=_NamedValue("URL"),
    help="Where webhooks go: lean=URL, lahza=URL, lahza.live=URL.  [SANDBOX_LEAN_WEBHOOK_URL, …]",
)
@click.option(
    "--webhook-secret",
    multiple=True,
    type=_NamedValue("SECRET"),
    help="What signs them: lean=SECRET, …  [SANDBOX_LEAN_WEBHOOK_SECRET, …]",
)
@click.option(
    "--webhook-events",
    multiple=True,
    type=_NamedValue("EVENTS"),
    help="Those alone: lean=payment.created,payment.updated  [SANDBOX_LEAN_WEBHOOK_EVENTS, …]",
)
@_option(
    "webhook-dispatch",
    "When webhooks go out: after the answer to what caused them, or when the clock is moved.",
    "after_answer",
    type=click.Choice(["after_answer", "on_advance"]),
)
@_option("webhook-hosts", "Hosts allowed beside private ones, with commas between; * for all.")
@_option("worlds", "How many beside the default one.", "500")
@click.option("--watch", is_flag=True, help="Read your own scenarios anew when a file changes.")
@with_examples(
    "serve --port 9000 --clock frozen --now 2027-01-01T00:00:00Z",
    "serve --webhook lean=http://127.0.0.1:3000/lean",
)
def serve(
    scenarios: tuple[str, ...],
    fixtures: tuple[str, ...],
    watch: bool,
    webhook: tuple[tuple[str, str], ...],
    webhook_secret: tuple[tuple[str, str], ...],
    webhook_events: tuple[tuple[str, str], ...],
    **given: str | None,
) -> None:
    """Serve both providers' APIs on one port until Ctrl-C."""
    from pathlib import Path

    from sandbox.settings import BadSetting, from_environment

    options = {f"SANDBOX_{key.upper()}": value for key, value in given.items() if value}
    options.update((*webhook, *webhook_secret, *webhook_events))
    try:
        settings = from_environment({**os.environ, **options})
        settings = settings._replace(
            scenarios=(*settings.scenarios, *map(Path, scenarios)),
            fixtures=(*settings.fixtures, *map(Path, fixtures)),
        )
        if watch and not settings.scenarios:
            raise click.UsageError("--watch wants --scenarios, a folder to look at")
        _run(settings, watch)
    except BadSetting as error:
        said = str(error)
        for key in (key for key, value in given.items() if value):  # and no variable
            said = said.replace(f"SANDBOX_{key.upper()}", f"--{key.replace('_', '-')}")
        raise click.ClickException(said) from error


def _run(settings: "Settings", watch: bool) -> None:
    from sandbox.engine.reading.files import BadFile
    from sandbox.runtime_tuning import keep_short
    from sandbox.server import Server

    try:
        server = Server(settings)
    except BadFile as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise click.ClickException(f"can't listen on {where}: {error.strerror}") from error
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.stop())
    click.echo(_banner(server))
    sys.stdout.flush()
    gc.freeze()
    gc.enable()  # (off since `__main__`)
    keep_short()
    if watch:
        from sandbox.scenario_watcher import Watch

        Watch(settings.scenarios, server.library, server.worlds, click.echo).start()
    server.run()


def _banner(server: "Server") -> str:
    """What is served, the keys, and a first call for each provider."""
    settings = server.settings
    lines = [f"Refund sandbox {__version__} on {server.url}   (Ctrl-C stops it)", ""]
    for provider in server.providers:
        fixtures = server.worlds.default.state.fixtures
        lines += [*provider.first_call(server.url, settings, fixtures), ""]
    lines.append(f"Admin   {server.url}/_sandbox: fixtures, scenarios, clock, requests, settings")
    if settings.host not in ("127.0.0.1", "localhost", "::1") and settings.admin_token is None:
        reason = "the admin API is open to whoever reaches this address"
        lines.append(f"Warning: {reason}; set SANDBOX_ADMIN_TOKEN.")
    return "\n".join(lines)
