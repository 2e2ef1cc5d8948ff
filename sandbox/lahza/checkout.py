"""The checkout page, but for its HTTP: its texts, what a payer types, and where it leads."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit, urlunsplit

from sandbox.engine.store.collections import Document
from sandbox.lahza.cards import Card

LANGUAGES = ("en", "ar")

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "name": "English",
        "other": "العربية",
        "sandbox": "Sandbox: no money moves",
        "hint": "This page stands in for Lahza's checkout. Pay with one of the test cards below.",
        "pay_title": "Pay {amount}",
        "reference": "Reference",
        "email": "Email",
        "card_number": "Card number",
        "expiry": "Expiry date",
        "expiry_hint": "MM/YY",
        "cvv": "Security code",
        "cvv_hint": "CVV",
        "pay": "Pay {amount}",
        "cancel": "Cancel",
        "wrong_title": "Please check what you typed",
        "wrong_card_number": "The card number has 12 to 19 digits.",
        "wrong_expiry": "The expiry date is a month and a year, such as 03/30.",
        "wrong_cvv": "The security code has 3 or 4 digits.",
        "refused_title": "The card was refused",
        "Declined": "The bank declined the payment. You can try again, or use another card.",
        "Insufficient Funds": "There is not enough money on the card. You can try another one.",
        "paid_title": "Payment complete",
        "paid": "{amount} has been paid. You can close this page.",
        "cancelled_title": "Payment cancelled",
        "cancelled": "Nothing has been paid. You can close this page.",
        "missing_title": "No such payment",
        "missing": "There is no payment at this address. The sandbox may have been reset.",
        "back": "Back to the shop",
        "cards": "Test cards",
        "cards_hint": "Any expiry date and security code will do. Any other number is declined.",
        "outcome": "What happens",
        "success": "Succeeds",
        "insufficient": "Refused: insufficient funds",
        "declined": "Refused: do not honour",
        "money": "{currency} {amount}",
    },
    "ar": {
        "name": "العربية",
        "other": "English",
        "sandbox": "بيئة تجريبية: لا يُدفع مال حقيقي",
        "hint": "هذه الصفحة بديل عن صفحة الدفع لدى «لحظة». ادفع بإحدى بطاقات الاختبار أدناه.",
        "pay_title": "دفع {amount}",
        "reference": "الرقم المرجعي",
        "email": "البريد الإلكتروني",
        "card_number": "رقم البطاقة",
        "expiry": "تاريخ الانتهاء",
        "expiry_hint": "شهر/سنة",
        "cvv": "رمز الأمان",
        "cvv_hint": "CVV",
        "pay": "ادفع {amount}",
        "cancel": "إلغاء",
        "wrong_title": "يرجى مراجعة ما أدخلته",
        "wrong_card_number": "يتكوّن رقم البطاقة من 12 إلى 19 رقمًا.",
        "wrong_expiry": "تاريخ الانتهاء شهر وسنة، مثل 03/30.",
        "wrong_cvv": "يتكوّن رمز الأمان من 3 أو 4 أرقام.",
        "refused_title": "رُفضت البطاقة",
        "Declined": "رفض البنك عملية الدفع. يمكنك المحاولة مرة أخرى أو استخدام بطاقة أخرى.",
        "Insufficient Funds": "الرصيد غير كافٍ. يمكنك استخدام بطاقة أخرى.",
        "paid_title": "تمّ الدفع",
        "paid": "تمّ دفع {amount}. يمكنك إغلاق هذه الصفحة.",
        "cancelled_title": "أُلغي الدفع",
        "cancelled": "لم يُدفع أي مبلغ. يمكنك إغلاق هذه الصفحة.",
        "missing_title": "لا توجد عملية دفع",
        "missing": "لا توجد عملية دفع على هذا العنوان. ربما أُعيد ضبط البيئة التجريبية.",
        "back": "العودة إلى المتجر",
        "cards": "بطاقات الاختبار",
        "cards_hint": "يُقبل أي تاريخ انتهاء وأي رمز أمان. ويُرفض أي رقم بطاقة آخر.",
        "outcome": "النتيجة",
        "success": "تنجح",
        "insufficient": "تُرفض: الرصيد غير كافٍ",
        "declined": "يرفضها البنك",
        "money": "{amount} {currency}",
    },
}
_CURRENCIES = {"ILS": "شيكل", "JOD": "دينار أردني", "USD": "دولار أمريكي"}
TEST_CARDS = (
    ("4111 1111 1111 1111", "success"),
    ("5424 0000 0000 0015", "success"),
    ("4000 0000 0000 9995", "insufficient"),
    ("4000 0000 0000 9979", "declined"),
)


def texts_for(language: str, transaction: Document | None) -> dict[str, str]:
    """A language's texts, with a transaction's amount put in."""
    texts = TEXTS[language]
    amount = "" if transaction is None else money(language, transaction)
    return {
        key: text if key == "money" else text.replace("{amount}", amount)
        for key, text in texts.items()
    }


def money(language: str, transaction: Document) -> str:
    """An amount as a payer reads it: in major units, the currency on its side."""
    currency = transaction["currency"]
    return TEXTS[language]["money"].format(
        amount=f"{transaction['amount'] // 100:,}.{transaction['amount'] % 100:02d}",
        currency=_CURRENCIES[currency] if language == "ar" else currency,
    )


class Typed(NamedTuple):
    """What a payer has typed: a card, or the names of the fields that hold none."""

    card: Card | None
    wrong: tuple[str, ...]


def read_card(form: Mapping[str, str]) -> Typed:
    """Read the form's card; spaces, dashes and Arabic digits are as good as any."""
    number = _plain(form.get("card_number", ""))
    expiry = _EXPIRY.fullmatch(_plain(form.get("expiry", "")))
    cvv = _plain(form.get("cvv", ""))
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


def _plain(text: str) -> str:
    """Without spaces, dashes and marks of direction, and with ASCII digits."""
    return "".join(
        str(unicodedata.decimal(character, character))
        for character in text[:100]
        if unicodedata.category(character) not in ("Zs", "Pd", "Cf", "Cc")
    )


def language_for(asked: str | None, accepted: str | None) -> str:
    """The language of the page: the one asked for, else the first of the browser's that it has."""
    if asked in LANGUAGES:
        return str(asked)
    wanted = [tag.strip()[:2].lower() for tag in (accepted or "").split(",")]
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


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


def form_targets(transaction: Document | None) -> str:
    """Where the form may lead, as a Content-Security-Policy says it.

    Chromium holds each redirect that follows a form's answer against it: the shop's page, and
    where that sends the payer on, which only the shop knows. An app has a scheme of its own.
    """
    urls = () if transaction is None else (transaction["callback_url"], transaction["cancel_url"])
    schemes = {"http", "https", *(urlsplit(url).scheme for url in urls if url is not None)}
    return " ".join(["'self'", *(f"{scheme}:" for scheme in sorted(schemes))])


def view(
    state: str,
    language: str,
    transaction: Document | None = None,
    wrong: tuple[str, ...] = (),
    **more: Any,
) -> dict[str, Any]:
    """All that the template shows: `state` is form, refused, wrong, paid, cancelled or missing."""
    other = next(code for code in LANGUAGES if code != language)
    return {
        "state": state,
        "language": language,
        "other": other,
        "direction": "rtl" if language == "ar" else "ltr",
        "t": texts_for(language, transaction),
        "transaction": transaction,
        "wrong": wrong,
        "cards": TEST_CARDS,
        **more,
    }
