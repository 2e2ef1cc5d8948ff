"""The two sides of a comparison: the sandbox, and a provider's test mode."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from sandbox.client import Sandbox
from sandbox.engine.time.clock import Start, wall
from sandbox.engine.values.ids import fresh_seed
from sandbox.engine.values.instants import SECOND, Duration
from sandbox.http.provider import Provider
from sandbox.http.test_mode import TestMode

PATIENCE = 60
"""Seconds for an answer."""
MOST_BYTES = 8 * 1024 * 1024
"""Of an answer."""
_LIVE = re.compile(r"[sp]k_live_", re.ASCII)


class Refused(Exception):
    """What must not be called, or can't be; the text says why."""


class Answer(NamedTuple):
    """What came back: status, headers in their order, the body's bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """A header, by its name in small letters; empty: it has none such."""
        return next((value for key, value in self.headers if key.lower() == name), "")


class Target(NamedTuple):
    """Where calls go, and with what credentials.

    Attributes:
        url: of the API, without a slash at the end.
        auth_url: where tokens come from.
        values: the credentials, by the names that scripts know them by.
    """

    url: str
    auth_url: str
    values: Mapping[str, str]


def mode_of(provider: Provider) -> TestMode:
    """What is known of a provider's test mode.

    Raises:
        Refused: nothing is.
    """
    if provider.test_mode is None:
        raise Refused(f"of {provider.name} no test mode is known")
    return provider.test_mode()


def has_live_key(text: str) -> bool:
    """Whether a key with which real money could move stands in a text."""
    return _LIVE.search(text) is not None


def require_test_mode(mode: TestMode, url: str, *texts: str) -> None:
    """Refuse addresses and keys with which real money could move, before anything is called.

    Raises:
        Refused: they are live, or the address is none.
    """
    if any(map(has_live_key, (url, *texts))):
        raise Refused("that is a live key: only a test mode is called, with sk_test_…")
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.username:
        shown = host if parts.username or parts.query else url
        raise Refused(f"{shown or 'that'} is no address like {mode.example}")
    if mode.is_live(host):
        raise Refused(f"{host} is production: the test mode is at {mode.example}")
    if parts.scheme == "http" and not _is_here(host):
        raise Refused(f"{host} is called by https alone: credentials go there")


def _is_here(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")


def send(
    url: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None
) -> Answer:
    """Call an address once; a redirect is an answer as any.

    Raises:
        Refused: nobody answers there.
    """
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(str(parts.hostname), parts.port, timeout=PATIENCE)
    try:
        connection.request(method, parts.path.rstrip("/") + path, body, dict(headers))
        with connection.getresponse() as answer:
            return Answer(answer.status, tuple(answer.getheaders()), answer.read(MOST_BYTES))
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it does not answer as HTTP has it"
        raise Refused(f"no answer from {parts.netloc}: {reason}") from error
    finally:
        connection.close()


class Side:
    """One side of a script: it remembers what its answers said, for later calls.

    Attributes:
        name: `sandbox` or `provider`.
        values: what stands for the names in braces.
        wait: lets time go by: the world's, or the machine's.
    """

    def __init__(
        self, name: str, target: Target, mode: TestMode, wait: Callable[[Duration], object]
    ) -> None:
        self.name, self.target, self.wait = name, target, wait
        self.values: dict[str, str] = dict(target.values)
        self._mode = mode
        self._headers: Mapping[str, str] | None = None

    def call(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        with_credentials: bool = True,
    ) -> Answer:
        """The answer to a call.

        Raises:
            Refused: there is none.
        """
        given = {"Accept": "application/json"}
        if with_credentials:
            if self._headers is None:
                self._headers = self._mode.headers(self.target.values, self._token)
            given |= self._headers
        is_auth = path.split("?")[0].rstrip("/") in self._mode.auth_paths
        url = self.target.auth_url if is_auth else self.target.url
        return send(url, method, path, {**given, **headers}, body)

    def _token(self, path: str, form: Mapping[str, str]) -> str:
        headers = {"Content-Type": FORM}
        answer = send(self.target.auth_url, "POST", path, headers, urlencode(form).encode())
        try:
            self.values["token"] = str(json.loads(answer.body)["access_token"])
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(f"the {self.name} gives no token: it answers {answer.status}") from error
        return self.values["token"]


FORM = "application/x-www-form-urlencoded"


@contextmanager
def sandbox_target(url: str | None, mode: TestMode) -> Iterator[tuple[Target, Sandbox]]:
    """A fresh world of the sandbox, its clock standing at the machine's time.

    Yields where to call it, and what moves it. Without an address it is one of a server that runs
    as long as the block.

    Raises:
        SandboxError: none answers at the address.
    """
    now = wall() // SECOND * SECOND
    if url is None:
        from sandbox.server import running
        from sandbox.settings import Settings

        with (
            running(Settings(port=0, start=Start(mode="frozen", now=now))) as server,
            Sandbox(server.url, token="") as steering,
        ):
            yield Target(server.url, server.url, mode.own), steering
        return
    world = f"compare-{fresh_seed():x}"
    with Sandbox(url, world=world, start={"mode": "frozen"}) as steering:
        steering.reset()
        try:
            yield Target(steering.url, steering.url, mode.own), steering
        finally:
            steering.worlds.remove(world)
