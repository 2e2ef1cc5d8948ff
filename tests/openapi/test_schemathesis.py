"""Schemathesis holds a running sandbox against its documents, by the rules in schemathesis.toml."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import NOW
from tests.kit import LAHZA, LEAN, frozen, serving

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
EXAMPLES = 8
CREDENTIALS = {"lean": LEAN, "lahza": LAHZA, "admin": {}}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_the_sandbox_does_what_its_document_says(name: str, tmp_path: Path) -> None:
    with serving(frozen(NOW)) as box:
        command = [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(HERE / "schemathesis.toml")),
            *("run", f"{box.url}/_sandbox/openapi/{name}.json"),
            *(f"--header={key}:{value}" for key, value in CREDENTIALS[name].items()),
            f"--max-examples={EXAMPLES}",
            "--generation-deterministic",
            "--no-color",
        ]
        ended = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Tested" in ended.stdout
