"""What is never called, and never sent: production, and live keys."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from sandbox.engine.reading.files import one_line
from sandbox.engine.webhooks.endpoints import BadAddress, is_near, is_private_name, target_of
from sandbox.http.test_mode import TestMode


class Unsafe(Exception):
    """Something that must not go out; the text says what, and never repeats it."""

    def __init__(self, text: str) -> None:
        super().__init__(one_line(text))


class Address(NamedTuple):
    """Where a test mode is: an address that has been looked at."""

    url: str
    is_secure: bool
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        return urlsplit(self.url).netloc


_LIVE = re.compile(rb"(?<![A-Za-z0-9])[sp]k_live_\w", re.IGNORECASE)


def require_no_live_key(where: str, *texts: str | bytes | None) -> None:
    """Refuse live keys, wherever they stand in texts.

    Raises:
        Unsafe: there is one.
    """
    for text in texts:
        raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
        if raw and _LIVE.search(raw):
            raise Unsafe(
                f"{where} has a live key (sk_live_… or pk_live_…); only test keys are taken"
            )


def address_of(url: str, where: str, mode: TestMode | None) -> Address:
    """An address of a test mode, or of a sandbox (without a `mode`).

    Raises:
        Unsafe: it is none that can be called, or none that may be.
    """
    require_no_live_key(where, url)
    try:
        target = target_of(url)
    except BadAddress as error:
        raise Unsafe(f"{where}: {error}") from error
    host = target.host.lower().rstrip(".")
    if "?" in url or "#" in url:
        raise Unsafe(f"{where}: an address ends with its path")
    if mode is not None and (problem := mode.host_problem(host)):
        raise Unsafe(f"{where}: {problem}; the production is never called")
    if not target.secure and not _is_here(host):
        raise Unsafe(f"{where}: {host} is called with https alone, since credentials go there")
    return Address(url.rstrip("/"), target.secure, host, target.port, target.path.rstrip("/"))


def _is_here(host: str) -> bool:
    try:
        return is_near(host)
    except ValueError:  # a name
        return is_private_name(host)
