"""Calls as they go over the wire, byte for byte, and what answers them."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple

from sandbox.client.connection import said
from sandbox.compare.safety import Address, require_no_live_key

PATIENCE = 60
"""Seconds for an answer."""
MOST_BYTES = 16 * 1024 * 1024
"""The longest answer that is read."""
Headers = tuple[tuple[str, str], ...]


class NoAnswer(Exception):
    """Nobody answers, or not in HTTP; the text says why."""


class Call(NamedTuple):
    """A call: `target` is its path, with the query."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Answer(NamedTuple):
    """An answer; `headers` as they came, a name perhaps several times."""

    status: int
    headers: Headers
    body: bytes
    reason: str = ""


def header(headers: Headers, name: str) -> str:
    """A header's value; nothing where there is none."""
    return next((value for each, value in headers if each.lower() == name), "")


def send(address: Address, call: Call) -> Answer:
    """Send a call, on a connection of its own; no redirect is followed.

    Raises:
        Unsafe: there is a live key in it.
        NoAnswer: nobody answers, or with more than 16 MiB.
    """
    require_no_live_key(
        f"{call.method} {call.path.partition('_live_')[0]}",
        call.target,
        call.body,
        *(value for _, value in call.headers),
    )
    kind = HTTPSConnection if address.is_secure else HTTPConnection
    connection = kind(address.host, address.port, timeout=PATIENCE)
    try:
        connection.putrequest(
            call.method, address.path + call.target, skip_host=True, skip_accept_encoding=True
        )
        for name, value in _framed(address, call):
            connection.putheader(name, value)
        connection.endheaders(call.body or None)
        answer = connection.getresponse()
        body = answer.read(MOST_BYTES + 1)
        headers = tuple(answer.getheaders())
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(f"no answer from {address.url}: {said(error)}") from error
    finally:
        connection.close()
    if len(body) > MOST_BYTES:
        raise NoAnswer(f"{address.url} answers with more than {MOST_BYTES} bytes")
    return Answer(answer.status, headers, body, answer.reason)


def _framed(address: Address, call: Call) -> Iterator[tuple[str, str]]:
    yield "Host", address.netloc
    yield from call.headers
    yield "Connection", "close"
    if call.body or call.method in ("PATCH", "POST", "PUT"):
        yield "Content-Length", str(len(call.body))
