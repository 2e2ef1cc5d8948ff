"""The pages on which payers say yes or no: what they have in common, whoever's they are.

A provider's template extends `payer.html`; its texts stand beside those here.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request

from sandbox.http.pages import render

Texts: TypeAlias = Mapping[str, Mapping[str, str]]
"""What a page says, by language and by name; `{amount}` stands for what is to be paid."""

LANGUAGES = ("en", "ar")
TEXTS: Texts = {
    "en": {
        "name": "English",
        "other": "العربية",
        "sandbox": "Sandbox: no money moves",
        "reference": "Reference",
        "form_title": "Pay {amount}",
        "wrong_title": "Please check what you typed",
        "paid_title": "Payment complete",
        "paid": "{amount} has been paid. You can close this page.",
        "cancelled_title": "Payment cancelled",
        "cancelled": "Nothing has been paid. You can close this page.",
        "missing_title": "No such payment",
        "missing": "There is no payment at this address. The sandbox may have been reset.",
        "back": "Back to the shop",
        "money": "{currency} {amount}",
    },
    "ar": {
        "name": "العربية",
        "other": "English",
        "sandbox": "بيئة تجريبية: لا يُدفع مال حقيقي",
        "reference": "الرقم المرجعي",
        "form_title": "دفع {amount}",
        "wrong_title": "يرجى مراجعة ما أدخلته",
        "paid_title": "تمّ الدفع",
        "paid": "تمّ دفع {amount}. يمكنك إغلاق هذه الصفحة.",
        "cancelled_title": "أُلغي الدفع",
        "cancelled": "لم يُدفع أي مبلغ. يمكنك إغلاق هذه الصفحة.",
        "missing_title": "لا توجد عملية دفع",
        "missing": "لا توجد عملية دفع على هذا العنوان. ربما أُعيد ضبط البيئة التجريبية.",
        "back": "العودة إلى المتجر",
        "money": "{amount} {currency}",
    },
}
_CURRENCIES = {
    "AED": "درهم إماراتي",
    "EUR": "يورو",
    "GBP": "جنيه إسترليني",
    "ILS": "شيكل",
    "JOD": "دينار أردني",
    "SAR": "ريال سعودي",
    "USD": "دولار أمريكي",
}
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
"""The form is posted with an Origin: with no referrer at all, browsers make it `null`."""


class Money(NamedTuple):
    """An amount: in hundredths of the currency."""

    minor: int
    currency: str


def show(
    template: str,
    texts: Texts,
    state: str,
    status: int = 200,
    *,
    amount: Money | None = None,
    leads_to: Iterable[str | None] = (),
    **shown: Any,
) -> Response:
    """A page in the language that is asked for by `?lang=`, else by the browser.

    Args:
        template: its name; it extends `payer.html`.
        texts: what it says besides; a state has a title (`paid_title`), and a sentence (`paid`).
        state: what the page is about; with `form`, `wrong` and `refused` it has a form.
        status: HTTP's.
        amount: what is to be paid.
        leads_to: the merchant's addresses to which the form may lead.
        shown: what else the template shows. `details`, pairs of a text's name and a value, and
            `back`, an address, stand on each page that has them; `kept` (`&name=value`) is what its
            own links and form ask for besides the language. `wrong` is the text's name by the name
            of each field that is wrong, `labels` what fields are called that no text names; `hint`
            names the text above the form, unless it is `hint`.
    """
    language = language_for(request.args.get("lang"), request.headers.get("Accept-Language"))
    page = render(
        template,
        status,
        allowed={"style-src": "'unsafe-inline'", "form-action": form_targets(leads_to)},
        state=state,
        language=language,
        other=next(code for code in LANGUAGES if code != language),
        direction="rtl" if language == "ar" else "ltr",
        t=texts_for(language, texts, amount),
        **shown,
    )
    page.headers.update({**_HEADERS, "Content-Language": language, "Vary": "Accept-Language"})
    return page


def sent_to(url: str) -> Response:
    """To the merchant's page, or to another of the sandbox's."""
    response = make_response(redirect(url, 303))
    response.headers.update(_HEADERS)
    return response


def language_for(asked: str | None, accepted: str | None) -> str:
    """The language of a page: the one asked for, else the first of the browser's that it has."""
    if asked in LANGUAGES:
        return str(asked)
    wanted = [tag.strip()[:2].lower() for tag in (accepted or "").split(",")]
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


def texts_for(language: str, texts: Texts, amount: Money | None = None) -> dict[str, str]:
    """A language's texts, with an amount put in."""
    said = "" if amount is None else money(language, amount)
    return {
        key: text if key == "money" else text.replace("{amount}", said)
        for key, text in {**TEXTS[language], **texts[language]}.items()
    }


def money(language: str, amount: Money) -> str:
    """An amount as a payer reads it: in major units, the currency on its side."""
    return TEXTS[language]["money"].format(
        amount=f"{amount.minor // 100:,}.{amount.minor % 100:02d}",
        currency=_CURRENCIES[amount.currency] if language == "ar" else amount.currency,
    )


def form_targets(leads_to: Iterable[str | None]) -> str:
    """Where a form may lead, as a Content-Security-Policy says it.

    Chromium holds each redirect that follows a form's answer against it: the shop's page, and
    where that sends the payer on, which only the shop knows. An app has a scheme of its own.
    """
    schemes = {"http", "https", *(urlsplit(url).scheme for url in leads_to if url is not None)}
    return " ".join(["'self'", *(f"{scheme}:" for scheme in sorted(schemes))])
