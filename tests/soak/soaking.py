"""A server under load for long: what it takes in each tenth of the time, and what must not grow."""

from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from tests.receiver import Handler, Received, receiving
from tests.soak.jobs import jobs
from tests.soak.load import Load
from tests.soak.served import Served, Taken, serving

RATE = 40
"""Calls a second, to each server."""
TENTHS = 10
_MIB = 1024 * 1024
MORE_MEMORY = 6 * _MIB
"""So many bytes more the last tenth may have than the second: what is kept to be quicker fills up
to its bounds."""
SLOWER = 5
"""So many times the 99th percentile of the first tenths that of the last ones may be."""
FIRST, MOST_FIRST = 1200, 40_000
"""Calls before all that, as fast as can be: a third as many as all others, within these bounds.
They fill what is kept to be quicker, all of it where they are the most."""
_THREADS = 32


class Tenth(NamedTuple):
    """One tenth of the time.

    Attributes:
        own, resident: bytes of memory, the mean under load.
        slow: milliseconds within which 99 of 100 calls were answered.
        rest: what the server took afterwards, when all worlds had been removed.
        file: bytes of the folder's files then, where there is one.
    """

    own: float
    resident: float
    slow: float
    rest: Taken
    file: int

    def __str__(self) -> str:
        rest = self.rest
        file = f", files of {self.file / _MIB:.1f} MiB" if self.file else ""
        return (
            f"{self.own / _MIB:.1f} MiB of its own ({self.resident / _MIB:.1f} resident), "
            f"p99 {self.slow:.0f} ms; at rest {rest.own / _MIB:.1f} MiB, "
            f"{rest.threads} threads, {rest.files} open files{file}"
        )


class Report(NamedTuple):
    """What came of it: all tenths, and what was wrong within them or at the end."""

    tenths: list[Tenth]
    wrong: list[str]

    def all_wrong(self) -> Iterator[str]:
        """What was not as it should be, a line each."""
        yield from self.wrong
        first, second, last = self.tenths[0], self.tenths[1], self.tenths[-1]
        for name, before, after in (
            ("memory under load", second.own, last.own),
            ("memory at rest", second.rest.own, last.rest.own),
        ):
            if after > before + MORE_MEMORY:
                yield f"{name} grew from {before / _MIB:.1f} to {after / _MIB:.1f} MiB"
        if last.rest.threads > first.rest.threads:
            yield f"{last.rest.threads - first.rest.threads} threads were left over"
        if last.rest.files > first.rest.files:
            yield f"{last.rest.files - first.rest.files} open files were left over"
        soon, late = (median(t.slow for t in of) for of in (self.tenths[1:4], self.tenths[-3:]))
        if late > SLOWER * soon:
            yield f"p99 grew from {soon:.0f} to {late:.0f} ms"


def soak(folder: Path, calls: int, rate: float | None, keeps: bool) -> Report:
    """Call a server of its own so often, and see what it takes.

    Args:
        folder: for its files.
        calls: how many, in all.
        rate: at most so many a second; None: as fast as can be.
        keeps: whether it keeps its worlds in the folder.
    """
    data = folder / "data"
    options = ["--data", str(data)] if keeps else []
    tenths, wrong = list[Tenth](), list[str]()
    with receiving() as receiver, serving(folder, options) as served:
        receiver.answer = _unreliable
        load = Load(served.port, jobs(receiver.url))
        load.crowd(lambda: served.taken().threads, _THREADS)
        first = min(MOST_FIRST, max(FIRST, calls // 3))
        wrong += load.run(first, None, lambda: None).wrong
        load.reset()  # (a job may have been left in the middle)
        for number in range(TENTHS):
            looks = list[Taken]()
            pace = load.run(calls // TENTHS, rate, lambda: looks.append(served.taken()))  # noqa: B023
            wrong += pace.wrong
            load.reset()
            receiver.received.clear()
            if number in (0, TENTHS - 1):  # whose threads and files are compared
                rest = served.at_rest(tenths[0].rest if tenths else None)
            else:
                rest = served.taken()
            slow = sorted(pace.took)[len(pace.took) * 99 // 100] * 1000
            file = sum(each.stat().st_size for each in data.iterdir()) if keeps else 0
            own, resident = mean(each.own for each in looks), mean(e.resident for e in looks)
            tenths.append(Tenth(own, resident, slow, rest, file))
            print(f"{'with' if keeps else 'without'} --data, {number + 1}/{TENTHS}: {tenths[-1]}")
        wrong += _ended(served)
    return Report(tenths, wrong)


def _unreliable(handler: Handler, received: Received) -> None:
    """Answer one webhook of eight with 500, the same ones each time."""
    handler.reply(500 if sum(received.body) % 8 == 0 else 200)


def _ended(served: Served) -> Iterator[str]:
    status = served.stop()
    if status != 0:
        yield f"the server ended with {status}"
    if served.said:
        yield f"the server printed {served.said[:2000]}"
