"""The texts of Lean's pages in Arabic, by their English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "Lean": "Lean",
    "Payments": "المدفوعات",
    "Payouts": "الصرف",
    "Customers": "العملاء",
    # Payments
    "All payments": "كل المدفوعات",
    "Payment": "الدفعة",
    "Payment id": "معرّف الدفعة",
    "Reconciliation": "المطابقة",
    "Not paid": "لم تُدفع",
    "Not reconciled": "لم تُطابَق",
    "Deposit": "الإيداع",
    "None has matched it.": "لم يطابقها أي إيداع.",
    "Intent": "النية",
    "Bank reference": "مرجع البنك",
    "No payments yet. Let a payer pay: with your app, or by POST /_sandbox/lean/payments.": (
        "لا مدفوعات بعد. دع أحدهم يدفع: عبر تطبيقك، أو بطلب POST /_sandbox/lean/payments."
    ),
    # Refunds
    "Reason": "السبب",
    "Reference number": "الرقم المرجعي",
    "The refund is created, and waits for an approver.": "أُنشئ الاسترداد، وينتظر من يعتمده.",
    "No refunds yet. Choose a payment on the tab Payments, and press Refund.": (
        "لا استردادات بعد. اختر دفعة من صفحة المدفوعات، واضغط استرداد."
    ),
    "Look it through. Refund approves it and hands it to the bank; Reject ends it.": (
        "راجعه. زر الاسترداد يعتمده ويسلّمه إلى البنك، وزر الرفض ينهيه."
    ),
    "Four eyes: you have created it, so another user has to approve it. Switch who is acting.": (
        "مبدأ العيون الأربع: أنت من أنشأه، فيجب أن يعتمده مستخدم آخر. بدّل من يعمل."
    ),
    "Reject": "رفض",
    "Paid back to": "يُعاد إلى",
    "Created by": "أنشأه",
    "Decided by": "قرّر بشأنه",
    "Waits for an approver.": "ينتظر من يعتمده.",
    "Approved, and queued for the bank.": "اعتُمد، وهو في طابور البنك.",
    "Rejected by the approver: nothing is paid.": "رفضه المعتمِد: لا يُدفع شيء.",
    "The bank has the order, and works on it.": "الأمر لدى البنك، وهو يعمل عليه.",
    "The bank has accepted the order: the money leaves your account.": (
        "قبل البنك الأمر: يخرج المال من حسابك."
    ),
    "It failed: the money stays with you, and can be refunded again.": (
        "أخفق: يبقى المال لديك، ويمكن رده مجددًا."
    ),
    "The payout is done: the money has reached the payer.": "تم الصرف: وصل المال إلى الدافع.",
    "The payer's bank has sent the money back.": "أعاد بنك الدافع المال.",
    "The refund is rejected.": "رُفض الاسترداد.",
    "The refund is approved, and queued for the bank.": "اعتُمد الاسترداد، وهو في طابور البنك.",
    "Requested by the client": "بطلب من العميل",
    "Duplicated Payment": "دفعة مكررة",
    "Service/Order Cancellation": "إلغاء الخدمة أو الطلب",
    "Fraudulent Payment": "دفعة احتيالية",
    # Payouts
    "All payouts": "كل عمليات الصرف",
    "Payout": "الصرف",
    "Payout id": "معرّف الصرف",
    "Carries": "يحمل",
    "a refund": "استردادًا",
    "No payouts yet. Each refund that is approved makes one; so does POST /payouts/v1/payment.": (
        "لا صرف بعد. كل استرداد يُعتمد ينشئ صرفًا، وكذلك POST /payouts/v1/payment."
    ),
    "Authorize": "تفويض",
    "It waits for you: authorized, it goes to the bank.": "ينتظرك: إذا فوّضته ذهب إلى البنك.",
    "The payout is authorized.": "فُوّض الصرف.",
    "Paid to": "يُدفع إلى",
    "Paid from": "يُدفع من",
    # Customers
    "All customers": "كل العملاء",
    "Customer": "العميل",
    "Customer id": "معرّف العميل",
    "Name in your app": "الاسم في تطبيقك",
    "an id or a name": "معرّف أو اسم",
    "No customers yet. Create one: POST /customers/v1.": (
        "لا عملاء بعد. أنشئ عميلًا: POST /customers/v1."
    ),
    "Payment sources": "مصادر الدفع",
    "Source": "المصدر",
    "Bank": "البنك",
    "Account": "الحساب",
    "Currency": "العملة",
    "Entities": "الكيانات",
    "Entity": "الكيان",
}
