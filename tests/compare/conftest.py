from collections.abc import Iterator

import pytest

from sandbox.client import Sandbox
from sandbox.compare import targets
from sandbox.engine.values.instants import SECOND, Duration
from sandbox.server import running
from tests.compare.kit import Other, another
from tests.kit import frozen


@pytest.fixture(scope="session")
def second() -> Iterator[Sandbox]:
    """A second sandbox."""
    settings = frozen("2027-01-01T09:00:00Z", port=0)
    with running(settings) as server, Sandbox(server.url) as sandbox:
        yield sandbox


@pytest.fixture
def other(second: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Other]:
    """It stands for a provider's test mode; where one waits for it, its clock is moved."""
    second.reset()

    def pause(duration: Duration) -> None:
        second.clock.advance(seconds=duration / SECOND)

    monkeypatch.setattr(targets, "pause", pause)
    with another(second) as other:
        yield other
