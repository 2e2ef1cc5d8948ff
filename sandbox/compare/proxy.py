"""Stands between an app and the test modes: passes calls on as they are, and keeps what it sees."""

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from flask import Request

from sandbox.compare.calls import Answer, Call, NoAnswer, header, send
from sandbox.compare.recordings import Recorder, seen_now
from sandbox.compare.redaction import Redaction
from sandbox.compare.safety import Unsafe, require_no_live_key
from sandbox.compare.test_modes import Upstream
from sandbox.engine.reading.files import BadFile
from sandbox.engine.values.json_text import to_json
from sandbox.http.problems import PROBLEM, Problem
from sandbox.http.provider import Provider

MOST_BYTES = 1024 * 1024
"""The longest body that is passed on."""
_IDLE = 120
"""Seconds after which a connection is closed on which nothing comes."""
_HOP_BY_HOP = frozenset(
    "connection expect host keep-alive proxy-authenticate proxy-authorization proxy-connection te "
    "trailer transfer-encoding upgrade".split()
)
"""Headers that are about one connection."""
_LENGTH = "content-length"


class Passing:
    """What becomes of each call. Safe to share between threads."""

    def __init__(
        self,
        upstreams: Sequence[Upstream],
        recorder: Recorder,
        redaction: Redaction,
        say: Callable[[str], None],
    ) -> None:
        """`say` prints a line for each call."""
        self._upstreams = {each.provider.name: each for each in upstreams}
        self._recorder, self._redaction, self._say = recorder, redaction, say

    def answer(self, call: Call, providers: Sequence[Provider]) -> Answer:
        """The provider's answer to a call, or a problem document where it is not passed on."""
        try:
            upstream = self._upstream(call, providers)
            self._require_safe(call, upstream)
            is_token = call.path in upstream.provider.model.token_paths
            headers = (each for each in _onward(call.headers) if each[0].lower() != _LENGTH)
            onward = call._replace(headers=tuple(headers))
            answer = send(upstream.auth if is_token else upstream.address, onward)
        except Problem as problem:
            return self._refused(call, problem)
        except Unsafe as error:
            return self._refused(call, Problem(403, f"not passed on: {error}"))
        except NoAnswer as error:
            return self._refused(call, Problem(502, str(error)))
        self._keep(upstream.provider.name, onward, answer)
        return answer._replace(headers=_onward(answer.headers))

    def _upstream(self, call: Call, providers: Sequence[Provider]) -> Upstream:
        provider = _meant(call, providers)
        if provider is None:
            reason = "neither its path nor its credentials say whose call it is"
            raise Problem(404, f"not passed on: {reason}")
        if provider.name not in self._upstreams:
            reason = f"it is for {provider.name.title()}, and no --{provider.name} was given"
            raise Problem(404, f"not passed on: {reason}")
        return self._upstreams[provider.name]

    def _require_safe(self, call: Call, upstream: Upstream) -> None:
        require_no_live_key(
            "the call", call.target, call.body, *(value for _, value in call.headers)
        )
        authorization = header(call.headers, "authorization")
        if authorization and (problem := upstream.mode.header_problem(authorization)):
            raise Unsafe(problem)

    def _keep(self, name: str, call: Call, answer: Answer) -> None:
        try:
            file = self._recorder.keep(seen_now(name, call, answer))
            kept = "not kept: the recording is full" if file is None else file
        except BadFile as error:
            kept = str(error)
        self._tell(call, answer.status, kept)

    def _refused(self, call: Call, problem: Problem) -> Answer:
        self._tell(call, problem.status, problem.reason)
        headers = (("Content-Type", PROBLEM),)
        return Answer(problem.status, headers, to_json(problem.document()))

    def _tell(self, call: Call, status: int, what: str) -> None:
        self._say(f"{call.method} {self._redaction.target(call.target)}  {status}  {what}")


def _meant(call: Call, providers: Sequence[Provider]) -> Provider | None:
    """Whose call it is: by the first part of its path, else by the form of its credentials."""
    path = call.path
    first = path.strip("/").partition("/")[0]
    for provider in providers:
        known = {each.split("/")[1] for each in provider.unserved}
        if first in provider.namespaces | known:
            return provider
    request = Request(_environment(call))
    return next((each for each in providers if each.is_meant(request)), None)


def _environment(call: Call) -> dict[str, Any]:
    """As much of a WSGI environment as tells whose credentials they are."""
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in call.headers}
    return {
        **headers,
        "REQUEST_METHOD": call.method,
        "PATH_INFO": call.path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }


def _onward(headers: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Headers but those that are about one connection."""
    named = header(tuple(headers), "connection").lower().split(",")
    dropped = _HOP_BY_HOP.union(name.strip() for name in named)
    return tuple((name, value) for name, value in headers if name.lower() not in dropped)


class _Handler(BaseHTTPRequestHandler):
    """One connection of an app's."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE
    server: "_Server"

    def _pass_on(self) -> None:
        target = self.requestline.split()[1]  # (`path` has lost doubled slashes)
        call = Call(self.command, target, tuple(self.headers.items()))
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self._answer(_problem(411, "a body wants a Content-Length here"), is_last=True)
        elif len(length) > 10 or int(length) > MOST_BYTES:
            self._answer(_problem(413, f"a body has at most {MOST_BYTES} bytes"), is_last=True)
        elif not target.startswith("/"):
            self._answer(_problem(400, "the path must begin with a slash"), is_last=True)
        else:
            body = self.rfile.read(int(length))
            self._answer(self.server.passing.answer(call._replace(body=body), self.server.known))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _pass_on  # noqa: N815

    def _answer(self, answer: Answer, is_last: bool = False) -> None:
        self.send_response_only(answer.status, answer.reason or None)
        is_bare = self.command == "HEAD" or answer.status in (204, 304)
        for name, value in answer.headers:
            if is_bare or name.lower() != _LENGTH:
                self.send_header(name, value)
        if not is_bare:
            self.send_header("Content-Length", str(len(answer.body)))
        if is_last:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if not is_bare:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # (each call has its own line)
        pass


def _problem(status: int, reason: str) -> Answer:
    problem = Problem(status, f"not passed on: {reason}")
    return Answer(status, (("Content-Type", PROBLEM),), to_json(problem.document()))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    passing: Passing
    known: Sequence[Provider]

    def handle_error(self, *_: Any) -> None:
        """A client that has gone is nobody's fault."""


@contextmanager
def listening(
    host: str, port: int, passing: Passing, providers: Sequence[Provider]
) -> Iterator[ThreadingHTTPServer]:
    """A server that passes calls on, not yet serving; port 0 takes a free one.

    Raises:
        OSError: the address can't be had.
    """
    with _Server((host, port), _Handler) as server:
        server.passing, server.known = passing, providers
        yield server


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    """Let it serve in a thread of its own, as long as the block lasts."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(10)
