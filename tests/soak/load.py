"""Calls of all kinds to one server, on a schedule: what each was answered, and how long it took."""

import json
import socket
import threading
import time  # noqa: TID251 (this measures real time)
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from random import Random  # noqa: TID251
from typing import Any

LEAN = {"lean-app-token": "soak", "Content-Type": "application/json"}
LAHZA = {"Authorization": "Bearer sk_test_soak", "Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GOOD = (200, 201)
PATIENCE = 60
_TOLD = 10
"""Of what went wrong, so much is told."""


class Over(Exception):
    """So many calls as were wanted have been made."""


class Pace:
    """Lets so many calls through, and gathers what came of them. Safe to share between threads.

    Attributes:
        took: seconds, of each call.
        wrong: what was not as it should be, the first of it.
    """

    def __init__(self, calls: int, rate: float | None, look: Callable[[], None]) -> None:
        """So many calls.

        Args:
            calls: how many.
            rate: at most so many a second; None: as fast as can be.
            look: called at 20 of them.
        """
        self.took: list[float] = []
        self.wrong: list[str] = []
        self._calls, self._rate, self._look = calls, rate, look
        self._begun = time.perf_counter()
        self._lock = threading.Lock()
        self._given = 0
        self._never = threading.Event()

    def step(self) -> None:
        """Wait until the next call may be made.

        Raises:
            Over: there is none.
        """
        with self._lock:
            if self._given >= self._calls:
                raise Over
            self._given += 1
            number = self._given
            if number % max(1, self._calls // 20) == 0:
                self._look()
        if self._rate is not None:
            self._never.wait(max(0, self._begun + number / self._rate - time.perf_counter()))

    def failed(self, what: str) -> None:
        """Note that something was not as it should be."""
        with self._lock:
            if len(self.wrong) < _TOLD:
                self.wrong.append(what)


class Client:
    """A connection that is kept, to a world of a server."""

    def __init__(self, port: int, world: str, pace: Pace) -> None:
        self.port, self.world, self.pace = port, world, pace
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] = LEAN,
        wanted: tuple[int, ...] = GOOD,
    ) -> Any:
        """What is answered, as JSON where it is that; None where its status is not one wanted."""
        self.pace.step()
        sent = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        begun = time.perf_counter()
        try:
            self._connection.request(method, f"/w/{self.world}{path}", sent, dict(headers))
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            self.pace.failed(f"{self.world}: {method} {path}: {error!r}")
            return None
        self.pace.took.append(time.perf_counter() - begun)
        if answer.status not in wanted:
            self.pace.failed(f"{self.world}: {method} {path}: {answer.status} {content[:200]!r}")
            return None
        is_json = answer.headers.get_content_subtype().endswith("json")
        return json.loads(content) if is_json and content else content

    def hang_up_in_the_middle(self, method: str, path: str) -> None:
        """Send a part of a request, and close the connection."""
        self.pace.step()
        head = f"{method} /w/{self.world}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as broken:
            broken.sendall(f"{head}lean-app-token: soak\r\nContent-Length: 900\r\n\r\n[{{".encode())

    def close(self) -> None:
        self._connection.close()


Job = Callable[[Client, Random], object]


class Load:
    """Jobs, each done over and over by a client of its own until enough calls have been made."""

    def __init__(self, port: int, jobs: Mapping[str, Job]) -> None:
        """Each job works in the world that is named."""
        self._port, self._jobs = port, jobs
        self._random = {name: Random(name) for name in jobs}

    def run(self, calls: int, rate: float | None, look: Callable[[], None]) -> Pace:
        """Make so many calls (see `Pace`); all connections are closed then."""
        pace = Pace(calls, rate, look)
        threads = [
            threading.Thread(target=self._work, args=(name, pace), name=f"soak-{name}")
            for name in self._jobs
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return pace

    def _work(self, name: str, pace: Pace) -> None:
        with closing(Client(self._port, name, pace)) as client:
            try:
                while True:
                    self._jobs[name](client, self._random[name])
            except Over:
                pass
            except Exception as error:
                pace.failed(f"{name}: {error!r}")

    def reset(self) -> None:
        """Remove all worlds, and begin the default one anew."""
        with _admin(self._port) as call:
            for world in call("GET", "/_sandbox/worlds")["worlds"]:
                if world["name"] == "default":
                    call("POST", "/_sandbox/reset")
                else:
                    call("DELETE", f"/_sandbox/worlds/{world['name']}")

    def crowd(self, threads: Callable[[], int], most: int) -> None:
        """Let many calls wait at once, until the server has no fewer than so many threads."""
        path = "/w/crowd/_sandbox/dashboard/live"
        with _admin(self._port) as call:
            call("GET", "/w/crowd/_sandbox/clock")
            after = call("GET", "/w/crowd/_sandbox/log")["last"]
            waiting = [HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE) for _ in range(48)]
            for each in waiting:
                each.request("GET", f"{path}?after={after}")
            for _ in range(10 * PATIENCE):
                if threads() >= most:
                    break
                threading.Event().wait(0.1)
            call("PUT", "/w/crowd/_sandbox/scenarios/refund-stuck")
            call("GET", "/w/crowd/refund")
            for each in waiting:
                each.getresponse().read()
                each.close()


@contextmanager
def _admin(port: int) -> Iterator[Callable[..., Any]]:
    """Calls that are no part of the load."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:

        def call(method: str, path: str) -> Any:
            connection.request(method, path, headers=LAHZA)
            answer = connection.getresponse()
            content = answer.read()
            assert answer.status in GOOD, (method, path, answer.status, content)
            return json.loads(content)

        yield call
