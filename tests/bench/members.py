"""Two members behind nginx against one, and what members, proxy and client take for a call.

Client, nginx and two members want more than two cores. So short calls are counted by the time of
the processor that members took; and long calls, beside which client and nginx take little, by the
clock.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.bench.client import Connection, Load, Missing, ratios, request
from tests.bench.figures import Figure, spread
from tests.bench.serving import LAHZA
from tests.scaling.proxies import NGINX, Group, behind

CONNECTIONS = 16
CALLS = 800
LONG_CALLS = 100
ROUNDS = 7
"""nginx closes a connection after 1000 requests: all rounds have to be fewer."""
PAYMENTS = 500
"""That a long call lists."""


def members() -> Iterator[Figure]:
    """Reads of one refund, and of many payments, in worlds of one member or of two."""
    if shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin") is None:
        raise Missing("there is no nginx")
    if not Path("/proc/self/schedstat").is_file():
        raise Missing("what a process takes can't be read here")
    yield from measured(CALLS, LONG_CALLS, PAYMENTS, ROUNDS)


def measured(calls: int, long_calls: int, payments: int, rounds: int) -> Iterator[Figure]:
    """The same, of so many calls in each of so many rounds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        behind(NGINX, Path(folder), count=2, begun=2) as group,
    ):
        port, direct = (int(urlsplit(url).port or 0) for url in (group.url, group.addresses[0]))
        names = [f"world-{number}" for number in range(4 * CONNECTIONS)]
        with Connection(port) as connection:
            for name in names:
                seed = {"payments": payments}
                connection.json("POST", f"/w/{name}/_sandbox/seed", {}, seed)
        homes = group.homes()
        here, there = ([n for n in names if at in homes[n]] for at in group.addresses)
        both = list(chain.from_iterable(zip(here, there, strict=False)))

        def load(worlds: Sequence[str], path: str, at: int = port) -> Load:
            wanted = [request("GET", f"/w/{world}/{path}", LAHZA) for world in worlds]
            return Load(at, *wanted, connections=CONNECTIONS)

        one_refund, all_payments = "refund/3018201", f"_sandbox/payments?limit={payments}"
        with (
            load(here, one_refund) as one,
            load(both, one_refund) as two,
            load(here, one_refund, direct) as straight,
        ):
            costs = list(_costs(group, one, two, calls, rounds))
            yield "members.two", spread(2 * alone.member / of_two.member for alone, of_two in costs)
            for part in Cost._fields:
                yield f"members.{part}", spread(getattr(each, part) * 1e6 for _, each in costs)
            rates: Sequence[Callable[[], float]]
            rates = partial(one.rate, calls), partial(straight.rate, calls)
            yield "members.through", spread(ratios(*rates, rounds=rounds))
        with load(here, all_payments) as one, load(both, all_payments) as two:
            rates = partial(two.rate, long_calls), partial(one.rate, long_calls)
            yield "members.long", spread(ratios(*rates, rounds=rounds))


class Cost(NamedTuple):
    """Seconds of the processor that a call takes, of each who has a part in it."""

    member: float
    nginx: float
    client: float


def _costs(
    group: Group, one: Load, two: Load, calls: int, rounds: int
) -> Iterator[tuple[Cost, Cost]]:
    """Of both, in rounds whose order takes turns; a round more before them warms up."""
    one.rate(calls), two.rate(calls)
    for number in range(rounds):
        if number % 2:
            later = _cost(group, two, calls)
            yield _cost(group, one, calls), later
        else:
            yield _cost(group, one, calls), _cost(group, two, calls)


def _cost(group: Group, load: Load, calls: int) -> Cost:
    def taken() -> Cost:
        proxy, *members = map(_seconds, group.processes())
        return Cost(sum(members), proxy, _seconds([os.getpid()]))

    before = taken()
    load.rate(calls)
    return Cost(*((a - b) / calls for a, b in zip(taken(), before, strict=True)))


def _seconds(processes: Sequence[int]) -> float:
    """What the threads of some processes have taken of the processor."""
    files = chain.from_iterable(
        Path(f"/proc/{each}/task").glob("*/schedstat") for each in processes
    )
    return sum(int(file.read_text("ascii").split()[0]) for file in files) / 1e9
