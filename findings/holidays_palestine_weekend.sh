#!/usr/bin/env bash
# holidays 0.109: Palestine has a weekend of Saturday and Sunday, beside holidays of its own.
#
# Guessed: Friday and Saturday, as in Jordan; the package knows Palestine's holidays, and knows even in which
# year the Emirates moved their weekend.
# Seen: PS works on Fridays and rests on Sundays. Jordan rests on Friday and Saturday; the Emirates on Friday
# and Saturday until 2021, on Saturday and Sunday since. Banks in Palestine are closed on Friday and Saturday.
# So "two working days" for a refund ends on the wrong day in every week.
# To do: set `calendar.weekend = {4, 5}` on what country_holidays returns.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check holidays==0.109
"$folder/bin/python" - <<'PY'
from datetime import date, timedelta

from holidays import country_holidays

found = {}
for country in ("PS", "JO", "AE"):
    calendar = country_holidays(country)
    for year in (2021, 2024):  # the weeks that begin on a Monday in June
        monday = date(year, 6, 1) + timedelta((7 - date(year, 6, 1).weekday()) % 7)
        week = [monday + timedelta(n) for n in range(7)]
        found[country, year] = [f"{day:%a}" for day in week if calendar.is_weekend(day)]
        print(country, year, found[country, year])
assert len(country_holidays("PS", years=2024)) > 5
assert found["PS", 2021] == found["PS", 2024] == ["Sat", "Sun"]
assert found["JO", 2021] == found["JO", 2024] == ["Fri", "Sat"]
assert (found["AE", 2021], found["AE", 2024]) == (["Fri", "Sat"], ["Sat", "Sun"])
PY
