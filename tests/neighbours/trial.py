"""Tries the plugin beside a neighbour: pytest in a copy of its case, in a process of its own."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.neighbours.table import Neighbour, Run

CASES = Path(__file__).parent / "cases"
_LIMIT = 120
"""Seconds after which a run hangs."""
_KEPT = ("HOME", "LANG", "PATH", "TMPDIR")
"""Variables that a run inherits."""


def faults(neighbour: Neighbour, python: Path, folder: Path, **extra: str) -> Iterator[str]:
    """What is not as the table says, run by run; the case is copied into a folder.

    Args:
        neighbour: what is beside.
        python: that of its environment.
        folder: an empty one.
        extra: variables for each run.
    """
    shutil.copytree(CASES / (neighbour.case or neighbour.name), folder, dirs_exist_ok=True)
    shutil.copy(CASES / "shop.py", folder)
    programs = (shutil.which(name) for name in neighbour.programs)
    chromium = next(filter(None, programs), "")
    for run in neighbour.runs:
        values = {k: v.format(chromium=chromium) for k, v in run.environment.items()}
        out = _out(run, python, folder, {**values, **extra})
        if out is None:
            yield f"{run.options}: no end within {_LIMIT} s"
        elif (counts := _counts(out)) != (run.passed, run.failed):
            yield f"{run.options}: passed and failed are {counts}, not {run[:2]}\n{out}"
        elif run.says not in out:
            yield f"{run.options}: it does not say {run.says!r}\n{out}"


def _out(run: Run, python: Path, folder: Path, extra: dict[str, str]) -> str | None:
    """What pytest prints; None where it does not end."""
    command = [str(python), *run.under.split(), "pytest", "-p", "no:cacheprovider"]
    inherited = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with subprocess.Popen(
        [*command, *run.options.split()],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(folder), **extra},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            return process.communicate(timeout=_LIMIT)[0]
        except subprocess.TimeoutExpired:
            return None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # also what the tests left behind


def _counts(out: str) -> tuple[int, int]:
    """How many tests passed, and how many failed or could not begin, by pytest's last line."""
    last = (out.strip().splitlines() or [""])[-1]
    found = re.findall(r"(\d+) (passed|failed|error)", last)
    counts = {word: int(number) for number, word in found}
    return counts.get("passed", 0), counts.get("failed", 0) + counts.get("error", 0)
