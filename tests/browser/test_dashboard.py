"""People refund on the dashboard: a maker, an approver, and whoever watches."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.http.dashboard import USERS
from sandbox.lean.payouts import payment_of
from tests.browser.axe import require_accessible
from tests.browser.conftest import Open
from tests.kit import Box

pytestmark = pytest.mark.slow

HOME = "/_sandbox/dashboard"
MAKER, APPROVER = (user.id for user in USERS)
HOSTILE = "<img src=x onerror=alert(1)>'\"&"


def go(page: Page, box: Box, path: str) -> None:
    page.goto(f"{box.url}{HOME}/{path}")


def row_of(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has_text=text)


def act_as(page: Page, name: str) -> None:
    page.get_by_label("Acting as").select_option(name)
    page.get_by_role("button", name="Switch").click()


def open_form(page: Page, box: Box, payment: str) -> Locator:
    """The form that refunds a payment, opened from its row."""
    go(page, box, "lean/payments")
    row_of(page, payment).get_by_role("button", name="Refund", exact=True).click()
    return page.get_by_role("dialog", name="Confirm Refund")


def initiate(page: Page, box: Box, payment: str, reference: str) -> str:
    """Initiate a refund of all that is left; its id, as the entry says."""
    form = open_form(page, box, payment)
    form.get_by_label("Reference number", exact=True).fill(reference)
    form.get_by_role("button", name="Initiate Refund").click()
    entry = row_of(page, reference)
    expect(entry).to_contain_text("CREATED")
    return entry.get_by_role("link").inner_text()


def read(box: Box, refund_id: str) -> dict[str, object]:
    found: dict[str, object] = box.lean.get(f"/payouts/refunds/{refund_id}").json()
    return found


@pytest.fixture
def pages(box: Box) -> list[str]:
    """All pages of providers, in a world where each has something to show."""
    payment, transaction = box.payment(), box.transaction(domain="live")
    refund = box.lean_refund(payment, 10, status="APPROVED", external_reference=HOSTILE).json()
    created = box.lean_refund(payment, 10).json()
    other = box.live.post("/refund", {"transaction": transaction, "amount": 100}).json()
    box.advance("45m")
    fixtures = box.admin.get("/fixtures").json()["lean"]
    payout = payment_of(str(read(box, refund[0]["refund_id"])["refund_intent_id"]))
    return [
        "lean/payments",
        "lean/payments?search=nobody",
        f"lean/payments/{payment}",
        f"lean/payments/{payment}/refund",
        "lean/refunds",
        f"lean/refunds/{created[0]['refund_id']}",
        f"lean/refunds/{refund[0]['refund_id']}",
        "lean/payouts",
        f"lean/payouts/{payout}",
        "lean/customers",
        f"lean/customers/{fixtures['customers']['payer']['id']}",
        "lahza/transactions",
        f"lahza/transactions/{transaction}",
        f"lahza/transactions/{transaction}/refund",
        "lahza/refunds",
        f"lahza/refunds/{other['data']['id']}",
    ]


@pytest.mark.parametrize(
    ("scheme", "locale", "width"),
    [("light", "en-GB", 360), ("dark", "en-GB", 1200), ("dark", "ar", 360), ("light", "ar", 1200)],
)
def test_every_page_is_open_to_all(
    box: Box, contexts: Open, pages: list[str], scheme: str, locale: str, width: int
) -> None:
    context = contexts(color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800})
    page = context.new_page()
    for path in pages:
        go(page, box, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        button = page.get_by_role("button", name=re.compile("^(Initiate|بدء)"))
        if button.count():  # a refused form, too
            page.get_by_label(re.compile("^(Amount|المبلغ)$")).fill("9999999")
            button.click()
        require_accessible(page)


def test_a_maker_initiates_an_approver_lets_go_and_both_watch_it_arrive(
    box: Box, contexts: Open
) -> None:
    payment = box.payment(amount=80)
    box.lean_refund(payment, 30)
    maker, approver = contexts().new_page(), contexts().new_page()
    form = open_form(maker, box, payment)
    expect(form.get_by_label("Amount", exact=True)).to_have_value("50.00")
    form.get_by_label("Amount", exact=True).fill("12.5")
    form.get_by_label("Reason", exact=True).select_option("Duplicated Payment")
    assert form.get_by_label("Reason", exact=True).locator("option").all_inner_texts() == [
        reason["description"] for reason in box.lean.get("/payouts/refunds/reasons").json()
    ]
    form.get_by_label("Reference number", exact=True).fill("ORDER-77")
    form.get_by_role("button", name="Initiate Refund").click()
    expect(maker.get_by_role("tab", name="Refunds")).to_have_attribute("aria-selected", "true")
    entry = row_of(maker, "ORDER-77")
    expect(entry).to_contain_text("CREATED")
    refund_id = entry.get_by_role("link").inner_text()
    refund = read(box, refund_id)
    assert (refund["status"], refund["amount"], refund["created_by"]) == ("CREATED", 12.5, MAKER)
    assert (refund["reason_code"], refund["actioned_by"]) == ("DUPLICATED_PAYMENT", None)

    entry.click()
    go(approver, box, "lean/refunds")
    act_as(approver, "Approver")
    row_of(approver, "ORDER-77").click()
    expect(approver.get_by_role("button", name="Reject")).to_be_visible()
    approver.get_by_role("button", name="Refund", exact=True).click()
    for page in (maker, approver):
        expect(page.get_by_role("heading", level=1)).to_contain_text("CONFIRMED")
        expect(page.get_by_role("button", name="Reject")).to_have_count(0)
    refund = read(box, refund_id)
    assert (refund["status"], refund["actioned_by"]) == ("CONFIRMED", APPROVER)

    for page in (maker, approver):
        page.evaluate("window.stays = true")
    for by, status in (("30s", "PENDING_WITH_BANK"), ("5m", "ACCEPTED_BY_BANK")):
        box.advance(by)
        assert read(box, refund_id)["status"] == status
        for page in (maker, approver):
            expect(page.get_by_role("heading", level=1)).to_contain_text(status)
    box.advance("1m")
    for page in (maker, approver):
        expect(page.locator(".timeline li").last).to_contain_text("the payer")
        assert page.locator(".timeline time").all_inner_texts() == [
            f"2026-05-13 {at}" for at in "11:50:42 11:50:42 11:51:12 11:56:12 11:56:51".split()
        ]
        assert page.evaluate("window.stays")


def test_more_than_is_left_is_refused_beside_the_amount(box: Box, contexts: Open) -> None:
    payment = box.payment(amount=40)
    page = contexts().new_page()
    form = open_form(page, box, payment)
    form.get_by_label("Amount", exact=True).fill("40.01")
    form.get_by_label("Reference number", exact=True).fill("REF-1")
    form.get_by_role("button", name="Initiate Refund").click()
    amount = page.get_by_label("Amount", exact=True)
    expect(amount).to_have_accessible_description(
        re.compile("^The total refund amount cannot exceed the original payment")
    )
    expect(amount).to_be_focused()
    expect(amount).to_have_value("40.01")
    expect(page.get_by_label("Reference number", exact=True)).to_have_value("REF-1")
    amount.fill("40")
    page.get_by_role("button", name="Initiate Refund").click()
    expect(row_of(page, "REF-1")).to_contain_text("40.00 AED")
    go(page, box, "lean/payments")
    expect(row_of(page, payment)).to_contain_text("Nothing left")


def test_what_is_not_reconciled_gets_its_button_when_the_money_arrives(
    box: Box, contexts: Open
) -> None:
    payment = box.payment(reconciliation="OUTSTANDING")
    page = contexts().new_page()
    go(page, box, "lean/payments")
    row = row_of(page, payment)
    expect(row).to_contain_text("Not reconciled")
    expect(row.get_by_role("button")).to_have_count(0)
    box.admin.patch(f"/lean/payments/{payment}", {"reconciliation": "RECONCILED"})

    expect(row.get_by_role("button", name="Refund", exact=True)).to_be_visible()


def test_with_four_eyes_another_user_has_to_approve(box: Box, contexts: Open) -> None:
    box.admin.patch("/settings", {"lean": {"four_eyes": True}})
    page = contexts().new_page()
    refund_id = initiate(page, box, box.payment(), "REF-4")
    row_of(page, "REF-4").click()
    expect(page.get_by_role("note").filter(has_text="Four eyes")).to_be_visible()
    page.get_by_role("button", name="Refund", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("cannot approve it")
    assert read(box, refund_id)["status"] == "CREATED"
    act_as(page, "Approver")
    page.get_by_role("button", name="Refund", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CONFIRMED")

    assert read(box, refund_id)["actioned_by"] == APPROVER


def test_in_arabic_from_right_to_left(box: Box, contexts: Open) -> None:
    payment = box.payment(amount=80)
    page = contexts(locale="ar").new_page()
    go(page, box, "lean/payments")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    row_of(page, payment).get_by_role("button", name="استرداد").click()
    form = page.get_by_role("dialog", name="تأكيد الاسترداد")
    form.get_by_label("الرقم المرجعي", exact=True).fill("طلب ٧٧")
    form.get_by_label("المبلغ", exact=True).fill("١٢.٥")
    form.get_by_role("button", name="بدء الاسترداد").click()
    row_of(page, "طلب ٧٧").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("12.50 AED")
    page.get_by_role("button", name="رفض").click()
    expect(page.get_by_text("رفضه المعتمِد: لا يُدفع شيء.")).to_be_visible()


def press_until(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError("no way leads there by Tab")


def test_with_the_keyboard_alone(box: Box, contexts: Open) -> None:
    payment = box.payment(amount=80)
    page = contexts().new_page()
    go(page, box, "lean/payments")
    press_until(page, row_of(page, payment).get_by_role("button", name="Refund", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Amount", exact=True)).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("KEYS-1")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    link = row_of(page, "KEYS-1").get_by_role("link")
    expect(link).to_be_visible()
    refund_id = link.inner_text()
    assert read(box, refund_id)["reason_code"] == "DUPLICATED_PAYMENT"
    press_until(page, link)
    page.keyboard.press("Enter")
    reject = page.get_by_role("button", name="Reject")
    press_until(page, reject)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("REJECTED")
    assert read(box, refund_id)["status"] == "REJECTED"


def test_without_javascript(box: Box, tab: Page) -> None:
    payment = box.payment(amount=80)
    form = open_form(tab, box, payment)
    form.get_by_label("Amount", exact=True).fill("0")
    form.get_by_role("button", name="Initiate Refund").click()
    expect(tab.get_by_text("The amount must be greater than zero")).to_be_visible()
    refund_id = initiate(tab, box, payment, "REF-1")
    row_of(tab, "REF-1").click()
    tab.get_by_role("button", name="Refund", exact=True).click()
    box.advance("1m")
    tab.reload()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("PENDING_WITH_BANK")
    assert read(box, refund_id)["amount"] == 80
    transaction = box.transaction(amount=5000, reference="no-script")
    go(tab, box, "lahza/transactions")
    row_of(tab, "no-script").get_by_role("button", name="Refund").click()
    tab.get_by_label("Amount", exact=True).fill("12.34")
    tab.get_by_label("Note for the customer").fill("Sorry")
    tab.get_by_role("button", name="Initiate Refund").click()
    expect(row_of(tab, "no-script")).to_contain_text("12.34 ILS")
    made = box.lahza.get(f"/refund/{transaction}").json()["data"]
    assert (made["amount"], made["customer_note"]) == (1234, "Sorry")


def test_hostile_names_and_references_are_text(box: Box, contexts: Open) -> None:
    page = contexts().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    box.lean.post("/customers/v1", {"app_user_id": HOSTILE})
    go(page, box, "lean/customers")
    row_of(page, HOSTILE).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(HOSTILE)
    refund_id = initiate(page, box, box.payment(), HOSTILE)
    row_of(page, HOSTILE).click()
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    assert read(box, refund_id)["external_reference"] == HOSTILE
    notes = {"customer_note": HOSTILE, "merchant_note": f"\u202e{HOSTILE}"}
    made = box.lahza_refund(box.transaction(), amount=5, **notes).json()["data"]
    go(page, box, f"lahza/refunds/{made['id']}")
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    go(page, box, f"lean/refunds?search={quote(HOSTILE)}&status={quote(HOSTILE)}")
    expect(page.get_by_label("Search")).to_have_value(HOSTILE)

    assert page.locator("img").count() == 0
    assert all(url.startswith(box.url) for url in asked)


def test_two_worlds_in_two_tabs(box: Box, contexts: Open) -> None:
    context = contexts()
    one, other = context.new_page(), context.new_page()
    payment = box.payment()
    for page, world in ((one, ""), (other, "/w/other")):
        page.goto(f"{box.url}{world}{HOME}/lean/payments")
    expect(row_of(one, payment)).to_be_visible()
    expect(row_of(other, payment)).to_have_count(0)
    initiate(one, box, payment, "ONLY-HERE")
    other.get_by_role("tab", name="Refunds").click()
    expect(other.get_by_role("table")).to_be_visible()
    expect(row_of(other, "ONLY-HERE")).to_have_count(0)
    row_of(one, "ONLY-HERE").click()
    one.get_by_role("button", name="Refund", exact=True).click()
    expect(one.get_by_role("heading", level=1)).to_contain_text("CONFIRMED")


def test_a_refund_of_lahzas_goes_on_before_ones_eyes(box: Box, contexts: Open) -> None:
    box.transaction(amount=10_000, reference="PAID-1")
    page = contexts().new_page()
    go(page, box, "lahza/transactions?search=PAID-1")
    page.get_by_role("link", name="PAID-1").click()
    page.get_by_role("button", name="Refund", exact=True).click()
    expect(page.get_by_label("Amount", exact=True)).to_have_value("100.00")
    page.get_by_label("Amount", exact=True).fill("100.01")
    page.get_by_role("button", name="Initiate Refund").click()
    expect(page.get_by_label("Amount", exact=True)).to_have_accessible_description(
        re.compile("^Refund amount cannot be more than the original transaction amount")
    )
    page.get_by_label("Amount", exact=True).fill("100")
    page.get_by_role("button", name="Initiate Refund").click()
    row_of(page, "PAID-1").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("pending")
    box.advance("1h")
    expect(heading).to_contain_text("processing")
    box.advance("23h")
    expect(heading).to_contain_text("processed")
    page.get_by_role("link", name="PAID-1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("reversed")
