"""The scenarios of a world: which there are, which are on, and how often each has acted."""

import threading
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, NamedTuple, Self
from weakref import WeakKeyDictionary

from sandbox.engine.provider.notices import Subject
from sandbox.engine.provider.rules import Conflict
from sandbox.engine.scenarios.activation import Activation
from sandbox.engine.scenarios.counting import Counts
from sandbox.engine.scenarios.files import find
from sandbox.engine.scenarios.steps import WEATHER, Scenario, ScenarioError
from sandbox.engine.scenarios.texts import read_text
from sandbox.engine.scenarios.vocabulary import Scalar, Vocabulary
from sandbox.engine.store.collections import Store
from sandbox.engine.values.changes import ACTIVATIONS, HELD, Changed

if TYPE_CHECKING:
    from sandbox.engine.scenarios.weather import Told

MOST_CUSTOM = 100
"""How many scenarios of a caller's own a world keeps."""


class _Run:
    """How often the steps of an activation have their turn, and whether it is over."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.over = threading.Event()
        """Set when it is switched off; slow answers wait on this instead of sleeping."""


class Parts(NamedTuple):
    """What there is of scenarios in a world: not copies, but the dicts themselves."""

    custom: dict[str, Scenario]
    standing: dict[str, Activation]
    stuck: dict[Subject, Activation]
    held: dict[Subject, Activation]
    acted: dict[str, int]


class SwitchedScenarios:
    """A world's scenarios. Its caller holds the world's lock.

    Attributes:
        changed: notes what sticks to a document or holds it, and which of them have acted.
        revision: grows when one is added, switched on or off, or counted.
    """

    def __init__(
        self, vocabulary: Vocabulary, load: Callable[[Vocabulary], Mapping[str, Scenario]]
    ) -> None:
        self.vocabulary = vocabulary
        self._load = load
        self._custom: dict[str, Scenario] = {}
        self._standing: dict[str, Activation] = {}
        self._stuck: dict[Subject, Activation] = {}
        self._held: dict[Subject, Activation] = {}
        self._runs: WeakKeyDictionary[Activation, _Run] = WeakKeyDictionary()
        self._acted: dict[str, int] = {}
        self.changed: Changed = None
        self.revision = 0

    def copy(self) -> Self:
        """The same scenarios, on and off as here, to go on from here by themselves."""
        other = type(self)(self.vocabulary, self._load)
        other._custom = dict(self._custom)
        other._standing = dict(self._standing)
        other._stuck = dict(self._stuck)
        other._held = dict(self._held)
        other._acted = dict(self._acted)
        other._runs = WeakKeyDictionary(
            {on: _Run(run.counts.copy()) for on, run in self._runs.items()}
        )
        return other

    @property
    def parts(self) -> Parts:
        """What there is, to be kept, or (in a world that is read back) to be filled in."""
        return Parts(self._custom, self._standing, self._stuck, self._held, self._acted)

    def counts(self, activation: Activation) -> Counts:
        """How often the steps of one have their turn."""
        return self._runs[activation].counts

    @property
    def catalog(self) -> dict[str, Scenario]:
        """All scenarios by name; read when one is first asked for, as few starts need any."""
        return {**self._load(self.vocabulary), **self._custom}

    @property
    def on(self) -> dict[str, Mapping[str, Scalar]]:
        """The parameters of those that are on, by name."""
        return {name: each.script.values for name, each in self._standing.items()}

    def add(self, scenario: Scenario) -> list[Subject]:
        """Add a caller's own one, or put it in the place of an earlier one of the name.

        Returns:
            The documents that the earlier one held.

        Raises:
            Conflict: the name is one of the sandbox's, or there are too many.
        """
        known = self.catalog.get(scenario.name)
        if known is not None and not known.is_custom:
            raise Conflict(f"{scenario.name} is the name of a scenario read from a file")
        is_own = scenario.name != WEATHER
        if known is None and is_own and len(self._custom.keys() - {WEATHER}) == MOST_CUSTOM:
            raise Conflict(f"there are {MOST_CUSTOM} scenarios of your own; a reset removes them")
        self._custom[scenario.name] = scenario
        self.revision += 1
        self._acted.pop(scenario.name, None)
        return self.switch_off(scenario.name)

    def renew(self) -> tuple[list[Subject], list[str]]:
        """Switch on anew what the files say otherwise by now, or off where that can't be.

        Returns:
            The documents that were held by those, and why some are off.
        """
        released, reasons = [], []
        for name, activation in list(self._standing.items()):
            scenario = self.catalog.get(name)
            if scenario == activation.scenario:
                continue
            try:
                if scenario is None:
                    raise ScenarioError((), "its file is gone")
                released += self.switch_on(scenario, activation.given)
            except ScenarioError as error:
                released += self.switch_off(name)
                reasons.append(f"{name}: {error}")
        return released, reasons

    def find(self, name: str) -> Scenario:
        """A scenario by name.

        Raises:
            KeyError: there is none; the text lists the valid names.
        """
        return find(name, self.catalog)

    def describe(self, scenario: Scenario, store: Store) -> dict[str, object]:
        """A scenario, whether and with which parameters it is on, else their defaults; its count.

        Of one that is on, also those parameters that name a document which is not in `store`.
        """
        activation = self._standing.get(scenario.name)
        defaults = {name: parameter.default for name, parameter in scenario.parameters.items()}
        named = () if activation is None else activation.script.documents
        return {
            **scenario._asdict(),
            "enabled": activation is not None,
            "parameters": defaults if activation is None else activation.script.values,
            "one_of": {name: one.one_of for name, one in scenario.parameters.items() if one.one_of},
            "acted": self._acted.get(scenario.name, 0),
            "missing": {
                each.by: each.given
                for each in named
                if not each.key.is_there(store.collection(str(each.key.collection)), each.value)
            },
        }

    def count(self, activation: Activation) -> None:
        """Count a scenario as having acted once, since it was last switched on; by header too."""
        name = activation.scenario.name
        self.revision += 1
        self._acted[name] = self._acted.get(name, 0) + 1

    def switch_on(self, scenario: Scenario, given: Mapping[str, object]) -> list[Subject]:
        """Switch on, anew if it is on; it is then the latest.

        Returns:
            The documents that it held before.

        Raises:
            ScenarioError: a parameter makes no sense.
        """
        activation = self.activate(scenario, given)
        released = self.switch_off(scenario.name)
        self.revision += 1
        self._standing[scenario.name] = activation
        self._acted.pop(scenario.name, None)
        return released

    def add_switched_on(self, scenario: Scenario) -> list[Subject]:
        """Add a caller's own one, and switch it on; or change nothing.

        Returns:
            The documents that an earlier one of the name held.

        Raises:
            Conflict: as for `add`.
            ScenarioError: it makes no sense.
        """
        activation = self.activate(scenario, {})
        released = self.add(scenario)
        self._standing[scenario.name] = activation
        return released

    def weather(self) -> "list[Told]":
        """The disturbances that are on, in their order."""
        from sandbox.engine.scenarios.weather import told  # (a start needs none)

        activation = self._standing.get(WEATHER)
        if activation is None:
            return []
        return list(told(activation, self.counts(activation), self.catalog))

    def is_on(self, name: str) -> bool:
        """Whether a scenario is on for all."""
        return name in self._standing

    def switch_off(self, name: str) -> list[Subject]:
        """Switch off, if it is on.

        Returns:
            The documents that it held, which now take their default next step.
        """
        activation = self._standing.pop(name, None)
        if activation is None:
            return []
        self.end(activation)
        self.revision += 1
        released = [subject for subject, holder in self._held.items() if holder is activation]
        for subject in released:
            del self._held[subject]
            self._note(HELD, subject)
        return released

    def end(self, activation: Activation) -> None:
        """Let nothing wait for one any longer."""
        self._runs[activation].over.set()
        self._note(ACTIVATIONS, activation)

    def close(self) -> None:
        """Let go of every answer that waits, and of the documents."""
        for run in self._runs.values():
            run.over.set()
        self._stuck.clear()
        self._held.clear()

    def for_one_request(self, header: str, provider: str) -> Activation:
        """A scenario for one request: `name`, or `name; parameter=value; …`.

        Raises:
            KeyError: there is no such scenario.
            ScenarioError: it is another provider's, or a parameter makes no sense.
        """
        title, given = read_text(header)
        scenario = self.find(title)
        if scenario.provider not in ("any", provider):
            raise ScenarioError((), f"{title} is a scenario for {scenario.provider}")
        return self.activate(scenario, given)

    def activate(
        self,
        scenario: Scenario,
        given: Mapping[str, object],
        switched_on: str | None = None,
        counts: Counts | None = None,
    ) -> Activation:
        """Make one ready to act; with `counts`, go on where it was.

        Raises:
            ScenarioError: a parameter makes no sense.
        """
        activation = Activation(scenario, given, self.vocabulary, switched_on)
        self._runs[activation] = _Run(counts or Counts.of(activation.script.steps))
        return activation

    def is_over(self, activation: Activation) -> bool:
        """Whether it has been switched off."""
        return self._runs[activation].over.is_set()

    def _note(self, part: str, key: Hashable) -> None:
        if self.changed is not None:
            self.changed.add((part, key))
