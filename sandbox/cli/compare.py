"""`refund-sandbox compare` and `record`: the sandbox beside the providers' test modes.

These import what serves: they know the providers, and compare runs a sandbox of its own.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from sandbox.app import PROVIDERS, data_folder
from sandbox.cli.group import with_examples
from sandbox.cli.talk import NoAnswer
from sandbox.client import Sandbox, SandboxError, Unreachable
from sandbox.compare import recordings
from sandbox.compare.proxy import Proxy, Route
from sandbox.compare.recordings import Pair, Recorder
from sandbox.compare.redaction import Redactor, shown
from sandbox.compare.replaying import replay
from sandbox.compare.running import run
from sandbox.compare.scripts import Script, Step, read_scripts
from sandbox.compare.shapes import Difference
from sandbox.compare.sides import (
    FORM,
    Answer,
    Refused,
    Side,
    Target,
    mode_of,
    require_test_mode,
    sandbox_target,
)
from sandbox.engine.reading.files import BadFile
from sandbox.engine.time.clock import wall
from sandbox.engine.values.ids import fresh_seed
from sandbox.engine.values.instants import SECOND, Duration, iso
from sandbox.http.provider import Provider
from sandbox.http.test_mode import TestMode

F = TypeVar("F", bound=Callable[..., Any])


class _Theirs(NamedTuple):
    """A provider's test mode as it was named."""

    provider: Provider
    mode: TestMode
    target: Target


def _of_providers(command: F) -> F:
    """Add the options that name the test modes."""
    for provider in reversed(PROVIDERS):
        if provider.test_mode is None:
            continue
        mode, name = provider.test_mode(), provider.name
        held = ", ".join(mode.variables.values())
        if mode.auth_paths:
            text = f"Where its tokens come from; that address, unless given ({mode.auth_paths[0]})."
            command = click.option(f"--{name}-auth", metavar="URL", help=text)(command)
        text = f"Its test mode, such as {mode.example}; credentials: {held}."
        command = click.option(f"--{name}", metavar="URL", help=text)(command)
    return command


@click.command()
@click.argument("scripts", nargs=-1, type=click.Path(path_type=Path))
@_of_providers
@click.option("--sandbox", metavar="URL", help="A sandbox that runs; else one of its own.")
@click.option(
    "--recorded",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Calls that were recorded, in place of a test mode.",
)
@click.option(
    "--record",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Keep what the test mode answers, without names and credentials.",
)
@click.option("--set", "said", metavar="NAME=VALUE", multiple=True, help="What a script needs.")
@click.option("--yes", is_flag=True, help="Do not ask before calls that write.")
@click.option("--strict", is_flag=True, help="End with 1 where anything differs: for CI.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@with_examples(
    "compare --lean https://sandbox.leantech.me",
    "compare comparisons/lahza-refunds.yaml --lahza https://api.lahza.io --record seen",
    "compare --recorded seen --strict",
)
def compare(
    scripts: Sequence[Path],
    sandbox: str | None,
    recorded: Path | None,
    record: Path | None,
    said: Sequence[str],
    yes: bool,
    strict: bool,
    is_json: bool,
    **options: str | None,
) -> None:
    """Say where the sandbox and a provider's test mode differ.

    Both are called alike. No live key and no host of production is called; before calls that write
    at a provider's it asks.
    """
    with _in_words():
        values = dict(_pair_of(text) for text in said)
        theirs = list(_named(options, values.values()))
        secrets = [value for each in theirs for value in each.target.values.values()]
        redactor = Redactor(secrets, secret_names())
        report = _Report(is_json)
        if recorded is not None:
            if scripts or theirs:
                raise click.UsageError("--recorded takes no scripts and no test mode")
            _compare_recorded(recorded, sandbox, redactor, report)
        else:
            _compare_scripts(scripts, theirs, sandbox, values, yes, record, redactor, report)
        report.end()
    if strict and report.found:
        sys.exit(1)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Unreachable as error:
        raise NoAnswer(str(error)) from error
    except (Refused, BadFile, SandboxError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'it'}: {error.strerror}") from error


