"""`refund-sandbox record`: keeps what an app and the providers' test modes say to each other."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from sandbox.cli.group import with_examples
from sandbox.cli.tables import plain
from sandbox.cli.test_modes import test_mode_options


@click.command()
@test_mode_options
@click.option("--to", "folder", type=click.Path(), required=True, help="A new or empty folder.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=8427, show_default=True, help="0 takes a free one.")
@with_examples(
    "record --lean https://sandbox.leantech.me --lahza https://api.lahza.io --to seen",
)
def record(urls: Mapping[str, str], folder: str, host: str, port: int) -> None:
    """Keep what an app and the test modes say to each other.

    Until Ctrl-C, it passes the app's calls on. The app's base URL, of both providers, is this
    one's address. What is kept is redacted; `compare --recorded` reads it.
    """
    from sandbox.compare.proxy import Passing, listening
    from sandbox.compare.recordings import Recorder
    from sandbox.compare.redaction import Redaction
    from sandbox.compare.test_modes import TestModes

    modes = TestModes(urls)
    if not modes.upstreams:
        raise click.UsageError(f"say where calls go: {modes.options}")
    redaction = Redaction(modes.all)
    recorder = Recorder(Path(folder), redaction)

    def say(line: str) -> None:
        click.echo(plain(line))
        sys.stdout.flush()

    passing = Passing([*modes.upstreams.values()], recorder, redaction, say)
    try:
        with listening(host, port, passing, modes.all) as server:
            signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
            url = f"http://{host}:{server.server_address[1]}"
            to = ", ".join(f"{n} {each.address.url}" for n, each in modes.upstreams.items())
            say(f"Recording on {url} into {folder}: {to}   (Ctrl-C stops it)")
            server.serve_forever()
    except KeyboardInterrupt:
        say(f"{recorder.kept} calls are in {folder}")
    except OverflowError as error:
        raise click.UsageError(f"{port} is no port") from error
    except OSError as error:
        reason = f"can't listen on {host}:{port}: {error.strerror}; say another --port"
        raise click.ClickException(reason) from error
