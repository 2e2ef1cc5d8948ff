"""A person pays by a session and by a payment link, in a real browser without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit import Box
from tests.lean.calls import NEW, link, session
from tests.receiver import Receiver

pytestmark = pytest.mark.slow

EMAIL = {"type": "EMAIL", "display_label": "Your email", "required": True}
PHONE = {"type": "MOBILE_PHONE", "required": True}


def test_a_session_is_paid_by_keyboard(box: Box, receiver: Receiver, tab: Page) -> None:
    made = session(box, back=f"{receiver.url}?shop=1", description="Order 1")
    tab.goto(made["session_url"])
    expect(tab).to_have_title("Pay AED 100.00 – Sandbox: no money moves")
    expect(tab.get_by_role("group", name="Your bank")).to_be_visible()
    tab.get_by_label("Lean Open Finance MockBank").focus()
    tab.keyboard.press("ArrowDown")
    expect(tab.get_by_label("Lean Mock Bank One")).to_be_checked()
    tab.keyboard.press("Enter")

    expect(tab).to_have_url(f"{receiver.url}?shop=1")
    assert box.lean.get(f"/sessions/v1/{made['id']}").json()["state"] == "COMPLETED"
    [source] = box.lean.get(f"/customers/v1/{NEW}/payment-sources").json()
    assert source["bank_identifier"] == "LEANMB1"
    tab.goto(made["session_url"])
    expect(tab.get_by_role("heading")).to_have_text("Payment complete")


def test_a_link_is_filled_in_and_paid_in_arabic(box: Box, receiver: Receiver, tab: Page) -> None:
    made = link(box, identifiers=[EMAIL, PHONE], redirect_url=f"{receiver.url}?shop=1")
    tab.goto(made["link"])
    tab.get_by_role("link", name="العربية").click()
    expect(tab.locator("html")).to_have_attribute("dir", "rtl")
    tab.get_by_label("Your email").fill("payer@example.com")
    tab.get_by_role("button", name="المتابعة إلى بنكك").click()
    phone = tab.get_by_label("رقم الهاتف المحمول")
    expect(phone).to_be_focused()
    expect(phone).to_have_accessible_description("يرجى ملء هذا الحقل.")
    expect(tab.get_by_label("Your email")).to_have_value("payer@example.com")
    phone.fill("+٩٧١ ٥٠ ١٢٣ ٤٥٦٧")
    tab.get_by_role("button", name="المتابعة إلى بنكك").click()
    expect(tab.get_by_role("group", name="بنكك")).to_be_visible()
    tab.get_by_label("بنك لين التجريبي الأول").check()
    tab.get_by_role("button", name="الموافقة على 100.00 درهم إماراتي").click()

    expect(tab).to_have_url(f"{receiver.url}?shop=1")
    assert box.lean.get(f"/payment-links/v1/{made['id']}").json()["current_usages"] == 1


def test_a_payer_declines_or_the_bank_does(box: Box, receiver: Receiver, tab: Page) -> None:
    made = session(box, back=receiver.url)
    tab.goto(made["session_url"])
    tab.get_by_role("button", name="Decline").click()
    expect(tab).to_have_url(receiver.url)
    tab.goto(made["session_url"])
    tab.get_by_label("It refuses: not enough money").check()
    tab.get_by_role("button", name="Approve AED 100.00").click()
    expect(tab).to_have_url(receiver.url)
    tab.goto(made["session_url"])
    expect(tab.get_by_role("heading")).to_have_text("The bank refused the payment")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_is_cut_off_on_a_narrow_screen(box: Box, tab: Page, language: str) -> None:
    tab.set_viewport_size({"width": 320, "height": 600})
    labelled = {"type": "TEXT", "display_label": "l" * 255, "required": True}
    details = {"reference": "r" * 255, "currency": "AED", "amount": 1_000_000}
    made = link(box, payment_details=details, identifiers=[labelled, EMAIL])
    tab.goto(f"{made['link']}?lang={language}")
    tab.locator("button").click()
    assert tab.locator("body").evaluate("body => body.scrollWidth") <= 320
    tab.locator("#identifier_0").fill("me")
    tab.locator("#identifier_1").fill("me@example.com")
    tab.locator("button").click()
    expect(tab.locator("fieldset")).to_have_count(2)
    assert tab.locator("body").evaluate("body => body.scrollWidth") <= 320


def test_it_is_dark_where_the_browser_is(box: Box, browser: Browser) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(link(box)["link"])
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert grounds == ["rgb(242, 244, 247)", "rgb(17, 22, 29)"]
