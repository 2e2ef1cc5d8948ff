"""What the scenarios that are on in a world make of documents, requests and webhooks.

Precedence, everywhere: this request's own scenario, then one that stuck to the document, then
the standing ones, latest first, then the default.
"""

import threading
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

from sandbox.engine.provider.notices import Effect, Notice, Subject
from sandbox.engine.provider.rules import Lifecycle
from sandbox.engine.scenarios.activation import Activation
from sandbox.engine.scenarios.steps import RequestStep, SetStep, TransitionStep, WebhookStep
from sandbox.engine.switched_scenarios import SwitchedScenarios
from sandbox.engine.values.changes import ACTIVATIONS, HELD, STUCK
from sandbox.engine.values.instants import Duration

S = TypeVar("S", TransitionStep, RequestStep, WebhookStep)


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


class ActiveScenarios(SwitchedScenarios):
    """A world's scenarios, as rules, requests and webhooks ask them. Its caller holds the lock."""

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
