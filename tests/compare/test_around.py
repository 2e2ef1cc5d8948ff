"""The documents say all of it, and a start knows nothing of it."""

import subprocess
import sys
from pathlib import Path

import yaml

from sandbox.app import data_folder
from sandbox.compare.answers import IGNORED, IGNORED_FAMILIES
from sandbox.compare.scripts import Step
from tests.compare.kit import SHIPPED, Other, compared, script
from tests.examples.documents import blocks, page, rows, section

TEXT = page("docs/compare.md")


def test_every_script_stands_in_its_table_with_what_it_needs() -> None:
    table = {cells[0]: cells[-1] for cells in rows(section(TEXT, "## The scripts"))}
    for name in SHIPPED:
        content = yaml.safe_load((data_folder("comparisons") / f"{name}.yaml").read_text("utf-8"))
        needs = ", ".join(f"`{need}`" for need in content.get("needs", ()))
        assert table[f"`{name}`"] == needs
    named = [cell for cell in table if cell.startswith(("`lean-", "`lahza-"))]
    assert len(named) == len(SHIPPED)


def test_every_key_of_a_step_and_every_ignored_header_is_named() -> None:
    keys = {"name", "method", "path", "headers", "json", "form", "text", "await"}
    keys |= {field for field in Step._fields if field not in ("kind", "body", "wait")}
    assert [key for key in keys if f"`{key}`" not in section(TEXT, "## The scripts")] == []
    said = section(TEXT, "## What is compared")
    assert [name for name in (*IGNORED, *IGNORED_FAMILIES) if f"`{name}`" not in said] == []


def test_the_script_that_is_shown_can_be_run(other: Other, tmp_path: Path) -> None:
    [shown] = blocks(TEXT, "yaml")
    report = compared(other, script(tmp_path, shown.text))
    assert (report["steps"], report["differences"], report["left_out"]) == (2, [], [])


def test_a_start_imports_nothing_of_it() -> None:
    look = "import sys, sandbox.cli.serve, sandbox.server; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    of_it = ("sandbox.compare", "sandbox.cli.compare", "sandbox.http.test_mode")
    assert [module for module in done.stdout.split() if module.startswith(of_it)] == []
