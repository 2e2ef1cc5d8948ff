"""The neighbours: what each is, how it is tried, and what its user must know."""

from collections.abc import Mapping
from typing import NamedTuple

from sandbox.client.obstacles import PROXY, stopped_by


class Run(NamedTuple):
    """One run of pytest, in a copy of the case's folder.

    Attributes:
        passed: how many tests pass.
        failed: how many fail, or can't begin.
        says: what the output then holds.
        options: of pytest.
        under: what runs pytest, as Python's own options.
        environment: variables; `{chromium}` stands for where that is.
    """

    passed: int
    failed: int = 0
    says: str = ""
    options: str = ""
    under: str = "-m"
    environment: Mapping[str, str] = {}


class Neighbour(NamedTuple):
    """What the plugin runs beside.

    Attributes:
        name: also of the folder in `cases/`, unless `case` is another.
        packages: to install, the first of which gives the name its version.
        runs: one after the other in the same folder.
        do: what its user has to do, for the page; empty where it works as it is.
        programs: without which it can't be tried.
    """

    name: str
    packages: tuple[str, ...]
    runs: tuple[Run, ...]
    do: str = ""
    case: str = ""
    programs: tuple[str, ...] = ()


_DEAD = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
"""A proxy at a port where nobody listens."""

NEIGHBOURS = (
    Neighbour(
        "pytest-django",
        ("pytest-django", "django"),
        tuple(
            Run(
                4,
                options="--ds=settings --payments-sandbox-webhook-dispatch=on_advance",
                environment={"DATABASE": database},
            )
            for database in ("file", "memory")
        ),
        "With `live_server`, set `payments_sandbox_webhook_dispatch = on_advance`. "
        "See the [recipe](recipes/django.md).",
    ),
    Neighbour(
        "pytest-asyncio",
        ("pytest-asyncio", "httpx"),
        (Run(3),),
        "Where a receiver of webhooks runs on the loop of the test, "
        "`await asyncio.to_thread(payments_sandbox.clock.advance, days=1)`.",
    ),
    Neighbour("anyio", ("anyio", "httpx"), (Run(3),), "As pytest-asyncio."),
    Neighbour(
        "pytest-xdist",
        ("pytest-xdist",),
        (Run(8, options="-n 2"), Run(8, options="-n 2 --dist=loadgroup")),
    ),
    Neighbour(
        "pytest-randomly",
        ("pytest-randomly",),
        (Run(6, options="--randomly-seed=1"), Run(6, options="--randomly-seed=2")),
    ),
    Neighbour(
        "pytest-rerunfailures",
        ("pytest-rerunfailures",),
        (Run(1, says="1 rerun", options="--reruns 1"),),
        "A rerun begins in a fresh world, as each test does.",
    ),
    Neighbour(
        "pytest-timeout",
        ("pytest-timeout",),
        (Run(1, failed=1, says="Timeout (>1.0s)"),),
        "With its method `signal`, the next test begins in a fresh world. "
        "The method `thread` ends pytest itself.",
    ),
    Neighbour(
        "pytest-socket",
        ("pytest-socket",),
        (
            Run(1, options="--disable-socket --allow-hosts=127.0.0.1"),
            Run(1, options="--allow-unix-socket --allow-hosts=127.0.0.1"),
            Run(0, 1, stopped_by("pytest_socket"), "--disable-socket"),
            Run(0, 1, stopped_by("pytest_socket"), "--disable-socket --allow-unix-socket"),
            Run(0, 1, stopped_by("pytest_socket"), "--allow-hosts=192.0.2.1"),
        ),
        "Pass `--allow-hosts=127.0.0.1`, with or without `--disable-socket`.",
    ),
    Neighbour(
        "pytest-recording",
        ("pytest-recording", "requests"),
        (
            *2 * (Run(1, options="--record-mode=once test_cassette_let_through.py"),),
            Run(1, options="--record-mode=once test_cassette.py"),
            Run(0, 1, stopped_by("vcr"), "--record-mode=once test_cassette.py"),
            Run(0, 1, stopped_by("pytest_recording"), "--block-network test_blocked.py"),
            Run(1, options="--block-network --allowed-hosts=127.0.0.1 test_blocked.py"),
        ),
        'Let the fixture `vcr_config` return `{"ignore_localhost": True}`. Without it a cassette '
        "is tied to the port of one run, and the next run fails; where the port stays the same, "
        "the cassette answers, and the sandbox is not asked. "
        "With `--block-network`, pass `--allowed-hosts=127.0.0.1`.",
    ),
    Neighbour(
        "vcrpy",
        ("vcrpy", "requests"),
        2 * (Run(1, 1, stopped_by("vcr")),),
        "Pass `ignore_localhost=True` to `use_cassette`, or to `VCR`.",
    ),
    Neighbour(
        "responses",
        ("responses",),
        (Run(1, 1, stopped_by("responses")),),
        "Call `responses.add_passthru(payments_sandbox.url)` in the test.",
    ),
    Neighbour(
        "requests-mock",
        ("requests-mock", "requests"),
        (Run(1, 1, stopped_by("requests_mock")),),
        "Call `requests_mock.register_uri(ANY, re.compile(payments_sandbox.url), real_http=True)` "
        "before you register others, with `ANY` from `requests_mock`: what comes later wins.",
    ),
    Neighbour(
        "respx",
        ("respx", "httpx"),
        (Run(1, 1, stopped_by("respx")),),
        'Call `respx_mock.route(host="127.0.0.1").pass_through()` in the test.',
    ),
    Neighbour("moto", ("moto", "boto3", "requests"), (Run(1),)),
    Neighbour(
        "pytest-httpserver",
        ("pytest-httpserver",),
        (Run(1),),
        "For Lahza, `webhooks.send_to` calls the address once with "
        "[GET](webhooks.md#addresses): let the server answer any method, and count POST alone.",
    ),
    Neighbour(
        "pyfakefs",
        ("pyfakefs", "requests"),
        (Run(4, 1, "payments sandbox: requests"),),
        "The plugin puts the sandbox's own files into the file system of the fixture `fs`, read "
        "only. With a `Patcher` of your own, add the folder of the package `sandbox` by "
        "`add_real_directory`.",
    ),
    Neighbour(
        "freezegun",
        ("freezegun",),
        (Run(5),),
        "It does not move the world's clock: `payments_sandbox.clock` does.",
    ),
    Neighbour(
        "time-machine",
        ("time-machine",),
        (Run(5),),
        "It does not move the world's clock: `payments_sandbox.clock` does. But it moves the clock "
        "by which Lean's access tokens expire: ask for a new token after a move.",
    ),
    Neighbour(
        "gevent",
        ("gevent",),
        (Run(2), Run(2, under="-m gevent.monkey --module")),
        "Patch early: `monkey.patch_all()` at the top of `conftest.py`, or "
        "`python -m gevent.monkey --module pytest`.",
    ),
    Neighbour(
        "pytest-bdd",
        ("pytest-bdd",),
        (Run(1, options="--strict-markers"),),
        "A tag `@scenario` becomes a marker of that name. It has no arguments, and the plugin "
        "leaves it alone.",
    ),
    Neighbour(
        "pytest-playwright",
        ("pytest-playwright",),
        (Run(1, environment={"CHROMIUM": "{chromium}"}),),
        programs=("chromium", "chromium-browser", "google-chrome", "chrome"),
    ),
    Neighbour(
        "coverage",
        ("coverage",),
        (Run(9, under="-m coverage run --branch --source=. -m"),),
        case="pytest",
    ),
    Neighbour(
        "requests-cache",
        ("requests-cache",),
        (Run(2),),
        "A cached answer hides that the state of a refund has changed. Leave the sandbox out: "
        '`urls_expire_after={"127.0.0.1": DO_NOT_CACHE}`.',
    ),
    Neighbour(
        "hishel",
        ("hishel[httpx]",),
        (Run(2),),
        "A cached answer hides that the state of a refund has changed. Pass `rfc=True`: the "
        "sandbox sends no header that lets an answer be kept.",
    ),
    Neighbour("niquests", ("niquests",), (Run(2),)),
    Neighbour("aiohttp", ("aiohttp",), (Run(1),)),
    Neighbour(
        "HTTP_PROXY",
        ("requests",),
        (
            Run(2, environment={**_DEAD, "NO_PROXY": "127.0.0.1,localhost"}),
            Run(0, 2, PROXY.format("127.0.0.1"), environment=_DEAD),
        ),
        "Where this variable is set, set `NO_PROXY=127.0.0.1,localhost` as well.",
        case="proxy",
    ),
)

OLDEST = Neighbour(
    "the oldest releases",
    (),
    (Run(9),),
    case="pytest",
)
NEWEST = Neighbour("the newest releases", (), (Run(9),), case="pytest")
