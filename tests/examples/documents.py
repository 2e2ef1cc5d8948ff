"""The documents as the tests read them: their fenced blocks, their tables, their links."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).parents[2]
GUIDES = [TOP / "README.md", TOP / "CONTRIBUTING.md", *sorted((TOP / "docs").glob("*.md"))]
RECIPES = sorted((TOP / "docs" / "recipes").glob("*.md"))
PAGES = [*GUIDES, *RECIPES]
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OF_FILE = re.compile(r"(?:#!.*\n)?(?:#|//) ([\w./-]+\.\w+)\b")


class Block(NamedTuple):
    """A fenced block: its language, its text, and where it stands."""

    language: str
    text: str
    line: int
    end: int


def page(name: str) -> str:
    """A document's text."""
    return (TOP / name).read_text("utf-8")


def blocks(text: str, language: str | None = None) -> list[Block]:
    """The fenced blocks of a document, of one language or of any."""
    return [
        Block(match[1], match[2], text.count("\n", 0, match.start()) + 1, match.end())
        for match in _FENCED.finditer(text)
        if language in (None, match[1])
    ]


def save(folder: Path, text: str) -> None:
    """Write the files of a document: the blocks that name one in their first comment, in order."""
    for block in blocks(text):
        if of_file := _OF_FILE.match(block.text):
            path = folder / of_file[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(block.text + "\n\n")


def is_of_file(block: Block) -> bool:
    """Whether a block is, or goes on with, a file."""
    return _OF_FILE.match(block.text) is not None


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every row of a document's tables."""
    for line in text.splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its rank."""
    rank = heading.split(" ")[0]
    match = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^{rank} |\Z)", text, re.M | re.S)
    assert match, f"there is no {heading}"
    return match[1]


def links(text: str) -> list[str]:
    """The targets of a document's links into the project."""
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]


def anchors(text: str) -> set[str]:
    """The names by which a document's headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
