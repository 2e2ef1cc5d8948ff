"""The pytest plugin of refund-sandbox: the fixture `payments_sandbox`.

It stands outside of the package `sandbox`, and imports that only when a test asks for the fixture:
many repositories have a folder of the name themselves.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if not hasattr(pytest, "StashKey"):
    reason = f"payments_sandbox wants pytest 7 or later, and this is {pytest.__version__}"
    raise pytest.UsageError(f"{reason}: update pytest, or leave the plugin out")

if TYPE_CHECKING:
    from sandbox.client import Sandbox
    from sandbox.server import Server

_HOME = Path(__file__).resolve().parent / "sandbox"
_TEXTS = {
    "url": "Use the sandbox that runs at this address, in a world of its own.",
    "now": "The moment at which each test begins.  [2027-01-01T09:00:00Z; realtime: now]",
    "clock": "frozen or realtime.  [frozen]",
    "seed": "Seed of all ids.  [0]",
    "webhook_dispatch": "When webhooks go out: after_answer or on_advance.  [after_answer]",
    "story": "A folder for the stories of tests that fail, a picture each.  [none]",
    "weather_runs": "Runs of each test in bad weather.  [as its marker says]",
    "weather_seed": "Seed from which bad weather is drawn.  [as its marker says]",
}
_PATHS = {
    "scenarios": "A folder of your own scenarios; may be given again.",
    "fixtures": "A file of your own fixtures; may be given again.",
}
_BESIDE = (
    "payments_sandbox: {}. Start `refund-sandbox` beside the tests, and pass "
    "--payments-sandbox-url=http://127.0.0.1:8426"
)
_CLIENT_ALONE = (
    "refund-sandbox-client has no server: install refund-sandbox in its place, or use a server "
    "that runs"
)
_NOW = "2027-01-01T09:00:00Z"
_MARK = (
    "payments_sandbox: the marker takes one name, and parameters: "
    '@pytest.mark.scenario("over-refund", payment="lean.payments.reconciled")'
)
_MARKERS = {
    "scenario(name, **parameters)": "switch a scenario of payments_sandbox on for this test",
    "bad_weather(runs=50, seed=0, profile='hostile')": (
        "search for weather of payments_sandbox in which this test fails"
    ),
    "weather(*disturbances)": "run this test once, in this weather of payments_sandbox",
}
_USED = pytest.StashKey["Sandbox"]()
"""Of a test: the sandbox that it asked for."""
_LAST = pytest.StashKey[list[tuple[str, str]]]()
"""Of the session: what the last test's report shows, once the sandbox has gone."""
_ALIAS = "_payments_sandbox_"
EACH = "each"
"""In a marker: try each value that a scenario's parameter may have."""
_WAY = "_payments_sandbox_way"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add each option, and the ini setting that says the same."""
    group = parser.getgroup("payments_sandbox", "payments sandbox (refund-sandbox)")
    for name, text in (_TEXTS | _PATHS).items():
        kind, action = ("string", "store") if name in _TEXTS else ("paths", "append")
        option = f"--payments-sandbox-{name}".replace("_", "-")
        group.addoption(option, action=action, help=text)
        parser.addini(f"payments_sandbox_{name}", text, type=kind)  # type: ignore[arg-type]


def _option(config: pytest.Config, name: str) -> Any:
    return config.getoption(f"payments_sandbox_{name}") or config.getini(f"payments_sandbox_{name}")


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    for name, text in _MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {text}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each value that a marker's parameter may have, where that says `each`."""
    marks = metafunc.definition.iter_markers("scenario")
    asked = [(mark, name) for mark in marks for name, value in mark.kwargs.items() if value == EACH]
    if not asked or _WAY not in metafunc.fixturenames:
        return
    if len(asked) > 1:
        pytest.fail(f"payments_sandbox: one parameter of a test may be {EACH!r}", pytrace=False)
    ((mark, name),) = asked
    values = _values(metafunc.config, str(mark.args[0]) if mark.args else "", name)
    metafunc.parametrize(_WAY, values, indirect=True, ids=[f"{name}={value}" for value in values])


