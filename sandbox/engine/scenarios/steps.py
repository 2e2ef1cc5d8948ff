"""What a loaded scenario is made of, and the words it may use."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from sandbox.engine.reading.validation import Path, dotted
from sandbox.engine.scenarios.vocabulary import Key, Scalar, States
from sandbox.engine.values.instants import Duration

ANY = "any"
UNLIMITED = "unlimited"
NEVER = "never"
SWITCHED_ON = "switched_on"
"""A parameter that every script has: the machine's time when it was switched on, ISO 8601."""


class ScenarioError(Exception):
    """A scenario, or a parameter given to one, that makes no sense.

    Attributes:
        path: where, from the scenario's top, as `("script", 0, "become")`.
        reason: what is wrong there, with the valid words where they can be listed.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{dotted(path)}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


def segments(path: str) -> tuple[str, ...]:
    """A path's parts, whatever slashes are doubled or at the end."""
    return tuple(part for part in path.split("/") if part)


def same_path(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two paths are the same; `*` in either is any one part."""
    return len(one) == len(other) and all(
        a == b or "*" in (a, b) for a, b in zip(one, other, strict=True)
    )


class SetStep(NamedTuple):
    """An overlay on what rules and reads see of a target's documents."""

    target: str
    where: Mapping[str, tuple[Key, object]]
    to: Mapping[str, Any]

    def concerns(self, document: object) -> bool:
        return all(key.matches(document, value) for key, value in self.where.values())


class TransitionStep(NamedTuple):
    """What comes next for a document that enters a state. `become` None: nothing ever does."""

    lifecycle: States
    state: str
    where: Mapping[str, tuple[Key, object]]
    times: int | None
    after: Duration
    become: str | None

    def concerns(self, document: object) -> bool:
        return all(key.matches(document, value) for key, value in self.where.values())


class Respond(NamedTuple):
    """An answer of the script's own. `after`: the call happens first. `cut`: no answer at all.

    `status` None: the call's own answer, after it.
    """

    status: int | None = 200
    body: object = None
    headers: Mapping[str, str] = MappingProxyType({})
    after: bool = False
    cut: bool = False


class RequestStep(NamedTuple):
    """What is answered to a request: later, with a fault, or with the script's own words."""

    providers: frozenset[str]
    method: str | None
    path: tuple[str, ...] | None
    times: int | None
    delay: Duration
    fail: str | None
    retry_after: Duration | None
    respond: Respond | None

    def concerns(self, provider: str, method: str, path: str, is_page: bool) -> bool:
        """A page that a person visits is no call: only a step that names its path concerns it."""
        return (
            provider in self.providers
            and self.method in (None, method)
            and (not is_page if self.path is None else same_path(self.path, segments(path)))
        )


class WebhookStep(NamedTuple):
    """What becomes of a webhook: lost, sent again, late, behind the next one, wrongly signed, or
    before the answer to the call that caused it.

    `where` holds, by provider, the keys that a notice must match; a provider that is not in it
    has no such notices.
    """

    event: str | None
    where: Mapping[str, Mapping[str, tuple[Key, object]]]
    times: int | None
    lose: bool
    repeat: int
    after: Duration
    swap: bool
    forge: bool
    before_answer: bool

    def concerns(self, provider: str, event: str, notice: object) -> bool:
        where = self.where.get(provider)
        return (
            where is not None
            and self.event in (None, event)
            and all(key.matches(notice, value) for key, value in where.values())
        )


Step: TypeAlias = SetStep | TransitionStep | RequestStep | WebhookStep


class Parameter(NamedTuple):
    """A parameter's value unless the caller gives another, and its valid values if few."""

    default: Scalar
    one_of: tuple[Scalar, ...] = ()


class Scenario(NamedTuple):
    """A scenario as loaded. `is_custom`: posted by a caller, so it goes with the next reset."""

    name: str
    provider: str
    title: str
    about: str
    parameters: Mapping[str, Parameter]
    script: tuple[Mapping[str, Any], ...]
    is_custom: bool = False


class Script(NamedTuple):
    """A scenario's steps with its parameters put in."""

    values: Mapping[str, Scalar]
    steps: tuple[Step, ...]
