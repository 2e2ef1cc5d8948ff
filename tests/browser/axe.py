"""axe-core, which looks at a page as assistive technology does, and names what keeps people out."""

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.programs import require

_AXE = Path(sys.prefix) / "npm" / "recipes" / "node_modules" / "axe-core" / "axe.min.js"


def require_accessible(page: Page) -> None:
    """Hold a page against all of axe's rules. Without axe-core the test is skipped."""
    require(_AXE)
    page.evaluate(_AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    said = [
        f"{violation['id']}: {violation['help']}: {node['html'][:300]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    assert not said, "\n".join((page.url, *said))
