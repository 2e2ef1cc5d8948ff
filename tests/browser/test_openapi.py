"""A person browses the OpenAPI documents, and tries a call from the page."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit import Box

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A tab of a desktop's width, with JavaScript."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def try_call(desk: Page, operation: str, status: str) -> None:
    """Open an operation and send its example, with the credentials that are there already."""
    block = desk.locator(f".opblock[id$=-{operation}]")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Execute").click()
    answered = block.locator(".live-responses-table .response .response-col_status")
    expect(answered).to_contain_text(status)


@pytest.mark.parametrize("world", ["", "/w/browsed"])
def test_a_call_is_found_and_tried(desk: Page, box: Box, world: str) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.goto(f"{box.url}{world}/_sandbox/openapi")
    expect(desk.get_by_role("heading", name="Lean Technologies")).to_be_visible()

    desk.get_by_label("Select a definition").select_option("Admin")
    expect(desk.get_by_role("heading", name="Refund sandbox admin")).to_be_visible()
    try_call(desk, "create_transaction", "201")
    desk.get_by_label("Select a definition").select_option("Lahza")
    try_call(desk, "create_refund", "200")
    desk.get_by_label("Select a definition").select_option("Lean")
    try_call(desk, "create_refunds", "201")

    found = box.anyone.get(
        f"{world}/transaction/verify/order-17", headers={"Authorization": "Bearer sk_test_me"}
    ).json()
    assert found["data"]["amount"] == 4500
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {
        urlsplit(box.url).netloc
    }
