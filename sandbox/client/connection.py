"""Calls of a running sandbox's admin API, and errors that say why."""

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from .moments import given, plain
from .transports import App, HTTPTransport, Transport, WSGITransport

__tracebackhide__ = True  # pytest then shows the test instead


class SandboxError(Exception):
    """A call of the sandbox that came to nothing."""


class Unreachable(SandboxError):
    """No sandbox answers at the address."""


class Refused(SandboxError):
    """The sandbox's answer is an error.

    Attributes:
        status: HTTP's.
        field: the key at fault, if one is.
    """

    def __init__(self, status: int, detail: str, field: str | None) -> None:
        super().__init__(detail)
        self.status = status
        self.field = field


class Connection:
    """The admin API below one address. Safe to share between threads."""

    def __init__(
        self, url: str, world: str | None, token: str | None, timeout: float, app: App | None = None
    ) -> None:
        """`url` is the server's, with no slash behind it, `timeout` in seconds, `app` its own here.

        Raises:
            ValueError: the address is none of HTTP's, or the token can't be sent.
        """
        if token is not None and not (token.isascii() and token.isprintable()):
            raise ValueError("the token (SANDBOX_ADMIN_TOKEN) can't be sent: it isn't plain text")
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:  # its host or its port can be none
            host = None
        if not host or parts.scheme not in ("http", "https") or parts.query:
            raise ValueError(f"{url!r} is not like http://127.0.0.1:8426")
        below = "" if world is None else f"/w/{quote(world, safe='')}"
        self.url = url + below
        self._path = f"{quote(parts.path.rstrip('/'), safe='/%')}{below}/_sandbox"
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._transport: Transport = HTTPTransport(parts, headers, timeout)
        if app is not None:
            self._transport = WSGITransport(app, parts, headers, self._transport)

    def call(
        self,
        method: str,
        *path: str,
        body: object = None,
        query: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """The JSON object that answers a call: see `Sandbox.call`."""
        return self._answer(method, path, body, query)[1]

    def text(self, *path: str, query: Mapping[str, object] | None = None) -> str:
        """The text that answers a GET."""
        return self._answer("GET", path, None, query, is_text=True)[0].decode("utf-8", "replace")

    def _answer(
        self,
        method: str,
        path: Sequence[str],
        body: object,
        query: Mapping[str, object] | None,
        is_text: bool = False,
    ) -> tuple[bytes, dict[str, Any]]:
        """What answers a call, as it came and as the JSON object that it is, unless it is text."""
        target = self._path + "".join(f"/{quote(part, safe='')}" for part in path)
        if asked := given(**(query or {})):
            target += "?" + urlencode(asked)
        sent = None if body is None else json.dumps(body, default=plain).encode()
        try:
            status, raw = self._transport.send(method, target, sent)
        except (OSError, HTTPException, UnicodeError) as error:  # (a name no host can have)
            raise Unreachable(f"no sandbox answers at {self.url} ({said(error)})") from error
        if is_text and status == 200:
            return raw, {}
        try:
            value = json.loads(raw)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise Unreachable(f"what answers at {self.url} is no sandbox")
        if status >= 400:
            detail = str(value.get("detail", f"the answer is {status}"))
            raise Refused(status, detail, value.get("field"))
        return raw, value

    def close(self) -> None:
        """Close the connections, those in use after their answer; a later call opens a new one."""
        self._transport.close()


class Part:
    """A part of the admin API."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call


def said(error: Exception) -> str:
    """What went wrong, in words that are not Python's."""
    if isinstance(error, UnicodeError):
        return "no host can have that name"
    if isinstance(error, HTTPException) and not isinstance(error, OSError):
        return "not an answer of HTTP"
    if type(error).__module__ == "ssl":  # (which is imported where it is needed)
        reason = getattr(error, "reason", None) or "the connection was closed"
        return f"TLS failed: {reason.replace('_', ' ').lower()}"
    if isinstance(error, TimeoutError) and error.strerror is None:
        return "it accepts calls and does not answer"
    return getattr(error, "strerror", None) or str(error)
