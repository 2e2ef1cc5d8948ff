"""A world is the same after a restart, and goes on as if there had been none."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis.stateful import rule

from tests.data.kit import Kept
from tests.properties.test_lahza import LahzaWalk
from tests.properties.test_lean import LeanWalk
from tests.properties.walk import Walk, seldom, walk
from tests.receiver import Receiver


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with closing(Kept(tmp_path / "data")) as box:
        yield box


class Restarts(Walk):
    """A walk in which the sandbox is started anew now and then."""

    @seldom(2)
    @rule()
    def restart(self) -> None:
        assert isinstance(self.box, Kept)
        seen = self.everything()
        requests = self.steer("GET", "/requests?limit=1000")
        self.box.restart()
        assert self.steer("GET", "/requests?limit=1000") == requests
        seen["/requests?limit=3"] = self.steer("GET", "/requests?limit=3")
        assert self.everything() == seen


class LeanRestarts(LeanWalk, Restarts):
    pass


class LahzaRestarts(LahzaWalk, Restarts):
    pass


@pytest.mark.slow
@pytest.mark.parametrize("machine", [LeanRestarts, LahzaRestarts])
def test_a_walk_with_restarts_obeys_the_model_of_one_without(
    machine: type[Walk],
    kept: Kept,
    receiver: Receiver,
    property_seed: int,
    property_steps: int | None,
) -> None:
    walk(lambda: machine(kept, receiver), property_steps, property_seed)
