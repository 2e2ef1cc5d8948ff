"""The Dockerfile, as far as it can be tried without an engine: what goes in, how it starts, ends.

What is started is the wheel, as another user, where nothing can be written.
"""

import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
import requests

from sandbox.cli.health import PATIENCE
from sandbox.settings import Settings
from tests.container.dockerfile import TOP, read
from tests.test_server import url_in

IMAGE = read()
READS_ALL = 1 << 2
"""The capability CAP_DAC_READ_SEARCH, in the kernel's bits."""


def test_all_that_the_wheel_is_made_of_goes_in() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    about = project["project"]
    needed = {*wheel["only-include"], *wheel["force-include"]}
    needed |= {"pyproject.toml", about["readme"], *about["license-files"]}
    assert needed <= set(IMAGE.copied)


def test_the_build_sees_what_it_copies_and_nothing_else() -> None:
    lines = (TOP / ".dockerignore").read_text("utf-8").splitlines()
    seen = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert lines[0] == "*"
    assert seen == {name.partition("/")[0] for name in IMAGE.copied}
    assert [name for name in IMAGE.copied if not (TOP / name).exists()] == []


def test_nothing_is_installed_that_is_not_locked() -> None:
    installs = [words for words in IMAGE.runs if words[0] == "pip" and "install" in words]
    assert len(installs) == 3
    for words in installs:
        assert "--require-hashes" in words or {"--no-deps", "--no-index"} <= set(words)


def test_it_is_reached_from_outside_and_found_healthy_in_time() -> None:
    assert IMAGE.environment["SANDBOX_HOST"] == "0.0.0.0"
    assert Settings().port == IMAGE.port
    assert IMAGE.health == [*IMAGE.entrypoint, "health"]
    assert IMAGE.patience > PATIENCE
    assert not {"0", "root"} & set(IMAGE.user.split(":"))


def test_it_is_made_of_a_slim_python_that_the_wheel_takes() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    for base in IMAGE.bases:
        [version] = re.findall(r"^python:(3\.\d+)-slim$", base)
        assert f"Programming Language :: Python :: {version}" in project["classifiers"]


@pytest.fixture
def root(installed: Path) -> Iterator[Path]:
    """A folder that is open to all, and holds what the image holds; it can't be written to."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        copytree(installed, root / "installed")
        (root / "home").mkdir()
        for path in (root, *root.rglob("*")):
            path.chmod(0o555 if path.is_dir() or path.parent.name == "bin" else 0o444)
        yield root
        for path in (root, *root.rglob("*")):
            path.chmod(0o755)


def stranger() -> list[str]:
    """What starts a command as the image's user. Who is not root here can't write there anyway."""
    if os.geteuid() != 0:
        return []
    user, group = IMAGE.user.split(":")
    words = ["setpriv", "--reuid", user, "--regid", group, "--clear-groups"]
    status = Path("/proc/self/status").read_text("ascii")
    capable = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    if int(capable.split()[1], 16) & READS_ALL:  # this Python may lie in root's own home
        words += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return words


@pytest.mark.slow
def test_it_starts_is_healthy_and_ends_at_once_without_writing_anything(root: Path) -> None:
    inside = {
        **IMAGE.environment,
        "PATH": f"{root}/installed/bin:{os.environ['PATH']}",
        "PYTHONPATH": f"{root}/installed",
        "HOME": f"{root}/home",
        "TMPDIR": f"{root}/home",
    }
    touch = [*stranger(), "touch", str(root / "home" / "written")]
    assert subprocess.run(touch, capture_output=True).returncode != 0
    before = sorted(root.rglob("*"))
    process = subprocess.Popen(
        [*stranger(), *IMAGE.entrypoint, "--clock", "frozen"],
        cwd=root / "home",
        env={**inside, "SANDBOX_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = url_in(process.stdout.readline())
        port = url.rpartition(":")[2]
        healthy = subprocess.run(
            [*stranger(), *IMAGE.health],
            cwd=root / "home",
            env={**inside, "SANDBOX_PORT": port},
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert (healthy.returncode, healthy.stderr) == (0, "")
        clock = requests.get(f"http://127.0.0.1:{port}/_sandbox/clock").json()
        assert clock["mode"] == "frozen"
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=10)
    assert process.returncode == 0, out
    assert sorted(root.rglob("*")) == before
