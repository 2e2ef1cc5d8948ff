"""The day in docs/whole-day.md, run as a reader would run it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.settings import Settings
from tests.examples.documents import page, save
from tests.kit import serving

pytestmark = pytest.mark.slow


def test_a_whole_day_of_each_provider(tmp_path: Path) -> None:
    save(tmp_path, page("docs/whole-day.md"))
    with serving(Settings()) as box:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
            cwd=tmp_path,
            env={**os.environ, "SANDBOX_URL": box.url},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert run.returncode == 0, run.stdout
    assert "2 passed" in run.stdout
