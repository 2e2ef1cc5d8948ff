"""Weather: disturbances, each a scenario on the n-th thing that it matches, made into one scenario.

The text of a disturbance is that of a scenario in a header, and `nth`:
`answer-lost; how=cut; nth=2`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.engine.scenarios.activation import Activation
from sandbox.engine.scenarios.compiler import compile_script, filled_script
from sandbox.engine.scenarios.counting import Counts
from sandbox.engine.scenarios.steps import (
    ANY,
    MOST_SKIPPED,
    MOST_STEPS,
    WEATHER,
    Scenario,
    ScenarioError,
)
from sandbox.engine.scenarios.templates import named
from sandbox.engine.scenarios.texts import read_text, write_text
from sandbox.engine.scenarios.vocabulary import Vocabulary

NTH = "nth"
"""Which of the things that match: the first is 1."""


class Disturbance(NamedTuple):
    """A scenario that exists, with parameters, on the n-th thing that it matches."""

    scenario: str
    parameters: Mapping[str, object]
    nth: int

    @property
    def text(self) -> str:
        return write_text(self.scenario, {**self.parameters, NTH: self.nth})


class Told(NamedTuple):
    """A disturbance that is on, its scenario's title, and how often it has acted."""

    text: str
    scenario: str
    title: str
    parameters: Mapping[str, object]
    nth: int
    acted: int


def read_disturbance(text: str) -> Disturbance:
    """A disturbance of its text; without `nth`, on the first.

    Raises:
        ScenarioError: it is none.
    """
    name, given = read_text(text)
    nth = given.pop(NTH, 1)
    if not isinstance(nth, int) or isinstance(nth, bool) or not 1 <= nth <= MOST_SKIPPED:
        raise ScenarioError((), f"{NTH} must be a whole number from 1 to {MOST_SKIPPED}")
    return Disturbance(name, given, nth)


def _steps_of(disturbance: Disturbance, find: Callable[[str], Scenario]) -> list[dict[str, Any]]:
    """The steps of a disturbance, for a scenario of all providers; not yet checked.

    Raises:
        ScenarioError: there is no such scenario, it has no such parameter, or it doesn't act on
            single things.
    """
    if disturbance.scenario == WEATHER:
        raise ScenarioError((), f"{WEATHER} is no disturbance, but what disturbances make")
    try:
        scenario = find(disturbance.scenario)
    except KeyError as error:
        raise ScenarioError((), error.args[0]) from error
    for name in named(dict(disturbance.parameters)):
        raise ScenarioError((), f"there is no parameter {{{name}}}; `*` is any one part of a path")
    steps = filled_script(scenario, disturbance.parameters)
    if not steps or any("set" in step for step in steps):
        reason = f"{scenario.name} is no disturbance: not all it does is done to single calls, "
        raise ScenarioError((), f"{reason}webhooks or documents; switch it on by itself")
    once = {} if "times" in disturbance.parameters else {"times": 1}
    whose = {} if scenario.provider == ANY else {"provider": scenario.provider}
    counted = {"skip": disturbance.nth - 1, "note": disturbance.text, **once}
    return [{**whose, **step, **counted} for step in steps]


def check(
    disturbance: Disturbance, find: Callable[[str], Scenario], vocabulary: Vocabulary
) -> None:
    """Raise ScenarioError where a disturbance can't be switched on."""
    _steps_of(disturbance, find)
    compile_script(find(disturbance.scenario), disturbance.parameters, vocabulary)


def compose(texts: Sequence[str], find: Callable[[str], Scenario]) -> Scenario:
    """One scenario of some disturbances, to be checked when it is switched on (see `blame`).

    Raises:
        ScenarioError: one of them makes no sense, or they are too many.
    """
    script: list[dict[str, Any]] = []
    known: set[str] = set()
    for number, text in enumerate(texts):
        try:
            disturbance = read_disturbance(text)
            if disturbance.text in known:
                raise ScenarioError((), "is given twice")
            known.add(disturbance.text)
            script += _steps_of(disturbance, find)
        except ScenarioError as error:
            raise ScenarioError(("disturbances", number), f"{text}: {error}") from error
    if len(script) > MOST_STEPS:
        reason = f"they have {len(script)} steps together; at most {MOST_STEPS}"
        raise ScenarioError(("disturbances",), reason)
    return Scenario(WEATHER, ANY, "Bad weather", _ABOUT, {}, tuple(script), is_custom=True)


def blame(
    error: ScenarioError,
    texts: Sequence[str],
    find: Callable[[str], Scenario],
    vocabulary: Vocabulary,
) -> ScenarioError:
    """Which of some disturbances could not be switched on, and why."""
    for number, text in enumerate(texts):
        try:
            check(read_disturbance(text), find, vocabulary)
        except ScenarioError as its_own:
            return ScenarioError(("disturbances", number), f"{text}: {its_own}")
    return ScenarioError(("disturbances",), error.reason)


_ABOUT = "Several disturbances, each on one call, webhook or document; see GET /_sandbox/weather."


def told(activation: Activation, counts: Counts, catalog: Mapping[str, Scenario]) -> Iterator[Told]:
    """The disturbances of a weather that is on, in their order."""
    acted: dict[str, int] = {}
    for n, step in enumerate(activation.scenario.script):
        acted[step["note"]] = acted.get(step["note"], 0) + counts.acted.get(n, 0)
    for text, count in acted.items():
        name, parameters, nth = read_disturbance(text)
        title = catalog[name].title if name in catalog else ""
        yield Told(text, name, title, parameters, nth, count)