def _values(config: pytest.Config, scenario: str, parameter: str) -> list[Any]:
    """All that a parameter of a scenario may be: as the server that runs says, or the files."""
    values: Iterable[Any] | None = None
    if url := _option(config, "url"):
        with _in_plain_words(f"scenario {scenario}: "), _import("client").Sandbox(url) as sandbox:
            values = sandbox.scenarios.get(scenario)["one_of"].get(parameter)
    else:
        with _needing_a_server():
            import yaml
        folders = [*_option(config, "scenarios"), _HOME / "scenarios", _HOME.parent / "scenarios"]
        paths = (Path(folder) / f"{scenario}.yaml" for folder in folders)
        if path := next(filter(Path.is_file, paths), None):
            given = yaml.safe_load(path.read_text("utf-8")).get("parameters", {})
            values = given.get(parameter, {}).get("one_of")
    if values:
        return list(values)
    reason = f"scenario {scenario}: {parameter} has no values of which each could be tried"
    raise pytest.fail.Exception(f"payments_sandbox: {reason}", pytrace=False)


@pytest.fixture
def _payments_sandbox_way(request: pytest.FixtureRequest) -> Any:
    """The value that this run of a test has in the place of `each`."""
    return getattr(request, "param", None)


@pytest.fixture(scope="session")
def _payments_sandbox(pytestconfig: pytest.Config) -> Iterator[Sandbox]:
    """One server, or one world of a server that runs, for all tests of this process."""
    clock = _option(pytestconfig, "clock") or "frozen"
    now = _option(pytestconfig, "now") or (_NOW if clock == "frozen" else None)
    seed = _option(pytestconfig, "seed") or "0"
    dispatch = _option(pytestconfig, "webhook_dispatch")
    url = _option(pytestconfig, "url")
    if _LAST in pytestconfig.stash:  # of one that has gone
        del pytestconfig.stash[_LAST]
    with _in_plain_words(), ExitStack() as stack:
        Sandbox = _import("client").Sandbox  # noqa: N806
        if url:
            start = {"mode": clock, "seed": int(seed)}
            start |= {"now": now} if now else {}
            start |= {"webhook_dispatch": dispatch} if dispatch else {}
            _require_apt(pytestconfig, url)
            worker = os.environ.get("PYTEST_XDIST_WORKER")
            world = "-".join(filter(None, ("pytest", worker, os.urandom(4).hex())))
            sandbox = Sandbox(url, world=world, start=start, prefix=f"{world}.")
            stack.enter_context(sandbox)
            sandbox.reset()
            stack.callback(sandbox.worlds.remove, world)
            stack.callback(sandbox.forget_worlds)
        else:
            server = stack.enter_context(_serving(pytestconfig, clock, now, seed, dispatch))
            sandbox = stack.enter_context(Sandbox(server.url, token="", app=server.app))
        yield sandbox
        pytestconfig.stash[_LAST] = _import("testing.reports").told(sandbox)


def _require_apt(config: pytest.Config, url: str) -> None:
    """Refuse what makes no sense for a server that runs."""
    if "/w/" in url:
        raise ValueError("--payments-sandbox-url names a world; the tests take one of their own")
    for name in _PATHS:
        if _option(config, name):
            option = f"--payments-sandbox-{name}"
            raise ValueError(f"{option} is for a server of the tests' own; start yours with it")


@contextmanager
def _needing_a_server() -> Iterator[None]:
    """Say what to do where what serves is not installed, or installed with --no-deps."""
    if not (_HOME / "server.py").is_file():
        pytest.fail(_BESIDE.format(_CLIENT_ALONE), pytrace=False)
    try:
        yield
    except ModuleNotFoundError as missing:
        reason = f"there is no {missing.name}, which a server of the tests' own needs"
        raise pytest.fail.Exception(_BESIDE.format(reason), pytrace=False) from None


