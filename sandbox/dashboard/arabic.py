"""The dashboard's texts in Arabic, by their English; those of a provider stand beside its pages."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "Refund sandbox": "بيئة تجريبية للاسترداد",
    "Sandbox: no money moves": "بيئة تجريبية: لا يُدفع مال حقيقي",
    "Skip to the page": "انتقل إلى المحتوى",
    "World": "العالم",
    "Go": "انتقال",
    "Acting as": "تعمل بصفة",
    "Switch": "تبديل",
    "Maker": "المُنشئ",
    "Approver": "المعتمِد",
    "Language": "اللغة",
    "Parts": "الأقسام",
    "Pages": "الصفحات",
    "World time": "وقت العالم",
    "frozen": "متوقف",
    "running": "يجري",
    "next in line {at}": "التالي {at}",
    "nothing is due": "لا شيء مستحق",
    "No such page": "لا توجد صفحة كهذه",
    "There is nothing here. It may have been removed, or the world was reset.": (
        "لا شيء هنا. ربما أُزيل، أو أُعيد ضبط العالم."
    ),
    "This form is too old": "هذا النموذج قديم",
    "Nothing was done. Go back, load the page again, and send the form anew.": (
        "لم يُنفَّذ شيء. ارجع وحمّل الصفحة مجددًا ثم أرسل النموذج من جديد."
    ),
    "Back": "رجوع",
    "This can't be done": "لا يمكن تنفيذ ذلك",
    "Go on to the dashboard": "تابع إلى لوحة التحكم",
    "Log out": "تسجيل الخروج",
    "Log in": "تسجيل الدخول",
    "This sandbox wants its admin token (SANDBOX_ADMIN_TOKEN).": (
        "تطلب هذه البيئة رمز الإدارة (SANDBOX_ADMIN_TOKEN)."
    ),
    "Admin token": "رمز الإدارة",
    "That is not the admin token.": "ليس هذا رمز الإدارة.",
    "Newer": "الأحدث",
    "Older": "الأقدم",
    "{first} to {last} of {total}": "{first} إلى {last} من {total}",
    "None yet.": "لا شيء بعد.",
}
