"""How a server is started: what options, variables and a file say, made into settings."""

import json
import re
from collections.abc import Callable, Mapping
from hmac import compare_digest
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from sandbox.engine.reading.files import one_line
from sandbox.engine.time.clock import Start
from sandbox.engine.values.instants import parse_instant
from sandbox.engine.webhooks.endpoints import Address
from sandbox.setting_values import (
    DURABILITIES,
    LOG_FORMATS,
    MODES,
    NO_HOST,
    SWITCHED,
    durability,
    host,
    log_format,
    mode,
    rate,
    url,
    whole,
)

T = TypeVar("T")


class BadSetting(Exception):
    """A setting that can't be used; the text names it and says what would do."""

    def __init__(self, text: str) -> None:
        super().__init__(one_line(text))


PREFIX = "SANDBOX_"
"""What the name of each variable begins with."""


_WEBHOOK = re.compile(r"([a-z]+)(?:_([a-z]+))?_webhook_(url|secret|events)")


class Given(NamedTuple):
    """What a user has said of a setting.

    Attributes:
        value: a text; where several may be said, also a list of texts; in a file, any of TOML's.
        where: what they typed: `--port`, `SANDBOX_PORT`, or `refund-sandbox.toml: port`.
    """

    value: Any
    where: str

    def beside(self, name: str) -> str:
        """How another setting is typed in the place where this one was."""
        if self.where.startswith(PREFIX):
            return f"{PREFIX}{name.upper()}"
        if not self.where.startswith("--"):
            return name
        if match := _WEBHOOK.fullmatch(name):
            return f"--webhook {'.'.join(filter(None, match.groups()[:2]))}={match[3].upper()}"
        return f"--{name.replace('_', '-')}"


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
        peers: the addresses of the other members, where several servers share the worlds.
        data: the folder where worlds are kept beyond the process (None: nowhere).
        durability: what they survive, one of `DURABILITIES`.
        load: a file of worlds that are there from the start.
        hints: whether answers and the journal have them.
        watch: whether the user's own scenarios are read anew when a file changes.
        quiet, verbose: whether `serve` prints no log, or one with the bodies.
        log_format: of the log, one of `LOG_FORMATS`.
        given: what was said, by the setting's name, for messages about it.
    """

    host: str = "127.0.0.1"
    port: int = 8426
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
    peers: tuple[str, ...] = ()
    data: Path | None = None
    durability: str = "process"
    load: Path | None = None
    hints: bool = True
    watch: bool = False
    quiet: bool = False
    verbose: bool = False
    log_format: str = "text"
    given: Mapping[str, Given] = MappingProxyType({})

    def where(self, name: str) -> str:
        """What was typed to say a setting, or may be."""
        return self.given[name].where if name in self.given else f"{PREFIX}{name.upper()}"

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
"""The switches that are no provider's."""

_DEFAULT = Settings()
NAMES: Mapping[str, str | None] = {
    "host": _DEFAULT.host,
    "port": str(_DEFAULT.port),
    "hosts": None,
    "clock": "realtime",
    "now": "now",
    "rate": "1",
    "seed": "0 where time stands; else a fresh one",
    "public_url": None,
    "scenarios": None,
    "fixtures": None,
    "settings": None,
    "webhook_hosts": None,
    DISPATCH: "after_answer",
    "worlds": str(_DEFAULT.worlds),
    "peers": None,
    "data": None,
    "durability": _DEFAULT.durability,
    "load": None,
    "hints": "on",
    "quiet": "off",
    "verbose": "off",
    "log_format": "text",
    "watch": "off",
    "admin_token": None,
}
"""The settings that are no provider's, each with its default, as it is told."""


def webhook_name(channel: str, what: str) -> str:
    """The setting of a provider's webhooks: of `lahza.live` the `url`, `secret` or `events`."""
    return f"{channel.replace('.', '_')}_webhook_{what}"


def in_environment(environment: Mapping[str, str]) -> dict[str, Given]:
    """What variables say; an empty one is as if absent, and so are those that Kubernetes sets."""
    return {
        variable.removeprefix(PREFIX).lower(): Given(value, variable)
        for variable, value in environment.items()
        if variable.startswith(PREFIX)
        and value
        and variable not in OF_COMMANDS
        and not _OF_KUBERNETES.fullmatch(f"{variable}={value}")
    }


