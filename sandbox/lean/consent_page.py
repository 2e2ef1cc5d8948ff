"""The page where a customer answers a consent, but for its HTTP: texts, and what it shows."""

from collections.abc import Iterator, Mapping

from sandbox.engine.store.collections import Document
from sandbox.lean import pages
from sandbox.lean.consent_terms import AMOUNTS, NUMBERS, ZONE
from sandbox.lean.consents import AWAITING
from sandbox.lean.dates import local, zone_of

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        **pages.TEXTS["en"],
        "form_title": "Allow payments from your account",
        "hint": "This page stands in for Lean and your bank. If you agree, the shop can take "
        "payments from your account by itself, within these limits.",
        "expires": "Until",
        "period": "Period",
        "Day": "A day",
        "Week": "A week",
        "Month": "A month",
        "Year": "A year",
        "max_individual_amount": "At most, each payment",
        "max_cumulative_amount": "At most, in all",
        "max_cumulative_amount_per_period": "At most, each period",
        "max_cumulative_number_of_payments": "Payments at most",
        "max_cumulative_number_of_payments_per_period": "Payments each period at most",
        "immediate": "Paid at once",
        "approve": "Agree",
        "paid_title": "You have agreed",
        "paid": "The shop can now take payments from your account. You can close this page.",
        "cancelled_title": "You have declined",
        "cancelled": "Nothing will be taken from your account. You can close this page.",
        "expired_title": "This page is over",
        "expired": "There is nothing to agree to here any more.",
        "missing_title": "No such page",
        "missing": "There is nothing to agree to at this address. The sandbox may have been reset.",
        "unsafe_title": "This address is wrong",
        "unsafe": "The page to go back to has an address that nobody can be sent to.",
    },
    "ar": {
        **pages.TEXTS["ar"],
        "form_title": "السماح بالدفع من حسابك",
        "hint": "هذه الصفحة بديل عن «لين» وعن البنك. إذا وافقت، يمكن للمتجر سحب الدفعات من حسابك "
        "بنفسه ضمن هذه الحدود.",
        "expires": "حتى",
        "period": "الفترة",
        "Day": "يوم",
        "Week": "أسبوع",
        "Month": "شهر",
        "Year": "سنة",
        "max_individual_amount": "الحد الأقصى لكل دفعة",
        "max_cumulative_amount": "الحد الأقصى الإجمالي",
        "max_cumulative_amount_per_period": "الحد الأقصى لكل فترة",
        "max_cumulative_number_of_payments": "أقصى عدد للدفعات",
        "max_cumulative_number_of_payments_per_period": "أقصى عدد للدفعات في كل فترة",
        "immediate": "يُدفع فورًا",
        "approve": "موافقة",
        "paid_title": "تمّت الموافقة",
        "paid": "يمكن للمتجر الآن سحب الدفعات من حسابك. يمكنك إغلاق هذه الصفحة.",
        "cancelled_title": "تمّ الرفض",
        "cancelled": "لن يُسحب شيء من حسابك. يمكنك إغلاق هذه الصفحة.",
        "expired_title": "انتهت هذه الصفحة",
        "expired": "لم يعد هنا ما توافق عليه.",
        "missing_title": "لا توجد هذه الصفحة",
        "missing": "لا يوجد ما توافق عليه على هذا العنوان. ربما أُعيد ضبط البيئة التجريبية.",
        "unsafe_title": "هذا العنوان غير صحيح",
        "unsafe": "لا يمكن إرسال أحد إلى عنوان صفحة العودة.",
    },
}
_STATES = {"AUTHORISED": "paid", "REJECTED": "cancelled"}


def state_of(consent: Document, is_expired: bool) -> str:
    """What the page is about: `form`, or how the consent has ended."""
    if consent["status"] == AWAITING:
        return "expired" if is_expired else "form"
    return _STATES.get(consent["status"], "expired")


def amounts(consent: Document) -> Iterator[tuple[str, int]]:
    """The amounts that a customer reads: pairs of a text's name and minor units."""
    if consent["immediate_payment"] is not None:
        yield "immediate", consent["immediate_payment"]["amount"]
    for limit in AMOUNTS:
        if limit in consent["control_parameters"]:
            yield limit, consent["control_parameters"][limit]


def other_details(consent: Document, language: str) -> Iterator[tuple[str, str]]:
    """What else a customer reads: pairs of a text's name and a value."""
    limits = consent["control_parameters"]
    for limit in NUMBERS:
        if limit in limits:
            yield limit, str(limits[limit])
    if any(limit.endswith("_per_period") for limit in limits):
        yield "period", TEXTS[language][limits["period_type"]]
    yield "expires", local(consent["expires_at"], zone_of(ZONE))[:16].replace("T", " ")
