"""Draws the picture in docs/weather.md: `python -m tests.weather.picture`."""

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import Sandbox
from tests.examples.documents import blocks, page
from tests.kit import frozen, serving

FILE = Path(__file__).parents[2] / "docs" / "weather.svg"
PAGE = page("docs/weather.md")


def drawn() -> str:
    """The day of the page's first shop in the weather that its report tells of."""
    shop: dict[str, Any] = {}
    exec(blocks(PAGE, "python")[0].text, shop)
    test = blocks(PAGE, "python")[1].text.partition("@pytest.mark")[0]
    exec(test.replace("from shop import Shop", ""), shop)
    told = re.search(r"To see it again: @pytest\.mark\.weather\((.*)\)", PAGE)
    assert told is not None
    with serving(frozen("2027-01-01T09:00:00Z")) as box, Sandbox(box.url, app=box.app) as sandbox:
        sandbox.weather.set(*re.findall('"(.*?)"', told[1]))
        with pytest.raises(AssertionError, match="yours says 2000, the provider's 4000"):
            shop["a_day"](sandbox, shop["Shop"])
        return re.sub(r" in [0-9.]+ ms", " in 1.0 ms", sandbox.story())


if __name__ == "__main__":
    FILE.write_text(drawn(), "utf-8")
