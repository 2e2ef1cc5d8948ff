"""Runs a client in the environment that holds it, beside a sandbox."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.dialect.clients import Client
from tests.kit import Box
from tests.programs import find, require

HERE = Path(__file__).parent
INSTALLED = Path(sys.prefix)
PACKAGES = INSTALLED / "npm" / "dialect"
NODE_IN = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def python_of(client: Client) -> str:
    """The Python that has a client from PyPI; the test is skipped without it."""
    python = INSTALLED / "beside" / client.environment / "bin" / "python"
    require(python)
    return str(python)


def node() -> str:
    """Node, where the clients from npm are installed; the test is skipped without them."""
    require(PACKAGES / "node_modules" / ".package-lock.json")
    return find("node", path=NODE_IN)


def run(*command: str) -> str:
    """What a program prints, whose environment has no path of this one's."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run(
        command, env=clean, cwd=HERE, capture_output=True, encoding="utf-8", timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def drive(client: Client, box: Box, *calls: tuple[str, Any]) -> list[Any]:
    """What a client's caller gets from each call, in the words of drivers.py."""
    asked = json.dumps(calls)
    if client.registry == "npm":
        said = run(node(), "drivers.mjs", client.name, box.url, asked, str(PACKAGES))
    else:
        said = run(python_of(client), "drivers.py", client.name, box.url, asked)
    return [json.loads(line) for line in said.splitlines()]
