"""Standing between an app and the test modes: calls are passed on, and kept."""

import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from sandbox.compare.recordings import Pair, Recorder
from sandbox.compare.sides import Answer, Refused, Target, has_live_key, send
from sandbox.engine.values.json_text import to_json
from sandbox.http.provider import Provider
from sandbox.http.test_mode import TestMode

MOST_BYTES = 8 * 1024 * 1024
"""Of the body of a call."""
_OF_A_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding "
    "upgrade host content-length accept-encoding".split()
)
"""Headers of one connection; a body is passed on as it is, so none is asked for packed."""


class Route(NamedTuple):
    """Whose calls go where."""

    provider: Provider
    mode: TestMode
    target: Target


class Proxy:
    """A server that passes calls on.

    Attributes:
        url: where apps call it.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        recorder: Recorder,
        say: Callable[[str], object],
        host: str,
        port: int,
    ) -> None:
        """`say` is told of each call in a line.

        Raises:
            OSError: the port can't be had.
        """
        self._routes, self._recorder, self._say = routes, recorder, say
        self._keeping = threading.Lock()
        handler = type("_Handler", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer((host, port), handler)
        self.url = f"http://{host}:{self._server.server_port}"

    def run(self) -> None:
        """Pass calls on until `stop` is called."""
        with self._server:
            self._server.serve_forever(0.1)

    def stop(self) -> None:
        """End `run`; from another thread."""
        self._server.shutdown()

    def close(self) -> None:
        """Let go of the port, where it never ran."""
        self._server.server_close()

    def pass_on(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Answer, str]:
        """The provider's answer to a call, and who was asked; or why it was not passed on."""
        texts = (path, *headers.values(), body.decode("utf-8", "replace"))
        if any(map(has_live_key, texts)):
            return _problem(403, "that is a live key: only calls of a test mode are passed on"), "-"
        route = self._route(path)
        if route is None:
            names = " nor ".join(route.provider.name for route in self._routes)
            return _problem(404, f"neither {names} has {path.partition('?')[0]}"), "-"
        is_auth = path.partition("?")[0].rstrip("/") in route.mode.auth_paths
        url = route.target.auth_url if is_auth else route.target.url
        sent = {name: value for name, value in headers.items() if name.lower() not in _OF_A_HOP}
        try:
            answer = send(url, method, path, {**sent, "Accept-Encoding": "identity"}, body or None)
        except Refused as error:
            return _problem(502, str(error)), "-"
        has_credentials = not route.provider.model.secrets.isdisjoint(map(str.lower, sent))
        pair = Pair(route.provider.name, method, path, sent, body, has_credentials, answer)
        with self._keeping:
            self._recorder.keep(pair)
        return answer, route.provider.name

    def _route(self, path: str) -> Route | None:
        first = path.partition("?")[0].split("/")
        name = next((part for part in first if part), "")
        for route in self._routes:
            begins = {each.split("/")[1] for each in route.provider.unserved}
            if name in route.provider.namespaces | begins:
                return route
        return self._routes[0] if len(self._routes) == 1 else None

    def say(self, line: str) -> None:
        """Tell of a call."""
        self._say(line)


def _problem(status: int, detail: str) -> Answer:
    body = to_json({"type": "about:blank", "status": status, "detail": detail})
    return Answer(status, (("Content-Type", "application/problem+json"),), body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    proxy: Proxy

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if (
            not length.isdecimal()
            or int(length) > MOST_BYTES
            or "Transfer-Encoding" in self.headers
        ):
            self.close_connection = True
            answer, who = _problem(413, f"a call has a Content-Length of at most {MOST_BYTES}"), "-"
        else:
            body = self.rfile.read(int(length))
            answer, who = self.proxy.pass_on(self.command, self.path, dict(self.headers), body)
        self.proxy.say(f"{who:6} {self.command} {self.path.partition('?')[0]} → {answer.status}")
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in _OF_A_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass
