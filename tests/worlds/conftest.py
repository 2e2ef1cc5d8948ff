"""Snapshots outlive a reset; here, not the test that took them."""

from collections.abc import Iterator

import pytest

from tests.kit import Box


@pytest.fixture(autouse=True)
def _no_snapshot_stays(running: Box) -> Iterator[None]:
    yield
    for snapshot in running.admin.get("/snapshots").json()["snapshots"]:
        running.admin.delete(f"/snapshots/{snapshot['name']}")
