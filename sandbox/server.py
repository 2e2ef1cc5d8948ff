"""A real server for the sandbox: waitress, with threads, keep-alive, and broken connections."""

import socket
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from waitress import wasyncore
from waitress.channel import ClientDisconnected
from waitress.server import BaseWSGIServer, create_server

from sandbox import __version__
from sandbox.app import PROVIDERS, create_app
from sandbox.connections import Channel, Connections
from sandbox.engine.scenarios.library import Library
from sandbox.engine.worlds.registry import Worlds
from sandbox.feed import Feed
from sandbox.http.bodies import MOST_BYTES
from sandbox.http.current import CUT, WAITING
from sandbox.http.provider import Provider
from sandbox.settings import Settings
from sandbox.threads import Threads

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

CONNECTIONS = 1000
"""Kept alive at once; a suite of parallel tests holds many."""
LOOK_ROUND = 1
"""Seconds after which the loop looks at all connections, though nothing has woken it up; a wake-up
or a signal that is lost costs no more."""
SPARE_FILES = 100
"""Of the files that the process may have open, those that are left for other things."""
MOST_OF_HEADERS = 256 * 1024
"""Bytes of a request's first line and headers."""


class Server:
    """The sandbox on a port. Port 0 takes a free one.

    Raises:
        OSError: the address can't be had.
    """

    def __init__(self, settings: Settings, providers: Sequence[Provider] = PROVIDERS) -> None:
        self.app = create_app(settings, providers)
        self.settings: Settings = self.app.extensions["sandbox.settings"]
        self.library: Library = self.app.extensions["sandbox.library"]
        self.worlds: Worlds = self.app.extensions["sandbox.worlds"]
        self.feed: Feed = self.app.extensions["sandbox.feed"]
        self.providers = providers
        self._sockets: dict[int, Any] = {}
        address = _address(settings)
        self._threads = Threads(self._turn, self._wake)
        self._server = create_server(
            self._wsgi,
            map=self._sockets,
            _dispatcher=self._threads,
            **address,
            connection_limit=2 * CONNECTIONS,  # never reached: `Connections` keeps below
            cleanup_interval=10**9,  # nor needed; it goes by Python's time, which tests may freeze
            max_request_header_size=MOST_OF_HEADERS,
            max_request_body_size=8 * MOST_BYTES,  # of a chunked one as sent, `1\r\nx\r\n` a byte
            inbuf_overflow=2 * MOST_BYTES,  # longer bodies, and longer answers, go to files
            outbuf_overflow=64 * MOST_BYTES,
            outbuf_high_watermark=sys.maxsize,  # no thread waits for a client: `Channel` does
            ident=f"refund-sandbox/{__version__}",
            clear_untrusted_proxy_headers=True,
            channel_request_lookahead=0,
        )
        self._listeners = [s for s in self._sockets.values() if isinstance(s, BaseWSGIServer)]
        self._trigger = cast(Any, self._listeners[0].trigger)
        for listener in self._listeners:
            listener.channel_class = Channel
            listener.adj.send_bytes = sys.maxsize  # `Channel` sends an answer in one go
            listener.pull_trigger = self._wake  # type: ignore[method-assign]
        self._connections = Connections(self._sockets, _most_connections())
        self._is_stopping = False
        self._closing = threading.RLock()  # (a signal may find the same thread inside)
        self._is_closed = False
        host = settings.host if ":" not in settings.host else f"[{settings.host}]"
        self.port = int(self._listeners[0].getsockname()[1])
        self.url = f"http://{host}:{self.port}"

    def _wsgi(self, environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        """Break the connection off where a scenario says so: no byte of an answer is sent."""
        environ[WAITING] = self._threads.waiting
        answer = self.app(environ, start)
        if CUT in environ:
            raise ClientDisconnected
        return answer

    def run(self) -> None:
        """Serve until `stop` is called."""
        self._threads.begin()
        while not self._threads.ended.wait(LOOK_ROUND):
            pass  # lets a signal be handled that came just as the wait began, and did not end it
        self.feed.close()
        self.worlds.close()
        self._threads.shutdown(timeout=1)
        with self._closing:
            self._is_closed = True
            self._connections.close()  # first: who answers late then pulls no trigger that is gone
            wasyncore.close_all(self._sockets)

    def _turn(self) -> bool:
        """Wait for what comes, and read it; whether the server goes on."""
        if not self._is_stopping:
            wasyncore.loop(timeout=LOOK_ROUND, use_poll=True, map=self._sockets, count=1)
            self._connections.tidy()
        return not self._is_stopping

    def _wake(self) -> None:
        """Let the leader look at all connections, unless it is what asks."""
        if not self._threads.is_leading:
            self._trigger.pull_trigger()

    def stop(self) -> None:
        """End `run`, from another thread or a signal handler; answers that wait are let go.

        One signal may interrupt the handling of another: nothing here waits for its own thread.
        """
        self._is_stopping = True
        with self._closing:
            if not self._is_closed:  # a call that ended meanwhile may have ended `run` already
                self._trigger.pull_trigger()


def _address(settings: Settings) -> dict[str, Any]:
    """Where waitress listens; `::` stands for IPv4 too, where the system lets it.

    Raises:
        OSError: there is no such host here, or (for `::`) the port can't be had.
    """
    if settings.host == "::" and socket.has_dualstack_ipv6():
        family = socket.AF_INET6
        both = socket.create_server(("::", settings.port), family=family, dualstack_ipv6=True)
        return {"sockets": [both]}
    socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    return {"host": settings.host, "port": settings.port}


@contextmanager
def running(settings: Settings, providers: Sequence[Provider] = PROVIDERS) -> Iterator[Server]:
    """A server in a thread of this process, as long as the block lasts."""
    server = Server(settings, providers)
    thread = threading.Thread(target=server.run, name="refund-sandbox", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(10)


def _most_connections() -> int:
    """As many as the process may have, and still open what else it needs."""
    if sys.platform == "win32":
        return CONNECTIONS
    import resource

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return CONNECTIONS
    return max(1, min(CONNECTIONS, files - SPARE_FILES))
