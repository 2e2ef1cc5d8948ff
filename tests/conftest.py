"""One real server for each test process; every test begins with a fresh, frozen world."""

import threading
from collections.abc import Iterator

import pytest

from sandbox.server import Server
from sandbox.settings import Settings
from tests.kit import Box

NOW = "2026-05-13T11:50:42.625199Z"


@pytest.fixture(scope="session")
def running() -> Iterator[Server]:
    """A server on a free port, in a thread."""
    server = Server(Settings(port=0))
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def connected(running: Server) -> Iterator[Box]:
    box = Box(running.url)
    yield box
    box.close()


@pytest.fixture
def box(connected: Box) -> Box:
    """The sandbox as a client meets it, its clock standing at NOW."""
    connected.admin.post("/reset", {"mode": "frozen", "now": NOW})
    return connected
