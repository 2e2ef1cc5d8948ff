"""What a loaded scenario is made of, and the words it may use."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from sandbox.engine.reading.validation import Path, dotted
from sandbox.engine.scenarios.vocabulary import Key, Scalar, States, one_of, same
from sandbox.engine.values.instants import Duration

ANY = "any"
ANY_BUT_TOKEN = "any-but-token"  # noqa: S105
"""Of a path: any call but those that hand out access tokens."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
UNLIMITED = "unlimited"
NEVER = "never"
LONGEST_TEXT = 5000
"""Characters of a disturbance; half of those of a note."""
MOST_SKIPPED = 1_000_000
MOST_STEPS = 50
"""Of a script, and so disturbances of one weather."""
WEATHER = "weather"
"""The name of the scenario that the weather of a world is."""
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


Paths: TypeAlias = tuple[tuple[str, ...], ...]
"""Some paths, by their parts; `*` is any one part, and `**`, at the end, any number of them."""


def read_paths(text: object) -> Paths:
    """The paths that a script names, with commas between.

    Raises:
        ValueError: a `**` stands before the end.
    """
    paths = tuple(segments(path.strip()) for path in str(text).split(","))
    if any("**" in path[:-1] for path in paths):
        raise ValueError("`**` stands for all that follows, so nothing can follow it")
    return tuple(tuple("*" if part == ANY else part for part in path) for path in paths)


def same_path(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a path is one that a script names; in `other`, too, `*` is any one part."""
    if one[-1:] == ("**",):
        one = one[:-1]
        other = other[: len(one)]
    return len(one) == len(other) and all(
        a == b or "*" in (a, b) for a, b in zip(one, other, strict=True)
    )


def _is_one_of(call: Mapping[str, str], paths: Paths) -> bool:
    return any(same_path(path, segments(call["path"])) for path in paths)


CALL_WHERE = {"method": Key(one_of(METHODS), same("method")), "path": Key(read_paths, _is_one_of)}
"""The keys by which a scenario tells calls apart, in a `set` of what is seen of a call."""


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
    skip: int | None
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
    """What is answered to a request: later, with a fault, or with the script's own words.

    `paths` None: any but those of `but`. `advance`: how far the world's clock moves before.
    """

    providers: frozenset[str]
    method: str | None
    paths: Paths | None
    but: frozenset[tuple[str, ...]]
    times: int | None
    skip: int | None
    advance: Duration
    delay: Duration
    fail: str | None
    retry_after: Duration | None
    respond: Respond | None

    @property
    def answered(self) -> Literal["itself", "made", "lost"]:
        """Whose answer one sees: the call's own, the step's, or the step's after the call."""
        if self.respond is None:
            return "made" if self.fail else "itself"
        if self.respond.status is None and not self.respond.cut:
            return "itself"
        return "lost" if self.respond.after else "made"

    def concerns(self, provider: str, method: str, path: str, is_page: bool) -> bool:
        """A page that a person visits is no call: only a step that names its path concerns it."""
        if provider not in self.providers or self.method not in (None, method):
            return False
        parts = segments(path)
        if self.paths is None:
            return not is_page and parts not in self.but
        return any(same_path(each, parts) for each in self.paths)


class WebhookStep(NamedTuple):
    """What becomes of a webhook: lost, sent again, late, behind the next one, wrongly signed, or
    before the answer to the call that caused it.

    `where` holds, by provider, the keys that a notice must match; a provider that is not in it
    has no such notices.
    """

    event: str | None
    where: Mapping[str, Mapping[str, tuple[Key, object]]]
    times: int | None
    skip: int | None
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


class Named(NamedTuple):
    """A document that a script names.

    Attributes:
        by: the parameter, or else the key of `where`.
        given: as it is written.
        key, value: what it is looked up by.
    """

    by: str
    given: Scalar
    key: Key
    value: object


class Script(NamedTuple):
    """A scenario's steps with its parameters put in, and the documents that they name."""

    values: Mapping[str, Scalar]
    steps: tuple[Step, ...]
    documents: tuple[Named, ...]
