"""The tests in docs/testing.md, run as a reader would run them."""

import re
from pathlib import Path

import pytest

from tests.examples.documents import blocks, page, save
from tests.plugin.runs import pytest_in

pytestmark = pytest.mark.slow

TEXT = page("docs/testing.md")


def test_all_pass_but_the_two_that_are_to_show_how_they_fail(tmp_path: Path) -> None:
    save(tmp_path, TEXT)
    run = pytest_in(tmp_path)

    assert "2 failed, 12 passed" in run.last(), run.out
    printed = [line.removeprefix("E").strip() for line in run.out.splitlines()]
    for block in blocks(TEXT, "text"):
        for line in block.text.splitlines():
            shown = line.strip().removesuffix("…}")
            assert any(one.startswith(shown) for one in printed), line


def test_every_option_of_the_plugin_stands_in_the_table_and_no_other(tmp_path: Path) -> None:
    there = set(re.findall(r"--payments-sandbox-[a-z-]+", pytest_in(tmp_path, "--help").out))
    assert set(re.findall(r"^\| `(--[a-z-]+)`", TEXT, re.MULTILINE)) == there
