"""The checkout page, but for its HTTP: its texts, what a payer types, and where it leads."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit, urlunsplit

from sandbox.engine.store.collections import Document
from sandbox.engine.values.digits import plain_digits
from sandbox.lahza.cards import Card

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "hint": "This page stands in for Lahza's checkout. Pay with one of the test cards below.",
        "email": "Email",
        "card_number": "Card number",
        "expiry": "Expiry date",
        "expiry_hint": "MM/YY",
        "cvv": "Security code",
        "cvv_hint": "CVV",
        "pay": "Pay {amount}",
        "cancel": "Cancel",
        "wrong_card_number": "The card number has 12 to 19 digits.",
        "wrong_expiry": "The expiry date is a month and a year, such as 03/30.",
        "wrong_cvv": "The security code has 3 or 4 digits.",
        "refused_title": "The card was refused",
        "Declined": "The bank declined the payment. You can try again, or use another card.",
        "Insufficient Funds": "There is not enough money on the card. You can try another one.",
        "cards": "Test cards",
        "cards_hint": "Any expiry date and security code will do. Any other number is declined.",
        "outcome": "What happens",
        "success": "Succeeds",
        "insufficient": "Refused: insufficient funds",
        "declined": "Refused: do not honour",
    },
    "ar": {
        "hint": "هذه الصفحة بديل عن صفحة الدفع لدى «لحظة». ادفع بإحدى بطاقات الاختبار أدناه.",
        "email": "البريد الإلكتروني",
        "card_number": "رقم البطاقة",
        "expiry": "تاريخ الانتهاء",
        "expiry_hint": "شهر/سنة",
        "cvv": "رمز الأمان",
        "cvv_hint": "CVV",
        "pay": "ادفع {amount}",
        "cancel": "إلغاء",
        "wrong_card_number": "يتكوّن رقم البطاقة من 12 إلى 19 رقمًا.",
        "wrong_expiry": "تاريخ الانتهاء شهر وسنة، مثل 03/30.",
        "wrong_cvv": "يتكوّن رمز الأمان من 3 أو 4 أرقام.",
        "refused_title": "رُفضت البطاقة",
        "Declined": "رفض البنك عملية الدفع. يمكنك المحاولة مرة أخرى أو استخدام بطاقة أخرى.",
        "Insufficient Funds": "الرصيد غير كافٍ. يمكنك استخدام بطاقة أخرى.",
        "cards": "بطاقات الاختبار",
        "cards_hint": "يُقبل أي تاريخ انتهاء وأي رمز أمان. ويُرفض أي رقم بطاقة آخر.",
        "outcome": "النتيجة",
        "success": "تنجح",
        "insufficient": "تُرفض: الرصيد غير كافٍ",
        "declined": "يرفضها البنك",
    },
}
TEST_CARDS = (
    ("4111 1111 1111 1111", "success"),
    ("5424 0000 0000 0015", "success"),
    ("4000 0000 0000 9995", "insufficient"),
    ("4000 0000 0000 9979", "declined"),
)


class Typed(NamedTuple):
    """What a payer has typed: a card, or the names of the fields that hold none."""

    card: Card | None
    wrong: tuple[str, ...]


def read_card(form: Mapping[str, str]) -> Typed:
    """Read the form's card; spaces, dashes and Arabic digits are as good as any."""
    number = plain_digits(form.get("card_number", ""))
    expiry = _EXPIRY.fullmatch(plain_digits(form.get("expiry", "")))
    cvv = plain_digits(form.get("cvv", ""))
    right = {
        "card_number": re.fullmatch("[0-9]{12,19}", number),
        "expiry": expiry is not None and 1 <= int(expiry["month"]) <= 12,
        "cvv": re.fullmatch("[0-9]{3,4}", cvv),
    }
    wrong = tuple(name for name, is_right in right.items() if not is_right)
    if wrong or expiry is None:
        return Typed(None, wrong)
    return Typed(Card(number, expiry["month"], expiry["year"], cvv), ())


_EXPIRY = re.compile(r"(?P<month>\d{2}|\d(?=/))/?(?P<year>\d{4}|\d{2})", re.ASCII)


def address_back(transaction: Document, paid: bool) -> str | None:
    """Where the payer is sent, if the merchant has said so: the reference is told there."""
    url = transaction["callback_url"]
    if not paid and transaction["cancel_url"]:
        url = transaction["cancel_url"]
    if url is None:
        return None
    reference = transaction["reference"]
    parts = urlsplit(url)
    told = urlencode({"trxref": reference, "reference": reference})
    query = parts.query.removesuffix("&")
    return urlunsplit(parts._replace(query=f"{query}&{told}" if query else told))


def details(transaction: Document) -> list[tuple[str, str]]:
    """What a payer reads of a transaction: pairs of a text's name and a value."""
    return [
        ("reference", transaction["reference"]),
        ("email", transaction["customer"]["email"]),
    ]


def refusal(transaction: Document) -> str:
    """The name of the text that says why a card was refused."""
    response: str = transaction["gateway_response"]
    return response if response in TEXTS["en"] else "Declined"
