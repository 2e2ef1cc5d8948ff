"""Scenarios, switched on and off."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypedDict, cast

from .connection import Part

__tracebackhide__ = True  # pytest then shows the test instead


class Scenario(TypedDict):
    """A scenario, and whether it is on; `parameters` are those it is on with, else its own."""

    name: str
    provider: str
    title: str
    about: str
    enabled: bool
    parameters: dict[str, Any]


class Scenarios(Part):
    """The world's scenarios."""

    def all(self) -> list[Scenario]:
        """All there are, by name."""
        return cast(list[Scenario], self._call("GET", "scenarios")["scenarios"])

    def get(self, name: str) -> Scenario:
        """One of them.

        Raises:
            Refused: 404, there is none; the valid names are listed.
        """
        return cast(Scenario, self._call("GET", "scenarios", name))

    def on(self, name: str, /, **parameters: object) -> Scenario:
        """Switch one on; anew, as the latest, if it is on.

        Raises:
            Refused: 404, there is none; 400, a parameter makes no sense.
        """
        body = {"parameters": parameters}
        return cast(Scenario, self._call("PUT", "scenarios", name, body=body))

    def off(self, name: str, /) -> Scenario:
        """Switch one off; what it held goes on, counted from now."""
        return cast(Scenario, self._call("DELETE", "scenarios", name))

    @contextmanager
    def during(self, name: str, /, **parameters: object) -> Iterator[Scenario]:
        """Switch one on, and afterwards off, or on again as it was before."""
        before = self.get(name)
        scenario = self.on(name, **parameters)
        try:
            yield scenario
        finally:
            if before["enabled"]:
                self.on(name, **before["parameters"])
            else:
                self.off(name)

    def add(self, script: Mapping[str, Any]) -> Scenario:
        """Add one of your own, as the JSON of a scenario file and its `name`."""
        return cast(Scenario, self._call("POST", "scenarios", body=script))
