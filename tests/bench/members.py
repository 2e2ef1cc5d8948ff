"""Two members behind nginx against one, and what the proxy itself costs."""

import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.client import Connection, Load, Missing, ratios, request
from tests.bench.figures import Figure, spread
from tests.bench.serving import LAHZA
from tests.scaling.proxies import NGINX, behind

CONNECTIONS = 16
CALLS = 800
ROUNDS = 7
"""nginx closes a connection after 1000 requests: all rounds have to be fewer."""


def members() -> Iterator[Figure]:
    """Reads of one refund, in worlds that live on one member or on two."""
    if shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin") is None:
        raise Missing("there is no nginx")
    yield from measured(CALLS, ROUNDS)


def measured(calls: int, rounds: int) -> Iterator[Figure]:
    """The same, of so many calls in each of so many rounds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        behind(NGINX, Path(folder), count=2, begun=2) as group,
    ):
        port, direct = (int(urlsplit(url).port or 0) for url in (group.url, group.addresses[0]))
        names = [f"world-{number}" for number in range(4 * CONNECTIONS)]
        with Connection(port) as connection:
            for name in names:
                connection.json("GET", f"/w/{name}/_sandbox/clock", {})
        homes = group.homes()
        here, there = (
            [
                request("GET", f"/w/{name}/refund/3018201", LAHZA)
                for name in names
                if at in homes[name]
            ]
            for at in group.addresses
        )
        of_both = chain.from_iterable(zip(here, there, strict=False))
        with (
            Load(port, *here, connections=CONNECTIONS) as one,
            Load(port, *of_both, connections=CONNECTIONS) as two,
            Load(direct, *here, connections=CONNECTIONS) as straight,
        ):
            both = partial(two.rate, calls), partial(one.rate, calls)
            yield "members.two", spread(ratios(*both, rounds=rounds))
            both = partial(one.rate, calls), partial(straight.rate, calls)
            yield "members.proxy", spread(ratios(*both, rounds=rounds))
