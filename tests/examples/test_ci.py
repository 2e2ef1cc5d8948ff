"""CI as the README and its page show it, and this project's own: files that their readers take."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import __version__
from sandbox.engine.webhooks.endpoints import check_url
from sandbox.settings import from_environment
from tests.container.test_compose import free_port
from tests.examples.documents import TOP, blocks, page, section
from tests.examples.test_complete import first_cells

TEXT = page("README.md") + page("docs/ci.md")
SHOWN = blocks(TEXT, "yaml")
SCHEMAS = {
    ".github/workflows/tests.yml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "compose.yaml": "vendor.compose-spec",
}
"""By the name in a file's first line."""


def check(schema: str, *files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    return subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCHEMAS)
def test_every_file_shown_is_of_its_format(tmp_path: Path, name: str) -> None:
    files = []
    for block in SHOWN:
        if block.text.startswith(f"# {name}\n"):
            files.append(tmp_path / f"{block.line}.yaml")
            files[-1].write_text(block.text, "utf-8")
    assert files
    ended = check(SCHEMAS[name], *files)
    assert ended.returncode == 0, ended.stdout


def test_every_file_shown_says_its_name() -> None:
    for block in SHOWN:
        assert block.text.splitlines()[0].removeprefix("# ") in SCHEMAS


@pytest.mark.slow
def test_the_projects_own_files_are_of_their_formats(tmp_path: Path) -> None:
    workflows = sorted((TOP / ".github" / "workflows").iterdir())
    ended = check("vendor.github-workflows", *workflows)
    assert ended.returncode == 0, ended.stdout
    ended = check("vendor.compose-spec", TOP / "compose.yaml")
    assert ended.returncode == 0, ended.stdout
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(workflows[0].read_text("utf-8").replace("runs-on", "run-on"), "utf-8")
    assert check("vendor.github-workflows", wrong).returncode == 1


ACTIONS = {
    "actions/attest-sbom@v3",
    "actions/checkout@v5",
    "actions/download-artifact@v6",
    "actions/setup-node@v5",
    "actions/setup-python@v6",
    "actions/upload-artifact@v5",
    "./.github/workflows/ci.yml",
    "pypa/gh-action-pypi-publish@release/v1",
}


def test_workflows_name_what_there_is() -> None:
    own = [path.read_text("utf-8") for path in (TOP / ".github" / "workflows").iterdir()]
    shown = [block.text for block in SHOWN if "runs-on" in block.text]
    for text in (*own, *shown):
        jobs = yaml.safe_load(text)["jobs"]
        assert {job["needs"] for job in jobs.values() if "needs" in job} <= set(jobs)
        assert set(re.findall(r"uses: (\S+)", text)) <= ACTIONS
    assert "://" not in "".join(own), "a registry is the choice of whoever publishes"


DISTRIBUTIONS = ("refund_sandbox", "refund_sandbox_client")


def test_the_wheels_and_the_image_are_those_of_this_version() -> None:
    wheels = set(re.findall(r"vendor/(\S+\.whl)", TEXT))
    made = {f"{name}-{__version__}-py3-none-any.whl" for name in DISTRIBUTIONS}
    assert {name for name in made for shown in wheels if fnmatch(name, shown)} == made
    assert all(any(fnmatch(name, shown) for name in made) for shown in wheels)
    images = re.findall(r"[\w.]+/refund-sandbox:\S*\w", TEXT)
    assert set(images) == {f"registry.example.com/refund-sandbox:{__version__}"}


def environments(value: Any) -> Iterator[dict[str, str]]:
    """The maps in a file that set variables of a server's; SANDBOX_URL is one of its callers."""
    if isinstance(value, dict):
        found = {k: str(v) for k, v in value.items() if str(k).startswith("SANDBOX_")}
        if found.keys() - {"SANDBOX_URL"}:
            yield found
        for inner in value.values():
            yield from environments(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from environments(inner)


CONFIGURED = [block.text for block in SHOWN if "SANDBOX_CLOCK" in block.text]


@pytest.mark.parametrize("text", [*CONFIGURED, page("compose.yaml")], ids=lambda text: text[:28])
def test_a_server_starts_with_the_variables_shown_and_may_call_what_they_name(text: str) -> None:
    table = first_cells(section(page("docs/admin-api.md"), "## At the start"))
    [variables] = environments(yaml.safe_load(text))
    assert {f"`{name}`".replace("_LAHZA_W", "_LEAN_W") for name in variables} <= set(table)
    for address in from_environment(variables).webhooks.values():
        check_url(address.url, named=(), closed="_sandbox")


def start() -> str:
    """The script of the step that starts a server in the background."""
    [shown] = [block for block in SHOWN if "health --wait" in block.text]
    steps = yaml.safe_load(shown.text)["jobs"]["test"]["steps"]
    [script] = [step["run"] for step in steps if step.get("name") == "Start the sandbox"]
    return str(script)


@pytest.mark.slow
def test_the_step_that_starts_a_server_ends_when_it_answers(tmp_path: Path) -> None:
    """With the shell that GitHub takes for a step, at a port of our own."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    silent = {k: v for k, v in os.environ.items() if not k.startswith("SANDBOX_")}
    step = subprocess.Popen(
        ["bash", "-e", "-c", start()],
        cwd=tmp_path,
        env={**silent, "PATH": path, "SANDBOX_PORT": str(free_port())},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = step.communicate(timeout=60)
        assert (step.returncode, said[:12]) == (0, "ok, version ")
        assert "Refund sandbox" in (tmp_path / "sandbox.log").read_text("utf-8")
    finally:
        os.killpg(step.pid, signal.SIGTERM)  # the server, which the step has left behind