def _pair_of(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{text} is not like payment_id=…", param_hint="--set")
    return name, value


def _named(options: Mapping[str, str | None], texts: Iterable[str]) -> Iterator[_Theirs]:
    """The test modes that were named, with the credentials that the environment has.

    Raises:
        Refused: one of them is live.
    """
    for provider in PROVIDERS:
        url = options.get(provider.name)
        if url is None:
            continue
        mode = mode_of(provider)
        auth = options.get(f"{provider.name}_auth") or url
        found = {key: os.environ.get(name, "") for key, name in mode.variables.items()}
        values = {key: value for key, value in found.items() if value}
        for address in (url, auth):
            require_test_mode(mode, address, *values.values(), *texts)
        yield _Theirs(provider, mode, Target(url.rstrip("/"), auth.rstrip("/"), values))


def secret_names() -> frozenset[str]:
    """What holds credentials, at any provider."""
    names = {"cookie", "set-cookie", "proxy-authorization", "token", "password", "secret"}
    models = [provider.model for provider in PROVIDERS]
    at = [names for model in models for names in model.secrets_at.values()]
    return frozenset(names).union(*at, *(model.secrets for model in models))


# Scripts ----------------------------------------------------------------------------------------


def _compare_scripts(
    files: Sequence[Path],
    theirs: Sequence[_Theirs],
    sandbox: str | None,
    said: Mapping[str, str],
    yes: bool,
    record: Path | None,
    redactor: Redactor,
    report: "_Report",
) -> None:
    if not theirs:
        names = " or ".join(f"--{provider.name}" for provider in PROVIDERS)
        raise click.UsageError(f"say which test mode: {names}, or --recorded")
    known = [provider.name for provider in PROVIDERS]
    scripts = read_scripts(files or [data_folder("comparisons")], known)
    recorder = None if record is None else Recorder(record, redactor)
    for each in theirs:
        chosen = [script for script in scripts if script.provider == each.provider.name]
        if not yes:
            _ask(each, chosen)
        for script in chosen:
            _compare_script(script, each, sandbox, said, recorder, redactor, report)


def _ask(theirs: _Theirs, scripts: Sequence[Script]) -> None:
    """Have it confirmed that calls may write at a provider's."""
    writing = [(script, step) for script in scripts for step in script.writing]
    if not writing:
        return
    listed = "".join(f"\n  {s.name}: {step.method} {step.path}" for s, step in writing)
    click.echo(f"{len(writing)} calls write at {theirs.target.url}:{listed}", err=True)
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.ClickException("nobody can be asked here: --yes lets them write")
    click.confirm("Go on?", abort=True, err=True)


def _compare_script(
    script: Script,
    theirs: _Theirs,
    sandbox: str | None,
    said: Mapping[str, str],
    recorder: Recorder | None,
    redactor: Redactor,
    report: "_Report",
) -> None:
    lacking = [name for name in script.needs if name not in said]
    if lacking:
        needed = "; ".join(f"--set {name}=…: {script.needs[name].about}" for name in lacking)
        report.skipped(script.name, needed)
        return
    with sandbox_target(sandbox, theirs.mode) as (target, steering):
        ours = Side("sandbox", target, theirs.mode, partial(_advance, steering))
        provider = Side("provider", theirs.target, theirs.mode, _wait)
        common = {"unique": f"{fresh_seed():x}"[:12], "today": iso(wall(), 0)[:10]}
        fixtures = steering.fixtures
        ours.values |= common | {
            name: _fixture(fixtures, need.sandbox) for name, need in script.needs.items()
        }
        provider.values |= {**common, **said}

        def keep(step: Step, answer: Answer, path: str, body: bytes | None) -> None:
            if recorder is not None:
                kind = "application/json" if step.form is None else FORM
                headers = {**({"Content-Type": kind} if body else {}), **step.headers}
                had = step.auth or "Authorization" in headers
                pair = Pair(script.provider, step.method, path, headers, body or b"", had, answer)
                recorder.keep(pair)

        report.begins(script.name, script.title)
        for seen in run(script, ours, provider, theirs.mode, redactor, keep):
            call = f"{seen.step.method} {seen.step.path}"
            report.tells(script.name, seen.step.name, call, seen.differences, seen.skipped)


def _advance(sandbox: Sandbox, by: Duration) -> None:
    sandbox.clock.advance(seconds=by / SECOND)


def _wait(by: Duration) -> None:
    threading.Event().wait(by / SECOND)


def _fixture(fixtures: Mapping[str, Any], path: str) -> str:
    """The id of a fixture such as `lean.payments.reconciled`."""
    found: Any = fixtures
    for part in path.split("."):
        found = found.get(part, {}) if isinstance(found, dict) else {}
    if not isinstance(found, dict) or "id" not in found:
        raise Refused(f"the sandbox has no fixture {path}")
    return str(found["id"])


# Recorded calls ---------------------------------------------------------------------------------


def _compare_recorded(
    folder: Path, sandbox: str | None, redactor: Redactor, report: "_Report"
) -> None:
    pairs = list(recordings.read(folder))
    for provider in PROVIDERS:
        own = [pair for pair in pairs if pair.provider == provider.name]
        if not own:
            continue
        mode = mode_of(provider)
        with sandbox_target(sandbox, mode) as (target, steering):
            ours = Side("sandbox", target, mode, partial(_advance, steering))
            report.begins(provider.name, f"{len(own)} recorded calls")
            for replayed in replay(own, ours, mode, redactor):
                call = f"{replayed.pair.method} {replayed.pair.path.partition('?')[0]}"
                report.tells(provider.name, call, call, replayed.differences, replayed.skipped)


class _Report:
    """Prints what differs.

    Attributes:
        found: how many differences there are.
    """

    def __init__(self, is_json: bool) -> None:
        self._is_json = is_json
        self._rows: list[dict[str, str]] = []
        self._skipped: list[dict[str, str]] = []
        self._calls = 0
        self.found = 0

    def begins(self, name: str, title: str) -> None:
        """A script begins."""
        if not self._is_json:
            click.echo(f"{name}: {title}")

    def skipped(self, name: str, reason: str) -> None:
        """A script is left out."""
        self._skipped.append({"script": name, "reason": reason})
        if not self._is_json:
            click.echo(f"{name}: left out; it needs {reason}")

    def tells(
        self, script: str, step: str, call: str, found: Sequence[Difference], skipped: str
    ) -> None:
        """A step has been called, or could not be."""
        if skipped:
            self._skipped.append({"script": script, "step": step, "reason": skipped})
            if not self._is_json:
                click.echo(f"  {step}: not called: {skipped}")
            return
        self._calls += 1
        self.found += len(found)
        for each in found:
            self._rows.append({"script": script, "step": step, "call": call, **each._asdict()})
            if not self._is_json:
                place = f" at {each.place}" if each.place else ""
                click.echo(f"  {step} ({call}): {each.kind}{place}")
                click.echo(f"    sandbox   {shown(each.sandbox)}")
                click.echo(f"    provider  {shown(each.provider)}")

    def end(self) -> None:
        """All has been told."""
        if self._is_json:
            said = {"calls": self._calls, "differences": self._rows, "skipped": self._skipped}
            click.echo(json.dumps(said, indent=2, ensure_ascii=False))
            return
        left = f", {len(self._skipped)} left out" if self._skipped else ""
        what = "no difference" if not self.found else f"{self.found} differences"
        click.echo(f"{self._calls} calls{left}: {what}")


# Recording --------------------------------------------------------------------------------------


@click.command()
@_of_providers
@click.option(
    "--to",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    required=True,
    help="Where the calls are kept.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8427,
    show_default=True,
    help="Likewise; 0: a free one.",
)
@with_examples("record --lean https://sandbox.leantech.me --lahza https://api.lahza.io --to seen")
def record(folder: Path, host: str, port: int, **options: str | None) -> None:
    """Pass an app's calls on to the test modes, and keep them.

    The app sends its own credentials, and its base URL is this address, for all providers. What is
    kept has no names and no credentials.
    """
    with _in_words():
        theirs = list(_named(options, ()))
        if not theirs:
            names = " or ".join(f"--{provider.name}" for provider in PROVIDERS)
            raise click.UsageError(f"say which test mode: {names}")
        routes = [Route(each.provider, each.mode, each.target) for each in theirs]
        recorder = Recorder(folder, Redactor((), secret_names()))
        proxy = Proxy(routes, recorder, click.echo, host, port)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: threading.Thread(target=proxy.stop).start())
        click.echo(f"Recording on {proxy.url} into {folder}   (Ctrl-C stops it)")
        sys.stdout.flush()
        proxy.run()
