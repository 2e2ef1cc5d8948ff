"""What it costs to keep worlds beyond the process."""

import time  # noqa: TID251 (this measures real time)
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.app import create_app
from sandbox.engine.keeping.file import NAME
from sandbox.engine.time.clock import Start
from sandbox.engine.worlds.world import World
from sandbox.settings import Settings
from tests.bench import filled
from tests.bench.client import (
    Connection,
    Load,
    free_port,
    python,
    ratios,
    wait_until_it_answers,
)
from tests.bench.figures import Figure, spread
from tests.bench.serving import calls_of

ROUNDS, CALLS = 11, 6000
"""So many calls that what is written once a second, or in five, counts as well."""
REFUNDS, RECOVERIES = 100_000, 3


def lasting() -> Iterator[Figure]:
    """Both levels beside memory alone; a folder that is read; and its size."""
    for level in ("process", "machine"):
        with ExitStack() as stack:
            folder = stack.enter_context(TemporaryDirectory())
            kept = _sandbox(stack, "--data", folder, "--durability", level)
            bare = _sandbox(stack)
            with Connection(kept) as first, Connection(bare) as second:
                ours, theirs = calls_of(first)["lean"], calls_of(second)["lean"]
            for what in ("get", "post"):
                calls = getattr(ours, what), getattr(theirs, what)
                with Load(kept, calls[0]) as one, Load(bare, calls[1]) as other:
                    both = partial(one.rate, CALLS), partial(other.rate, CALLS)
                    yield f"data.{what}.{level}", spread(ratios(*both, rounds=ROUNDS))
    size, seconds = recovering(REFUNDS, RECOVERIES)
    yield "data.size", spread([size])
    yield "data.recovery", spread(seconds)


def _sandbox(stack: ExitStack, *options: str) -> int:
    port = free_port()
    stack.enter_context(python("sandbox", "serve", "--port", str(port), *options))
    wait_until_it_answers(port, "/_sandbox/health")
    return port


def recovering(refunds: int, times: int) -> tuple[float, Sequence[float]]:
    """KiB that a refund of many takes in the file, and the seconds that reading it takes."""
    with TemporaryDirectory() as folder:
        settings = Settings(start=Start(mode="frozen"), data=Path(folder))
        app = create_app(settings)
        world: World = app.extensions["sandbox.worlds"].default
        filled.pending(world, "Lean", refunds)
        while app.extensions["sandbox.keeper"].file.tend():
            pass
        app.extensions["sandbox.worlds"].close()
        size = (Path(folder) / NAME).stat().st_size / refunds / 1024
        taken = []
        for _ in range(times):
            begun = time.perf_counter()
            again = create_app(settings)
            taken.append(time.perf_counter() - begun)
            again.extensions["sandbox.worlds"].close()
        return size, taken
