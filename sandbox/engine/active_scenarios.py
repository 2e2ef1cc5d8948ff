"""The scenarios that are on in a world, and what they make of documents and requests.

Precedence, everywhere: this request's own scenario, then one that stuck to the document, then
the standing ones, latest first, then the default.
"""

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from sandbox.engine.provider.notices import Effect, Notice, Subject
from sandbox.engine.provider.rules import Conflict, Lifecycle
from sandbox.engine.scenarios.activation import Activation
from sandbox.engine.scenarios.counting import Counts
from sandbox.engine.scenarios.files import find
from sandbox.engine.scenarios.steps import (
    RequestStep,
    Scenario,
    ScenarioError,
    SetStep,
    TransitionStep,
    WebhookStep,
)
from sandbox.engine.scenarios.texts import read_text
from sandbox.engine.scenarios.vocabulary import Scalar, Vocabulary
from sandbox.engine.store.collections import Store
from sandbox.engine.values.changes import ACTIVATIONS, HELD, STUCK, Changed
from sandbox.engine.values.instants import Duration

if TYPE_CHECKING:
    from sandbox.engine.scenarios.weather import Told

MOST_CUSTOM = 100
"""How many scenarios of a caller's own a world keeps."""

S = TypeVar("S", TransitionStep, RequestStep, WebhookStep)


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


class Reply(NamedTuple):
    """What the scenarios make of a request: how long it waits for whom, and how it ends.

    `advance`: how far the world's clock moves before.
    """

    delays: tuple[tuple[threading.Event, float], ...] = ()
    step: RequestStep | None = None
    names: tuple[str, ...] = ()
    advance: Duration = 0

    @property
    def after(self) -> bool:
        """Whether the call happens first."""
        return self.step is not None and self.step.respond is not None and self.step.respond.after


NO_REPLY = Reply()
_NO_EFFECT = Effect()


