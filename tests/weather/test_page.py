"""docs/weather.md, followed as a reader would."""

import re
from pathlib import Path

import pytest

from tests.examples.documents import blocks, save
from tests.plugin.runs import pytest_in
from tests.weather.picture import FILE, PAGE, drawn

pytestmark = pytest.mark.slow


def test_the_shop_fails_as_shown_and_the_careful_one_does_not(tmp_path: Path) -> None:
    save(tmp_path, PAGE)
    run = pytest_in(tmp_path)

    assert "1 failed, 3 passed" in run.last(), run.out
    printed = [_likely(line.removeprefix("E").strip(" -")) for line in run.out.splitlines()]
    for block in blocks(PAGE, "text"):
        for line in block.text.splitlines():
            assert _likely(line.strip()) in printed, line


def _likely(line: str) -> str:
    """Without the counts of runs, which another release of Hypothesis may change."""
    return re.sub(r"run \d+ of|\d+ more", "", line)


def test_the_picture_is_what_the_sandbox_draws() -> None:
    assert FILE.read_text("utf-8") == drawn(), "run `python -m tests.weather.picture`"
