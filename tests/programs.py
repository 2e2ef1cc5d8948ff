"""Programs that some tests need, and that a machine may lack."""

import os
import shutil
from pathlib import Path

import pytest


def find(*names: str, path: str | None = None) -> str:
    """Where a program is, by the first of its names that is there.

    Without it the test is skipped; or fails, where REFUND_SANDBOX_TEST_ALL is set.
    """
    found = next(filter(None, (shutil.which(name, path=path) for name in names)), None)
    if found is None:
        assert "REFUND_SANDBOX_TEST_ALL" not in os.environ, f"there is no {names[0]}"
        pytest.skip(f"no {names[0]} on this machine")
    return found


def require(file: Path) -> None:
    """Likewise, of a file that `make test` installs."""
    if not file.is_file():
        assert "REFUND_SANDBOX_TEST_ALL" not in os.environ, f"there is no {file}"
        pytest.skip(f"no {file.name} on this machine")