OF_COMMANDS = ("SANDBOX_URL", "SANDBOX_CONFIG")
"""Variables that say where to look: for the sandbox, and for what else is said."""
_OF_KUBERNETES = re.compile(
    r"\w+_SERVICE_(HOST|PORT(_\w+)?)=.*|\w+_PORT(_[0-9]+_[A-Z]+)?=(tcp|udp|sctp)://.*"
    r"|\w+_PORT_[0-9]+_[A-Z]+_(PROTO|PORT|ADDR)=.*",
    re.ASCII | re.DOTALL,
)
"""What a pod finds of a Service whose name begins with `sandbox`."""


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings that environment variables say.

    Raises:
        BadSetting: one of them makes no sense.
    """
    return made_of(in_environment(environment))


def made_of(given: Mapping[str, Given]) -> Settings:
    """The settings that a user has said, by name. Whether each name is one, `app.py` can tell.

    Raises:
        BadSetting: one of them makes no sense.
    """

    def read(name: str, default: T, parse: Callable[[str], T], must: str = "") -> T:
        if name not in given:
            return default
        value = given[name].value
        try:
            return parse(text_of(given[name]))
        except (ValueError, KeyError) as error:
            reason = f"; {must}" if must else f": {error}"
            shown = repr(value) if isinstance(value, str) else text_of(given[name])
            raise BadSetting(f"{given[name].where} is {shown}{reason}") from error

    def number(name: str, default: int, least: int, most: int) -> int:
        must = f"it must be a number from {least} to {most}"
        return read(name, default, lambda text: whole(text, least, most), must)

    def switch(name: str, default: bool) -> bool:
        return read(name, default, SWITCHED.__getitem__, "valid: on, off")

    default = _DEFAULT
    quiet, verbose = switch("quiet", default.quiet), switch("verbose", default.verbose)
    if quiet and verbose:
        raise BadSetting(f"{given['quiet'].where} and {given['verbose'].where} exclude each other")
    return Settings(
        start=Start(
            mode=read("clock", "realtime", mode, f"valid: {', '.join(MODES)}"),
            now=read("now", None, parse_instant),
            rate=read("rate", 1.0, rate, "it must be above 0 and at most 1000000"),
            seed=read("seed", None, whole, "it must be a whole number of at most 18 digits"),
        ),
        host=read("host", default.host, host, NO_HOST),
        port=number("port", default.port, 0, 65535),
        hosts=frozenset(name.lower() for name in _words(given, "hosts")),
        scenarios=_paths(given, "scenarios"),
        fixtures=_paths(given, "fixtures"),
        public_url=read("public_url", None, url, "it must be like https://pay.example.com"),
        admin_token=credential_of(given["admin_token"]) if "admin_token" in given else None,
        switches={
            **_switches(given.get("settings")),
            **({DISPATCH: text_of(given[DISPATCH])} if DISPATCH in given else {}),
        },
        webhooks=_webhooks(given),
        webhook_hosts=frozenset(name.lower() for name in _words(given, "webhook_hosts")),
        worlds=number("worlds", default.worlds, 1, 100_000),
        peers=tuple(_words(given, "peers")),
        data=read("data", None, Path),
        load=read("load", None, Path),
        durability=read("durability", "process", durability, f"valid: {', '.join(DURABILITIES)}"),
        hints=switch("hints", default.hints),
        watch=switch("watch", default.watch),
        quiet=quiet,
        verbose=verbose,
        log_format=read("log_format", "text", log_format, f"valid: {', '.join(LOG_FORMATS)}"),
        given=given,
    )


def text_of(given: Given) -> str:
    """What was said, where it is one value.

    Raises:
        BadSetting: it is a list or a table.
    """
    value = given.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple | dict):
        raise BadSetting(f"{given.where} must be one value")
    return str(value)


def credential_of(given: Given) -> str:
    """A credential that was said; it is not shown.

    Raises:
        BadSetting: no header can carry it, so nobody could ever use it.
    """
    text = text_of(given)
    if not (text.isascii() and text.isprintable()):
        raise BadSetting(f"{given.where} must be printable ASCII, as it is sent in a header")
    if text != text.strip():
        raise BadSetting(f"{given.where} has white space at an end, which no header can carry")
    return text


def texts(given: Given) -> list[str]:
    """What was said, where it may be several texts: as a list, or with commas between.

    Raises:
        BadSetting: something else is in the list.
    """
    if not isinstance(given.value, list | tuple):
        return [word.strip() for word in text_of(given).split(",") if word.strip()]
    if not all(isinstance(each, str) for each in given.value):
        raise BadSetting(f"{given.where} must be a list of texts")
    return list(given.value)


def _words(given: Mapping[str, Given], name: str) -> list[str]:
    return texts(given[name]) if name in given else []


def _paths(given: Mapping[str, Given], name: str) -> tuple[Path, ...]:
    if name not in given:
        return ()
    is_one = isinstance(given[name].value, str)
    return tuple(map(Path, [given[name].value] if is_one else texts(given[name])))


def _webhooks(given: Mapping[str, Given]) -> Mapping[tuple[str, str], Address]:
    parts: dict[tuple[str, str], dict[str, Given]] = {}
    for name, said in given.items():
        if match := _WEBHOOK.fullmatch(name):
            parts.setdefault((match[1], match[2] or ""), {})[match[3]] = said
    addresses = {}
    for channel, of in parts.items():
        if "url" not in of:
            first = next(iter(of.values()))
            url = first.beside(webhook_name(".".join(filter(None, channel)), "url"))
            raise BadSetting(f"{url} is missing, beside {first.where}")
        events = frozenset(texts(of["events"])) if "events" in of else None
        secret = text_of(of["secret"]) if "secret" in of else None
        addresses[channel] = Address(text_of(of["url"]), secret, events)
    return addresses


def _switches(given: Given | None) -> Mapping[str, Any]:
    if given is None:
        return {}
    switches = given.value
    if isinstance(switches, str):
        try:
            switches = json.loads(switches)
        except (ValueError, RecursionError):  # the second: nested too deep
            switches = None
    if not isinstance(switches, dict) or not all(
        isinstance(value, dict) or key in OF_WEBHOOKS for key, value in switches.items()
    ):
        form = "JSON" if isinstance(given.value, str) else "a table"
        raise BadSetting(f'{given.where} must be {form} like {{"lean":{{"pending_after":"5s"}}}}')
    return switches
