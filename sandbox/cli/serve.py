"""`refund-sandbox serve`.

What it serves with is imported when it starts: no other command needs it.
"""

import gc
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from sandbox import __version__
from sandbox.cli.config import given_here, url_shown
from sandbox.cli.config_file import START, ConfigFile, find
from sandbox.cli.group import F, with_examples
from sandbox.settings import NAMES, PREFIX, BadSetting, Given, Settings, webhook_name

if TYPE_CHECKING:
    from sandbox.server import Server


class _NamedValue(click.ParamType[tuple[str, Given]]):
    """`lean=…` or `lahza.live=…`, as the setting that it is."""

    name = "name=value"

    def __init__(self, what: str) -> None:
        self._what = what

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, Given]:
        name, equals, text = str(value).partition("=")
        if not equals or not text or not name.replace(".", "").isalpha():
            self.fail(f"{value!r} is not like lean={self._what.upper()}", param, ctx)
        return webhook_name(name.lower(), self._what), Given(text, f"{param.opts[0]} {name}")


def _option(name: str, about: str, **rest: Any) -> Callable[[F], F]:
    """An option, whose help ends with the variable that says the same, and the default."""
    key = name.replace("-", "_")
    known = ", ".join(filter(None, (f"{PREFIX}{key.upper()}", NAMES[key])))
    return click.option(f"--{name}", help=f"{about}  [{known}]", **rest)


_SEVERAL: Mapping[str, Any] = {"multiple": True, "type": click.Path()}


@click.command()
@_option("host", "Address to listen on.")
@_option("port", "Port to listen on; 0 takes a free one.")
@_option("hosts", "Names by which it may be called, with commas between; * for any.")
@_option("clock", "Whether time runs.", type=click.Choice(["realtime", "frozen"]))
@_option("now", "When the world begins, ISO 8601.")
@_option("rate", "World seconds to a real one.")
@_option("seed", "Seed of all ids.")
@_option("public-url", "Where browsers reach it, if elsewhere.")
@_option("scenarios", "A folder of your own scenarios; may be given again.", **_SEVERAL)
@_option("fixtures", "A file of your own fixtures; may be given again.", **_SEVERAL)
@click.option(
    "--webhook",
    multiple=True,
    type=_NamedValue("url"),
    help="Where webhooks go: lean=URL, lahza=URL, lahza.live=URL.  [SANDBOX_LEAN_WEBHOOK_URL, …]",
)
@click.option(
    "--webhook-secret",
    multiple=True,
    type=_NamedValue("secret"),
    help="What signs them: lean=SECRET, …  [SANDBOX_LEAN_WEBHOOK_SECRET, …]",
)
@click.option(
    "--webhook-events",
    multiple=True,
    type=_NamedValue("events"),
    help="Those alone: lean=payment.created,payment.updated  [SANDBOX_LEAN_WEBHOOK_EVENTS, …]",
)
@_option(
    "webhook-dispatch",
    "When webhooks go out: after the answer to what caused them, or when the clock is moved.",
    type=click.Choice(["after_answer", "on_advance"]),
)
@_option("webhook-hosts", "Hosts allowed beside private ones, with commas between; * for all.")
@_option("worlds", "How many beside the default one.")
@_option("data", "A folder where all worlds are kept, beyond a restart.", type=click.Path())
@_option(
    "durability",
    "What they survive: the end of the process, or of the machine.",
    type=click.Choice(["process", "machine"]),
)
@_option("load", "A file of worlds that are there from the start.", type=click.Path())
@_option("quiet", "Print no log.", is_flag=True)
@_option("verbose", "Print the bodies, too, shortened.", is_flag=True)
@_option("log-format", "json: an object a line.", type=click.Choice(["text", "json"]))
@_option("watch", "Read your own scenarios anew when a file changes.", is_flag=True)
@click.option(
    "--config",
    "named",
    type=click.Path(),
    help="The file that says all this, too.  [SANDBOX_CONFIG, refund-sandbox.toml]",
)
@with_examples(
    "serve --port 9000 --clock frozen --now 2027-01-01T00:00:00Z",
    "serve --webhook lean=http://127.0.0.1:3000/lean",
)
def serve(
    named: str | None,
    webhook: tuple[tuple[str, Given], ...],
    webhook_secret: tuple[tuple[str, Given], ...],
    webhook_events: tuple[tuple[str, Given], ...],
    **options: Any,
) -> None:
    """Serve both providers' APIs on one port until Ctrl-C."""
    given = {
        key: Given(value, f"--{key.replace('_', '-')}") for key, value in options.items() if value
    }
    given.update((*webhook, *webhook_secret, *webhook_events))
    file = find(named)
    try:
        settings = given_here(given, file)
        if settings.watch and not settings.scenarios:
            raise click.UsageError("--watch wants --scenarios, a folder to look at")
        if settings.durability != "process" and settings.data is None:
            raise click.UsageError("--durability wants --data, a folder to keep worlds in")
        _run(settings, file)
    except BadSetting as error:
        raise click.ClickException(str(error)) from error