class ActiveScenarios:
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

    def copy(self) -> "ActiveScenarios":
        """The same scenarios, on and off as here, to go on from here by themselves."""
        other = ActiveScenarios(self.vocabulary, self._load)
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
        if known is None and len(self._custom) == MOST_CUSTOM:
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

    def weather(self) -> "list[Told]":
        """The disturbances that are on, in their order."""
        from sandbox.engine.scenarios.weather import WEATHER, told  # (a start needs none)

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

    def _steps(self, activation: Activation, kind: type[S]) -> Iterator[tuple[int, S]]:
        """The steps of a kind that still act, with their numbers."""
        counts = self._runs[activation].counts
        for n, step in enumerate(activation.script.steps):
            if isinstance(step, kind) and not counts.is_spent(n):
                yield n, step

    def _acts(self, activation: Activation, n: int, is_taken: bool = False) -> bool:
        """Whether a step acts on what it matches; not if that is taken. It is counted."""
        acts, is_changed = self._runs[activation].counts.meet(n, is_taken)
        if is_changed:
            self._note(ACTIVATIONS, activation)
        return acts

    def _note(self, part: str, key: Hashable) -> None:
        if self.changed is not None:
            self.changed.add((part, key))

    def _concerns(self, activation: Activation, lifecycle: Lifecycle) -> bool:
        """Whether it has a say in what comes next for a lifecycle's documents, or is told."""
        return any(
            step.lifecycle is lifecycle for _, step in self._steps(activation, TransitionStep)
        ) or any(
            lifecycle.provider in step.where for _, step in self._steps(activation, WebhookStep)
        )

    def _by_precedence(
        self, carried: Activation | None, subject: Subject | None = None
    ) -> Iterator[Activation]:
        if carried is not None:
            yield carried
        if subject is not None and subject in self._stuck and self._stuck[subject] is not carried:
            yield self._stuck[subject]
        yield from reversed(self._standing.values())

    def any_on(self, carried: Activation | None) -> bool:
        """Whether any scenario, or this request's own, may change what is seen."""
        return carried is not None or bool(self._standing)

    def overlay(
        self, target: str, document: object, carried: Activation | None
    ) -> dict[str, tuple[Any, Activation]]:
        """What rules and reads see in place of a document's own values, and which scenario says so.

        A request whose world has gone since may still be told, so no `times` is counted here.
        """
        seen: dict[str, tuple[Any, Activation]] = {}
        for activation in self._by_precedence(carried):
            for step in activation.script.steps:
                if isinstance(step, SetStep) and step.target == target and step.concerns(document):
                    seen = {key: (value, activation) for key, value in step.to.items()} | seen
        return seen

    def redirect(
        self,
        lifecycle: Lifecycle,
        subject: Subject,
        document: object,
        carried: Activation | None,
    ) -> tuple[str, TransitionStep] | None:
        """What decides what comes next for a document that has entered a state: whose step.

        The request's own scenario sticks to the document, if it says anything of its kind.
        """
        if self._held.pop(subject, None) is not None:
            self._note(HELD, subject)
        if carried is not None and self._concerns(carried, lifecycle):
            self.stick(carried, subject)
        if not self._standing and subject not in self._stuck:
            return None
        state = lifecycle.state(document)
        found: tuple[str, TransitionStep] | None = None
        for activation in self._by_precedence(carried, subject):
            for n, step in self._steps(activation, TransitionStep):
                if (
                    step.lifecycle is lifecycle
                    and step.state == state
                    and step.concerns(document)
                    and self._acts(activation, n, is_taken=found is not None)
                ):
                    self.count(activation)
                    self._held[subject] = activation
                    self._note(HELD, subject)
                    found = activation.scenario.name, step
        return found

    def effect(self, notice: Notice, carried: Activation | None, may_wait: bool) -> Effect:
        """What becomes of a webhook: what all the scenarios make of it, together.

        Whether a scenario that wants it before an answer has acted, the outbox knows and counts.

        Args:
            notice: what it tells of.
            carried: the scenario of the request that it comes from.
            may_wait: whether it can go out behind the next one of its topic.
        """
        if not self._standing and carried is None and notice.subject not in self._stuck:
            return _NO_EFFECT
        effect = _NO_EFFECT
        for activation in self._by_precedence(carried, notice.subject):
            acts = False
            for n, step in self._steps(activation, WebhookStep):
                if (
                    (step.swap and not may_wait)
                    or not step.concerns(notice.provider, notice.event, notice)
                    or not self._acts(activation, n)
                ):
                    continue
                effect = Effect(
                    lose=effect.lose or step.lose,
                    repeat=effect.repeat or step.repeat,
                    after=effect.after or step.after,
                    swap=effect.swap or step.swap,
                    forge=effect.forge or step.forge,
                    delayed_by=effect.delayed_by + (activation,) * (step.after > 0),
                    swapped_by=effect.swapped_by + (activation,) * step.swap,
                    awaited_by=effect.awaited_by + (activation,) * step.before_answer,
                )
                acts = acts or any((step.lose, step.repeat, step.after, step.swap, step.forge))
            if acts:
                self.count(activation)
                effect = effect._replace(acted=(*effect.acted, activation.scenario.name))
        return effect

    def stick(self, carried: Activation | None, subject: Subject) -> None:
        """Let a request's own scenario, if it has one, stick to a document."""
        if carried is not None:
            self._stuck[subject] = carried
            self._note(STUCK, subject)

    def stuck_to(self, subject: Subject) -> Activation | None:
        """The scenario that stuck to a document, if one did."""
        return self._stuck.get(subject)

    def reply(
        self,
        provider: str,
        method: str,
        path: str,
        is_page: bool,
        carried: Activation | None,
        may_advance: bool = True,
    ) -> Reply:
        """What becomes of a request: delays add up until a step answers, and so do advances.

        `may_advance`: whether the clock can be moved now.
        """
        delays: list[tuple[threading.Event, float]] = []
        names: list[str] = []
        answer: RequestStep | None = None
        advance = 0
        for activation in self._by_precedence(carried):
            for n, step in self._steps(activation, RequestStep):
                if not step.concerns(provider, method, path, is_page):
                    continue
                is_taken = answer is not None or (step.advance > 0 and not may_advance)
                if not self._acts(activation, n, is_taken):
                    continue
                if activation.scenario.name not in names[-1:]:
                    self.count(activation)
                    names.append(activation.scenario.name)
                advance += step.advance
                if step.delay:
                    delays.append((self._runs[activation].over, step.delay / 1_000_000))
                if step.fail or step.respond:
                    answer = step
        return Reply(tuple(delays), answer, tuple(names), advance)
