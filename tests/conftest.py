"""One real server for each test process; every test begins with a fresh, frozen world."""

from collections.abc import Iterator

import pytest

from sandbox.settings import Settings
from tests.kit import Box, serving
from tests.receiver import Receiver, receiving

NOW = "2026-05-13T11:50:42.625199Z"


@pytest.fixture(scope="session")
def running() -> Iterator[Box]:
    """A sandbox on a free port."""
    with serving(Settings()) as box:
        yield box


@pytest.fixture
def box(running: Box, request: pytest.FixtureRequest) -> Box:
    """The sandbox as a client meets it, its clock standing at NOW."""
    running.may_be_scripted(request.node.get_closest_marker("scripted") is not None)
    running.admin.post("/reset", {"mode": "frozen", "now": NOW})
    return running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Something that listens for webhooks, and answers 200."""
    with receiving() as receiver:
        yield receiver
