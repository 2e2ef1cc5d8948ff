"""One real server for each test process; every test begins with a fresh, frozen world."""

import random  # noqa: TID251
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.settings import Settings
from tests.kit import Box, serving
from tests.receiver import Receiver, receiving

ROOT = Path(__file__).parent.parent
NOW = "2026-05-13T11:50:42.625199Z"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--property-steps",
        type=int,
        help="how many random steps each test of tests/properties takes (a fixed 600 if left out)",
    )

    parser.addoption(
        "--kills", type=int, default=20, help="how often tests/data kills a server (20 if left out)"
    )
    parser.addoption(
        "--long", action="store_true", help="repeat fifty times what is repeated to find races"
    )


@pytest.fixture
def repeats(request: pytest.FixtureRequest) -> int:
    """How often to repeat what might go wrong once in a while."""
    return 50 if request.config.getoption("--long") else 15


@pytest.fixture
def property_steps(request: pytest.FixtureRequest) -> int | None:
    """How many random steps are wanted, if any are."""
    steps: int | None = request.config.getoption("--property-steps")
    return steps


@pytest.fixture
def property_seed(request: pytest.FixtureRequest) -> int:
    """The seed of random steps: the one that is given (`--hypothesis-seed`), or a new one."""
    given = request.config.getoption("--hypothesis-seed")
    return random.randrange(2**32) if given is None else int(given)


@pytest.fixture(scope="session")
def running() -> Iterator[Box]:
    """A sandbox on a free port."""
    with serving(Settings()) as box:
        yield box


@pytest.fixture
def box(running: Box, request: pytest.FixtureRequest) -> Box:
    """The sandbox as a client meets it, its clock standing at NOW."""
    running.may_be_scripted(request.node.get_closest_marker("scripted") is not None)
    running.admin.post("/reset", {"mode": "frozen", "now": NOW})
    for snapshot in running.admin.get("/snapshots").json()["snapshots"]:  # which outlive a reset
        running.admin.delete(f"/snapshots/{snapshot['name']}")
    return running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Something that listens for webhooks, and answers 200."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's files, as pip put them there."""
    return install(ROOT, tmp_path_factory.mktemp("wheel"))


def install(project: Path, folder: Path) -> Path:
    """Build a project's wheel, and install it alone; returns the folder where its files are."""
    wheels, installed = folder / "wheels", folder / "installed"
    build = ["build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(project)]
    subprocess.run([sys.executable, "-m", *build], check=True, capture_output=True)
    wheel = next(wheels.glob("*.whl"))
    install = ["pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(installed)]
    subprocess.run([sys.executable, "-m", *install, str(wheel)], check=True, capture_output=True)
    return installed
