"""Searches for weather in which something fails, and makes it as little as it can."""

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

from .weather import Weather

MOST_TO_SHRINK = 300
"""Runs that may be spent to leave out what is not needed."""
MOST_IN_VAIN = 5
"""Seeds in a row that draw nothing new, with ten tries each; then hardly any is left."""


class Failure(NamedTuple):
    """How a run failed: the error and where it was raised, and in which phase of the test."""

    error: object
    when: str


class Found(NamedTuple):
    """Weather in which a test fails.

    Attributes:
        weather: as little of it as the search could find.
        failure: how.
        run: the number of the run that failed first; 0 is the calm one.
        more: how many runs it then took to leave out what is not needed.
    """

    weather: Weather
    failure: Failure
    run: int
    more: int


def search(
    run: Callable[[Weather], Failure | None],
    weathers: SearchStrategy[Weather],
    *,
    runs: int,
    from_seed: int,
) -> Found | None:
    """Run something in up to `runs` kinds of weather; the same seed draws the same ones.

    None is tried twice, nor the calm one, which is taken to be fine. While it is made less, a
    weather counts only if something fails in the same way. What `run` raises ends the search.
    """
    known: dict[Weather, Failure | None] = {(): None}
    first: Found | None = None

    def fails(weather: Weather) -> bool:
        """Whether it fails, and once one has, whether it fails in the same way."""
        if weather not in known and (first is None or len(known) < first.run + MOST_TO_SHRINK):
            try:
                known[weather] = run(weather)
            except BaseException as error:
                raise _Over(error) from None
        failure = known.get(weather)
        return failure is not None and (first is None or failure == first.failure)

    # (one example each: of more, Hypothesis draws one and then up to five that are like it, so 50
    # would be tried as if they were ten)
    @settings(
        max_examples=1,
        phases=(Phase.generate, Phase.shrink),
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(weathers)
    def try_one(weather: Weather) -> None:
        nonlocal first
        if first is None and weather in known:
            reject()
        if fails(weather):
            failure = known[weather]
            assert failure is not None  # noqa: S101
            first = first or Found(weather, failure, len(known) - 1, 0)
            raise _Fails(weather)

    in_vain = number = 0
    while len(known) <= runs and in_vain < MOST_IN_VAIN:
        before = len(known)
        try:
            seed(f"{from_seed}/{number}")(try_one)()
        except _Fails as found:
            assert first is not None  # noqa: S101
            weather = _least(found.args[0], fails)
            return first._replace(weather=weather, more=len(known) - 1 - first.run)
        except _Over as over:
            raise over.error from None
        except Unsatisfiable:  # nothing was drawn but what was known
            pass
        number += 1
        in_vain = in_vain + 1 if len(known) == before else 0
    return None


def _least(weather: Weather, fails: Callable[[Weather], bool]) -> Weather:
    """Weather without what is not needed: Hypothesis may leave a disturbance that can go."""
    for number in range(len(weather)):
        without = weather[:number] + weather[number + 1 :]
        if fails(without):
            return _least(without, fails)
    return weather


class _Fails(Exception):
    """Raised where a run has failed; its argument is the weather."""


class _Over(BaseException):
    """Ends the search. Hypothesis lets it through; of an Exception it thinks that the test fails.

    Attributes:
        error: what `run` has raised.
    """

    def __init__(self, error: BaseException) -> None:
        self.error = error
