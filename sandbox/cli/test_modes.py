"""What `compare` and `record` have in common: how test modes are named, and what goes wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click

from sandbox.cli.talk import NoAnswer


def test_mode_options(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take the addresses of test modes: it gets them as `urls`, by name."""

    @click.option("--lean", metavar="URL", help="Lean's own sandbox.")
    @click.option("--lean-auth", metavar="URL", help="Where its tokens are, if elsewhere.")
    @click.option("--lahza", metavar="URL", help="Lahza's API, which has a test mode.")
    @wraps(command)
    def taking(*, lean: str | None, lean_auth: str | None, lahza: str | None, **rest: Any) -> None:
        given = {"lean": lean, "lean-auth": lean_auth, "lahza": lahza}
        with _in_words():
            command(urls={name: url for name, url in given.items() if url}, **rest)

    return taking


@contextmanager
def _in_words() -> Iterator[None]:
    """Say what goes wrong between a command, the providers and the sandbox."""
    from sandbox.client import SandboxError, Unreachable
    from sandbox.compare import calls
    from sandbox.compare.safety import Unsafe
    from sandbox.compare.test_modes import Misused
    from sandbox.engine.reading.files import BadFile
    from sandbox.settings import BadSetting

    try:
        yield
    except Misused as error:
        raise click.UsageError(str(error)) from error
    except (Unreachable, calls.NoAnswer) as error:
        raise NoAnswer(" ".join(str(error).split())) from error
    except (Unsafe, BadFile, BadSetting, SandboxError) as error:
        raise click.ClickException(" ".join(str(error).split())) from error
