"""A receiver of webhooks on loopback, which answers as a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Received(NamedTuple):
    """A call that came in, byte for byte."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = Callable[["Handler", Received], None]


class Handler(BaseHTTPRequestHandler):
    """Keeps each call, and lets the receiver's `answer` answer it."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece
    receiver: "Receiver"

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, self.path, headers, body)
        with self.receiver.changed:
            self.receiver.received.append(received)
            self.receiver.changed.notify_all()
        self.receiver.answer(self, received)

    do_GET = do_POST = _serve  # noqa: N815

    def reply(self, status: int, body: bytes = b"ok", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Receiver:
    """What came, and how it is answered: with 200 unless a test sets `answer`."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.received: list[Received] = []
        self.answer: Answer = lambda handler, _: handler.reply(200)
        self.over = threading.Event()
        """Set at the end of the test: what hangs lets go."""
        handler = type("_Handler", (Handler,), {"receiver": self})
        self.server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hooks"

    @property
    def bodies(self) -> list[Any]:
        return [received.json for received in self.received if received.method == "POST"]

    @property
    def events(self) -> list[str]:
        """The types that came, in their order."""
        return [body.get("event") or body["type"] for body in self.bodies]

    def wait_for(self, count: int) -> None:
        """Wait until so many calls have come."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.received) >= count, 20)

    def answers(self, *statuses: int) -> None:
        """Answer with these statuses in turn, then with 200."""
        left = list(statuses)

        def answer(handler: Handler, _: Received) -> None:
            with self.changed:
                status = left.pop(0) if left else 200
            handler.reply(status)

        self.answer = answer

    def hangs(self) -> None:
        """Do not answer until the test is over."""

        def wait(*_: object) -> None:
            self.over.wait(30)

        self.answer = wait


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # with 5, a connection more is tried again after 1, 3, 7, 15 s

    def handle_error(self, *_: object) -> None:
        """A sandbox that hangs up is no news."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver for one test."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join(10)
