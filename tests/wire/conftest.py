"""A sandbox that shows the wire examples."""

from collections.abc import Iterator

import pytest

from tests.kit import Box
from tests.wire.stories import Story, showing


@pytest.fixture(scope="session")
def serving_examples() -> Iterator[Box]:
    with showing() as box:
        yield box


@pytest.fixture
def lean(serving_examples: Box) -> Iterator[Story]:
    """Lean's examples; a test begins with the moment of one."""
    yield Story(serving_examples, "lean")
    serving_examples.may_be_scripted(False)


@pytest.fixture
def lahza(serving_examples: Box) -> Story:
    return Story(serving_examples, "lahza")
