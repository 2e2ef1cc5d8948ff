"""People look at a world, and run it, on the dashboard."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import require_accessible
from tests.browser.conftest import Open
from tests.kit import Box, frozen, serving
from tests.receiver import Receiver

pytestmark = pytest.mark.slow

HOME = "/_sandbox/dashboard"
PAGES = (
    *("time", "scenarios", "scenarios/refund-fails", "requests", "requests?status=x"),
    *(
        "requests/1",
        "webhooks",
        "webhooks/1",
        "worlds",
        "worlds/compare?from=before",
        "story",
        *("story?subject=x", "nothing"),
    ),
)
HOSTILE = "<img src=x onerror=alert(1)>'\"&"


@pytest.fixture
def filled(box: Box, receiver: Receiver) -> Box:
    """A world in which something of each kind has happened."""
    receiver.answer = lambda handler, _: handler.reply(401, HOSTILE.encode())
    box.admin.put("/webhooks/lahza", {"url": receiver.url, "secret": "not-to-be-shown"})
    box.admin.put("/snapshots/before")
    box.on("refund-fails", after="2h")
    refund = box.lahza_refund(box.transaction(), amount=100, customer_note=HOSTILE)
    assert refund.status_code == 200
    box.lahza.post("/refunds", {"transaction": HOSTILE})
    box.advance("90m")
    return box


def go(page: Page, box: Box, path: str) -> None:
    page.goto(f"{box.url}{HOME}/world/{path}")


@pytest.mark.parametrize(
    ("scheme", "locale", "width"),
    [
        ("light", "en-GB", 1200),
        ("dark", "en-GB", 1200),
        ("light", "en-GB", 360),
        ("dark", "ar", 360),
    ],
)
def test_every_page_is_open_to_all(
    filled: Box, contexts: Open, scheme: str, locale: str, width: int
) -> None:
    context = contexts(color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800})
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for path in PAGES:
        go(page, filled, path)
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if locale == "ar" else "ltr")
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path
        require_accessible(page)
    assert asked <= {urlsplit(filled.url).netloc, ""}


def test_the_form_that_asks_for_the_token_is_open_to_all(contexts: Open) -> None:
    with serving(frozen("2027-01-01T09:00:00Z", admin_token="only-here")) as box:
        page = contexts(color_scheme="dark").new_page()
        go(page, box, "worlds")
        require_accessible(page)
        page.keyboard.type("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("That is not the admin token.")
        require_accessible(page)
        page.keyboard.type("only-here")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Worlds and snapshots")).to_be_visible()
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_with_the_keyboard_alone(filled: Box, contexts: Open) -> None:
    page = contexts().new_page()
    go(page, filled, "scenarios")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    switch = page.get_by_role("button", name="The card is declined")
    for _ in range(200):
        page.keyboard.press("Tab")
        if switch.evaluate("each => each === document.activeElement"):
            break
    outline = switch.evaluate("each => getComputedStyle(each).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert filled.admin.get("/scenarios/card-declined").json()["enabled"]


def test_without_javascript(filled: Box, tab: Page, receiver: Receiver) -> None:
    go(tab, filled, "time")
    tab.get_by_role("button", name="+1 day").click()
    expect(tab.get_by_role("status")).to_have_text("+1 day")
    tab.get_by_role("button", name="Until idle").click()
    expect(tab.get_by_text("Nothing is due.")).to_be_visible()
    tab.get_by_role("tab", name="Scenarios").click()
    card = tab.get_by_role("region", name="answer-late")
    card.get_by_text("Parameters").click()
    card.get_by_label("delay").fill("soon")
    card.get_by_role("button", name="The answer arrives late").click()
    expect(tab.get_by_label("delay")).to_be_focused()
    expect(tab.get_by_label("delay")).to_have_accessible_description(re.compile("not a duration"))
    tab.get_by_role("tab", name="Requests").click()
    tab.get_by_label("Status").fill("404")
    tab.get_by_role("button", name="Filter").click()
    tab.get_by_role("link", name="POST /refunds").click()
    expect(tab.get_by_text("did you mean /refund?")).to_be_visible()
    expect(tab.locator("#curl")).to_contain_text("curl -g -X POST")
    expect(tab.get_by_role("button", name="Copy")).to_be_hidden()
    receiver.answer = lambda handler, _: handler.reply(200)
    tab.get_by_role("tab", name="Webhooks").click()
    tab.get_by_role("link", name="refund.pending").click()
    expect(tab.get_by_text(HOSTILE).first).to_be_visible()
    tab.get_by_role("button", name="Redeliver").click()
    expect(tab.get_by_text("delivered", exact=True)).to_be_visible()
    tab.get_by_role("tab", name="Worlds").click()
    tab.get_by_role("button", name="Compare").click()
    expect(tab.get_by_text("lahza.refunds")).to_be_visible()
    tab.get_by_role("tab", name="Worlds").click()
    tab.get_by_role("button", name="Reset").click()
    tab.get_by_role("button", name="Yes, do it").click()
    expect(tab.get_by_role("status")).to_have_text("The world has begun anew.")


def test_a_page_renews_itself_and_leaves_alone_what_is_being_typed(
    box: Box, contexts: Open
) -> None:
    context = contexts()
    page = context.new_page()
    go(page, box, "requests")
    expect(page.get_by_text("None yet.")).to_be_visible()
    box.lahza.get("/refund")
    expect(page.get_by_role("link", name="GET /refund")).to_be_visible()
    go(page, box, "scenarios")
    card = page.get_by_role("region", name="refund-fails")
    card.get_by_text("Parameters").click()
    card.get_by_label("after").fill("3h")
    other = page.get_by_role("button", name="The card is declined")
    other.focus()
    box.on("refund-fails", after="2h")
    box.on("card-declined")
    expect(other).to_have_attribute("aria-pressed", "true")
    expect(other).to_be_focused()
    expect(card.get_by_label("after")).to_have_value("3h")


def test_a_request_is_copied_with_a_button(filled: Box, contexts: Open) -> None:
    context = contexts(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    go(page, filled, "requests/1")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#curl").text_content()


def test_two_worlds_in_two_tabs(box: Box, contexts: Open) -> None:
    context = contexts()
    one, other = context.new_page(), context.new_page()
    one.goto(f"{box.url}/w/one{HOME}/world/time")
    other.goto(f"{box.url}/w/other{HOME}/world/time")
    for page in (one, other):
        page.get_by_role("button", name="Freeze").click()
    before = other.locator("#time").inner_text()
    one.get_by_role("button", name="+1 day").click()
    expect(one.get_by_role("status")).to_have_text("+1 day")
    assert other.locator("#time").inner_text() == before
    other.get_by_label("World", exact=True).fill("one")
    other.get_by_role("button", name="Go").click()
    expect(other.locator("#time")).to_have_text(one.locator("#time").inner_text())
    expect(other.get_by_role("status")).to_have_count(0)


def test_a_link_of_another_site_leads_in_and_ends_no_session(
    box: Box, contexts: Open, receiver: Receiver
) -> None:
    page = b"<!doctype html><title>docs</title><a href='%s'>sandbox</a>" % box.url.encode()
    html = {"Content-Type": "text/html"}
    receiver.answer = lambda handler, _: handler.reply(200, page, **html)
    context = contexts()
    first, second = context.new_page(), context.new_page()
    go(first, box, "time")
    second.goto(receiver.url.replace("127.0.0.1", "localhost"))
    second.get_by_role("link", name="sandbox").click()
    expect(second.get_by_role("tab").first).to_be_visible()
    assert second.url.startswith(f"{box.url}{HOME}/")
    first.get_by_role("button", name="+1 hour").click()
    expect(first.get_by_role("status")).to_have_text("+1 hour")
