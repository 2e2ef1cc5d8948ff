"""How a server is started: environment variables SANDBOX_*, then the command line."""

import json
import re
from collections.abc import Callable, Mapping
from hmac import compare_digest
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, get_args

from sandbox.engine.time.clock import Mode, Start
from sandbox.engine.values.instants import parse_instant
from sandbox.engine.webhooks.endpoints import Address, target_of

T = TypeVar("T")


class BadSetting(Exception):
    """A setting that can't be used; the text names it and says what would do."""


class Settings(NamedTuple):
    """All that a server needs to know before it starts.

    Attributes:
        host, port: where it listens.
        hosts: names by which it may be called, beside private ones (`*`: any).
        start: how its worlds begin.
        scenarios, fixtures: the user's own, beside the built-in ones.
        public_url: where browsers reach it, without a slash at the end (None: where the request
            itself went).
        admin_token: what the admin API wants as a bearer token (None: nothing).
        credentials: the only ones accepted, by provider and key (None: any is). A server's
            settings have just those that its providers declare.
        switches: the providers' own switches as a fresh world has them, by provider and key, and
            those `OF_WEBHOOKS`.
        webhooks: where webhooks go in a fresh world, by provider and domain (empty: the
            provider's first).
        webhook_hosts: where they may go beside loopback and private hosts.
        worlds: how many there may be beside the default one.
        hints: whether answers and the journal have them.
    """

    host: str = "127.0.0.1"
    port: int = 8420
    hosts: frozenset[str] = frozenset()
    start: Start = Start()
    scenarios: tuple[Path, ...] = ()
    fixtures: tuple[Path, ...] = ()
    public_url: str | None = None
    admin_token: str | None = None
    credentials: Mapping[str, Mapping[str, str | None]] = MappingProxyType({})
    switches: Mapping[str, Any] = MappingProxyType({})
    webhooks: Mapping[tuple[str, str], Address] = MappingProxyType({})
    webhook_hosts: frozenset[str] = frozenset()
    worlds: int = 500
    hints: bool = True

    def only(self, provider: str, key: str) -> str | None:
        """The only credential of this kind that a provider accepts; None: it accepts any.

        Raises:
            KeyError: the provider declares none such.
        """
        return self.credentials[provider][key]


def is_accepted(given: str, only: str | None) -> bool:
    """Whether a credential is the only one that is accepted (None: any is).

    The time that it takes does not tell how much of it is right.
    """
    return only is None or compare_digest(
        given.encode("utf-8", "surrogatepass"), only.encode("utf-8", "surrogatepass")
    )


