"""A real browser, headless: Debian's Chromium, or any Chromium or Chrome on the path."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.programs import find

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
REBOUND = "rebound.example"
"""A public name that leads to this machine."""
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1",
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

Open: TypeAlias = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find(*NAMES)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Open]:
    """Opens browsers with nothing in them."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"locale": "en-GB", **options})
        context.set_default_timeout(20_000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab of a phone's width, without JavaScript: the page must do without."""
    context = browser.new_context(
        java_script_enabled=False, locale="en-GB", viewport={"width": 360, "height": 760}
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
