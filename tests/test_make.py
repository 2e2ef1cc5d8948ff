"""`make` and the Pythons that it finds: which it refuses, and when it makes `.venv` anew."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.programs import find

PYTHON = """\
#!/bin/sh
# Python {version}, as far as the Makefile asks: what it is, a new environment, and nothing else.
case "$1 $2" in
"-c "*) exec {real} -IS -c 'import sys
sys.version_info, sys.version, sys.base_prefix = {info}, "{version} (main)", "/opt/{version}"
exec(sys.argv[1])' "$2" ;;
"-m venv")
    mkdir -p "$3/bin" && cp "$0" "$3/bin/python"
    echo "command = $0 -m venv $PWD/$3" > "$3/pyvenv.cfg"
    echo {version} >> "{log}" ;;
esac
"""


class Checkout:
    """A folder with the Makefile and nothing that it could install."""

    def __init__(self, folder: Path) -> None:
        self.path, self._log = folder / "shop", folder / "made"
        self._programs = folder / "programs"
        for part in (self.path / "requirements", self.path / "sandbox", self._programs):
            part.mkdir(parents=True)
        shutil.copy(ROOT / "Makefile", self.path)
        (self.path / "requirements" / "run.txt").touch()

    def put(self, name: str, version: str) -> None:
        """A Python that is found by a name."""
        info = tuple(map(int, version.split(".")))
        script = PYTHON.format(real=sys.executable, version=version, info=info, log=self._log)
        (self._programs / name).write_text(script)
        (self._programs / name).chmod(0o755)

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        silent = {
            k: v for k, v in os.environ.items() if k not in ("PYTHON", "MAKEFLAGS", "MAKELEVEL")
        }
        return subprocess.run(
            ["make", "run", *words],
            cwd=self.path,
            env={**silent, "PATH": f"{self._programs}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=60,
        )

    @property
    def made(self) -> list[str]:
        """The Pythons that environments were made of, in order."""
        return self._log.read_text().split() if self._log.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    find("make")
    checkout = Checkout(tmp_path)
    for name, version in (
        ("python3", "3.10.13"),
        ("python3.12", "3.12.1"),
        ("python3.13", "3.13.0"),
    ):
        checkout.put(name, version)
    return checkout


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "python3 is Python 3.10.13;"),
        (["PYTHON=python3.9999"], "python3.9999 is not there;"),
    ],
)
def test_a_python_too_old_is_refused_in_a_line_before_anything_is_made(
    checkout: Checkout, words: list[str], reason: str
) -> None:
    ended = checkout.run(*words)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert f"{reason} Python 3.11 or later is needed" in ended.stderr
    assert not (checkout.path / ".venv").exists()


def test_an_environment_is_kept_until_another_python_is_asked_for(checkout: Checkout) -> None:
    for words in (["PYTHON=python3.12"], ["PYTHON=python3.12"], [], ["PYTHON=python3.13"], []):
        assert checkout.run(*words).returncode == 0
    assert checkout.made == ["3.12.1", "3.13.0"]
    assert checkout.run("PYTHON=python3").returncode == 2
    assert (checkout.path / ".venv" / "run.stamp").exists(), "what there is stays"


def test_an_environment_of_no_use_is_made_anew(checkout: Checkout) -> None:
    """Of a Python that has gone, of one too old, and of a folder that has been moved."""
    assert checkout.run("PYTHON=python3.12").returncode == 0
    (checkout.path / ".venv" / "bin" / "python").unlink()
    checkout.put("python3", "3.13.0")
    assert checkout.run().returncode == 0
    checkout.put("old", "3.10.13")
    shutil.copy(checkout.path.parent / "programs" / "old", checkout.path / ".venv/bin/python")
    assert checkout.run().returncode == 0
    checkout.path = checkout.path.rename(checkout.path.parent / "moved")
    assert checkout.run().returncode == 0
    assert checkout.made == ["3.12.1", "3.13.0", "3.13.0", "3.13.0"]
    assert checkout.run().returncode == 0
    assert len(checkout.made) == 4
