"""Worlds are bounded in number: the one that has been idle for the longest goes."""

import logging

import pytest
import requests

from sandbox.settings import Settings
from tests.kit import LAHZA, Box, serving
from tests.worlds.calls import waiting_in


def use(box: Box, name: str) -> None:
    assert requests.get(f"{box.url}/w/{name}/refund", headers=LAHZA).ok


def names(box: Box) -> list[str]:
    return [world["name"] for world in box.admin.get("/worlds").json()["worlds"]]


def test_the_world_that_was_idle_for_the_longest_goes(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), serving(Settings(worlds=3)) as box:
        for name in ("a", "b", "c", "a", "d"):
            use(box, name)
        assert names(box) == ["c", "a", "d", "default"]
        [said] = [r for r in caplog.records if r.name == "sandbox.engine.worlds"]
        assert "world b is gone" in said.getMessage()
        use(box, "b")
        assert names(box) == ["a", "d", "b", "default"]


def test_one_that_is_busy_stays() -> None:
    with serving(Settings(worlds=1)) as box:
        with waiting_in(box, "slow") as (slow, call):
            use(box, "other")
            assert set(names(box)) == {"slow", "other", "default"}
            slow.off("slow-provider")
            assert call.result(30).ok
        use(box, "third")
        assert names(box) == ["third", "default"]
