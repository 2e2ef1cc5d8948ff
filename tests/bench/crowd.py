"""A server whose default world has many refunds to come, and what its advance costs others.

As a program: serves, and prints its address, then, for each line that it is sent, the most memory
that it has taken so far, in KiB.
"""

import gc
import json
import resource
import subprocess
import sys
import threading
import time  # noqa: TID251 (this measures real time)
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import IO, NamedTuple, cast

from sandbox.engine.time.clock import Start
from sandbox.runtime_tuning import keep_short
from sandbox.server import Server
from sandbox.settings import Settings
from tests.bench.moving import pending

LAHZA = {"Authorization": "Bearer sk_test_bench"}


class Crowd(NamedTuple):
    """Of one advance until idle.

    Attributes:
        memory: KiB a refund, above what the process took when it began.
        wait: the longest that a read in another world took meanwhile, in milliseconds.
    """

    memory: float
    wait: float


def crowding(provider: str, count: int) -> Crowd:
    """What an advance of so many refunds costs in memory, and other worlds in patience."""
    command = [sys.executable, "-m", "tests.bench.crowd", provider, str(count)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        sent, told = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
        host = told.readline().strip().removeprefix("http://")

        def memory() -> int:
            sent.write("\n")
            sent.flush()
            return int(told.readline())

        try:
            before = memory()
            with (
                closing(HTTPConnection(host)) as mover,
                closing(HTTPConnection(host)) as reader,
                ThreadPoolExecutor(1) as pool,
            ):
                advance, waits = pool.submit(_call, mover, "POST", "/_sandbox/clock/advance"), []
                while not advance.done():
                    begun = time.perf_counter()
                    _call(reader, "GET", "/w/other/refund/3018201")
                    waits.append(time.perf_counter() - begun)
                advance.result()
            return Crowd((memory() - before) / count, max(waits) * 1e3)
        finally:
            process.terminate()


def _call(connection: HTTPConnection, method: str, path: str) -> None:
    body = json.dumps({"until": "idle"}) if method == "POST" else None
    connection.request(method, path, body, LAHZA)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{method} {path}: {answer.status}")


def _tell() -> None:
    for _ in sys.stdin:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)


if __name__ == "__main__":
    server = Server(Settings(port=0, start=Start(mode="frozen")))
    gc.freeze()
    keep_short()  # (both as `serve` does)
    pending(server.worlds.default, sys.argv[1], int(sys.argv[2]))
    print(server.url, flush=True)
    threading.Thread(target=_tell, daemon=True).start()
    server.run()
