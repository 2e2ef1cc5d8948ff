"""How a server is started: environment variables SANDBOX_*, then the command line."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from sandbox.engine.clock import Start
from sandbox.engine.instants import parse_instant


class BadSetting(Exception):
    """A setting that can't be used; the text names it and says what would do."""


class Settings(NamedTuple):
    """All that a server needs to know before it starts.

    Attributes:
        host, port: where it listens.
        start: how its worlds begin.
        scenarios, fixtures: the user's own, beside the built-in ones.
        public_url: where browsers reach it, without a slash at the end (None: where the request
            itself went).
        admin_token: what the admin API wants as a bearer token (None: nothing).
        lean_client_id, lean_client_secret, lahza_secret_key: the only credentials accepted
            (None: any).
        switches: the providers' own switches as a fresh world has them, by provider and key.
    """

    host: str = "127.0.0.1"
    port: int = 8420
    start: Start = Start()
    scenarios: tuple[Path, ...] = ()
    fixtures: tuple[Path, ...] = ()
    public_url: str | None = None
    admin_token: str | None = None
    lean_client_id: str | None = None
    lean_client_secret: str | None = None
    lahza_secret_key: str | None = None
    switches: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


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
    defaults = Settings()
    mode = given.get("CLOCK", "realtime")
    if mode not in ("realtime", "frozen"):
        raise BadSetting(f"SANDBOX_CLOCK is {mode!r}; valid: realtime, frozen")
    return Settings(
        host=given.get("HOST", defaults.host),
        port=_port(given.get("PORT", str(defaults.port))),
        start=Start(
            now=_instant(given.get("NOW")),
            mode="frozen" if mode == "frozen" else "realtime",
            rate=_rate(given.get("RATE", "1")),
            seed=_seed(given.get("SEED", "0")),
        ),
        scenarios=_paths(given.get("SCENARIOS")),
        fixtures=_paths(given.get("FIXTURES")),
        public_url=_url(given.get("PUBLIC_URL")),
        admin_token=given.get("ADMIN_TOKEN"),
        lean_client_id=given.get("LEAN_CLIENT_ID"),
        lean_client_secret=given.get("LEAN_CLIENT_SECRET"),
        lahza_secret_key=given.get("LAHZA_SECRET_KEY"),
        switches=_switches(given.get("SETTINGS")),
    )


MOST_RATE = 1_000_000.0
"""World seconds to a real one."""


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise BadSetting(f"SANDBOX_PORT is {text!r}; it must be a number from 0 to 65535")
    return int(text)


def _instant(text: str | None) -> int | None:
    try:
        return None if text is None else parse_instant(text)
    except ValueError as error:
        raise BadSetting(f"SANDBOX_NOW is {text!r}: {error}") from error


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0
    if not 0 < rate <= MOST_RATE:
        raise BadSetting(f"SANDBOX_RATE is {text!r}; it must be above 0 and at most 1000000")
    return rate


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadSetting(f"SANDBOX_SEED is {text!r}; it must be a whole number")
    return int(text)


def _url(text: str | None) -> str | None:
    if text is not None and not _HTTP.fullmatch(text):
        raise BadSetting(f"SANDBOX_PUBLIC_URL is {text!r}; it must be like https://pay.example.com")
    return None if text is None else text.rstrip("/")


_HTTP = re.compile(r"https?://[A-Za-z0-9.\[\]:_-]+(/[A-Za-z0-9._~%/-]*)?", re.ASCII)


def _paths(text: str | None) -> tuple[Path, ...]:
    return () if text is None else (Path(text),)


def _switches(text: str | None) -> Mapping[str, Mapping[str, Any]]:
    try:
        switches = {} if text is None else json.loads(text)
    except ValueError:
        switches = None
    if not isinstance(switches, dict) or not all(isinstance(v, dict) for v in switches.values()):
        raise BadSetting('SANDBOX_SETTINGS must be JSON like {"lean":{"pending_after":"5s"}}')
    return switches
