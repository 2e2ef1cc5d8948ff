"""The npm package: what is in it, whose version it has, and that its types are right."""

import json
import re
from pathlib import Path

import pytest

from sandbox import __version__
from sandbox.settings import Settings
from tests.conftest import ROOT
from tests.kit import Box, serving
from tests.node.conftest import nodes, output, run

HOME = ROOT / "clients" / "node"
PACKAGE = json.loads((HOME / "package.json").read_text("utf-8"))
HELPERS = {"jest.js": "jest-environment-node", "vitest.js": "vitest"}
HELPERS["testcontainers.js"] = "testcontainers"
"""Modules that alone may import one thing more."""


def test_it_has_the_projects_version_and_license() -> None:
    assert PACKAGE["version"] == __version__
    assert (HOME / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_it_needs_nothing_but_node() -> None:
    assert "dependencies" not in PACKAGE
    for path in (HOME / "src").glob("*.js"):
        text = path.read_text("utf-8")
        imported = re.findall(r'^(?:import|export) .*from "([^."][^"]*)"', text, re.MULTILINE)
        others = {name for name in imported if not name.startswith("node:")}
        assert others == ({HELPERS[path.name]} if path.name in HELPERS else set()), path
    assert set(PACKAGE["peerDependencies"]) == set(HELPERS.values())
    assert all(PACKAGE["peerDependenciesMeta"][name]["optional"] for name in HELPERS.values())


def test_its_modules_are_those_of_the_python_client() -> None:
    """So that who changes one finds the other."""
    python = {path.stem for path in (ROOT / "sandbox" / "client").glob("[a-z]*.py")}
    python.remove("obstacles")  # tools of Python's
    assert python <= {path.stem for path in (HOME / "src").glob("*.js")}


ASK = """
import { Sandbox } from "refund-sandbox";
console.log((await new Sandbox().health()).status);
"""


@pytest.mark.slow
def test_it_is_installed_without_a_network(tarball: Path, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"private": true, "type": "module"}')
    command = ("npm", "install", "--offline", "--no-audit", "--no-fund", "--prefix", str(tmp_path))
    output(*command, str(tarball), cwd=tmp_path)
    (tmp_path / "ask.js").write_text(ASK)
    with serving(Settings(admin_token="hush")) as box:
        variables = {"SANDBOX_URL": box.url, "SANDBOX_ADMIN_TOKEN": "hush"}
        for node in nodes():
            assert run(node, "ask.js", cwd=tmp_path, **variables) == (0, "ok\n")
        variables["SANDBOX_ADMIN_TOKEN"] = "other"
        assert "Refused" in run(nodes()[0], "ask.js", cwd=tmp_path, **variables).out


@pytest.mark.slow
def test_its_types_let_a_program_pass_that_is_right(project: Path) -> None:
    """And none that is wrong: there each line marked so has an error."""
    types = project / "node_modules" / "refund-sandbox" / "types"
    assert (types / "index.d.ts").is_file()
    (project / "tsconfig.json").write_text(
        json.dumps(
            {
                "compilerOptions": {
                    "strict": True,
                    "noEmit": True,
                    "module": "nodenext",
                    "target": "es2022",
                    "lib": ["es2023", "esnext.disposable"],
                    "types": ["node"],
                    "skipLibCheck": True,
                },
                "files": ["program.mts"],
            }
        )
    )
    compiler = str(project / "node_modules" / "typescript" / "bin" / "tsc")
    assert run(nodes()[0], compiler, "-p", ".", cwd=project) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("provider", ["lean", "lahza"])
def test_the_types_of_a_providers_api_are_of_its_document(
    modules: Path, box: Box, provider: str
) -> None:
    """They are made when it is packed: so the document now is the document then."""
    document = box.admin.get(f"/openapi/{provider}.json").json()
    types = (modules / "refund-sandbox" / "types" / f"{provider}.d.ts").read_text("utf-8")
    assert re.findall(r'^    "(/[^"]*)": \{$', types, re.MULTILINE) == list(document["paths"])
    schemas = set(document["components"]["schemas"])
    assert schemas <= set(re.findall(r'^        "?([\w.-]+)"?: ', types, re.MULTILINE))