DISPATCH, TIMEOUT = OF_WEBHOOKS = ("webhook_dispatch", "webhook_timeout")
"""The settings that are no provider's."""


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables; an empty one is as if absent.

    Raises:
        BadSetting: one of them makes no sense.
    """
    given = {
        key.removeprefix("SANDBOX_"): value
        for key, value in environment.items()
        if key.startswith("SANDBOX_") and value
    }

    def read(key: str, default: T, parse: Callable[[str], T], must: str = "") -> T:
        if key not in given:
            return default
        try:
            return parse(given[key])
        except ValueError as error:
            reason = f"; {must}" if must else f": {error}"
            raise BadSetting(f"SANDBOX_{key} is {given[key]!r}{reason}") from error

    def number(key: str, default: int, least: int, most: int) -> int:
        must = f"it must be a number from {least} to {most}"
        return read(key, default, lambda text: _whole(text, least, most), must)

    default = Settings()
    return Settings(
        start=Start(
            mode=read("CLOCK", "realtime", _mode, f"valid: {', '.join(MODES)}"),
            now=read("NOW", None, parse_instant),
            rate=read("RATE", 1.0, _rate, "it must be above 0 and at most 1000000"),
            seed=read("SEED", None, _whole, "it must be a whole number"),
        ),
        host=given.get("HOST", default.host),
        port=number("PORT", default.port, 0, 65535),
        hosts=frozenset(_words(given.get("HOSTS", "").lower())),
        scenarios=read("SCENARIOS", (), _path),
        fixtures=read("FIXTURES", (), _path),
        public_url=read("PUBLIC_URL", None, _url, "it must be like https://pay.example.com"),
        admin_token=given.get("ADMIN_TOKEN"),
        credentials=_credentials(given),
        switches=_switches(given.get("SETTINGS"), given.get("WEBHOOK_DISPATCH")),
        webhooks=_webhooks(given),
        webhook_hosts=frozenset(_words(given.get("WEBHOOK_HOSTS", "").lower())),
        worlds=number("WORLDS", default.worlds, 1, 100_000),
        hints=read("HINTS", True, _switch, "valid: on, off"),
    )


MODES: tuple[Mode, ...] = get_args(Mode)
MOST_RATE = 1_000_000.0
"""World seconds to a real one."""


def _mode(text: str) -> Mode:
    return MODES[MODES.index(text)]


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 < rate <= MOST_RATE:
        raise ValueError
    return rate


def _whole(text: str, least: int = 0, most: int = 10**18 - 1) -> int:
    if not _DIGITS.fullmatch(text) or not least <= int(text) <= most:
        raise ValueError
    return int(text)


_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)


def _switch(text: str) -> bool:
    return ("off", "on").index(text) == 1


def _path(text: str) -> tuple[Path, ...]:
    return (Path(text),)


def _url(text: str) -> str:
    target_of(text)
    if not _HTTP.fullmatch(text):
        raise ValueError
    return text.rstrip("/")


_HTTP = re.compile(r"https?://[A-Za-z0-9.\[\]:_-]+(/[A-Za-z0-9._~%/-]*)?", re.ASCII)


_WEBHOOK = re.compile(r"([A-Z]+)(?:_([A-Z]+))?_WEBHOOK_(URL|SECRET|EVENTS)")


def webhook_variable(name: str, what: str) -> str:
    """The variable for a provider's webhooks, such as `lean` or `lahza.live`."""
    return f"SANDBOX_{name.upper().replace('.', '_')}_WEBHOOK_{what}"


def _webhooks(given: Mapping[str, str]) -> Mapping[tuple[str, str], Address]:
    parts: dict[tuple[str, str], dict[str, str]] = {}
    for key, value in given.items():
        if match := _WEBHOOK.fullmatch(key):
            channel = match[1].lower(), (match[2] or "").lower()
            parts.setdefault(channel, {})[match[3]] = value
    addresses = {}
    for channel, values in parts.items():
        if "URL" not in values:
            variable = webhook_variable(".".join(filter(None, channel)), "URL")
            raise BadSetting(f"{variable} is missing, beside its {' and '.join(values)}")
        events = frozenset(_words(values["EVENTS"])) if "EVENTS" in values else None
        addresses[channel] = Address(values["URL"], values.get("SECRET"), events)
    return addresses


_CREDENTIAL = re.compile(r"([A-Z]+)_([A-Z_]+)")


def _credentials(given: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """What may be a provider's: which variables are, only the providers themselves can tell."""
    found: dict[str, dict[str, str]] = {}
    for name, value in given.items():
        if match := _CREDENTIAL.fullmatch(name):
            found.setdefault(match[1].lower(), {})[match[2].lower()] = value
    return found


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _switches(text: str | None, dispatch: str | None) -> Mapping[str, Any]:
    try:
        switches = {} if text is None else json.loads(text)
    except (ValueError, RecursionError):  # the second: nested too deep
        switches = None
    if not isinstance(switches, dict) or not all(
        isinstance(value, dict) or key in OF_WEBHOOKS for key, value in switches.items()
    ):
        raise BadSetting('SANDBOX_SETTINGS must be JSON like {"lean":{"pending_after":"5s"}}')
    return switches if dispatch is None else {**switches, DISPATCH: dispatch}
