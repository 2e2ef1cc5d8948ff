"""The scenarios of a world, as rows: scripts, activations, and what they stick to or hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from sandbox.engine.active_scenarios import ActiveScenarios
from sandbox.engine.keeping.codec import Codec
from sandbox.engine.keeping.table import Key, Row
from sandbox.engine.scenarios.activation import Activation
from sandbox.engine.scenarios.counting import Counts
from sandbox.engine.scenarios.steps import Parameter, Scenario
from sandbox.engine.values.changes import ACTIVATIONS, HELD, STUCK

PART, SCRIPTS = PARTS = ("scenarios", "scripts")


class Numbered:
    """The activations of a world, which others refer to by their numbers. One thread writes.

    Attributes:
        fresh: those that have got a number since this was last emptied.
    """

    def __init__(self, codec: Codec, next_number: Callable[[], int]) -> None:
        self._codec, self._next = codec, next_number
        self._numbers: WeakKeyDictionary[Activation, int] = WeakKeyDictionary()
        self._scripts: set[int] = set()
        self.fresh: list[Activation] = []

    def of(self, activation: Activation) -> int:
        """The number of an activation."""
        number = self._numbers.get(activation)
        if number is None:
            number = self._numbers[activation] = self._next()
            self.fresh.append(activation)
        return number

    def is_known(self, activation: Activation) -> bool:
        """Whether an activation has a number."""
        return activation in self._numbers

    def know(self, activation: Activation, number: int) -> None:
        """Take an activation that was read."""
        self._numbers[activation] = number

    def forget(self) -> None:
        """Number all anew: what has been written is not below the next layer."""
        self._numbers.clear()
        self._scripts.clear()
        self.fresh.clear()

    def rows(self, scenarios: ActiveScenarios, layer: int, activation: Activation) -> Iterator[Row]:
        """The row of an activation, and that of its script if it has not been written yet."""
        text = self._codec.text(scenario_values(activation.scenario))
        script = int.from_bytes(blake2b(text.encode(), digest_size=7).digest())
        if script not in self._scripts:
            self._scripts.add(script)
            yield Row(layer, SCRIPTS, script, text)
        values = {
            "script": script,
            "given": activation.given,
            "switched_on": activation.switched_on,
            **dict(scenarios.counts(activation).items()),
            "over": scenarios.is_over(activation),
        }
        yield Row(layer, ACTIVATIONS, self.of(activation), self._codec.text(values))


def scenario_values(scenario: Scenario) -> dict[str, Any]:
    """A scenario as JSON values."""
    parameters = {name: [each.default, each.one_of] for name, each in scenario.parameters.items()}
    return {**scenario._asdict(), "parameters": parameters}


def scenario_of(values: Mapping[str, Any]) -> Scenario:
    """The scenario of its values."""
    parameters = {
        name: Parameter(default, tuple(one_of))
        for name, (default, one_of) in values["parameters"].items()
    }
    return Scenario(**{**values, "parameters": parameters, "script": tuple(values["script"])})


def text_of(scenarios: ActiveScenarios, codec: Codec, numbered: Numbered) -> str:
    """What is small: the caller's own scenarios, those that are on, and how often each acted."""
    parts = scenarios.parts
    values = {
        "custom": list(map(scenario_values, parts.custom.values())),
        "standing": [[name, numbered.of(each)] for name, each in parts.standing.items()],
        "acted": parts.acted,
    }
    return codec.text(values)


def fill(
    scenarios: ActiveScenarios,
    rows: Mapping[str, Mapping[Key, str]],
    codec: Codec,
    numbered: Numbered,
) -> dict[int, Activation]:
    """Fill scenarios in as they were; returns the activations by number."""
    parts, small = scenarios.parts, codec.value(rows[PART][0])
    for scenario in map(scenario_of, small["custom"]):
        parts.custom[scenario.name] = scenario
    scripts = {key: scenario_of(codec.value(t)) for key, t in rows.get(SCRIPTS, {}).items()}
    activations: dict[int, Activation] = {}
    for number, text in rows.get(ACTIVATIONS, {}).items():
        values = codec.value(text)
        activation = scenarios.activate(
            scripts[values["script"]],
            values["given"],
            values["switched_on"],
            Counts.read(values),
        )
        if values["over"]:
            scenarios.end(activation)
        activations[int(number)] = activation
        numbered.know(activation, int(number))
    parts.standing.update({name: activations[number] for name, number in small["standing"]})
    parts.acted.update(small["acted"])
    for part, filled in ((STUCK, parts.stuck), (HELD, parts.held)):
        for key, text in rows.get(part, {}).items():
            provider, kind, subject = codec.value(str(key))
            filled[provider, kind, subject] = activations[int(text)]
    return activations
