"""Suites of Node's test runners, run as a team runs them, from the packed client."""

import re
from pathlib import Path

import pytest

from tests.kit import Box
from tests.node.conftest import nodes, run
from tests.plugin.runs import Run

pytestmark = pytest.mark.slow
NODES = pytest.mark.parametrize("node", nodes())

VITEST = 'export default { test: { include: ["*.vitest.mjs"] } };'
JEST = """{"private": true, "jest": {
  "testMatch": ["**/*.jest.cjs"], "testEnvironment": "refund-sandbox/jest"
}}"""


def lines_of(run: Run, title: str) -> list[str]:
    """The lines below a section's title in each report, of the runner's indentation stripped."""
    reports = run.out.split(f"--- payments sandbox: {title} ---\n")[1:]
    return [line.strip() for report in reports for line in report.split("\n---")[0].split("\n")]


def require_reports(run: Run) -> None:
    """Two tests failed, and what is shown of each tells why."""
    assert run.code == 1, run.out
    said = run.out[run.out.index("--- payments sandbox") :]
    sent = 'sent      {"transaction": "fixture-success", "amount": 2000}'
    assert sent in lines_of(run, "requests")
    webhook = "2027-01-01T09:00:00.000000Z  refund.pending 3500000: collected"
    assert webhook in lines_of(run, "webhooks")
    assert "refund-fails: on, acted 0 times" in lines_of(run, "scenarios")
    assert "json.amount: wanted 2500, was 2600" in run.out
    assert re.search(r"payments sandbox: requests of http://\S+\.other ---", said)


def worlds(box: Box) -> list[str]:
    """What tests have left."""
    found = box.admin.get("/worlds").json()["worlds"]
    return [world["name"] for world in found if world["name"].startswith("node-")]


@NODES
def test_the_client_does_what_it_says(box: Box, project: Path, node: str) -> None:
    ended = run(node, "--test", "client.test.mjs", cwd=project, SANDBOX_URL=box.url)
    assert ended.code == 0, ended.out
    assert re.search(r"(?m)^\S+ pass 24$", ended.out), ended.out
    assert worlds(box) == []


@NODES
def test_a_suite_of_node_test(box: Box, project: Path, node: str) -> None:
    command = ("--test", "--test-reporter=spec", "shop.node.mjs")
    ended = run(node, *command, cwd=project, SANDBOX_URL=box.url)
    assert re.search("(?s)pass 2.*fail 2", ended.out), ended.out
    require_reports(ended)
    assert worlds(box) == []


def test_a_suite_of_jest(box: Box, project: Path) -> None:
    (project / "package.json").write_text(JEST)
    ended = run(nodes()[0], "node_modules/jest/bin/jest.js", cwd=project, SANDBOX_URL=box.url)
    assert "2 failed, 2 passed" in ended.out
    require_reports(ended)
    assert worlds(box) == []


def test_a_suite_of_vitest(box: Box, project: Path) -> None:
    (project / "vitest.config.mjs").write_text(VITEST)
    command = ("node_modules/vitest/vitest.mjs", "run")
    ended = run(nodes()[0], *command, cwd=project, SANDBOX_URL=box.url)
    assert "2 failed | 2 passed" in ended.out
    require_reports(ended)
    assert worlds(box) == []


def test_where_there_is_no_server_a_test_says_how_to_start_one(project: Path) -> None:
    command = ("--test", "shop.node.mjs")
    ended = run(nodes()[0], *command, cwd=project, SANDBOX_URL="http://127.0.0.1:1")
    assert ended.code == 1
    said = "(connection refused). Start one with `refund-sandbox`, or say in SANDBOX_URL"
    assert said in ended.out
