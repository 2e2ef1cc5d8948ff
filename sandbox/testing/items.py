"""A test of pytest in bad weather: the search goes first, then the test runs once, as any other.

In that one run the weather is the worst that was found, else it is calm. So all that pytest and
other plugins do with a test, they do with that run: its report, its output, `--pdb`, `-x`.
"""

import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from _pytest.unittest import TestCaseFunction

from . import reports
from .words import in_words

if TYPE_CHECKING:
    from sandbox.client import Sandbox

    from .search import Failure, Found
    from .weather import Weather

EXTRA = "the marker bad_weather needs Hypothesis: pip install hypothesis"
MARK = (
    "the marker bad_weather takes runs, seed and profile: "
    '@pytest.mark.bad_weather(runs=50, seed=0, profile="hostile")'
)
REPLAY = (
    "the marker weather takes texts of disturbances: "
    '@pytest.mark.weather("answer-lost; how=cut; nth=1")'
)
WHOLE = "a time-out of pytest-timeout holds for all runs of a test together, and ended the search"
_STATE = pytest.StashKey["Run"]()
MOST_RUNS = 100_000


class Run:
    """How the weather of a test stands.

    Attributes:
        weather: of the run that comes next; None where nothing says so.
        asked: what the marker asks for.
        verdict: why the test can't run; it fails with that.
        found: what the search has found.
        is_flaky: whether the run that is reported has passed where it failed before.
        calm: how the test fails in calm weather.
        is_again: whether that was not in run 0, but when it ran again.
        sandbox: the one that a run has used.
        is_quiet: whether this run is one of the search.
    """

    def __init__(self) -> None:
        self.weather: Weather | None = None
        self.asked: Asked | None = None
        self.verdict: str | None = None
        self.found: Found | None = None
        self.is_flaky = False
        self.calm: Failure | None = None
        self.is_again = False
        self.sandbox: Sandbox | None = None
        self.is_quiet = False


class Asked(NamedTuple):
    """What a marker asks for."""

    runs: int = 50
    seed: int = 0
    profile: str = "hostile"


def run_of(item: pytest.Item) -> Run:
    """How the weather of a test stands."""
    return item.stash.setdefault(_STATE, Run())


class _Ended(Exception):
    """The search can't go on; its argument says why."""


class _Next(pytest.Item):
    """Stands for a test behind another: fixtures of a wider scope than the test are kept."""

    def runtest(self) -> None:
        """Never called."""


def search_first(item: pytest.Item, options: dict[str, str | None]) -> None:
    """Search for weather in which a test with the marker `bad_weather` fails."""
    state = run_of(item)
    mark = item.get_closest_marker("bad_weather")
    if mark is None or _replayed(item) is not None:
        return
    if any(item.config.getoption(name, False) for name in ("setuponly", "setupshow", "setupplan")):
        return
    try:
        _require_fit(item)
        asked = state.asked = _asked(mark, options)
        with _without_debugger(item.config):
            _search(item, state, asked)
    except _Ended as ended:
        state.verdict = f"payments_sandbox: {ended}"
    except pytest.fail.Exception as error:  # (between two phases of a test)
        if not _is_over_time(error):
            raise
        state.verdict = f"payments_sandbox: {WHOLE}"
        item.session._setupstate.teardown_exact(_behind(item))
    finally:
        state.is_quiet = False
        state.weather = state.found.weather if state.found else ()


def _require_fit(item: pytest.Item) -> None:
    if isinstance(item, TestCaseFunction):
        raise _Ended("bad_weather is for functions and plain classes, not for a unittest.TestCase")
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        raise _Ended("a test with @given draws weather itself: see sandbox.testing.weather")
    if "subtests" in getattr(item, "fixturenames", ()):
        raise _Ended("bad_weather is not for tests with subtests: they report on their own")


