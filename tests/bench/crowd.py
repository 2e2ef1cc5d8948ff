"""A server whose default world has many refunds to come, and what its advance costs.

As a program: serves, and prints what memory it takes, then what it takes once it has made the
refunds and its port; then, for each line that it is sent, what it has taken most, and what it
takes. All in KiB.
"""

import gc
import sys
import threading
import time  # noqa: TID251 (this measures real time)
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.bench import filled
from tests.bench.client import Connection, Missing, python, tell, told
from tests.bench.figures import Figure, spread
from tests.bench.serving import LAHZA

CROWD = 200_000


class Crowd(NamedTuple):
    """Of one advance until idle.

    Attributes:
        refund: KiB a refund, and all that it brought about: what the process takes more than
            when it had none.
        memory: KiB a refund, the most that the advance took above what the process did.
        wait: the longest that a read in another world took meanwhile, in milliseconds.
    """

    refund: float
    memory: float
    wait: float


def crowding() -> Iterator[Figure]:
    """An advance of each provider's refunds."""
    if not Path("/proc/self/status").is_file():
        raise Missing("memory is read as Linux tells it")
    for provider in ("Lean", "Lahza"):
        found = crowd(provider, CROWD)
        if provider == "Lean":
            yield "memory", spread([found.refund])
        yield f"crowd.{provider.lower()}.memory", spread([found.memory])
        yield f"crowd.{provider.lower()}.wait", spread([found.wait])


def crowd(provider: str, count: int) -> Crowd:
    """What so many refunds and an advance of them cost: memory, and other worlds' patience."""
    with python("tests.bench.crowd", provider, str(count)) as process:
        empty = int(told(process))
        full, port = map(int, told(process).split())
        with (
            Connection(port) as mover,
            Connection(port) as reader,
            ThreadPoolExecutor(1) as pool,
        ):
            mover.socket.settimeout(None)
            to_the_end = {"until": "idle", "limit": 1}
            advance = pool.submit(mover.json, "POST", "/_sandbox/clock/advance", {}, to_the_end)
            waits = []
            while not advance.done():
                begun = time.perf_counter()
                reader.json("GET", "/w/other/refund/3018201", LAHZA)
                waits.append(time.perf_counter() - begun)
            advance.result()
        most, now = map(int, tell(process).split())
        return Crowd((now - empty) / count, (most - full) / count, max(waits) * 1e3)


def _memory(key: str) -> int:
    """What Linux says that the process takes (`VmRSS`), or has taken most (`VmHWM`)."""
    return int(Path("/proc/self/status").read_text("ascii").partition(f"{key}:")[2].split()[0])


def _taken() -> int:
    gc.collect()
    return _memory("VmRSS")


def _tell() -> None:
    for _ in sys.stdin:
        most = _memory("VmHWM")
        print(most, _taken(), flush=True)


if __name__ == "__main__":
    server, world = filled.frozen_server()
    print(_taken(), flush=True)
    filled.pending(world, sys.argv[1], int(sys.argv[2]))
    print(_memory("VmHWM"), server.port, flush=True)
    threading.Thread(target=_tell, daemon=True).start()
    server.run()
