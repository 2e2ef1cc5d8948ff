"""Sending webhooks: connections that keep a deadline, and lanes that do not wait for each other."""

import logging
import socket
import threading
from collections.abc import Callable, Collection, Hashable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, parse_headers
from io import BufferedReader, RawIOBase
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from typing import IO, Any, TypeAlias

from sandbox.engine.time.clock import elapsed
from sandbox.engine.values.instants import SECOND, Duration, format_duration
from sandbox.engine.webhooks.delivery import SHOWN, Answer
from sandbox.engine.webhooks.endpoints import BadAddress, Target, is_named, is_near, target_of

_log = logging.getLogger(__name__)

NO_THREAD = "the sandbox's machine has no thread for it"
TOO_MANY_CALLS = "too many receivers have yet to answer"
MOST_LOOKUPS = 32
"""Names of hosts that are looked up at once, in the whole server."""
MOST_CALLS = 48
"""Of receivers at once, in the whole server; one more waits, as long as it does for an answer."""
MOST_KEPT = 24
"""Connections that stay open between two calls, in the whole server. Files are scarce."""

_OURS = {"User-Agent": "refund-sandbox", "Accept": "*/*"}


class _NoAddress(TimeoutError):
    """No address was found for a host in time."""


_lookups = threading.BoundedSemaphore(MOST_LOOKUPS)
_calls = threading.BoundedSemaphore(MOST_CALLS)
_kept = threading.BoundedSemaphore(MOST_KEPT)


def _addresses_of(host: str, port: int, left: Callable[[], float]) -> list[str]:
    """The IP addresses of a host.

    The system's look-up can't be broken off, so a thread makes it that is given up when no time is
    left: `left` returns seconds, or raises TimeoutError.

    Raises:
        OSError: there are none, or (_NoAddress) none in time.
    """
    with suppress(ValueError):  # an address needs no look-up, and waits for none
        return [str(ip_address(host))]
    found: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def look() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put([str(row[4][0]) for row in rows])
        except Exception as error:
            found.put(error)
        finally:
            _lookups.release()

    if not _lookups.acquire(timeout=left()):
        raise _NoAddress
    try:
        threading.Thread(target=look, daemon=True).start()
    except RuntimeError:
        _lookups.release()
        raise OSError(NO_THREAD) from None
    try:
        addresses = found.get(timeout=left())
    except (Empty, TimeoutError):
        raise _NoAddress from None
    if isinstance(addresses, Exception):
        raise addresses
    return addresses


class _Untimely(RawIOBase):
    """Reads from a socket until a deadline, however slowly the bytes drip in.

    `held` keeps the socket open: an answer that ends with its connection is read after
    `http.client` has let go of that.
    """

    def __init__(self, connection: "_Connection", sock: socket.socket, held: IO[bytes]) -> None:
        self._connection = connection
        self._sock = sock
        self._held = held

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._connection.left())
        return self._sock.recv_into(buffer)

    def close(self) -> None:
        super().close()
        self._held.close()


class _Final(HTTPResponse):
    """An answer; those that go before it are passed over (RFC 9110, 15.2)."""

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            said: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
            if not 101 < said[1] < 200:  # (`http.client` itself passes over 100)
                return said
            parse_headers(self.fp)


class _Connection(HTTPConnection):
    """A connection to a target; what it does ends by its deadline, or once it is `over`."""

    def __init__(self, target: Target, named: Collection[str]) -> None:
        super().__init__(target.host, target.port)
        self.target = target
        self.deadline = 0
        self.opened: socket.socket | None = None
        self.is_over = False
        self._named = named
        self.response_class = self._response  # type: ignore[assignment]

    def left(self) -> float:
        """Seconds.

        Raises:
            TimeoutError: none are left.
        """
        left = self.deadline - elapsed()
        if left <= 0:
            raise TimeoutError
        return left / SECOND

    def _response(self, sock: socket.socket, **rest: Any) -> HTTPResponse:
        response = _Final(sock, **rest)
        response.fp = BufferedReader(_Untimely(self, sock, response.fp))
        return response

    def connect(self) -> None:
        target = self.target
        addresses = _addresses_of(target.host, target.port, self.left)
        if not is_named(target.host, self._named) and not all(map(is_near, addresses)):
            raise OSError("the host's address is neither loopback nor private")
        for n, address in enumerate(addresses):
            try:
                self.sock = socket.create_connection((address, target.port), self.left())
                break
            except OSError:
                if n == len(addresses) - 1:
                    raise
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if target.secure:
            import ssl

            context = ssl.create_default_context()
            self.sock.settimeout(self.left())
            self.sock = context.wrap_socket(self.sock, server_hostname=target.host)
        self.opened = self.sock
        if self.is_over:
            raise ConnectionAbortedError

    def end(self) -> None:
        """End what it does, from another thread."""
        self.is_over = True
        if self.opened is not None:
            with suppress(OSError):  # it has ended by itself
                self.opened.shutdown(socket.SHUT_RDWR)

    def is_fresh(self) -> bool:
        """Whether it stands open, and the other end has not closed it meanwhile."""
        if self.sock is None:
            return False
        waited = self.sock.gettimeout()
        self.sock.settimeout(0)
        try:
            self.sock.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, ValueError):  # nothing has come (TLS can't be looked into)
            return True
        except OSError:
            return False
        finally:
            self.sock.settimeout(waited)
        return False


