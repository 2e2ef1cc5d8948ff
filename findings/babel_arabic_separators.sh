#!/usr/bin/env bash
# Babel 2.19.0: with the locale's own numbering system, Arabic amounts get Latin digits with Arabic separators.
#
# Guessed: `numbering_system="default"` prints 1234.50 as ١٬٢٣٤٫٥٠ in ar_PS, ar_JO and ar_AE alike.
# Seen: ar_PS and ar_JO print 1٬234٫50: Latin digits, but U+066C and U+066B between them; ar_AE prints
# 1,234.50. parse_decimal reads ١٬٢٣٤٫٥٠ in ar_PS and ar_JO, and raises in ar_AE; each refuses
# what the other prints. So an amount that is shown to a payer in Ramallah and read again by code that
# expects Abu Dhabi's form is lost, and no font or style shows why: the digits look right.
# To do: name the numbering system ("latn" or "arab") by what stands in the text, never by the locale.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0
"$folder/bin/python" - <<'PY'
from decimal import Decimal

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

LOCALES = ("ar_AE", "ar_PS", "ar_JO")


def read(text, locale):
    try:
        return parse_decimal(text, locale=locale, numbering_system="default")
    except NumberFormatError:
        return None


shown = {
    locale: format_decimal(
        Decimal("1234.50"), format="#,##0.00", locale=locale, numbering_system="default"
    )
    for locale in LOCALES
}
for locale, text in shown.items():
    print(locale, text, [f"U+{ord(c):04X}" for c in text if not c.isdigit()])
assert shown == {"ar_AE": "1,234.50", "ar_PS": "1\u066c234\u066b50", "ar_JO": "1\u066c234\u066b50"}
typed = {locale: read("١٬٢٣٤٫٥٠", locale) for locale in LOCALES}
crossed = {"ar_AE": read(shown["ar_PS"], "ar_AE"), "ar_PS": read(shown["ar_AE"], "ar_PS")}
print("typed in Arabic-Indic digits:", typed)
print("the other's print:", crossed)
assert typed == {"ar_AE": None, "ar_PS": Decimal("1234.50"), "ar_JO": Decimal("1234.50")}
assert crossed == {"ar_AE": None, "ar_PS": None}
PY
