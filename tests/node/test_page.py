"""The page about Node's tests, followed as a reader would."""

import re
from pathlib import Path

import pytest

from sandbox import __version__
from tests.examples.documents import TOP, page, save
from tests.kit import Box
from tests.node.conftest import nodes, run

TEXT = page("docs/node.md")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "well"),
    [
        (("--test", "shop.test.mjs"), r"pass 2\b"),
        (("node_modules/vitest/vitest.mjs", "run"), r"Tests +1 passed"),
        (("node_modules/jest/bin/jest.js", "--config", "jest.config.cjs"), r"Tests: +1 passed"),
    ],
    ids=["node:test", "Vitest", "Jest"],
)
def test_what_the_page_shows_passes(
    box: Box, modules: Path, tmp_path: Path, command: tuple[str, ...], well: str
) -> None:
    (tmp_path / "node_modules").symlink_to(modules)
    save(tmp_path, TEXT)
    ended = run(nodes()[0], *command, cwd=tmp_path, SANDBOX_URL=box.url)
    assert ended.code == 0, ended.out
    assert re.search(well, ended.out), ended.out


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
