"""A sandbox that stands for a provider, and answers otherwise where a test wants it to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

from sandbox.client import Sandbox
from sandbox.compare.sides import Answer, Side, Target
from sandbox.engine.values.instants import SECOND, Duration
from sandbox.http.test_mode import TestMode as Mode

Alter = Callable[[str, Answer], Answer]
"""What becomes of the answer to a path."""


class Altered:
    """What lies before a sandbox, on a port of its own.

    Attributes:
        calls: the paths that came, with their methods.
    """

    def __init__(self, url: str) -> None:
        self.behind = url
        self.alter: Alter = lambda _, answer: answer
        self.calls: list[str] = []
        handler = type("_Handler", (_Handler,), {"altered": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    altered: Altered

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.altered.calls.append(f"{self.command} {self.path}")
        headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
        came = requests.request(
            self.command, self.altered.behind + self.path, data=body, headers=headers, timeout=30
        )
        answer = Answer(came.status_code, tuple(came.raw.headers.items()), came.content)
        answer = self.altered.alter(self.path, answer)
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def altered(url: str) -> Iterator[Altered]:
    """One, for as long as the block."""
    made = Altered(url)
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join(10)


def side(name: str, url: str, steering: Sandbox, mode: Mode) -> Side:
    """A side of a comparison whose time is a sandbox's."""
    return Side(name, Target(url, url, mode.own), mode, partial(_advance, steering))


def _advance(steering: Sandbox, by: Duration) -> None:
    steering.clock.advance(seconds=by / SECOND)
