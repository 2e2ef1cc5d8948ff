"""The pages where customers say yes or no, but for their HTTP: texts, and what is chosen."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sandbox.engine.store.collections import Document
from sandbox.lean import banks

OUTCOMES: Mapping[str, Mapping[str, str]] = {
    "accepted": MappingProxyType({}),
    "insufficient": {"status": "FAILED", "failure_code": "INSUFFICIENT_BALANCE"},
}
"""What the bank may say to a payment, each with what is then a payment's own."""
ACTIONS = ("approve", "decline")
BANKS = tuple(banks.BY_IDENTIFIER)

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "hint": "This page stands in for Lean and your bank. Choose a mock bank, then answer.",
        "link_hint": "This page stands in for Lean. Your bank comes next.",
        "recipient": "Recipient",
        "EMAIL": "Email",
        "MOBILE_PHONE": "Mobile phone",
        "TEXT": "Your details",
        "optional": "optional",
        "go_on": "Go on to your bank",
        "bank": "Your bank",
        "outcome": "What the bank says",
        "accepted": "It accepts the payment",
        "insufficient": "It refuses: not enough money",
        "approve": "Approve {amount}",
        "decline": "Decline",
        "wrong_bank": "Choose one of the banks below.",
        "wrong_cooling_off": "Your account there cannot pay yet. Choose another bank, or come back "
        "later.",
        "wrong_outcome": "Choose one of the answers below.",
        "wrong_action": "Approve or decline.",
        "wrong_EMAIL": "An email address is like name@example.com.",
        "wrong_MOBILE_PHONE": "A phone number has 7 to 15 digits, such as +971501234567.",
        "wrong_missing": "Please fill this in.",
        "wrong_long": "This is too long.",
        "failed_title": "The bank refused the payment",
        "failed": "Nothing has been paid. You can close this page.",
        "expired_title": "This page has expired",
        "expired": "Nothing can be paid here any more. Go back to the shop and begin again.",
        "disabled_title": "This link has been switched off",
        "disabled": "Nothing can be paid here. Ask the shop for another link.",
        "used_title": "This link has been used",
        "used": "Nothing can be paid here any more. Ask the shop for another link.",
        **{bank: names["name"] for bank, names in banks.BY_IDENTIFIER.items()},
    },
    "ar": {
        "hint": "هذه الصفحة بديل عن «لين» وعن البنك. اختر بنكًا تجريبيًا، ثم وافق أو ارفض.",
        "link_hint": "هذه الصفحة بديل عن «لين». تنتقل بعدها إلى بنكك.",
        "recipient": "المستفيد",
        "EMAIL": "البريد الإلكتروني",
        "MOBILE_PHONE": "رقم الهاتف المحمول",
        "TEXT": "بياناتك",
        "optional": "اختياري",
        "go_on": "المتابعة إلى بنكك",
        "bank": "بنكك",
        "outcome": "ردّ البنك",
        "accepted": "يقبل الدفعة",
        "insufficient": "يرفضها: الرصيد غير كافٍ",
        "approve": "الموافقة على {amount}",
        "decline": "رفض",
        "wrong_bank": "اختر أحد البنوك أدناه.",
        "wrong_cooling_off": "لا يمكن الدفع من حسابك فيه بعد. اختر بنكًا آخر أو عد لاحقًا.",
        "wrong_outcome": "اختر أحد الردود أدناه.",
        "wrong_action": "وافق أو ارفض.",
        "wrong_EMAIL": "يُكتب البريد الإلكتروني على شكل name@example.com.",
        "wrong_MOBILE_PHONE": "يتكوّن رقم الهاتف من 7 إلى 15 رقمًا، مثل ‎+971501234567.",
        "wrong_missing": "يرجى ملء هذا الحقل.",
        "wrong_long": "هذا النص أطول من المسموح.",
        "failed_title": "رفض البنك الدفعة",
        "failed": "لم يُدفع أي مبلغ. يمكنك إغلاق هذه الصفحة.",
        "expired_title": "انتهت صلاحية هذه الصفحة",
        "expired": "لم يعد الدفع ممكنًا هنا. عد إلى المتجر وابدأ من جديد.",
        "disabled_title": "أُوقف هذا الرابط",
        "disabled": "لا يمكن الدفع هنا. اطلب من المتجر رابطًا آخر.",
        "used_title": "استُخدم هذا الرابط",
        "used": "لم يعد الدفع ممكنًا هنا. اطلب من المتجر رابطًا آخر.",
        **banks.ARABIC,
    },
}


class Choice(NamedTuple):
    """What a customer has chosen on `lean_authorize.html`.

    Attributes:
        is_yes: whether it is a yes; the rest is then as it should be, unless something is wrong.
        bank: the identifier of a mock bank.
        outcome: one of OUTCOMES.
        wrong: the text's name by the name of each field that is wrong.
    """

    is_yes: bool
    bank: str
    outcome: str
    wrong: Mapping[str, str]

    @property
    def values(self) -> Mapping[str, Any]:
        """What is then a payment's own, as `payer.pay` takes it."""
        return {"bank_identifier": self.bank, **OUTCOMES[self.outcome]}

    def with_wrong(self, name: str, text: str) -> "Choice":
        """The same, with what is wrong with a field."""
        return self._replace(wrong={name: text})


def read_choice(form: Mapping[str, str]) -> Choice:
    """Read what was chosen; what is left out is the first there is, and a yes."""
    bank, outcome = form.get("bank", BANKS[0]), form.get("outcome", next(iter(OUTCOMES)))
    action = form.get("action", ACTIONS[0])
    right = {"bank": bank in BANKS, "outcome": outcome in OUTCOMES, "action": action in ACTIONS}
    wrong = {name: f"wrong_{name}" for name, is_right in right.items() if not is_right}
    return Choice(action != "decline", bank, outcome, wrong)


def details(asked: Document) -> list[tuple[str, str]]:
    """What a payer reads beside the amount: pairs of a text's name and a value.

    Args:
        asked: recipient and reference.
    """
    return [(name, asked[name]) for name in ("recipient", "reference")]


def ended(payment: Document) -> str:
    """The state of a page whose payment has been made."""
    return "failed" if payment["status"] == "FAILED" else "paid"


def fields_of(link: Document) -> list[str]:
    """The names of the fields for a payment link's identifiers."""
    return [f"identifier_{n}" for n in range(len(link["identifiers"]))]


def labels_of(link: Document) -> dict[str, str]:
    """What those of them are called to which the merchant gave a label."""
    labels = (each["display_label"] for each in link["identifiers"])
    return {name: label for name, label in zip(fields_of(link), labels, strict=True) if label}
