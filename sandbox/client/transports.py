"""How a call gets to the sandbox: through its port, or straight into its WSGI application."""

import io
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from http.client import HTTPConnection, HTTPSConnection, RemoteDisconnected
from typing import Any, Protocol, TypeAlias
from urllib.parse import SplitResult, unquote_to_bytes

__tracebackhide__ = True  # pytest then shows the test instead

PATIENCE = 5.0
"""Seconds for a connection, and for the first byte of an answer from a server that may be dead."""
HEALTH = "/_sandbox/health"
"""What a server that lives answers at once, whatever else it does."""

App: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]
"""A WSGI application (PEP 3333)."""


class Transport(Protocol):
    """Carries calls. Safe to share between threads."""

    def send(self, method: str, target: str, body: bytes | None) -> tuple[int, bytes]:
        """The status and the body that answer a call.

        Raises:
            OSError, HTTPException: there is no answer.
        """

    def close(self) -> None:
        """Let go of what is idle; a later call takes what it needs anew."""


class HTTPTransport:
    """Through the port: connections kept alive."""

    def __init__(self, server: SplitResult, headers: Mapping[str, str], timeout: float) -> None:
        """`server` is its address, `headers` go with each call.

        An answer may take `timeout` seconds, as long as the server shows that it lives.
        """
        self._server, self._headers, self._timeout = server, headers, timeout
        self._lock = threading.Lock()
        self._idle: list[HTTPConnection] = []
        self._closed = 0

    def send(self, method: str, target: str, body: bytes | None) -> tuple[int, bytes]:
        closed, connection = self._closed, self._take()
        try:
            connection.request(method, target, body, self._headers)
            self._await_first_byte(connection)
            answer = connection.getresponse()
            status, raw = answer.status, answer.read()
        except BaseException:  # (an answer to an interrupted call would be taken for the next one)
            connection.close()
            raise
        with self._lock:
            if is_kept := closed == self._closed:
                self._idle.append(connection)
        if not is_kept:
            connection.close()
        return status, raw

    def _await_first_byte(self, connection: HTTPConnection) -> None:
        """Wait for an answer to begin; now and then ask whether the server lives.

        Raises:
            OSError: it does not, or the answer takes too long.
        """
        sock, left = connection.sock, self._timeout
        if self._server.scheme == "https":  # (TLS can't be looked into)
            sock.settimeout(left)
            return
        while True:
            sock.settimeout(min(PATIENCE, left))
            try:
                sock.recv(1, socket.MSG_PEEK)
            except TimeoutError:
                left -= PATIENCE
                if left <= 0:
                    raise
                self._require_life()
            else:
                sock.settimeout(self._timeout)
                return

    def _require_life(self) -> None:
        """Raises an OSError where the server accepts calls, and answers none."""
        asked = self._new(PATIENCE)
        try:
            asked.request("GET", HEALTH)
            asked.getresponse().read()
        finally:
            asked.close()

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
            self._closed += 1
        for connection in idle:
            connection.close()

    def _take(self) -> HTTPConnection:
        """One that nobody uses, if the server has not closed it meanwhile; else a new one."""
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._new(min(PATIENCE, self._timeout))
            if _stands(connection.sock):
                return connection
            connection.close()

    def _new(self, timeout: float) -> HTTPConnection:
        kind = HTTPSConnection if self._server.scheme == "https" else HTTPConnection
        return kind(str(self._server.hostname), self._server.port, timeout=timeout)


class WSGITransport:
    """Straight into an application of this process, in the caller's thread (PEP 3333).

    A process that was forked off has but a copy of it, and calls through the port.
    """

    def __init__(
        self, app: App, server: SplitResult, headers: Mapping[str, str], port: Transport
    ) -> None:
        """`server` is its address, `headers` go with each call; `port` leads to the same server."""
        self._app, self._port = app, port
        self._process = os.getpid()
        self._environ: dict[str, Any] = {
            "SERVER_NAME": server.hostname,
            "SERVER_PORT": str(server.port or 80),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SCRIPT_NAME": "",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": server.netloc.rpartition("@")[2],
            "HTTP_ACCEPT_ENCODING": "identity",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": server.scheme,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for header, value in headers.items():
            key = header.upper().replace("-", "_")
            self._environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value

    def send(self, method: str, target: str, body: bytes | None) -> tuple[int, bytes]:
        if os.getpid() != self._process:
            return self._port.send(method, target, body)
        path, _, query = target.partition("?")
        environ = {
            **self._environ,
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "wsgi.input": io.BytesIO(body or b""),
            "wsgi.errors": sys.stderr,
        }
        if body is not None or method in _WITH_A_BODY:
            environ["CONTENT_LENGTH"] = str(len(body or b""))
        begun: list[str] = []
        parts: list[bytes] = []

        def start(status: str, headers: object, exc_info: object = None) -> Any:
            begun[:] = [status]
            return parts.append

        answer = self._app(environ, start)
        try:
            parts.extend(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        if _CUT in environ:
            raise RemoteDisconnected("Remote end closed connection without response")
        return int(begun[0].split(" ", 1)[0]), b"".join(parts)

    def close(self) -> None:
        self._port.close()


_WITH_A_BODY = frozenset({"PATCH", "POST", "PUT"})
"""Methods that are sent with a Content-Length, even of 0."""
_CUT = "sandbox.cut"
"""Set in the WSGI environment by a sandbox that means to break the connection off."""


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
