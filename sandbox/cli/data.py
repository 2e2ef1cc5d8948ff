"""`refund-sandbox data`: looks at a folder of worlds, and takes them out or puts them in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox.cli.group import with_examples

if TYPE_CHECKING:
    from sandbox.engine.keeping.folder import Folder

_AT = click.option(
    "--data",
    "at",
    type=click.Path(path_type=Path),
    help="The folder.  [SANDBOX_DATA, data in refund-sandbox.toml]",
)


@click.group()
@with_examples("data check --data ./data")
def data() -> None:
    """Look at a folder of worlds that no server uses.

    Take worlds out of it, or put them in.
    """


@contextmanager
def _opened(at: Path | None, is_new: bool = False) -> Iterator[Folder]:
    from sandbox.app import create_app
    from sandbox.cli.config import given_here
    from sandbox.cli.config_file import find
    from sandbox.engine.keeping.file import NAME
    from sandbox.engine.keeping.folder import Folder
    from sandbox.engine.keeping.schema import reason
    from sandbox.engine.reading.files import BadFile
    from sandbox.settings import BadSetting, Given

    try:
        given = {} if at is None else {"data": Given(at, "--data")}
        settings = given_here(given, find(None))
        if (at := settings.data) is None:
            raise click.UsageError(
                "say which folder: --data, SANDBOX_DATA, or the configuration file"
            )
        if not is_new and not at.is_file() and not (at / NAME).exists():
            raise click.ClickException(f"there are no worlds in {at}")
        app = create_app(settings._replace(data=None))
        with Folder(at, app.extensions["sandbox.beginning"]) as folder:
            yield folder
    except (BadFile, BadSetting) as error:
        raise click.ClickException(str(error)) from error
    except sqlite3.Error as error:
        raise click.ClickException(f"{at}: {NAME} {reason(error)}") from error


@data.command()
@_AT
@with_examples("data check --data ./data")
def check(at: Path | None) -> None:
    """Read all that is there, and say whether it is whole."""
    with _opened(at) as folder:
        for line in folder.check():
            click.echo(line)


@data.command()
@_AT
@click.option("--output", type=click.Path(path_type=Path), help="A file; else it is printed.")
@click.argument("worlds", nargs=-1)
@with_examples("data export --data ./data --output worlds.jsonl")
def export(at: Path | None, output: Path | None, worlds: tuple[str, ...]) -> None:
    """Write worlds as lines of JSON.

    All, or those that are named. Their snapshots stay behind.
    """
    with _opened(at) as folder:
        text = "".join(f"{line}\n" for line in folder.lines(worlds))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{output} can't be written: {error.strerror}") from error


@data.command(name="import")
@_AT
@click.argument("file", type=click.Path(path_type=Path))
@with_examples("data import --data ./data worlds.jsonl")
def import_(at: Path | None, file: Path) -> None:
    """Put the worlds of a file in.

    They take the place of those of their names.
    """
    with _opened(at, is_new=True) as folder:
        for name in folder.put_in(file):
            click.echo(name)