@contextmanager
def _serving(
    config: pytest.Config, clock: str, now: str | None, seed: str, dispatch: str | None
) -> Iterator[Server]:
    """A server on a free port, in this process."""
    if (hiding := _hiding()) is not None:
        reason = f"{hiding} hides the package `sandbox` of refund-sandbox"
        pytest.fail(_BESIDE.format(reason), pytrace=False)
    with _needing_a_server():
        from sandbox.server import running
        from sandbox.settings import from_environment

    start = {"SANDBOX_CLOCK": clock, "SANDBOX_NOW": now or "", "SANDBOX_SEED": seed}
    start["SANDBOX_WEBHOOK_DISPATCH"] = dispatch or ""
    folders, files = (tuple(map(Path, _option(config, name))) for name in _PATHS)
    settings = from_environment({"SANDBOX_PORT": "0", **start})
    with running(settings._replace(scenarios=folders, fixtures=files)) as server:
        yield server


@pytest.fixture(scope="session")
def payments_sandbox_url(_payments_sandbox: Sandbox) -> str:
    """The base URL, the same for all tests of this process: for apps that are set up just once."""
    return _payments_sandbox.url


@pytest.fixture
def payments_sandbox(
    _payments_sandbox: Sandbox, _payments_sandbox_way: Any, request: pytest.FixtureRequest
) -> Sandbox:
    """A sandbox of payments and refunds with Lean and Lahza, in a fresh world.

    Point the code under test at its `url`. Its clock stands still until the test moves it.
    """
    request.node.stash[_USED] = _payments_sandbox
    _show_own_files(request)
    with _in_plain_words():
        _import("testing.reports").know_all(_payments_sandbox)
        _payments_sandbox.forget_worlds()
        _payments_sandbox.reset()
    for mark in reversed(list(request.node.iter_markers("scenario"))):
        if not mark.args and not mark.kwargs:  # (pytest-bdd makes one of a tag)
            continue
        if len(mark.args) != 1 or not isinstance(mark.args[0], str):
            pytest.fail(_MARK, pytrace=False)
        way = {name: _payments_sandbox_way for name, value in mark.kwargs.items() if value == EACH}
        with _in_plain_words(f"scenario {mark.args[0]}: "):
            _payments_sandbox.scenarios.on(mark.args[0], **{**mark.kwargs, **way})
    if weather := _weather(request.node):
        with _in_plain_words("weather: "):
            weather.make(request.node, _payments_sandbox)
    return _payments_sandbox


class InertScenarioWarning(pytest.PytestWarning):
    """A test's marker switches nothing on, as the test has not asked for the fixture."""


def _weather(item: pytest.Item) -> ModuleType | None:
    """What makes the weather of a test, where a marker asks for some."""
    asked = item.get_closest_marker("bad_weather") or item.get_closest_marker("weather")
    return _import("testing.items") if asked else None


def _is_searching(item: pytest.Item) -> bool:
    """Whether this run of a test is one that is not reported."""
    weather = _weather(item)
    return weather is not None and weather.run_of(item).is_quiet


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Before a test runs, find out in which weather it fails, if a marker wants that."""
    if weather := _weather(item):
        names = ("runs", "seed")
        weather.search_first(item, {n: _option(item.config, f"weather_{n}") for n in names})


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse markers that make no sense."""
    if weather := _weather(item):
        weather.require_sense(item)


