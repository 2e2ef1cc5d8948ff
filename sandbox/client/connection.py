"""Calls of a running sandbox's admin API: one connection a thread, and errors that say why."""

import json
import socket
import threading
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit


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

    def __init__(self, url: str, world: str | None, token: str | None, timeout: float) -> None:
        """`url` is the server's, `timeout` in seconds.

        Raises:
            ValueError: the address is none of HTTP's.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise ValueError(f"{url!r} is not like http://127.0.0.1:8420")
        below = "" if world is None else f"/w/{quote(world, safe='')}"
        self.url = url.rstrip("/") + below
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._path = f"{quote(parts.path.rstrip('/'), safe='/%')}{below}/_sandbox"
        self._timeout = timeout
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._lock = threading.Lock()
        self._mine = threading.local()
        self._opened: list[HTTPConnection] = []

    def call(
        self,
        method: str,
        *path: str,
        body: object = None,
        query: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """The JSON object that answers a call.

        Args:
            method: HTTP's.
            path: its parts below `/_sandbox`.
            body: a JSON value.
            query: values that are None are left out.

        Raises:
            Refused: the answer is an error.
            Unreachable: there is no answer, or none of a sandbox's.
        """
        target = self._path + "".join(f"/{quote(part, safe='')}" for part in path)
        asked = {key: value for key, value in (query or {}).items() if value is not None}
        if asked:
            target += "?" + urlencode(asked)
        sent = None if body is None else json.dumps(body).encode()
        try:
            connection = self._open()
            connection.request(method, target, sent, self._headers)
            answer = connection.getresponse()
            status, raw = answer.status, answer.read()
        except (OSError, HTTPException, UnicodeError) as error:  # (a name no host can have)
            self._hang_up()
            raise Unreachable(f"no sandbox answers at {self.url} ({error})") from error
        try:
            value = json.loads(raw)
        except ValueError:
            raise Unreachable(f"what answers at {self.url} is no sandbox") from None
        if not isinstance(value, dict):
            raise Unreachable(f"what answers at {self.url} is no sandbox")
        if status >= 400:
            detail = str(value.get("detail", f"the answer is {status}"))
            raise Refused(status, detail, value.get("field"))
        return value

    def close(self) -> None:
        """Close the connections of all threads; a later call opens a new one."""
        with self._lock:
            opened, self._opened = self._opened, []
        for connection in opened:
            connection.close()

    def _open(self) -> HTTPConnection:
        """The thread's connection, if the server has not closed it meanwhile; else a new one."""
        connection: HTTPConnection | None = getattr(self._mine, "connection", None)
        if connection is not None and _stands(connection.sock):
            return connection
        self._hang_up()
        kind = HTTPSConnection if self._secure else HTTPConnection
        connection = self._mine.connection = kind(self._host, self._port, timeout=self._timeout)
        with self._lock:
            self._opened.append(connection)
        return connection

    def _hang_up(self) -> None:
        connection: HTTPConnection | None = getattr(self._mine, "connection", None)
        if connection is not None:
            self._mine.connection = None
            connection.close()
            with self._lock:
                if connection in self._opened:
                    self._opened.remove(connection)


def _stands(sock: socket.socket | None) -> bool:
    """Whether a connection without an answer under way is still open at the other end."""
    if sock is None:
        return False
    waited = sock.gettimeout()
    try:
        sock.settimeout(0)
        sock.recv(1, socket.MSG_PEEK)
    except (BlockingIOError, ValueError):  # (TLS can't be looked into)
        return True
    except OSError:
        return False
    finally:
        sock.settimeout(waited)
    return False
