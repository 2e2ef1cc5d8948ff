"""Runs pytest on a folder as its user would: in a process of its own, from that folder."""

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
WITHOUT = "-p no:schemathesis -p no:hypothesispytest"
"""Options for pytest: none of the plugins that users lack, and that take long to load."""


class Run(NamedTuple):
    """How it ended: pytest's exit code, and all that it printed."""

    code: int
    out: str

    def last(self) -> str:
        return self.out.strip().splitlines()[-1]


def passed(run: Run, count: int) -> bool:
    """Whether that many tests passed, and none did not."""
    assert run.code == 0, run.out
    return re.search(rf"\b{count} passed", run.last()) is not None


def pytest_in(folder: Path, *options: str, **environment: str) -> Run:
    """Run it, with no settings but the folder's own."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *WITHOUT.split(), *options]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV"))}
    ended = subprocess.run(
        command,
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return Run(ended.returncode, ended.stdout + ended.stderr)


def write(folder: Path, **files: str) -> None:
    """Write Python files, named without their ending."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(dedent(text), "utf-8")
