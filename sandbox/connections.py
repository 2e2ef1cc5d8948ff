"""A client's connection to the server: how much it may send, and when it has to go.

waitress by itself reads a body whole before it asks the app, keeps a long one in a file, and takes
no new connection while it has as many as it may.
"""

import logging
import re
import socket
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.task import WSGITask
from waitress.utilities import BadRequest

from sandbox.engine.time.clock import elapsed
from sandbox.engine.values.instants import MINUTE, SECOND, Duration
from sandbox.http.bodies import MOST_BYTES
from sandbox.http.current import AFTER_ANSWER

STALE: Duration = 2 * MINUTE
"""How long a connection may be idle, send one request, or leave its answer unread."""
MOST_OF_A_LINE = 8 * 1024
"""Of a chunked body: bytes of the line before a chunk, or of the trailer."""
MOST_DISCARDED = 512 * 1024 * 1024
"""Bytes that a client may go on sending once it has been refused, so that it reads the answer."""
LINGERING: Duration = 10 * SECOND
"""How long it may."""
_AT_ONCE = 256 * 1024
_TLS = b"\x16\x03"
"""How a client begins that speaks https."""
_LONGEST_KEPT = 2048
"""Bytes of headers; what was read from longer ones is not kept."""
_PLAIN = Adjustments(listen="")  # (else it looks an address up)
_CODINGS = re.compile(rb"\r\nTransfer-Encoding[ \t]*:([^\r\n]*)", re.IGNORECASE)
_log = logging.getLogger(__name__)


@lru_cache(maxsize=256)
def _headers(block: bytes) -> Mapping[str, str]:
    """What waitress reads from a request's headers: a client's are the same in most requests."""
    parser = HTTPRequestParser(_PLAIN)
    parser.parse_header(b"GET / HTTP/1.0\r\n" + block)
    return parser.headers