def _asked(mark: pytest.Mark, options: dict[str, str | None]) -> Asked:
    """What a marker says, and options of the command line in place of it."""
    if mark.args or mark.kwargs.keys() - Asked._fields:
        raise _Ended(MARK)
    given = dict(mark.kwargs)
    for name, value in options.items():
        if value:
            if not value.isascii() or not value.isdigit():
                raise _Ended(f"--payments-sandbox-weather-{name}: {value!r} is no whole number")
            given[name] = int(value)
    asked = Asked(**given)
    is_number = type(asked.runs) is type(asked.seed) is int
    if not is_number or not 1 <= asked.runs <= MOST_RUNS or not isinstance(asked.profile, str):
        raise _Ended(f"{MARK}; runs is a whole number from 1 to {MOST_RUNS}")
    return asked


def _search(item: pytest.Item, state: Run, asked: Asked) -> None:
    try:
        import hypothesis  # noqa: F401
    except ModuleNotFoundError:
        raise _Ended(EXTRA) from None
    from .search import search
    from .weather import weathers

    state.weather, state.is_quiet = (), True
    state.calm, is_skipped = _run(item)
    if state.calm or is_skipped or state.sandbox is None:
        return
    try:
        drawn = weathers(state.sandbox, asked.profile)
    except ValueError as error:
        raise _Ended(str(error)) from None

    def run(weather: "Weather") -> "Failure | None":
        state.weather = weather
        return _run(item)[0]

    found = search(run, drawn, runs=asked.runs, from_seed=asked.seed)
    if found is not None and (again := run(())) == found.failure:
        state.calm, state.is_again = again, True
    else:
        state.found = found


@contextmanager
def _without_debugger(config: pytest.Config) -> Generator[None]:
    """The debugger of `--pdb` or `--trace` is for the run that is reported."""
    plugins = config.pluginmanager
    away = {name: plugins.unregister(name=name) for name in _OF_DEBUGGER if plugins.hasplugin(name)}
    try:
        yield
    finally:
        for name, plugin in away.items():
            plugins.register(plugin, name)


_OF_DEBUGGER = ("pdbinvoke", "pdbtrace")


def _run(item: Any) -> "tuple[Failure | None, bool]":
    """Set a test up, call it and tear it down, as pytest does, and report nothing.

    Returns:
        How it failed, if it did; and whether it was skipped.
    """
    from .search import Failure

    if item.session.shouldstop or item.session.shouldfail:
        raise _Ended("the run of all tests is to stop, so the search has ended")
    properties = len(item.user_properties)
    hook = item.ihook
    failure, is_skipped, is_over_time = None, False, False
    if hasattr(item, "_request") and not item._request:
        item._initrequest()
    try:
        for when, phase, more in (
            ("setup", hook.pytest_runtest_setup, {}),
            ("call", hook.pytest_runtest_call, {}),
            ("teardown", hook.pytest_runtest_teardown, {"nextitem": _behind(item)}),
        ):
            if when == "call" and (failure or is_skipped):
                continue
            error = _phase(item, when, partial(phase, item=item, **more))
            is_skipped |= isinstance(error, pytest.skip.Exception | pytest.xfail.Exception)
            if error is not None and not is_skipped and failure is None:
                is_over_time = _is_over_time(error)
                failure = Failure(_way(error), when)
    finally:
        if hasattr(item, "_request"):
            item._request, item.funcargs = False, None
        item._report_sections.clear()
        del item.user_properties[properties:]
    if is_over_time:
        raise _Ended(WHOLE)
    return failure, is_skipped


def _phase(item: pytest.Item, when: Any, phase: Callable[[], object]) -> BaseException | None:
    reraise = (KeyboardInterrupt, pytest.exit.Exception)
    call = pytest.CallInfo.from_call(phase, when=when, reraise=reraise)
    item.ihook.pytest_runtest_makereport(item=item, call=call)  # (other plugins count on it)
    return None if call.excinfo is None else call.excinfo.value


def _frames(error: BaseException) -> list[TracebackType]:
    """What led to an error, the place that raised it last."""
    found, trace = [], error.__traceback__
    while trace is not None:
        found.append(trace)
        trace = trace.tb_next
    return found


def _is_over_time(error: BaseException) -> bool:
    return any(
        each.tb_frame.f_globals.get("__name__") == "pytest_timeout" for each in _frames(error)
    )


