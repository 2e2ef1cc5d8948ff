"""What a provider's rules are, and what they may ask of a world: one `Call`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from sys import intern
from typing import Any, NamedTuple, Protocol, TypeAlias

from sandbox.engine.chronicle import Acted, Chronicle
from sandbox.engine.provider.notices import Notice, Subject
from sandbox.engine.scenarios.activation import Activation
from sandbox.engine.scenarios.steps import TransitionStep
from sandbox.engine.scenarios.vocabulary import Key
from sandbox.engine.store.collections import Collection, Document, Store
from sandbox.engine.time.clock import Clock
from sandbox.engine.time.timeline import Event, Happening, Timeline
from sandbox.engine.values.ids import Ids
from sandbox.engine.values.instants import Duration, Instant

Watch: TypeAlias = Callable[[Callable[[], object]], None]
"""Is told of what happens in a world, as it happens; it is made where somebody wants to know."""


class Scenarios(Protocol):
    """The scenarios that are on, as rules ask them; `carried` is the request's own."""

    def any_on(self, carried: Activation | None) -> bool: ...
    def overlay(
        self, target: str, document: object, carried: Activation | None
    ) -> dict[str, tuple[Any, Activation]]: ...
    def count(self, activation: Activation) -> None: ...
    def redirect(
        self,
        lifecycle: Lifecycle,
        subject: Subject,
        document: object,
        carried: Activation | None,
    ) -> tuple[str, TransitionStep] | None: ...
    def stick(self, carried: Activation | None, subject: Subject) -> None: ...
    def stuck_to(self, subject: Subject) -> Activation | None: ...


class Outbox(Protocol):
    """Where rules tell the merchant of something; `sent` is what it holds, oldest first."""

    watch: Watch

    def tell(self, notice: Notice, now: Instant, carried: Activation | None) -> None: ...
    def sent(self, provider: str) -> Sequence[Any]: ...


class State(Protocol):
    """The parts of a world that rules may reach."""

    clock: Clock
    ids: Ids
    timeline: Timeline
    store: Store
    settings: dict[str, Any]
    fixtures: dict[str, dict[str, dict[str, Any]]]
    chronicle: Chronicle
    is_over: bool

    @property
    def lock(self) -> AbstractContextManager[Any]: ...
    @property
    def scenarios(self) -> Scenarios: ...
    @property
    def outbox(self) -> Outbox: ...


class Conflict(Exception):
    """The world's state forbids it."""


class WorldGone(Exception):
    """The world was reset while a call waited; it may not act in the new one."""


class NotKept(Exception):
    """What a call changed can't be kept, so it is undone; the text says why."""


class Origin:
    """The call of a provider's API that made a document.

    Attributes:
        number: of its entry in the journal, once it has been answered.
        key: its number among the calls that are kept, if it is.
    """

    __slots__ = ("key", "method", "number", "path")

    def __init__(self, method: str, path: str) -> None:
        self.method, self.path = intern(method), intern(path)
        self.number: int | None = None
        self.key: int | None = None


