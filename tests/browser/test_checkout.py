"""A person pays on the checkout page, in a real browser without JavaScript."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.kit import Box
from tests.receiver import Receiver

pytestmark = pytest.mark.slow

ARABIC = {
    "Card number": "رقم البطاقة",
    "Expiry date": "تاريخ الانتهاء",
    "Security code": "رمز الأمان",
    "Pay": "ادفع",
    "Cancel": "إلغاء",
}
ENGLISH = {name: name for name in ARABIC}


def initialize(box: Box, receiver: Receiver, **values: Any) -> str:
    """A transaction of 150.50 shekels that leads back to the receiver; its page's address."""
    body = {"amount": 15050, "email": "payer@example.com", "reference": "order-1"}
    body |= {"callback_url": f"{receiver.url}?shop=1", **values}
    answer = box.lahza.post("/transaction/initialize", body).json()
    return str(answer["data"]["authorization_url"])


def verified(box: Box) -> tuple[str, str]:
    data = box.lahza.get("/transaction/verify/order-1").json()["data"]
    return data["status"], data["gateway_response"]


def fill(tab: Page, number: str, words: dict[str, str] = ENGLISH) -> None:
    tab.get_by_label(words["Card number"]).fill(number)
    tab.get_by_label(words["Expiry date"]).fill("03/30")
    tab.get_by_label(words["Security code"]).fill("004")


@pytest.mark.parametrize("number", ["4111 1111 1111 1111", "5424000000000015"])
def test_a_payer_pays(box: Box, receiver: Receiver, tab: Page, number: str) -> None:
    tab.goto(initialize(box, receiver))
    expect(tab).to_have_title("Pay ILS 150.50 – Sandbox: no money moves")
    expect(tab.get_by_role("note")).to_have_text("Sandbox: no money moves")
    fill(tab, number)
    tab.get_by_role("button", name="Pay ILS 150.50").click()

    expect(tab).to_have_url(f"{receiver.url}?shop=1&trxref=order-1&reference=order-1")
    assert verified(box) == ("success", "Successful")


def test_a_payer_pays_in_arabic(box: Box, receiver: Receiver, tab: Page) -> None:
    tab.goto(initialize(box, receiver, currency="JOD"))
    tab.get_by_role("link", name="العربية").click()
    expect(tab.locator("html")).to_have_attribute("dir", "rtl")
    expect(tab).to_have_title("دفع 150.50 دينار أردني – بيئة تجريبية: لا يُدفع مال حقيقي")
    number = tab.get_by_label("رقم البطاقة").bounding_box()
    switch = tab.get_by_role("link", name="English").bounding_box()
    assert number is not None
    assert switch is not None
    assert switch["x"] == number["x"] - 20  # what stands at the end stands on the left
    fill(tab, "٤١١١ ١١١١ ١١١١ ١١١١", ARABIC)
    tab.get_by_role("button", name=ARABIC["Pay"]).click()

    expect(tab).to_have_url(f"{receiver.url}?shop=1&trxref=order-1&reference=order-1")
    assert verified(box) == ("success", "Successful")


@pytest.mark.parametrize(
    ("number", "response", "said", "said_in_arabic"),
    [
        ("4000000000009995", "Insufficient Funds", "not enough money", "الرصيد غير كافٍ"),
        ("4000000000009979", "Declined", "declined the payment", "رفض البنك"),
    ],
)
def test_a_card_is_refused_and_another_one_pays(
    box: Box,
    receiver: Receiver,
    tab: Page,
    number: str,
    response: str,
    said: str,
    said_in_arabic: str,
) -> None:
    tab.goto(initialize(box, receiver))
    fill(tab, number)
    tab.get_by_role("button", name="Pay").click()
    expect(tab.get_by_role("alert")).to_contain_text(said)
    expect(tab.get_by_label("Card number")).to_be_focused()
    expect(tab.get_by_label("Card number")).to_have_accessible_description(re.compile(said))
    assert verified(box) == ("failed", response)
    tab.get_by_role("link", name="العربية").click()
    fill(tab, number, ARABIC)
    tab.get_by_role("button", name=ARABIC["Pay"]).click()
    expect(tab.get_by_role("alert")).to_contain_text(said_in_arabic)
    expect(tab.get_by_label(ARABIC["Card number"])).to_have_value("")
    fill(tab, "4111111111111111", ARABIC)
    tab.get_by_role("button", name=ARABIC["Pay"]).click()

    expect(tab).to_have_url(f"{receiver.url}?shop=1&trxref=order-1&reference=order-1")
    assert verified(box) == ("success", "Successful")


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("ar", ARABIC)])
def test_a_payer_cancels(
    box: Box, receiver: Receiver, tab: Page, language: str, words: dict[str, str]
) -> None:
    tab.goto(initialize(box, receiver) + f"?lang={language}")
    tab.get_by_role("button", name=words["Cancel"]).click()

    expect(tab).to_have_url(f"{receiver.url}?shop=1&trxref=order-1&reference=order-1")
    assert verified(box)[0] == "abandoned"


def test_with_the_keyboard_alone_and_a_mistake(box: Box, receiver: Receiver, tab: Page) -> None:
    tab.goto(initialize(box, receiver))
    tab.keyboard.press("Tab")  # the other language
    tab.keyboard.press("Tab")
    tab.keyboard.type("4111 1111 1111 1111")
    tab.keyboard.press("Tab")
    tab.keyboard.type("13/30")
    tab.keyboard.press("Tab")
    tab.keyboard.type("004")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("alert")).to_contain_text("The expiry date is a month and a year")
    wrong = tab.get_by_label("Expiry date")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(
        "The expiry date is a month and a year, such as 03/30."
    )
    expect(wrong).to_be_focused()
    assert verified(box)[0] == "abandoned"
    fill(tab, "4111111111111111")
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("button", name="Pay ILS 150.50")).to_be_focused()
    tab.keyboard.press("Enter")

    expect(tab).to_have_url(f"{receiver.url}?shop=1&trxref=order-1&reference=order-1")
    assert verified(box) == ("success", "Successful")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_is_cut_off_on_a_narrow_screen(
    box: Box, receiver: Receiver, tab: Page, language: str
) -> None:
    tab.set_viewport_size({"width": 320, "height": 600})
    tab.goto(initialize(box, receiver, reference="r" * 100) + f"?lang={language}")
    assert tab.locator("body").evaluate("body => body.scrollWidth") <= 320
    tab.goto(initialize(box, receiver, reference="order-2", amount=10**14) + f"?lang={language}")
    tab.get_by_role("button", name={"en": ENGLISH, "ar": ARABIC}[language]["Pay"]).click()
    for box_of in tab.locator(".box").all():
        wide = box_of.evaluate("box => [box.scrollWidth, box.clientWidth]")
        assert wide[0] <= wide[1]