@pytest.hookimpl(trylast=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Once a test has passed, warn if its marker did nothing: it looks like a test of a scenario.

    Only now is it known that the test has not asked for the fixture while it ran.
    """
    if _is_searching(item):
        return
    weather = _weather(item)
    if _USED in item.stash:
        if weather:
            weather.require_failure(item)
        return
    marks = [mark for mark in item.iter_markers("scenario") if mark.args]
    if marks or (weather and weather.asks(item)):
        names = ", ".join(str(mark.args[0]) for mark in reversed(marks))
        text = (
            f"{item.nodeid}: its {f'scenario marker ({names})' if marks else 'weather'} does "
            "nothing, as the test does not ask for the fixture `payments_sandbox`"
        )
        item.warn(InertScenarioWarning(text))


@pytest.hookimpl(hookwrapper=True)  # (pytest 7 knows no `wrapper`)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, None]:
    """Show on a test that failed what went over the wire."""
    report = (yield).get_result()
    if report.failed and _USED in item.stash and not _is_searching(item):
        last = item.config.stash.get(_LAST, None)
        reports, sandbox = _import("testing.reports"), item.stash[_USED]
        weather = _weather(item)
        if last is None and weather:
            report.sections += weather.sections(item, sandbox)
        told = reports.told(sandbox) if last is None else last
        report.sections += told
        if call.excinfo is not None:
            report.sections += _hints(sandbox, call.excinfo.value, told)
        folder = _option(item.config, "story")
        if last is None and weather:
            folder = folder or weather.folder(item)
        if last is None and folder:
            report.sections += reports.stories(sandbox, Path(folder), item.nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_exception_interact(node: pytest.Item | pytest.Collector, report: object) -> None:
    """Before a debugger opens, show what a report shows: pytest leaves it out then."""
    if node.config.getoption("usepdb", False) and isinstance(report, pytest.TestReport):
        _import("testing.reports").show(report.sections, node.config.get_terminal_writer())


# Beside other test tools ------------------------------------------------------------------------


def _obstacles() -> ModuleType:
    return _import("client.obstacles")


def _hints(
    sandbox: Sandbox, error: BaseException, told: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Why calls did not come to the sandbox, where that can be seen."""
    is_silent = all(text.startswith("none") for _, text in told)
    hint = _obstacles().reason(error, sandbox.url, is_silent)
    return [] if hint is None else [("payments sandbox: hint", hint)]


def _show_own_files(request: pytest.FixtureRequest) -> None:
    """Put the sandbox's files into pyfakefs's file system: some are read when first needed."""
    for name in {"fs", "fs_class", "fs_module", "fs_session"} & {*request.fixturenames}:
        fs = request.getfixturevalue(name)
        if not hasattr(fs, "add_real_directory") or fs.exists(_HOME):
            continue
        for folder in (_HOME, _HOME.parent / "fixtures", _HOME.parent / "scenarios"):
            with suppress(OSError):  # (the last two are a checkout's)
                fs.add_real_directory(folder)


# Where the repository has a `sandbox` of its own ------------------------------------------------


@contextmanager
def _in_plain_words(where: str = "") -> Iterator[None]:
    """Let what the sandbox refuses fail a test with its reason alone."""
    try:
        yield
    except Exception as error:
        if (cure := _obstacles().tool_that_raised(error)) is not None:
            raise pytest.fail.Exception(f"payments_sandbox: {cure}", pytrace=False) from None
        known = type(error).__module__.startswith(("sandbox.", _ALIAS))
        if not known and not isinstance(error, ValueError | TypeError):
            raise
        said = str(error)
        for name in _TEXTS:  # nobody has set a variable
            option = f"--payments-sandbox-{name}".replace("_", "-")
            said = said.replace(f"SANDBOX_{name.upper()}", option)
        failure = pytest.fail.Exception(f"payments_sandbox: {where}{said}", pytrace=False)
        raise failure from None


def _hiding() -> str | None:
    """Where the `sandbox` is that is imported in place of ours, if one is."""
    module = sys.modules.get("sandbox")
    spec = importlib.util.find_spec("sandbox") if module is None else module.__spec__
    places = [] if spec is None else [*(spec.submodule_search_locations or ()), str(spec.origin)]
    return None if str(_HOME) in map(os.path.realpath, places) else "".join(places[:1])


def _import(name: str) -> ModuleType:
    """A module of `sandbox.client` or `sandbox.testing`: another name does as well for these."""
    if _hiding() is None:
        return importlib.import_module(f"sandbox.{name}")
    part, _, inner = name.partition(".")
    alias = _ALIAS + part
    if alias not in sys.modules:
        folder = _HOME / part
        spec = importlib.util.spec_from_file_location(
            alias, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec is not None  # noqa: S101 (the file is there)
        assert spec.loader is not None  # noqa: S101
        module = sys.modules[alias] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return importlib.import_module(f"{alias}.{inner}" if inner else alias)
