"""docs/openapi-clients.md, followed as a reader would: a client is made, and does its refunds.

`make generators` sets up what this takes, and runs it.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.documents import blocks, page, save, section
from tests.kit import Box
from tests.programs import require

PAGE = page("docs/openapi-clients.md")
GENERATORS = {
    "openapi-python-client": "python",
    "datamodel-code-generator": "python",
    "openapi-typescript": "node",
    "@hey-api/openapi-ts": "node",
}
BESIDE = Path(sys.prefix) / "beside" / "generators" / "bin"
MODULES = Path(sys.prefix) / "npm" / "generators" / "node_modules"
INSTALLED = {"python": BESIDE / "datamodel-codegen", "node": MODULES / ".bin" / "openapi-ts"}
PATH = [str(BESIDE), str(MODULES / ".bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
NPX = 'npx() { "$@"; }\n'
"""What is installed is called at once: npx takes half a second each time."""


@pytest.mark.slow
@pytest.mark.parametrize("name", GENERATORS)
def test_a_generated_client_does_a_refund_with_each_provider(
    tmp_path: Path, box: Box, name: str
) -> None:
    require(INSTALLED[GENERATORS[name]])
    here = section(PAGE, f"## {name}").replace("http://127.0.0.1:8426", box.url)
    save(tmp_path, here)
    if GENERATORS[name] == "node":
        [tsconfig] = blocks(PAGE, "jsonc")
        (tmp_path / "tsconfig.json").write_text(tsconfig.text, "utf-8")
        (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
        (tmp_path / "node_modules").symlink_to(MODULES)
    [commands] = blocks(here, "console")
    ended = subprocess.run(
        ["bash", "-ec", NPX + commands.text],
        cwd=tmp_path,
        env={"PATH": os.pathsep.join(PATH), "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.endswith(blocks(PAGE, "console")[0].text), ended.stdout + ended.stderr
