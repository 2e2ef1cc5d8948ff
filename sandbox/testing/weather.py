"""Strategies of Hypothesis that draw weather: `@given(weathers(sandbox))`."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from hypothesis import strategies as st

from .seen import Seen, Target, look, targets

if TYPE_CHECKING:
    from sandbox.client import Sandbox

__all__ = ["Weather", "weathers"]

T = TypeVar("T")

Weather: TypeAlias = tuple[str, ...]
"""The texts of its disturbances: what `sandbox.weather.set` takes."""
_BEYOND = 1
"""A fault may make that many calls more than there were without it."""
_AT_ONCE: Mapping[str, Sequence[object]] = {"retry_after": ["0s"]}
"""Nobody waits in real time, unless a test says so."""


class Kind(NamedTuple):
    """A scenario that may be drawn, the simplest values first."""

    name: str
    parameters: Mapping[str, Sequence[object]]
    targets: Sequence[Target]
    first: int
    last: int


def weathers(sandbox: "Sandbox", profile: str = "hostile") -> st.SearchStrategy[Weather]:
    """Weather that a profile allows, about what has happened in the world so far.

    So let happen in calm weather first what is to be disturbed. Of all weather, calm is the
    simplest.

    Args:
        sandbox: the world.
        profile: the name of one.

    Raises:
        ValueError: there is no such profile; or nothing has happened that it disturbs.
    """
    profiles = {each["name"]: each for each in sandbox.weather.profiles()}
    if profile not in profiles:
        raise ValueError(f"there is no profile {profile!r}; valid: {', '.join(sorted(profiles))}")
    draw, most = profiles[profile]["draw"], profiles[profile]["count"]["to"]
    if not draw or not most:
        return st.just(())
    scenarios = {each["name"]: each for each in sandbox.scenarios.all()}
    seen = look(sandbox)
    kinds: list[Kind] = []
    for drawable in draw:
        kind = _kind(drawable, scenarios[drawable["scenario"]], seen)
        kinds += [kind] * (drawable["weight"] if kind.targets else 0)
    if not kinds:
        raise ValueError(f"no call, refund or webhook has happened that {profile} disturbs")
    each = st.composite(_disturbance)(kinds)
    return st.lists(each, max_size=most).map(lambda found: tuple(dict.fromkeys(found)))


def _kind(drawable: Mapping[str, Any], scenario: Mapping[str, Any], seen: Seen) -> Kind:
    said: dict[str, Sequence[object]] = {
        name: range(of["from"], of["to"] + 1) if isinstance(of, Mapping) else of
        for name, of in drawable["parameters"].items()
    }
    usual = scenario["parameters"]
    parameters = {name: of for name, of in {**said, **_AT_ONCE}.items() if name in usual}
    nth = drawable["nth"]
    return Kind(
        drawable["scenario"],
        parameters,
        targets(scenario, {name: of[0] for name, of in said.items()}, seen),
        nth["from"],
        nth["to"],
    )


def _disturbance(draw: Callable[[Any], Any], kinds: Sequence[Kind]) -> str:
    kind = _one(draw, kinds)
    target = _one(draw, kind.targets)
    last = min(kind.last, target.often + _BEYOND) if target.often else kind.last
    nth = _one(draw, range(kind.first, max(kind.first, last) + 1))
    said = {name: _one(draw, of) for name, of in kind.parameters.items()}
    pairs = {**said, **target.parameters, "nth": nth}
    return "; ".join([kind.name, *(f"{name}={_text(value)}" for name, value in pairs.items())])


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one(draw: Callable[[Any], Any], of: Sequence[T]) -> T:
    """One of some, the first as the simplest.

    By single bits: of an integer, Hypothesis tries numbers that stand in the code under test, so a
    seed would draw something else whenever that changes.
    """
    if len(of) == 1:
        return of[0]
    width = (len(of) - 1).bit_length() + 1
    number = 0
    for _ in range(width):
        number = 2 * number + draw(_BIT)
    return of[number * len(of) >> width]


_BIT = st.booleans()