def _run(settings: Settings, file: ConfigFile | None) -> None:
    from sandbox.engine.reading.files import BadFile
    from sandbox.runtime_tuning import keep_short
    from sandbox.server import Server

    try:
        server = Server(settings)
    except BadFile as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        reason = f"can't listen on {where}: {error.strerror}; {_another(settings)}"
        raise click.ClickException(reason) from error
    done = None
    keeper = server.app.extensions.get("sandbox.keeper")
    is_begun = keeper is not None and keeper.found  # then what it says has been done
    if file is not None and START in file.values and not is_begun:
        from sandbox.cli.at_the_start import do

        names = [provider.name for provider in server.providers]
        done = do(file, server.app, settings.admin_token, names)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.stop())
    click.echo(_banner(server, file, done), err=settings.log_format == "json")
    sys.stdout.flush()
    gc.freeze()
    gc.enable()  # (off since `__main__`)
    keep_short()
    with _logging(server) as say:
        if settings.watch:
            from sandbox.scenario_watcher import Watch

            Watch(settings.scenarios, server.library, server.worlds, say).start()
        server.run()


@contextmanager
def _logging(server: "Server") -> "Iterator[Callable[[str], None]]":
    """Print a line for whatever happens, unless told otherwise; yields what prints a note."""
    settings = server.settings
    if settings.quiet or sys.stdout is None:
        yield click.echo
        return
    from sandbox.admin.log import Lines
    from sandbox.cli.log import Writer, printer

    lines = Lines(server.providers, settings.verbose)
    shown = printer(sys.stdout, settings.log_format == "json")
    writer = Writer(server.feed, lines.of, shown, sys.stdout, server.worlds.process_due)
    writer.start()
    try:
        yield writer.say
    finally:
        writer.end()


def _another(settings: Settings) -> str:
    """What to say for another address: what was typed, or may be."""
    typed = [settings.given[key].where for key in ("port", "host") if key in settings.given]
    return f"say another {' or '.join(typed) or '--port, or SANDBOX_PORT'}"


def _addresses(server: "Server") -> str:
    """Where each provider's webhooks go."""
    addresses = server.worlds.default.state.outbox.addresses
    told = []
    for provider in server.providers:
        for number, channel in enumerate(provider.model.webhooks.channels):
            name = f"{provider.name}.{channel}" if number else provider.name
            if address := addresses.get((provider.name, channel)):
                told.append(f"{name} → {url_shown(address.url)}")
            elif not number:
                told.append(f"{name} → nowhere (collected)")
    return ", ".join(told)


def _banner(server: "Server", file: ConfigFile | None, done: str | None) -> str:
    """What is served, the keys, and a first call for each provider."""
    settings = server.settings
    lines = [f"Refund sandbox {__version__} on {server.url}   (Ctrl-C stops it)", ""]
    for provider in server.providers:
        fixtures = server.worlds.default.state.fixtures
        lines += [*provider.first_call(server.url, settings, fixtures), ""]
    lines.append(f"Webhooks  {_addresses(server)}")
    if settings.data is not None:
        lines.append(f"Data    worlds are kept in {settings.data}")
    if file is not None:
        lines.append(f"Config  {file.path}" + (f": {done}" if done else ""))
    lines.append(f"Browser {server.url}/_sandbox/dashboard: see what goes on, and do it by hand")
    lines.append(f"Admin   {server.url}/_sandbox: fixtures, scenarios, clock, requests, settings")
    if settings.host not in ("127.0.0.1", "localhost", "::1") and settings.admin_token is None:
        reason = "the admin API is open to whoever reaches this address"
        lines.append(f"Warning: {reason}; set SANDBOX_ADMIN_TOKEN.")
    return "\n".join(lines)
