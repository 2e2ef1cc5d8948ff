"""The page about Node's tests, followed as a reader would."""

import re
from pathlib import Path

import pytest

from sandbox import __version__
from sandbox.client import Sandbox, Unreachable
from tests.examples.documents import TOP, page, save
from tests.kit import Box
from tests.node.conftest import nodes, run

TEXT = page("docs/node.md")


SETUP = """
import setup from "refund-sandbox/global-setup";

export default async function say() {
  const stop = await setup();
  console.log(`served at ${process.env.SANDBOX_URL};`);
  return stop;
}
"""


@pytest.mark.slow
def test_its_first_test_passes(box: Box, modules: Path, tmp_path: Path) -> None:
    save(tmp_path, TEXT)
    (tmp_path / "node_modules").symlink_to(modules)
    ended = run(nodes()[0], "--test", "shop.test.mjs", cwd=tmp_path, SANDBOX_URL=box.url)
    assert ended.code == 0, ended.out
    assert re.search(r"pass 2\b", ended.out), ended.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "well"),
    [
        (("node_modules/vitest/vitest.mjs", "run"), r"Tests +1 passed"),
        (("node_modules/jest/bin/jest.js", "--config", "jest.config.cjs"), r"Tests: +1 passed"),
    ],
    ids=["Vitest", "Jest"],
)
def test_its_runners_start_a_server_that_ends_with_them(
    modules: Path, tmp_path: Path, command: tuple[str, ...], well: str
) -> None:
    save(tmp_path, TEXT)
    (tmp_path / "node_modules").symlink_to(modules)
    (tmp_path / "setup.mjs").write_text(SETUP)
    for path in tmp_path.glob("*.config.*"):
        text = path.read_text("utf-8")
        path.write_text(text.replace('"refund-sandbox/global-setup"', f'"{tmp_path}/setup.mjs"'))
    ended = run(nodes()[0], *command, cwd=tmp_path)
    assert ended.code == 0, ended.out
    assert re.search(well, ended.out), ended.out
    served = re.search(r"served at (http://127\.0\.0\.1:\d+);", ended.out)
    assert served, ended.out
    with Sandbox(served[1]) as sandbox, pytest.raises(Unreachable):
        sandbox.health()


def test_the_package_that_pages_name_is_of_this_version() -> None:
    pages = [TEXT, page("docs/recipes/node.md")]
    named = {name for text in pages for name in re.findall(r"refund-sandbox-\S+\.tgz", text)}
    assert named == {f"refund-sandbox-{__version__}.tgz"}


def test_each_part_of_the_package_is_named_on_the_page() -> None:
    package = (TOP / "clients" / "node" / "package.json").read_text("utf-8")
    parts = re.findall(r'^    "\./([\w-]+)": ', package, re.MULTILINE)
    assert len(parts) == 8
    told = TEXT + page("docs/ci.md")
    assert [part for part in parts if f"refund-sandbox/{part}" not in told] == []