class Line:
    """Calls to one receiver after the other, over one connection while that lasts."""

    def __init__(self, named: Collection[str]) -> None:
        self._named = named
        self._connection: _Connection | None = None
        self._place: threading.Semaphore | None = None
        self._is_over = False

    def end(self) -> None:
        """Hang up for good, from another thread, also in the middle of a call."""
        self._is_over = True
        if (connection := self._connection) is not None:
            connection.end()

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._place is not None:
            self._place.release()
            self._place = None

    def _keep(self) -> None:
        """Let the connection stay open for the next call, unless too many do."""
        if self._connection is not None and self._place is None:
            if _kept.acquire(blocking=False):
                self._place = _kept
            else:
                self.close()

    def call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        timeout: Duration,
        most: int = SHOWN,
    ) -> Answer:
        """One call; redirects are not followed, and of the answer's body `most` bytes are read.

        It begins once there are fewer than `MOST_CALLS`; waiting for that is part of its time.
        """
        started, place = elapsed(), _calls
        status, shown, error = None, b"", None
        if not place.acquire(timeout=timeout / SECOND):
            return Answer(None, TOO_MANY_CALLS, b"", elapsed() - started)
        try:
            connection = self._open(target_of(url), started + timeout)
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(connection.left())
            connection.request(method, connection.target.path, body, {**_OURS, **headers})
            answer = connection.getresponse()
            status = answer.status
            shown = answer.read(most)
            if answer.will_close or not answer.isclosed():
                answer.close()
                self.close()
            self._keep()
        except _NoAddress:
            error = f"no address for the host within {format_duration(timeout)}"
        except TimeoutError:
            error = f"no answer within {format_duration(timeout)}"
        except (OSError, HTTPException, ValueError) as wrong:
            error = _said(wrong)
        finally:
            if error is not None:
                self.close()
            place.release()
        return Answer(status, error, shown, elapsed() - started)

    def _open(self, target: Target, deadline: int) -> _Connection:
        connection = self._connection
        if connection is None or connection.target[:3] != target[:3] or not connection.is_fresh():
            self.close()
            connection = self._connection = _Connection(target, self._named)
            connection.is_over = self._is_over
        connection.target, connection.deadline = target, deadline
        return connection


def _said(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, ConnectionError):
        return "connection broken off"
    if isinstance(error, socket.gaierror | UnicodeError):
        return "the host has no address"
    if isinstance(error, HTTPException):
        return "not an answer of HTTP"
    if verdict := getattr(error, "verify_message", None):  # (of TLS: on the certificate)
        return str(verdict)
    if type(error).__module__ == "ssl":  # (which is imported where it is needed)
        reason = getattr(error, "reason", None) or "the connection was closed"
        return f"TLS failed: {reason.replace('_', ' ').lower()}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, ValueError) and not isinstance(error, BadAddress):
        return "not an answer of HTTP"  # such as a chunk of a length below 0
    return str(error) or "no connection"


Job: TypeAlias = Callable[[Line], None]
_Queue: TypeAlias = "SimpleQueue[Job | None]"

_IDLE = 5.0
"""Seconds of real time after which a lane without work ends."""


class Lanes:
    """Does jobs in the background: in order within a lane, a thread each, lanes side by side."""

    def __init__(self, named: Collection[str]) -> None:
        self._named = named
        self._lock = threading.Lock()
        self._queues: dict[Hashable, _Queue] = {}
        self._lines: set[Line] = set()
        self._closed = False

    def put(self, lane: Hashable, job: Job) -> None:
        """Let a job be done after all those that its lane has; dropped once they are closed.

        Raises:
            RuntimeError: the machine has no thread for it.
        """
        with self._lock:
            if self._closed:
                return
            queue = self._queues.get(lane)
            if queue is None:
                queue = SimpleQueue()
                threading.Thread(target=self._work, args=(lane, queue), daemon=True).start()
                self._queues[lane] = queue
            queue.put(job)

    def close(self) -> None:
        """Drop what has not begun, hang up on what has, and take no more."""
        with self._lock:
            self._closed = True
            for queue in self._queues.values():
                queue.put(None)
            for line in self._lines:
                line.end()

    def _work(self, lane: Hashable, queue: _Queue) -> None:
        line = Line(self._named)
        with self._lock:
            self._lines.add(line)
        try:
            while job := self._next(lane, queue):
                if not self._closed:
                    try:
                        job(line)
                    except Exception:
                        _log.exception("a webhook could not be sent")
        finally:
            with self._lock:
                self._lines.discard(line)
            line.close()

    def _next(self, lane: Hashable, queue: _Queue) -> Job | None:
        try:
            return queue.get(timeout=_IDLE)
        except Empty:
            with self._lock:
                if queue.empty():
                    del self._queues[lane]
                    return None
            return queue.get()
