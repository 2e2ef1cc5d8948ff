"""Processes that serve, and a client so lean that what is measured is the server."""

import json
import os
import re
import selectors
import socket
import subprocess
import sys
import time  # noqa: TID251 (this measures real time)
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds that a server may take to start or to answer."""
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Missing(Exception):
    """What a part of the benchmark compares with can't be had here."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(*command: str, home: Path = ROOT) -> Iterator[subprocess.Popen[str]]:
    """A program that runs as long as the block lasts; Python finds its modules in `home`."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=home,
        env=environment(home),
    ) as running:
        try:
            yield running
        finally:
            running.terminate()


def python(*command: str, home: Path = ROOT) -> AbstractContextManager["subprocess.Popen[str]"]:
    """The same of Python modules, with this interpreter."""
    return process(sys.executable, "-m", *command, home=home)


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    return {**kept, "PYTHONPATH": str(home)}


def told(running: subprocess.Popen[str]) -> str:
    """The next line that a program prints."""
    assert running.stdout is not None
    line = running.stdout.readline()
    if not line:
        raise RuntimeError(f"{running.args!r} ended")
    return line.strip()


def tell(running: subprocess.Popen[str], line: str = "") -> str:
    """Send a program a line; what it prints then."""
    assert running.stdin is not None
    running.stdin.write(f"{line}\n")
    running.stdin.flush()
    return told(running)


def wait_until_it_answers(port: int, path: str) -> None:
    """Ask until something answers there, whatever it says."""
    wanted = request("GET", path, {})
    give_up = time.perf_counter() + PATIENCE
    while True:
        try:
            with Connection(port) as connection:
                connection.ask(wanted)
                return
        except OSError as error:
            if time.perf_counter() > give_up:
                raise RuntimeError(f"nothing answers on port {port}") from error
            time.sleep(0.002)


def request(method: str, path: str, headers: Mapping[str, str], body: object = None) -> bytes:
    """A request as it goes over the wire; a body goes as JSON."""
    content = b"" if body is None else json.dumps(body).encode()
    sent = {"Host": "127.0.0.1", **headers}
    if body is not None:
        sent |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{key}: {value}" for key, value in sent.items())]
    return "\r\n".join([*lines, "", ""]).encode() + content


class Connection:
    """A connection that is kept."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._come = b""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, wanted: bytes) -> None:
        self.socket.sendall(wanted)

    def receive(self) -> tuple[int, bytes] | None:
        """Read what has come; status and body, when the answer is whole."""
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("the connection was closed")
        self._come += more
        head, end, body = self._come.partition(b"\r\n\r\n")
        if not end:
            return None
        length = _LENGTH.search(head + b"\r\n")
        if length is None or len(body) < int(length[1]):
            return None
        self._come = b""
        return int(head[9:12]), body

    def ask(self, wanted: bytes) -> bytes:
        """Send a request; the body that answers it, of any status."""
        return self._asked(wanted)[1]

    def json(self, method: str, path: str, headers: Mapping[str, str], body: object = None) -> Any:
        """The JSON that answers a call which succeeds."""
        status, content = self._asked(request(method, path, headers, body))
        if status not in (200, 201):
            raise RuntimeError(f"{method} {path}: {status} {content!r}")
        return json.loads(content)

    def _asked(self, wanted: bytes) -> tuple[int, bytes]:
        self.send(wanted)
        while (answer := self.receive()) is None:
            pass
        return answer


class Load:
    """Requests, sent over and over on a number of connections, each waiting for its answer."""

    def __init__(self, port: int, *wanted: bytes, connections: int = 1) -> None:
        """Each connection sends the same one of `wanted`."""
        self._selector = selectors.DefaultSelector()
        self._connections = [Connection(port) for _ in range(connections)]
        self._sent = dict(zip(self._connections, cycle(wanted), strict=False))
        for each in self._connections:
            self._selector.register(each.socket, selectors.EVENT_READ, each)

    def __enter__(self) -> "Load":
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        for each in self._connections:
            each.socket.close()

    def rate(self, calls: int) -> float:
        """Answers a second, over so many of them."""
        begun = time.perf_counter()
        to_send, to_come = calls - len(self._connections), calls
        for each in self._connections:
            each.send(self._sent[each])
        while to_come > 0:
            for key, _ in self._selector.select(PATIENCE):
                connection: Connection = key.data
                answer = connection.receive()
                if answer is None:
                    continue
                if answer[0] not in (200, 201):
                    raise RuntimeError(f"{self._sent[connection]!r}: {answer}")
                to_come -= 1
                if to_send > 0:
                    to_send -= 1
                    connection.send(self._sent[connection])
        return calls / (time.perf_counter() - begun)


def ratios(first: Callable[[], float], second: Callable[[], float], rounds: int) -> Iterator[float]:
    """`first` by `second`, of rounds in turn; a round more before them warms up."""
    first(), second()
    for number in range(rounds):
        if number % 2:
            other = second()
            yield first() / other
        else:
            one = first()
            yield one / second()