def _way(error: BaseException) -> object:
    """What tells an error from another: its type, and the line that raised it."""
    places = [(each.tb_frame.f_code.co_filename, each.tb_lineno) for each in _frames(error)]
    return type(error).__qualname__, places[-1:]


def _behind(item: Any) -> pytest.Item:
    following: pytest.Item = _Next.from_parent(item.parent, name=item.name)
    return following


def _replayed(item: pytest.Item) -> pytest.Mark | None:
    """The marker `weather`. One without arguments is somebody else's."""
    mark = item.get_closest_marker("weather")
    return mark if mark is not None and (mark.args or mark.kwargs) else None


def asks(item: pytest.Item) -> bool:
    """Whether a marker asks for weather."""
    return item.get_closest_marker("bad_weather") is not None or _replayed(item) is not None


def require_sense(item: pytest.Item) -> None:
    """Fail with the verdict, before anything is set up."""
    verdict = run_of(item).verdict
    if verdict is not None:
        pytest.fail(verdict, pytrace=False)


def make(item: pytest.Item, sandbox: "Sandbox") -> None:
    """Make the weather of this run in a fresh world."""
    state = run_of(item)
    state.sandbox = sandbox
    weather = state.weather
    if (mark := _replayed(item)) is not None:
        if mark.kwargs or not all(isinstance(text, str) for text in mark.args):
            pytest.fail(f"payments_sandbox: {REPLAY}", pytrace=False)
        weather = mark.args
    if weather:
        sandbox.weather.set(*weather)
    state.weather = weather


def require_failure(item: pytest.Item) -> None:
    """Fail where a test has passed in the weather in which it failed before."""
    state = run_of(item)
    failure, where = state.calm, "calm weather"
    if state.found is not None:
        failure, where = state.found.failure, "the weather below"
    if failure is not None and failure.when != "teardown":
        state.is_flaky = True
        text = f"it failed in {where}, and passed when it was run again in a fresh world"
        pytest.fail(f"payments_sandbox: this test is flaky: {text}", pytrace=False)


def sections(item: pytest.Item, sandbox: "Sandbox") -> list[reports.Section]:
    """What a report says of the weather."""
    try:
        text = "\n".join(_told(run_of(item), sandbox))
    except Exception as error:  # the report matters more
        text = f"can't be shown: {error}"
    return [("payments sandbox: weather", text)] if text else []


def _told(state: Run, sandbox: "Sandbox") -> Iterator[str]:
    asked, found = state.asked, state.found
    if state.weather is None or state.verdict is not None:
        return
    if state.is_again:
        yield "Calm. This test passes once, and fails when it is run again, in calm weather too:"
        yield "what it changes outside of the sandbox is still there in the next run."
    elif state.calm is not None:
        failed = "failed once" if state.is_flaky else "fails"
        yield f"Calm. This test {failed} without bad weather, so none was tried."
    elif not state.weather:
        yield "Calm. No bad weather was found in which this test fails."
    elif words := in_words(sandbox):
        fails = "failed once" if state.is_flaky else "fails"
        yield f"This test passes in calm weather, and {fails} when:" if found else "In this run:"
        yield from (f"  {said}" for said in words)
    else:
        yield "The test has ended the weather itself, so what came of it can't be told."
    if found is not None and asked is not None:
        more = f"; {found.more} more showed what is not needed" if found.more else ""
        where = f"run {found.run} of {asked.runs} (seed {asked.seed}, profile {asked.profile})"
        yield f"Found in {where}{more}."
        yield f"To see it again: {replay(found.weather)}"


def replay(weather: Sequence[str]) -> str:
    """The marker that makes this weather."""
    return f"@pytest.mark.weather({', '.join(_quoted(text) for text in weather)})"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def folder(item: pytest.Item) -> str | None:
    """Where the story of a run in bad weather goes, unless an option says so."""
    if not run_of(item).weather:
        return None
    factory = getattr(item.config, "_tmp_path_factory", None)  # (none with `-p no:tmpdir`)
    return tempfile.mkdtemp("weather") if factory is None else str(factory.mktemp("weather"))
