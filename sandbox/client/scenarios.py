"""Scenarios, switched on and off."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .connection import Part

__tracebackhide__ = True  # pytest then shows the test instead


class Scenario(dict[str, Any]):
    """A scenario, as it was when the sandbox was asked.

    Its keys: `name`, `provider`, `title`, `about`; `enabled`, whether it is on; `parameters`, those
    it is on with, else its own; `one_of`, the valid values of those that may have only some;
    `acted`, how often it has acted; and `missing`, those parameters that name a document which
    does not exist.
    """

    def __init__(self, values: Mapping[str, Any], among: "Scenarios") -> None:
        super().__init__(values)
        self._among = among

    @property
    def acted(self) -> int:
        """How often it has acted by now, since it was last switched on; by header, too."""
        return int(self._among.get(self["name"])["acted"])

    def assert_acted(self, times: int | None = None) -> None:
        """Require that it has acted, since it was last switched on: once or more, or so often.

        Raises:
            AssertionError: it says what was on, with which parameters, and how often each acted.
        """
        acted = self.acted
        if acted == times or (times is None and acted):
            return
        wanted = "at least once" if times is None else _times(times)
        told = self._among.told().replace("\n", "\n  ")
        raise AssertionError(
            f"{self['name']}: expected to have acted {wanted}, and it has {_times(acted)}.\n"
            f"Scenarios that are on, or have acted:\n  {told}"
        )


class Scenarios(Part):
    """The world's scenarios."""

    def all(self) -> list[Scenario]:
        """All there are, by name."""
        found = self._call("GET", "scenarios")["scenarios"]
        return [Scenario(each, self) for each in found]

    def told(self) -> str:
        """Those that are on, or have acted, as text for people."""
        seen = (each for each in self.all() if each["enabled"] or each["acted"])
        return "\n".join(map(_told, seen)) or "none"

    def get(self, name: str) -> Scenario:
        """One of them.

        Raises:
            Refused: 404, there is none; the valid names are listed.
        """
        return self._scenario("GET", name)

    def on(self, name: str, /, **parameters: object) -> Scenario:
        """Switch one on; anew, as the latest, if it is on.

        Raises:
            Refused: 404, there is none; 400, a parameter makes no sense.
        """
        return self._scenario("PUT", name, body={"parameters": parameters})

    def off(self, name: str, /) -> Scenario:
        """Switch one off; what it held goes on, counted from now."""
        return self._scenario("DELETE", name)

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
        return self._scenario("POST", body=script)

    def _scenario(self, method: str, *path: str, body: object = None) -> Scenario:
        return Scenario(self._call(method, "scenarios", *path, body=body), self)


def _told(scenario: Scenario) -> str:
    state = "on" if scenario["enabled"] else "off"
    lines = [f"{scenario['name']}: {state}, acted {_times(scenario['acted'])}"]
    if scenario["enabled"] and scenario["parameters"]:
        lines.append("with " + ", ".join(f"{k}={v}" for k, v in scenario["parameters"].items()))
    for name, value in scenario["missing"].items():
        lines.append(f"{name}={value} names a document that does not exist")
    return "\n  ".join(lines)


def _times(count: int) -> str:
    return f"{count} time{'' if count == 1 else 's'}"
