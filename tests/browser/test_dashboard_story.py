"""Somebody who has never seen the API refunds, and can say from the story what happened."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import require_accessible
from tests.browser.conftest import Open
from tests.kit import Box

pytestmark = pytest.mark.slow

REJECTED = "/scenarios/refund-rejected-by-bank"


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


def test_a_refund_that_arrives_one_that_fails_and_the_story_of_it(box: Box, contexts: Open) -> None:
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
