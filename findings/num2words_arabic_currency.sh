#!/usr/bin/env bash
# num2words 0.5.14: in Arabic, an amount of a currency that it does not know becomes Saudi riyals.
#
# Guessed: for a code that is not implemented, NotImplementedError, as in English.
# Seen: lang="ar" takes any code. AED, JOD, ILS and USD come out as riyals and halalas, without an error;
# EGP and KWD are right. So "1,500 shekels" on an Arabic receipt of a refund reads "1,500 riyals".
# To do: compare the currency with those that the package has for Arabic before you call it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check num2words==0.5.14
"$folder/bin/python" - <<'PY'
from num2words import num2words

said = {}
for currency in ("AED", "JOD", "ILS", "USD", "SR", "EGP", "KWD"):
    said[currency] = num2words(1500.5, lang="ar", to="currency", currency=currency)
    print(currency, said[currency])
riyals = "ألف و خمسمائة ريال و خمسون هللة"
assert all(said[each] == riyals for each in ("AED", "JOD", "ILS", "USD", "SR")), said
assert "جنيه" in said["EGP"], said
assert "دينار" in said["KWD"], said
try:
    num2words(1500.5, lang="en", to="currency", currency="ILS")
except NotImplementedError as error:
    print("en:", error)
else:
    raise SystemExit("English knows ILS by now")
PY
