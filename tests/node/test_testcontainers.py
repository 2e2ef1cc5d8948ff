"""The modules for testcontainers, Python's and Node's, with a stand-in for Docker's engine.

What they ask an engine for, and that they wait until the sandbox is healthy at the port it names.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sandbox.settings import Settings
from tests.conftest import ROOT
from tests.container.engine import engine
from tests.kit import serving
from tests.node.conftest import nodes, run
from tests.plugin.runs import Run
from tests.programs import require

pytestmark = pytest.mark.slow
PYTHON = Path(sys.prefix) / "beside" / "testcontainers" / "bin" / "python"
SCRIPT = """
from sandbox.client.testcontainers import RefundSandboxContainer

image = "registry.example.com/refund-sandbox:0.2.0"
environment = {"SANDBOX_NOW": "2030-01-01T00:00:00Z"}
with RefundSandboxContainer(image, token="hush", env=environment) as container:
    print(container.url, container.sandbox().health()["status"])
"""

STAND_IN = {
    "TESTCONTAINERS_RYUK_DISABLED": "true",
    "TESTCONTAINERS_CONNECTION_MODE": "docker_host",  # also where the tests run in a container
}
Variables = dict[str, str]


@pytest.fixture(params=["Python", "Node"])
def ran(request: pytest.FixtureRequest) -> Callable[[Variables], Run]:
    """Starts a container, asks for its health, and removes it."""

    def python(variables: Variables) -> Run:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
        command = [str(PYTHON), "-c", SCRIPT]
        ended = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120
        )
        return Run(ended.returncode, ended.stdout if ended.returncode == 0 else ended.stderr)

    if request.param == "Python":
        require(PYTHON)
        return python
    project: Path = request.getfixturevalue("project")
    return lambda variables: run(nodes()[0], "container.mjs", cwd=project, **variables)


def test_a_container_is_started_and_waited_for(ran: Callable[[Variables], Run]) -> None:
    with serving(Settings(admin_token="hush")) as box:
        with engine(published=urlsplit(box.url).port or 0) as docker:
            ended = ran({**STAND_IN, "DOCKER_HOST": docker.url})
        assert ended == (0, f"{box.url} ok\n"), ended.out
    [asked] = docker.created
    assert asked["Image"] == "registry.example.com/refund-sandbox:0.2.0"
    assert set(asked["ExposedPorts"]) == {"8426/tcp"}
    assert {
        "SANDBOX_CLOCK=frozen",
        "SANDBOX_NOW=2030-01-01T00:00:00Z",
        "SANDBOX_ADMIN_TOKEN=hush",
    } <= set(asked["Env"])
    assert asked["HostConfig"]["ExtraHosts"] == ["host.docker.internal:host-gateway"]
    assert docker.is_gone
