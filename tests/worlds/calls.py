"""What the tests of worlds do most."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

import requests

from tests.kit import LAHZA, Box


def world(box: Box, name: str) -> Box:
    """A client of one world."""
    return Box(f"{box.url}/w/{name}")


@contextmanager
def waiting_in(box: Box, name: str) -> Iterator[tuple[Box, "Future[requests.Response]"]]:
    """A world, and a call that waits in it.

    Of two calls one is delayed; when the other is back, that one waits.
    """
    slow = world(box, name)
    slow.on("slow-provider", delay=600, times=1)
    with ThreadPoolExecutor(2) as pool:
        url = f"{slow.url}/refund"
        calls = [pool.submit(requests.get, url, headers=LAHZA) for _ in range(2)]
        _, left = wait(calls, timeout=30, return_when=FIRST_COMPLETED)
        try:
            yield slow, left.pop()
        finally:
            slow.admin.post("/reset")
