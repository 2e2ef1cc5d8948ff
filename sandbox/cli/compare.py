"""`refund-sandbox compare`: where the sandbox and a provider's own test mode differ."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox.cli.group import with_examples
from sandbox.cli.tables import plain
from sandbox.cli.test_modes import test_mode_options
from sandbox.cli.values import pairs

if TYPE_CHECKING:
    from sandbox.compare.report import Report
    from sandbox.compare.scripts import Script
    from sandbox.compare.targets import Target
    from sandbox.compare.test_modes import TestModes


@click.command()
@click.argument("scripts", nargs=-1, type=click.Path())
@test_mode_options
@click.option("--sandbox", metavar="URL", help="A sandbox that runs, in place of a new one.")
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="What a script needs; of a recording, its value and the sandbox's. May be given again.",
)
@click.option("--record", type=click.Path(), help="Keep what the provider answers in a new folder.")
@click.option("--recorded", type=click.Path(), help="A recording is the provider's word.")
@click.option("--strict", is_flag=True, help="End with 1 where there is a difference.")
@click.option("--yes", is_flag=True, help="Write to the provider's test mode without asking.")
@click.option("--json", "is_json", is_flag=True, help="Print what is found as JSON.")
@with_examples(
    "compare --lean https://sandbox.leantech.me",
    "compare lahza-refunds --lahza https://api.lahza.io --set transaction=T123 --record seen",
    "compare --recorded seen --strict",
)
def compare(
    scripts: tuple[str, ...],
    urls: Mapping[str, str],
    sandbox: str | None,
    given: tuple[str, ...],
    record: str | None,
    recorded: str | None,
    strict: bool,
    yes: bool,
    is_json: bool,
) -> None:
    """Tell where the sandbox and a provider's test mode differ.

    Each of SCRIPTS is a file, a folder or the name of one that comes with the sandbox; without
    any, all of those are meant. Credentials come from LEAN_CLIENT_ID and LEAN_CLIENT_SECRET, or
    LEAN_APP_TOKEN, and from LAHZA_SECRET_KEY.
    """
    from sandbox.compare.safety import require_no_live_key
    from sandbox.compare.test_modes import TestModes

    values, modes = pairs("--set", given), TestModes(urls)
    require_no_live_key("--set", *values.values())
    if recorded is not None:
        if scripts or urls or record:
            raise click.UsageError("--recorded stands without scripts, addresses and --record")
        report, names = _replayed(recorded, modes, sandbox, values)
    else:
        chosen = _chosen(scripts, modes)
        targets = modes.targets({script.provider for script in chosen}, os.environ)
        ready = [script for script in chosen if not set(script.needs) - set(values)]
        _require_leave(ready, modes, yes)
        report = _compared(chosen, modes, targets, sandbox, values, record)
        names = {script.name: script.provider.title() for script in chosen}
    if is_json:
        click.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
    else:
        click.echo(plain("\n".join(report.lines(names))))
    if strict and report.differences:
        raise click.exceptions.Exit(1)


def _chosen(named: Sequence[str], modes: "TestModes") -> "list[Script]":
    """The scripts that are meant, of the providers whose addresses were given."""
    from sandbox.app import data_folder
    from sandbox.compare.scripts import ENDINGS, read_scripts
    from sandbox.engine.reading.validation import listed

    if not modes.upstreams:
        raise click.UsageError(f"say with whom to compare: {modes.options} or --recorded")
    folder = data_folder("comparisons")
    own = {file.stem: file for file in sorted(folder.iterdir()) if file.suffix in ENDINGS}
    places = []
    for name in named:
        if name not in own and not Path(name).exists():
            raise click.UsageError(f"there is no script {name}; {listed(own, name)}")
        places.append(own.get(name, Path(name)))
    scripts = read_scripts(places or own.values(), modes.models)
    wanted = [script for script in scripts if script.provider in modes.upstreams]
    if len(wanted) < len(scripts) and named:
        script = next(script for script in scripts if script not in wanted)
        raise click.UsageError(f"{script.name} wants --{script.provider}")
    if not wanted:
        raise click.UsageError("there is no script to run")
    return wanted


def _require_leave(scripts: "Sequence[Script]", modes: "TestModes", yes: bool) -> None:
    """Ask before anything is written to a provider's test mode."""
    hosts: dict[str, list[str]] = {}
    for script in scripts:
        calls = (f"  {script.name}: {s.method} {s.path}" for s in script.steps if s.writes)
        hosts.setdefault(modes.upstreams[script.provider].address.url, []).extend(calls)
    told = [f"{len(calls)} calls that write to {url}" for url, calls in hosts.items() if calls]
    if not told or yes:
        return
    words = " and ".join(told)
    if not can_ask():
        raise click.ClickException(f"there are {words}: say --yes, as nobody can be asked here")
    click.echo("\n".join(call for calls in hosts.values() for call in calls), err=True)
    if not click.confirm(f"There are {words}. Go on?", err=True):
        raise click.ClickException("nothing was called")


def can_ask() -> bool:
    """Whether somebody sits there to answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def _compared(
    chosen: "Sequence[Script]",
    modes: "TestModes",
    targets: "Mapping[str, Target]",
    url: str | None,
    values: Mapping[str, str],
    record: str | None,
) -> "Report":
    from sandbox.compare.calls import NoAnswer
    from sandbox.compare.recordings import Recorder
    from sandbox.compare.redaction import Redaction
    from sandbox.compare.report import LeftOut, Report
    from sandbox.compare.run import run
    from sandbox.compare.targets import our_side, our_target

    secrets = [text for target in targets.values() for text in target.credentials.values()]
    report, redaction = Report(), Redaction(modes.all, secrets)
    with our_side(url) as ours:
        recorder = Recorder(Path(record), redaction) if record is not None else None
        for script in chosen:
            if missing := [name for name in script.needs if name not in values]:
                told = (f"--set {name}=…, {script.needs[name].about}" for name in missing)
                report.left_out.append(LeftOut(script.name, "", f"it wants {'; '.join(told)}"))
                continue
            provider, mode = modes.known[script.provider]
            with ours.world() as (world, time):
                own = our_target(provider, mode, world), time
                theirs, words = targets[script.provider], mode.error_words
                try:
                    run(script, theirs, own, values, words, report, redaction, recorder)
                except NoAnswer as error:  # what has been found is told all the same
                    if not report.steps:
                        raise
                    report.left_out.append(LeftOut(script.name, "", f"broken off: {error}"))
    return report


def _replayed(
    folder: str, modes: "TestModes", url: str | None, values: Mapping[str, str]
) -> "tuple[Report, dict[str, str]]":
    from sandbox.compare.recordings import read_recording
    from sandbox.compare.redaction import Redaction
    from sandbox.compare.replay import replay
    from sandbox.compare.report import Report
    from sandbox.compare.targets import our_side

    recorded = read_recording(Path(folder), list(modes.known))
    report = Report()
    with our_side(url) as ours:
        replay(recorded, modes.known, ours, values, report, Redaction(modes.all))
    return report, dict.fromkeys(report.scripts, "the recording")
