"""`make dist`: builds all that a release is made of, checks it, and runs it in bare environments.

What it needs from a network, `make` has brought: the tools, and the locked wheels of what users
install.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from sandbox import __version__
from tests.examples.documents import page, save
from tests.test_server import url_in

TOP = Path(__file__).parents[2]
OUT = TOP / "dist"
TOOLS = Path(sys.prefix) / "beside" / "dist" / "bin"
WHEELS = Path(sys.prefix) / "wheels"
PROJECTS = {"refund-sandbox": TOP, "refund-sandbox-client": TOP / "clients" / "python"}
SANDBOX, CLIENT = PROJECTS
LOCK = TOP / "requirements" / "run.txt"
ALONE = """
import sys
from sandbox.client import Sandbox

with Sandbox(sys.argv[1]) as sandbox:
    print(sandbox.health()["version"])
"""
"""The client, without pytest."""
KEPT = ("HOME", "LANG", "PATH", "TMPDIR")
ENVIRONMENT = {name: os.environ[name] for name in KEPT if name in os.environ}
"""Of what is run: nothing that leads to this checkout, and no proxy."""


def run(*command: str | Path, cwd: Path = TOP, **environment: str) -> str:
    """Run a program to its end; returns what it printed, or ends with it where that failed."""
    ended = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**ENVIRONMENT, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    require(ended.returncode == 0, f"{ended.stdout}\n{' '.join(map(str, command))}: failed")
    return ended.stdout


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(f"make dist: {otherwise}")


def build(folder: Path, project: Path, *kinds: str) -> None:
    """Build sdist and wheel: the wheel from the sdist, or with `kinds` from the checkout."""
    frontend = (TOOLS / "python", "-m", "build", "--no-isolation")
    run(*frontend, *kinds, "--outdir", folder, project)


def built() -> list[Path]:
    """The wheels and sdists in `dist`, where `make node` puts its own."""
    return sorted([*OUT.glob("*.whl"), *OUT.glob("*.tar.gz")])


def require_same(made: list[Path], others: list[Path]) -> None:
    require([a.name for a in made] == [b.name for b in others], f"two builds made {made}, {others}")
    for one, other in zip(made, others, strict=True):
        same = one.read_bytes() == other.read_bytes()
        require(same, f"{one.name} has other bytes when it is built again, or from the checkout")


def require_complete(sdist: Path, scratch: Path) -> None:
    """Require that an sdist holds the project as Git knows it, and that its tests are found."""
    scratch.mkdir()
    run("tar", "-xzf", sdist, "-C", scratch)
    top = scratch / sdist.name.removesuffix(".tar.gz")
    held = {str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()}
    known = set(run("git", "ls-files", "-z").rstrip("\0").split("\0")) | {"PKG-INFO"}
    require(held == known, f"Git and the sdist differ in {sorted(held ^ known)}")
    collect = ("-m", "pytest", "--collect-only", "-qq", "-p", "no:cacheprovider")
    run(sys.executable, *collect, cwd=top, PYTHONPATH=str(top))


class Bare:
    """An environment with nothing in it, not even pip."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        run(sys.executable, "-m", "venv", "--without-pip", folder)

    def install(self, *what: str | Path) -> None:
        """Install what was locked or made here."""
        pip = (TOOLS / "python", "-m", "pip", "--quiet", "--python", self.bin / "python")
        found = ("--no-index", "--find-links", WHEELS, "--find-links", OUT)
        run(*pip, "install", *found, *what)

    def test(self, folder: Path, *options: str) -> None:
        """Run the tests of a folder, which must pass."""
        command = ("-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *options)
        said = run(self.bin / "python", *command, cwd=folder)
        require("4 passed" in said, said)


def write_sbom(environment: Bare, file: Path) -> None:
    """Write what an environment holds as CycloneDX, held against the schema of that."""
    made = ("--output-reproducible", "--validate", "--output-file", file)
    run(TOOLS / "cyclonedx-py", "environment", *made, environment.bin / "python")
    components = json.loads(file.read_text("utf-8"))["components"]
    listed = {(each["name"].lower(), each["version"]) for each in components}
    locked = set(re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text("utf-8"), re.MULTILINE))
    wanted = {*locked, (SANDBOX, __version__)}
    require(listed == wanted, f"the SBOM and the lock differ in {sorted(listed ^ wanted)}")
    require("file:" not in file.read_text("utf-8"), f"{file.name} names a path of this machine")


@contextmanager
def serving(environment: Bare, folder: Path) -> Iterator[str]:
    """The installed command, on a free port."""
    process = subprocess.Popen(
        [environment.bin / "refund-sandbox", "--port", "0"],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield url_in(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=30)


def try_out(scratch: Path) -> None:
    """Refund with each provider: by the plugin, and by the client alone at the command's server."""
    tests, full, client = scratch / "tests", Bare(scratch / "full"), Bare(scratch / "client")
    tests.mkdir()
    save(tests, page("README.md"))
    copy(TOP / "tests" / "dist" / "refunds.py", tests / "test_each_provider.py")

    full.install("--require-hashes", "-r", LOCK)
    full.install("--no-deps", f"{SANDBOX}=={__version__}")
    write_sbom(full, OUT / f"{SANDBOX}-{__version__}.cdx.json")
    client.install(f"{CLIENT}=={__version__}")
    with serving(full, tests) as url:
        said = run(client.bin / "python", "-I", "-c", ALONE, url, cwd=tests).strip()
        require(said == __version__, said)
        client.install("pytest")
        client.test(tests, f"--payments-sandbox-url={url}")
    full.install("pytest")
    full.test(tests)


def main() -> None:
    os.environ.setdefault("SOURCE_DATE_EPOCH", run("git", "log", "-1", "--format=%ct").strip())
    ENVIRONMENT["SOURCE_DATE_EPOCH"] = os.environ["SOURCE_DATE_EPOCH"]
    for path in [*built(), *OUT.glob("*.cdx.json")]:
        path.unlink()
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        for project in PROJECTS.values():
            build(OUT, project)
            build(scratch / "again", project, "--sdist", "--wheel")
        require_same(built(), sorted((scratch / "again").iterdir()))
        require_complete(OUT / f"refund_sandbox-{__version__}.tar.gz", scratch / "sdist")
        run(TOOLS / "twine", "check", "--strict", *built())
        run(TOOLS / "check-wheel-contents", *OUT.glob("*.whl"))
        try_out(scratch)
    for path in sorted(OUT.iterdir()):
        print(path.relative_to(TOP), f"{path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