class Call:
    """A rule's view of the world: the moment in it, and the scenario that this request carries.

    `with call:` is a rule's turn: it holds the world's lock, and `now` is the moment of it. An
    event's call has a moment of its own, given as `now`. `origin` is the request of the provider's
    API that it is, if it is one: a document keeps that of the call that made it, as `by`.
    """

    __slots__ = ("_counted", "_moment", "_state", "carried", "now", "origin")

    def __init__(
        self, state: State, carried: Activation | None = None, now: Instant | None = None
    ) -> None:
        self._state = state
        self.carried = carried
        self.origin: Origin | None = None
        self._moment = now
        self._counted: tuple[Activation, ...] = ()
        self.now = state.clock.now() if now is None else now

    @property
    def is_gone(self) -> bool:
        """Whether the world was reset since the call came."""
        return self._state.is_over

    def __enter__(self) -> None:
        self._state.lock.__enter__()
        if self._state.is_over:
            self._state.lock.__exit__(None, None, None)
            raise WorldGone
        if self._moment is None:
            self.now = self._state.clock.now()

    def __exit__(self, *_: object) -> None:
        self._state.lock.__exit__(None, None, None)

    @property
    def ids(self) -> Ids:
        return self._state.ids

    @property
    def fixtures(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Documents by name, by group such as `lean.payments`."""
        return self._state.fixtures

    def settings(self, provider: str) -> Any:
        """A provider's settings, as they are now."""
        return self._state.settings[provider]

    def collection(self, name: str) -> Collection[Any]:
        """A collection of the world's store."""
        return self._state.store.collection(name)

    def schedule(self, event: Event) -> None:
        """Let an event come; it replaces the one that its subject was waiting for."""
        self._state.timeline.schedule(event)

    def cancel(self, subject: Subject) -> None:
        """Call off what a document is waiting for, if anything."""
        self._state.timeline.cancel(*subject)

    def tell(self, notice: Notice) -> None:
        """Let the merchant hear, by webhook, of what has just happened."""
        self._state.outbox.tell(notice, self.now, self.carried)

    def happened(self, happening: Happening, place: int | None = None) -> None:
        """Keep a change of state for the world's story, and let whoever watches it know.

        `place` is a `tick` from before what came of it, such as a webhook; None: nothing did yet.
        """
        self._state.chronicle.note(happening, self.origin, place)
        self._state.outbox.watch(lambda: happening)

    def told(self, provider: str) -> Sequence[Any]:
        """What the merchant has been told by a provider, oldest first, without repetitions."""
        return self._state.outbox.sent(provider)

    # Scenarios ------------------------------------------------------------------------------

    @property
    def any_scenario_on(self) -> bool:
        """Whether what is seen may differ from what is stored."""
        return self._state.scenarios.any_on(self.carried)

    def overlay(
        self, target: str, document: Document, subject: Subject | None = None
    ) -> dict[str, Any]:
        """What scenarios make of a document: the values to see in place of its own.

        A scenario whose value differs from the document's own is counted as having acted, once in
        a call. Where a document has no such key, what the value decides is for `acted` to tell.

        Args:
            target: such as `lean.payment`.
            document: the one that is looked at.
            subject: also ask the scenario that sticks to this one.
        """
        if subject is None and not self.any_scenario_on:
            return {}
        with self._state.lock:
            laid = self._laid(target, document, subject)
            for key, (value, activation) in laid.items():
                if key in document and document[key] != value:
                    self._count(activation, subject)
            return {key: value for key, (value, _) in laid.items()}

    def acted(
        self, target: str, document: Document, key: str, subject: Subject | None = None
    ) -> None:
        """Count the scenario whose value for a key has decided something; the rest as `overlay`."""
        with self._state.lock:
            if (found := self._laid(target, document, subject).get(key)) is not None:
                self._count(found[1], subject)

    def _laid(
        self, target: str, document: Document, subject: Subject | None
    ) -> dict[str, tuple[Any, Activation]]:
        scenarios = self._state.scenarios
        carried = self.carried
        if carried is None and subject is not None:
            carried = scenarios.stuck_to(subject)
        return scenarios.overlay(target, document, carried)

    def _count(self, activation: Activation, subject: Subject | None) -> None:
        if activation not in self._counted:
            self._counted += (activation,)
            self._state.scenarios.count(activation)
            acted = Acted(self.now, activation.scenario.name, subject)
            self._state.chronicle.note(acted, self.origin)

    def redirect(
        self, lifecycle: Lifecycle, subject: Subject, document: object
    ) -> TransitionStep | None:
        """The step of a scenario that decides what comes next for a document, if one does."""
        found = self._state.scenarios.redirect(lifecycle, subject, document, self.carried)
        if found is None:
            return None
        name, step = found
        self._state.chronicle.note(Acted(self.now, name, subject), self.origin)
        return step

    def stick(self, subject: Subject) -> None:
        """Let the request's own scenario, if it has one, stick to a document."""
        self._state.scenarios.stick(self.carried, subject)

    def adopt(self, subject: Subject) -> None:
        """Go on with the scenario that sticks to a document, unless the request carries one."""
        if self.carried is None:
            self.carried = self._state.scenarios.stuck_to(subject)

    def act_for(self, subject: Subject) -> None:
        """Go on as a document by itself would: with the scenario that sticks to it, if any."""
        self.carried = self._state.scenarios.stuck_to(subject)


class Look(Call):
    """A call of somebody who only looks: by it no scenario counts as having acted."""

    __slots__ = ()

    def _count(self, activation: Activation, subject: Subject | None) -> None:
        """It doesn't."""


class Lifecycle(NamedTuple):
    """The states of one kind of document, and which comes next by itself.

    Attributes:
        provider, kind: as they stand in the timeline; `kind` also begins the names of its
            transitions in a scenario (`refund.approved`).
        collection: where the documents are.
        next: for each state that does not last, the default next one and after how long
            (None: this document stays).
        may_become: for each state, all that may follow; a final one has none.
        where: the keys by which a scenario's `on:` step tells documents apart.
        change: the document in its new state, with whatever else that state changes; it may
            leave the document where it is, and then nothing comes next.
    """

    provider: str
    kind: str
    collection: str
    next: Mapping[str, tuple[str, Callable[[Call, Any], Duration | None]]]
    may_become: Mapping[str, Sequence[str]]
    where: Mapping[str, Key]
    state: Callable[[Any], str]
    change: Callable[[Call, Any, str, Instant], Any]

    def later_states(self) -> list[str]:
        """The states that some other can become."""
        later = {state for following in self.may_become.values() for state in following}
        return [state for state in self.may_become if state in later]

    def transitions(self) -> dict[str, str]:
        """The states by the name that a scenario gives to their entry."""
        return {f"{self.kind}.{state.lower()}": state for state in self.may_become}


Handler: TypeAlias = Callable[[Call, Event], Happening]
"""Lets an event happen."""


class Seeder(NamedTuple):
    """Makes documents up.

    Attributes:
        collection: where they are.
        make: called with a call, a seed and the numbers of those wanted; returns them by id, not
            yet stored. The n-th of a seed depends on no other.
        put: stores one of those; its caller holds the world's lock. False: it no longer fits.
        also: a key that asks for as many of these, and of all others that have it too.
    """

    collection: str
    make: Callable[[Call, str, Iterable[int]], Mapping[str, Any]]
    put: Callable[[Call, Any], object]
    also: str = ""

    def add(self, call: Call, made: Mapping[str, Any]) -> int:
        """Store those that are not there yet: the same seed makes the same ids. Returns how many.

        Its caller holds the world's lock.
        """
        stored = call.collection(self.collection)
        new = [each for doc_id, each in made.items() if stored.get(doc_id) is None]
        return sum(self.put(call, each) is not False for each in new)
