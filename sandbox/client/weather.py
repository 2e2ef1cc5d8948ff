"""Weather: several disturbances at once, each on one call, webhook or document."""

from collections.abc import Mapping
from typing import Any, TypedDict, cast

from .connection import Part
from .moments import given

__tracebackhide__ = True  # pytest then shows the test instead


class Disturbance(TypedDict):
    """A scenario on one thing that it matches.

    `text` is as it is written: `answer-lost; how=cut; nth=2`. `scenario` is the scenario's name,
    `title` what it says of itself, `parameters` those that are given, `nth` which of the things
    that match (the first is 1), and `acted` how often it has acted.
    """

    text: str
    scenario: str
    title: str
    parameters: dict[str, Any]
    nth: int
    acted: int


class Weather(Part):
    """The world's weather."""

    def get(self) -> list[Disturbance]:
        """The disturbances that are on, with what came of them."""
        return self._disturbances("GET")

    def set(self, *disturbances: str) -> list[Disturbance]:
        """Let these be on, in place of those that were.

        Raises:
            Refused: 400, one of them makes no sense; all stays as it was.
        """
        return self._disturbances("POST", body={"disturbances": disturbances})

    def draw(self, seed: int, profile: str | Mapping[str, Any] | None = None) -> list[Disturbance]:
        """Let those be on that a seed draws: the same seed and profile draw the same.

        Args:
            seed: a whole number from 0.
            profile: the name of one, or one as it stands in a file; `rainy`, unless given.

        Raises:
            Refused: 400, there is no such profile, or it makes no sense.
        """
        return self._disturbances("POST", body=given(seed=seed, profile=profile))

    def clear(self) -> None:
        """Let none be on."""
        self._disturbances("DELETE")

    def profiles(self) -> list[dict[str, Any]]:
        """What there is to draw from: each profile's `name`, `title`, `about`, `count`, `draw`."""
        return cast(list[dict[str, Any]], self._call("GET", "weather", "profiles")["profiles"])

    def _disturbances(self, method: str, body: object = None) -> list[Disturbance]:
        return cast(list[Disturbance], self._call(method, "weather", body=body)["disturbances"])
