"""The texts of Lahza's pages in Arabic, by their English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "Lahza": "Lahza",
    "Domain": "النطاق",
    "an id, a reference or an email": "معرّف أو مرجع أو بريد إلكتروني",
    "Reference": "المرجع",
    "Why": "السبب",
    # Transactions
    "Transactions": "المعاملات",
    "All transactions": "كل المعاملات",
    "Transaction": "المعاملة",
    "Transaction id": "معرّف المعاملة",
    "Not paid": "لم تُدفع",
    "No transactions yet. Let a payer pay: in your app, or POST /_sandbox/lahza/transactions.": (
        "لا معاملات بعد. دع أحدهم يدفع: عبر تطبيقك، أو بطلب POST /_sandbox/lahza/transactions."
    ),
    "The charge": "عملية الخصم",
    "The transaction is made.": "أُنشئت المعاملة.",
    "The payer tries to pay by card.": "يحاول الدافع الدفع بالبطاقة.",
    "The card is charged.": "خُصم من البطاقة.",
    "The card is refused.": "رُفضت البطاقة.",
    "Card": "البطاقة",
    # Refunds
    "Note for the customer": "ملاحظة للعميل",
    "Note for the merchant": "ملاحظة للتاجر",
    "may be left empty": "يمكن تركها فارغة",
    "The refund is queued for processing.": "الاسترداد في طابور المعالجة.",
    "No refunds yet. Choose a transaction on the tab Transactions, and press Refund.": (
        "لا استردادات بعد. اختر معاملة من صفحة المعاملات، واضغط استرداد."
    ),
    "Deducted": "المخصوم",
    "Refunded by": "ردّه",
    "Expected at the payer": "المتوقع وصوله إلى الدافع",
    "Lahza has taken it. It goes on by itself: there is nothing for you to do.": (
        "تسلّمته Lahza، ويمضي من تلقاء نفسه: ليس عليك فعل شيء."
    ),
    "The payer's bank works on it. It can still fail.": ("يعمل عليه بنك الدافع، وقد يخفق بعد."),
    "Done: the money has left your balance, and goes to the payer's card.": (
        "تم: خرج المال من رصيدك، وهو في طريقه إلى بطاقة الدافع."
    ),
    "It failed: the money is yours again. Refund once more, or pay in another way.": (
        "أخفق: عاد المال إليك. أعد الاسترداد، أو ادفع بطريقة أخرى."
    ),
}
