"""`docs/neighbours.md`, made of the table and the locks."""

from collections.abc import Iterator

from sandbox.client.obstacles import CURES, PROXY, stopped_by
from tests.conftest import ROOT
from tests.neighbours.environments import versions
from tests.neighbours.table import NEIGHBOURS, NEWEST, OLDEST

PAGE = ROOT / "docs" / "neighbours.md"
HINTS = (*map(stopped_by, CURES), PROXY.format("127.0.0.1"))
"""All that the report of a failed test may say."""
_SHOWN = ("pytest", "flask", "werkzeug", "marshmallow", "click")
_HEAD = """\
<!-- `make neighbours` writes this page from tests/neighbours/table.py and the locks, once all runs
     have ended as the table says; a test holds it against them. -->
# Beside other tools

The pytest plugin was run beside each of these tools, each in an environment of its own, with the
versions shown. The runs make refunds and move the clock. None hangs.

What a test calls on the fixture goes into the sandbox without a socket, so tools that watch sockets
or HTTP do not see it. Your code's calls go to a port of 127.0.0.1, and such tools do see those. If
one of them, or a proxy, keeps such a call from the sandbox, the report of the failed test has a
section `payments sandbox: hint`, which says what to do. [All hints](#hints) are below.

A server that runs already (`--payments-sandbox-url`) gets the fixture's calls through its port.
There, what this page says of your code's calls holds for both.

| tool | version | what to do |
|---|---|---|
"""
_RELEASES = """\

## Oldest and newest

The same tests ran with the oldest and the newest releases of what the sandbox needs, and of pytest.
pytest 6 is too old: it ends at once, and says why.

| | """


def page() -> str:
    """The page."""
    lock = versions("neighbours")
    rows = "".join(f"{line}\n" for line in _rows(lock))
    head = " | ".join(_SHOWN)
    releases = "\n".join(
        f"| {neighbour.name} | {' | '.join(versions(name)[each] for each in _SHOWN)} |"
        for neighbour, name in ((OLDEST, "oldest"), (NEWEST, "neighbours"))
    )
    hints = "".join(f"- {sentence}\n" for sentence in HINTS)
    return (
        f"{_HEAD}{rows}\n## Hints\n\n{hints}{_RELEASES}{head} |\n"
        f"|{'---|' * (len(_SHOWN) + 1)}\n{releases}\n"
    )


def _rows(lock: dict[str, str]) -> Iterator[str]:
    for neighbour in NEIGHBOURS:
        packages = [package.partition("[")[0] for package in neighbour.packages]
        tried = (f"{name} {lock[name]}".removeprefix(f"{neighbour.name} ") for name in packages)
        yield f"| {neighbour.name} | {', '.join(tried)} | {neighbour.do or 'nothing'} |"
