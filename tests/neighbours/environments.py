"""An environment for each neighbour: the project's wheel and its packages, and those of the lock.

All lie in `beside/neighbours` of this Python's own environment. `wheels` holds each package of the
lock once; `base` is what the project needs and pytest; each neighbour's environment holds what it
needs beyond that.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import ROOT
from tests.neighbours.table import NEWEST, OLDEST, Neighbour

LOCKS = ROOT / "requirements"
HOME = Path(sys.prefix) / "beside" / "neighbours"
WHEELS, BASE = HOME / "wheels", HOME / "base"
_LIMIT = 600
"""Seconds that pip may take for one call."""


def versions(lock: str) -> dict[str, str]:
    """What a lock pins, by the names of the packages in small letters."""
    text = (LOCKS / f"{lock}.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def python(environment: Path) -> Path:
    return environment / "bin" / "python"


def prepare() -> None:
    """Download what the lock pins, and install the project, as a wheel, with what it needs."""
    lock = LOCKS / "neighbours.txt"
    if _is_new(WHEELS, lock.read_text("utf-8")):
        _pip("download", "--require-hashes", "--only-binary=:all:", "-r", lock, "-d", WHEELS)
        _note(WHEELS, lock.read_text("utf-8"))
    _make(BASE, [*versions("run"), "pytest"])
    built = HOME / "project"
    shutil.rmtree(built, ignore_errors=True)
    _pip("wheel", "--no-deps", "--no-build-isolation", "-w", built, ROOT)
    (wheel,) = built.glob("*.whl")
    for environment in (BASE, of(OLDEST)):
        options = ("--no-index", "--no-deps", "--force-reinstall", wheel)
        _pip("--python", python(environment), "install", *options)
        _pip("--python", python(environment), "check")  # that the wheel admits what is there


def of(neighbour: Neighbour) -> Path:
    """The neighbour's environment, made anew where its packages or their lock have changed."""
    if neighbour is OLDEST:
        return HOME.parent / "oldest"
    if neighbour is NEWEST:
        return BASE
    environment = HOME / neighbour.name
    _make(environment, neighbour.packages, below=BASE)
    return environment


def _make(environment: Path, packages: Sequence[str], below: Path | None = None) -> None:
    made_of = f"{packages} {below} {(LOCKS / 'neighbours.txt').read_text('utf-8')}"
    if not _is_new(environment, made_of):
        return
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    if below is not None:
        (site,) = environment.glob("lib/*/site-packages")
        (others,) = below.glob("lib/*/site-packages")
        (site / "below.pth").write_text(f"{others}\n", "utf-8")
    options = ("--no-index", "--no-compile", "--find-links", WHEELS)
    _pip("--python", python(environment), "install", *options, *packages)
    _note(environment, made_of)


def _is_new(folder: Path, made_of: str) -> bool:
    """Whether a folder has to be made; what is left of an old one is gone then."""
    note = folder / "made-of"
    if note.is_file() and note.read_text("utf-8") == _digest(made_of):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return True


def _note(folder: Path, made_of: str) -> None:
    (folder / "made-of").write_text(_digest(made_of), "utf-8")


def _digest(text: str) -> str:
    return hashlib.sha256(f"{sys.version} {text}".encode()).hexdigest()


def _pip(*words: object) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    done = subprocess.run(
        [*command, *map(str, words)], capture_output=True, text=True, timeout=_LIMIT
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
