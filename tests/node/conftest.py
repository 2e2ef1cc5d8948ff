"""The client for Node as npm packs it, and the programs that run its suites."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.plugin.runs import Run
from tests.programs import find, require

BIN = Path(sys.prefix) / "bin"
TOOLS = Path(sys.prefix) / "npm" / "node" / "node_modules"
"""What `make test` installs by tests/node/package-lock.json."""
SUITES = Path(__file__).parent / "suites"


@pytest.fixture(scope="session")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `npm pack` makes of clients/node, once for all test processes."""
    require(TOOLS / "typescript" / "package.json")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    made = shared / "node-client"
    with (shared / "node-client.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            package = shared / "node-client-source"
            kept = shutil.ignore_patterns("node_modules", "types", "*.tgz")
            shutil.copytree(ROOT / "clients" / "node", package, ignore=kept)
            (package / "node_modules").symlink_to(TOOLS)
            packed = shared / "node-client-packed"
            packed.mkdir()
            output("npm", "pack", "--pack-destination", str(packed), cwd=package)
            packed.rename(made)
    return next(made.glob("*.tgz"))


@pytest.fixture(scope="session")
def modules(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `node_modules` with the packed client, and all that its tests are run with."""
    folder = tmp_path_factory.mktemp("node") / "node_modules"
    folder.mkdir()
    for tool in TOOLS.iterdir():
        (folder / tool.name).symlink_to(tool)
    subprocess.run(["tar", "-xzf", tarball, "-C", folder], check=True)
    (folder / "package").rename(folder / "refund-sandbox")
    return folder


@pytest.fixture
def project(modules: Path, tmp_path: Path) -> Path:
    """A team's folder with the suites, and the packed client installed."""
    (tmp_path / "node_modules").symlink_to(modules)
    shutil.copytree(SUITES, tmp_path, dirs_exist_ok=True)
    return tmp_path


def nodes() -> list[str]:
    """The Node of `.venv`, and the machine's own, where there is another."""
    own = shutil.which("node", path=str(BIN))
    others = [folder for folder in os.get_exec_path() if Path(folder) != BIN]
    machines = shutil.which("node", path=os.pathsep.join(others))
    return [node for node in (own, machines) if node] or ["node"]


def run(*command: str, cwd: Path, **variables: str) -> Run:
    """Run a program of `.venv`'s, or by its path, without a variable of ours but those given."""
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    silent = {k: v for k, v in os.environ.items() if not k.startswith(("SANDBOX_", "NODE_"))}
    environment = {**silent, "PATH": path, "PYTHON": sys.executable, "NO_COLOR": "1"}
    ended = subprocess.run(
        [find(command[0], path=path), *command[1:]],
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    return Run(ended.returncode, ended.stdout + ended.stderr)


def output(*command: str, cwd: Path, **variables: str) -> str:
    """Likewise, of one that ends well."""
    ended = run(*command, cwd=cwd, **variables)
    assert ended.code == 0, ended.out
    return ended.out
