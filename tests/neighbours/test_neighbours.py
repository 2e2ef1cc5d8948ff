"""The table of neighbours, its page, and two cheap ones; `make neighbours` runs all."""

import re
import runpy
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sandbox.client.obstacles import CURES, stopped_by, tool_that_raised
from tests.conftest import ROOT
from tests.neighbours.environments import versions
from tests.neighbours.page import HINTS, PAGE, page
from tests.neighbours.table import NEIGHBOURS, Neighbour
from tests.neighbours.trial import CASES, faults

HERE = [each for each in NEIGHBOURS if each.name in ("anyio", "HTTP_PROXY")]


def test_the_page_says_what_the_table_and_the_locks_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "make neighbours"


def test_each_case_and_each_hint_is_tried() -> None:
    used = {each.case or each.name for each in NEIGHBOURS}
    assert {path.name for path in CASES.iterdir() if path.is_dir()} - {"__pycache__"} <= used
    assert set(HINTS) <= {run.says for each in NEIGHBOURS for run in each.runs}


def test_the_oldest_that_are_tried_are_the_oldest_that_the_wheel_admits() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    admitted = dict(dependency.split(">=") for dependency in project["dependencies"])
    tried = versions("oldest")
    for name, least in admitted.items():
        assert re.sub(r"(\.0)+$", "", tried[name]) == re.sub(r"(\.0)+$", "", least), name


@pytest.mark.slow
@pytest.mark.parametrize("neighbour", HERE, ids=lambda each: each.name)
def test_a_neighbour_is_as_its_table_says(neighbour: Neighbour, tmp_path: Path) -> None:
    paths = f"{tmp_path}:{ROOT}"
    assert list(faults(neighbour, Path(sys.executable), tmp_path, PYTHONPATH=paths)) == []


@pytest.mark.parametrize("package", CURES)
@pytest.mark.parametrize(
    ("said", "is_meant"),
    [
        ("no mock for http://127.0.0.1:8426/refund", True),
        ("a socket was asked for", True),
        ("no mock for http://rates.example.com/", False),
    ],
)
def test_the_tool_that_raised_is_told_unless_another_host_is_meant(
    package: str, said: str, is_meant: bool
) -> None:
    """Also where a library raised its own error instead."""
    module: dict[str, Any] = {"__name__": f"{package}.inner"}
    exec(f"def stop(): raise RuntimeError({said!r})", module)
    with pytest.raises(RuntimeError) as stopped:
        module["stop"]()
    raised = OSError("refused")
    raised.__cause__ = stopped.value
    told = tool_that_raised(raised, "127.0.0.1")
    assert told == (stopped_by(package) if is_meant else None)


def test_an_error_of_the_tests_own_names_no_tool() -> None:
    """Even one that is its own cause."""
    error = OSError("127.0.0.1")
    error.__cause__ = error
    assert tool_that_raised(error) is None


def test_a_pytest_that_is_too_old_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(pytest, "StashKey")
    monkeypatch.setattr(pytest, "__version__", "6.2.5")
    with pytest.raises(pytest.UsageError, match=r"wants pytest 7 or later, and this is 6\.2\.5: "):
        runpy.run_path(str(ROOT / "payments_sandbox.py"))
