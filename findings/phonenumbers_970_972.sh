#!/usr/bin/env bash
# phonenumbers 9.0.43: one Palestinian mobile, written with +970 and with +972, is two valid numbers.
#
# Guessed: +972 59 … is the same phone (Palestinian mobiles are dialled both ways), so it is either no valid
# Israeli number, or matches the one with +970.
# Seen: both are valid, of region PS and of region IL; is_number_match says NO_MATCH. So a customer who
# types the number in both ways is two customers, and a refund is looked for under the wrong one.
# To do: compare the national parts (59… and 56…) where the region is PS or IL.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$folder/bin/python" - <<'PY'
import phonenumbers as p

numbers = [p.parse(text) for text in ("+970599123456", "+972599123456")]
for number in numbers:
    print(p.format_number(number, p.PhoneNumberFormat.INTERNATIONAL), p.region_code_for_number(number),
          p.is_valid_number(number))
match = p.is_number_match(*numbers)
print("match:", p.MatchType.to_string(match))
assert [p.region_code_for_number(number) for number in numbers] == ["PS", "IL"]
assert all(map(p.is_valid_number, numbers))
assert match == p.MatchType.NO_MATCH
assert len({number.national_number for number in numbers}) == 1
PY
