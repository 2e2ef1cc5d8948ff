"""The client of a sandbox in a fresh world, its clock standing."""

from collections.abc import Iterator

import pytest

from sandbox.client import Sandbox
from tests.kit import Box


@pytest.fixture
def sandbox(box: Box) -> Iterator[Sandbox]:
    """A client of the sandbox that `box` is one of."""
    with Sandbox(box.url) as sandbox:
        yield sandbox