class Parser(HTTPRequestParser):
    """Reads a request; the body only if it is short enough.

    One that is not never gets as far as the app: its CONTENT_LENGTH does, above the limit, and the
    app refuses that by itself, in the words of whose path it is.
    """

    headers: dict[str, str]
    _is_cut_off = False

    @property
    def is_unread(self) -> bool:
        """Whether more of it may come, which nobody reads: the connection ends with the answer."""
        return self._is_cut_off or self.error is not None

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers.

        Raises:
            ParsingError: they make no sense, or leave in doubt where the body ends (RFC 9112, 6.3).
        """
        first, _, block = header_plus.partition(b"\r\n")
        try:
            if len(block) <= _LONGEST_KEPT:
                self.headers = dict(_headers(block))
                super().parse_header(first + b"\r\n")
            else:
                super().parse_header(header_plus)
        except ValueError as error:  # a length of thousands of digits, a path like `http://[`
            raise ParsingError("the request line or a length makes no sense") from error
        codings = _CODINGS.findall(header_plus)
        if codings:
            codings = [coding.strip(b" \t").lower() for coding in codings]
            if self.version != "1.1" or codings != [b"chunked"]:
                raise ParsingError("the only Transfer-Encoding is chunked, once, in HTTP/1.1")
            if "CONTENT_LENGTH" in self.headers:
                raise ParsingError("Transfer-Encoding and Content-Length exclude each other")
        if self.content_length > MOST_BYTES:
            self._cut_off()

    def received(self, data: bytes) -> int:
        """Take what has come; returns how many bytes of it belong to this request."""
        consumed = super().received(data)
        body = self.body_rcv
        if isinstance(body, ChunkedReceiver):
            if len(body) > MOST_BYTES:
                self.headers["CONTENT_LENGTH"] = str(self.body_bytes_received)
                self._cut_off()
            elif len(body.control_line) + len(body.trailer) > MOST_OF_A_LINE:
                self.error = BadRequest(f"a line of a chunked body exceeds {MOST_OF_A_LINE} bytes")
                self.completed = True
        if self.completed:  # waitress would ask for a body, and wait for it
            self.expect_continue = False
        return len(data) if self.is_unread else consumed

    def _cut_off(self) -> None:
        self.close()
        self.body_rcv, self.content_length = None, 0
        self.completed = self._is_cut_off = True


class Task(WSGITask):
    """Answers a request; says so where the connection ends with the answer."""

    channel: "Channel"
    request: Parser  # type: ignore[assignment]  # (the stub says Error)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._later: list[Callable[[], object]] = []

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[AFTER_ANSWER] = self._later.append
        return environ

    def service(self) -> None:
        try:
            super().service()
        finally:
            if self._later:
                self.channel.after_answer(self._later)

    def build_response_header(self) -> bytes:
        self.channel.begin_to_answer()
        if self.request.is_unread:  # (the app has been given the headers already)
            self.request.headers["CONNECTION"] = "close"
        return super().build_response_header()

    def finish(self) -> None:
        super().finish()
        self.channel.send_at_once()


class _Seldom:
    """Warns of a thing, and then not again for a while: clients try more than once."""

    def __init__(self, pause: Duration) -> None:
        self._pause = pause
        self._warned_at: Duration | None = None

    def warn(self, text: str) -> None:
        now = elapsed()
        if self._warned_at is None or now - self._warned_at > self._pause:
            self._warned_at = now
            _log.warning(text)


_speaks_https = _Seldom(MINUTE)


class Channel(HTTPChannel):
    """A connection.

    Attributes:
        since: when it began what it does: to be idle, to send a request, to take an answer. A first
            request counts from when the connection was opened, so that sending some bytes does not
            make an old connection look newer than one that has just come.
    """

    parser_class = Parser
    task_class = Task

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.since = elapsed()
        self._has_begun = False
        self._is_answered = False
        self._is_unread = False
        self._is_held = False
        self._lingers = False
        self._discarded = 0
        self._later: list[Callable[[], object]] = []

    @property
    def is_busy(self) -> bool:
        """Whether the sandbox has yet to answer a request."""
        return bool(self.requests) and not self.total_outbufs_len

    def begin_to_answer(self) -> None:
        """Take note that a request came to its end, and what follows is for the client to read."""
        self.since = elapsed()
        self._is_answered = True

    def received(self, data: bytes) -> bool:
        if not self._has_begun and data.startswith(_TLS):
            _speaks_https.warn(
                "https came to this port, which speaks http: use a base URL of http://"
            )
            self.handle_close()  # else it would wait for an answer until it is stale
            return False
        self._has_begun = True
        if self._is_answered and self.request is None:
            self.since = elapsed()
        return super().received(data)

    def service(self) -> None:
        """Answer the next request, once the answer before it has been taken.

        A thread that waited for that, as waitress's do, could be kept by a client that never reads.
        """
        with self.outbuf_lock:
            self._is_held = bool(self.connected and self.total_outbufs_len)
        if self._is_held:
            return
        self._is_unread = cast(Parser, self.requests[0]).is_unread
        super().service()

    def send_at_once(self) -> None:
        """Send what the client takes of an answer; the loop sends the rest.

        It leaves a channel alone that has a request to be answered, as this one still has.
        """
        with self.outbuf_lock:
            self._flush_exception(self._flush_some, do_close=False)  # type: ignore[attr-defined]

    def after_answer(self, later: list[Callable[[], object]]) -> None:
        """Call these once the socket has taken the whole answer, or the connection has ended."""
        with self.outbuf_lock:
            self._later += later
        self._follow()

    def _follow(self) -> None:
        with self.outbuf_lock:
            if self.connected and self.total_outbufs_len:
                return
            later, self._later = self._later, []
        for each in later:
            each()

    def handle_close(self) -> None:
        super().handle_close()
        self._follow()

    def handle_write(self) -> None:
        self._write()
        if self._later:
            self._follow()

    # An end without a reset: RFC 9112, 9.6 --------------------------------------------------

    def _write(self) -> None:
        if not (self._is_unread and self.close_when_flushed) or self.will_close:
            super().handle_write()
            if self._is_held:  # its next request waits, so waitress leaves it alone
                self._flush_exception(self._flush_some_if_lockable)  # type: ignore[attr-defined]
            if self._is_held and not self.total_outbufs_len:
                self._is_held = False
                self.server.add_task(cast(Any, self))  # (the stub says Task)
            return
        self._flush_exception(self._flush_some)  # type: ignore[attr-defined]
        if self.connected and not self.will_close and not self.total_outbufs_len:
            self._linger()

    def _linger(self) -> None:
        """Say no more, and let the client finish what it says."""
        self.close_when_flushed = False
        self._lingers = True
        self.since = elapsed()
        try:
            cast(socket.socket, self.socket).shutdown(socket.SHUT_WR)
        except OSError:  # it has gone
            self.handle_close()

    def handle_read(self) -> None:
        if not self._lingers:
            super().handle_read()
            return
        try:
            self._discarded += len(self.recv(_AT_ONCE))  # at the end of input it closes
        except OSError:
            self.handle_close()
        if self._discarded > MOST_DISCARDED or elapsed() - self.since > LINGERING:
            self.handle_close()


class Connections:
    """Those of a server, bounded in number and in time."""

    def __init__(self, sockets: Mapping[int, object], most: int) -> None:
        self._sockets = sockets
        self._most = most
        self._looked = elapsed()
        self._has_warned = False

    def tidy(self) -> None:
        """Close connections that have done the same thing for too long, or are too many.

        Where they are too many, the one that began first what it does now (see `Channel.since`)
        is closed first. Those that still wait for the sandbox's answer are closed last. Call this
        between two polls: a socket that a poll has named must not be replaced meanwhile.
        """
        now = elapsed()
        if now - self._looked > STALE // 4:
            self._looked = now
            for channel in self._channels():
                if not channel.is_busy and now - channel.since > STALE:
                    channel.handle_close()
        if len(self._sockets) < self._most:
            return
        channels = sorted(self._channels(), key=lambda each: (each.is_busy, each.since))
        surplus = channels[: max(0, len(channels) - self._most)]
        if surplus and not self._has_warned:
            _log.warning("more than %s connections: the oldest idle ones are closed", self._most)
            self._has_warned = True
        for channel in surplus:
            channel.handle_close()

    def close(self) -> None:
        """Close all; an answer that waits for its client to read is let go."""
        for channel in self._channels():
            channel.handle_close()

    def _channels(self) -> list[Channel]:
        return [each for each in self._sockets.values() if isinstance(each, Channel)]
