"""What a configuration file lets be done at the start: payments, scenarios, a snapshot.

It is done by the admin API, in the default world and before the first call can come in.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.config_file import START, ConfigFile
from sandbox.engine.reading.validation import listed
from sandbox.engine.values.words import nearest

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_KEYS: Mapping[str, tuple[type, str]] = {
    "payments": (list, "a list of tables"),
    "scenarios": (dict, "a table"),
    "snapshot": (str, "a name"),
}


def _read_start(file: ConfigFile) -> Mapping[str, Any]:
    """What a file says of the start.

    Raises:
        ClickException: it makes no sense.
    """
    start = file.values[START]
    if not isinstance(start, dict):
        raise click.ClickException(f"{file.where(START)} must be a table")
    for key, value in start.items():
        where = file.where(f"{START}.{key}")
        if key not in _KEYS:
            meant = nearest(key, _KEYS)
            hint = f"did you mean `{meant}`?" if meant else listed(_KEYS)
            raise click.ClickException(f"{where}: there is no such key; {hint}")
        kind, called = _KEYS[key]
        inner = value.values() if key == "scenarios" and isinstance(value, dict) else value
        if not isinstance(value, kind) or (
            kind is not str and not all(isinstance(each, dict) for each in inner)
        ):
            raise click.ClickException(f"{where} must be {called}")
    return start


def do(file: ConfigFile, app: "WSGIApplication", token: str | None, names: Sequence[str]) -> str:
    """Do it, and say what has been done: in the order payments, scenarios, snapshot.

    Args:
        file: says what to do.
        app: does it.
        token: the one of the admin API, if it has one.
        names: of the providers.

    Raises:
        ClickException: the sandbox refuses some of it.
    """
    from sandbox.client import Refused, Sandbox

    start = _read_start(file)
    payments, scenarios = start.get("payments", []), start.get("scenarios", {})
    done = [f"payments: {len(payments)}"] if payments else []
    at = START
    with Sandbox(token=token or "", app=app) as sandbox:
        try:
            for number, payment in enumerate(payments):
                at = f"{START}.payments[{number}]"
                values = {key: _plain(value) for key, value in payment.items()}
                provider = values.pop("provider", None)
                if provider not in names:
                    raise click.ClickException(
                        f"{file.where(at)}.provider: {listed(names, provider)}"
                    )
                sandbox.provider(provider).make_payment(values)
            for name, parameters in scenarios.items():
                at = f"{START}.scenarios.{name}"
                values = {key: _plain(value) for key, value in parameters.items()}
                sandbox.call("PUT", "scenarios", name, body={"parameters": values})
                done.append(f"{name} is on")
            if "snapshot" in start:
                at = f"{START}.snapshot"
                sandbox.snapshots.take(start["snapshot"])
                done.append(f"snapshot {start['snapshot']}")
        except Refused as error:
            reason = " ".join(str(error).split())
            raise click.ClickException(f"{file.where(at)}: {reason}") from error
    return ", ".join(done) or "nothing"


def _plain(value: Any) -> Any:
    """As JSON has it: a moment is a text."""
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
