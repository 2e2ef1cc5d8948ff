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
        paths = ["/requests?limit=1000", *(path for path in seen if path.startswith("/"))]
        admin = {path: self.steer("GET", path) for path in paths}  # as those reads have left it
        self.box.restart()
        for path in paths:
            assert (path, self.steer("GET", path)) == (path, admin[path])
        assert self.lists() == {path: seen[path] for path in seen if path not in admin}


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
    walk(lambda: machine(kept, receiver), property_steps or 160, property_seed)
