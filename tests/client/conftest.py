"""The client of a sandbox in a fresh world, its clock standing."""

from collections.abc import Iterator

import pytest

from sandbox.client import Sandbox
from tests.kit import Box


@pytest.fixture(params=["through the port", "straight into the app"])
def sandbox(box: Box, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A client of the sandbox that `box` is one of; it does the same by either way."""
    is_direct = request.param == "straight into the app"
    with Sandbox(box.url, app=box.app if is_direct else None) as sandbox:
        yield sandbox
