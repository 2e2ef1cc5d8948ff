"""People refund on the dashboard: one initiates, another approves, and both see what comes."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import require_accessible
from tests.browser.conftest import Open
from tests.kit import Box

pytestmark = pytest.mark.slow

HOME = "/_sandbox/dashboard"
HOSTILE = "<b>bold</b>'\"&"
REJECTED = "/scenarios/refund-rejected-by-bank"


def go(page: Page, box: Box, path: str = "") -> None:
    page.goto(f"{box.url}{HOME}{path}")


def act_as(page: Page, name: str) -> None:
    page.get_by_label("Acting as").select_option(label=name)
    page.get_by_role("button", name="Switch").click()


def initiate(page: Page, payment: str, amount: str, reference: str) -> None:
    page.get_by_role("tab", name="Payments").click()
    row = page.get_by_role("row").filter(has_text=payment)
    row.get_by_role("button", name="Refund").click()
    expect(page.get_by_role("dialog", name="Confirm Refund")).to_be_visible()
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("Reason").select_option(index=1)
    page.get_by_label("Reference number").fill(reference)
    page.get_by_role("button", name="Initiate Refund").click()


def shown(box: Box, reference: str) -> dict[str, Any]:
    """A refund as Lean's API shows it."""
    rows = box.lean.get("/payouts/refunds").json()["content"]
    (refund,) = (row for row in rows if row["external_reference"] == reference)
    return dict(refund)


def test_a_maker_and_an_approver_refund_a_payment(box: Box, contexts: Open) -> None:
    payment = box.payment(amount=100)
    page = contexts().new_page()
    page.goto(box.url)
    initiate(page, payment, "100.01", "SHOES-1")
    amount = page.get_by_label("Amount")
    expect(amount).to_be_focused()
    said = "The total refund amount cannot exceed the original payment"
    expect(page.get_by_text(said)).to_be_visible()
    require_accessible(page)
    amount.fill("60")
    page.get_by_role("button", name="Initiate Refund").click()
    page.get_by_role("row").filter(has_text="SHOES-1").get_by_role("link").click()
    made = shown(box, "SHOES-1")
    assert (made["status"], made["amount"], made["actioned_by"]) == ("CREATED", 60, None)

    act_as(page, "Approver")
    page.get_by_role("button", name="Refund", exact=True).click()
    approved = shown(box, "SHOES-1")
    assert approved["status"] == "CONFIRMED"
    assert approved["created_by"] == made["created_by"] != approved["actioned_by"]
    assert approved["refund_intent_id"]
    heading = page.get_by_role("heading", level=1)
    for by, status in (("30s", "PENDING_WITH_BANK"), ("5m", "ACCEPTED_BY_BANK")):
        box.advance(by)
        expect(heading).to_contain_text(status)
        assert shown(box, "SHOES-1")["status"] == status

    page.get_by_role("link", name="Sandbox", exact=True).click()
    page.get_by_role("tab", name="Scenarios").click()
    switch = page.get_by_role("button", name=box.admin.get(REJECTED).json()["title"])
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Lean", exact=True).click()
    initiate(page, payment, "40", "SHOES-2")
    page.get_by_role("row").filter(has_text="SHOES-2").get_by_role("link").click()
    page.get_by_role("button", name="Refund", exact=True).click()
    box.advance("10m")
    expect(heading).to_contain_text("FAILED")
    assert shown(box, "SHOES-2")["status"] == "FAILED"

    page.get_by_role("link", name="Its story").click()
    lines = page.get_by_role("img")
    expect(lines.filter(has_text="refund-rejected-by-bank").first).to_be_attached()
    expect(lines.filter(has_text="FAILED").first).to_be_attached()
    require_accessible(page)


def test_four_eyes_want_another_user(box: Box, contexts: Open) -> None:
    box.admin.patch("/settings", {"lean": {"four_eyes": True}})
    payment = box.payment(amount=100)
    page = contexts().new_page()
    go(page, box, "/lean/payments")
    initiate(page, payment, "5", "SHOES-1")
    page.get_by_role("row").filter(has_text="SHOES-1").get_by_role("link").click()
    page.get_by_role("button", name="Refund", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert shown(box, "SHOES-1")["status"] == "CREATED"
    act_as(page, "Approver")
    page.get_by_role("button", name="Refund", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CONFIRMED")


def test_without_javascript_and_on_a_phone(box: Box, tab: Page) -> None:
    payment = box.payment(amount=100)
    go(tab, box, "/lean/payments")
    initiate(tab, payment, "5", HOSTILE)
    tab.get_by_role("row").filter(has_text=HOSTILE).get_by_role("link").click()
    tab.get_by_role("button", name="Reject").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("REJECTED")
    expect(tab.get_by_text(HOSTILE)).to_be_visible()
    assert shown(box, HOSTILE)["status"] == "REJECTED"


def test_with_the_keyboard_alone(box: Box, contexts: Open) -> None:
    payment = box.payment(amount=100)
    page = contexts().new_page()
    go(page, box, f"/lean/payments/{payment}/refund")
    expect(page.get_by_label("Amount")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("SHOES-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="SHOES-1")).to_be_visible()
    assert shown(box, "SHOES-1")["amount"] == 5


@pytest.mark.parametrize(
    ("scheme", "locale", "width"),
    [
        ("light", "en-GB", 1200),
        ("dark", "en-GB", 360),
        ("dark", "ar", 1200),
        ("light", "ar", 360),
    ],
)
def test_every_page_is_open_to_all(
    box: Box, contexts: Open, scheme: str, locale: str, width: int
) -> None:
    payment = box.payment(amount=100)
    given = box.lean_refund(payment, amount=5, external_reference=HOSTILE, status="APPROVED")
    refund = given.json()[0]["refund_id"]
    number = box.transaction(reference="charge-1")
    back = box.lahza_refund(number, amount=100, customer_note=HOSTILE).json()["data"]["id"]
    customer = box.lean.get("/customers/v1").json()["data"][0]["customer_id"]
    box.advance("10m")
    page = contexts(
        color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800}
    ).new_page()
    for path in (
        *("/lean/payments", f"/lean/payments/{payment}", f"/lean/payments/{payment}/refund"),
        *("/lean/refunds", f"/lean/refunds/{refund}", "/lean/payouts", "/lean/customers"),
        *(f"/lean/customers/{customer}", "/lahza/transactions", f"/lahza/transactions/{number}"),
        *(f"/lahza/transactions/{number}/refund", "/lahza/refunds", f"/lahza/refunds/{back}"),
        *("/lean/payments?status=FAILED&search=nobody", "/lahza/refunds/0"),
    ):
        go(page, box, path)
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if locale == "ar" else "ltr")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        require_accessible(page)


def test_a_lahza_transaction_is_refunded(box: Box, contexts: Open) -> None:
    box.transaction(reference="charge-1")
    page = contexts().new_page()
    go(page, box, "/lahza/transactions")
    row = page.get_by_role("row").filter(has_text="charge-1")
    row.get_by_role("button", name="Refund").click()
    page.get_by_label("Amount").fill("1.50")
    page.get_by_label("Note for the customer").fill("Sorry")
    page.get_by_label("Note for the merchant").fill("Order 1")
    page.get_by_role("button", name="Initiate Refund").click()
    expect(page.get_by_role("status")).to_have_text("The refund is queued for processing.")
    (made,) = box.lahza.get("/refund").json()["data"][:1]
    assert (made["amount"], made["customer_note"], made["merchant_note"]) == (
        150,
        "Sorry",
        "Order 1",
    )
    box.advance("1d")
    go(page, box, f"/lahza/refunds/{made['id']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("processed")
