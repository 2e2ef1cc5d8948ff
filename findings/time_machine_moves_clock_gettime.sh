#!/usr/bin/env bash
# time-machine 3.6.0 moves `clock_gettime(CLOCK_REALTIME)`, too, freezegun 1.5.5 does not; SQLite's `now` moves with neither.
#
# Guessed: both move what Python code calls the time, and the system call below is a way around either.
# Seen: with time-machine also a `clock_gettime` that was taken before the move answers with the moved time, but for
# CLOCK_REALTIME alone: CLOCK_TAI and CLOCK_MONOTONIC go on. With freezegun it goes on. A token whose expiry is set
# by the database and checked in Python is thus expired, or not yet issued, by years.
# To do: read time that a test may not move by CLOCK_MONOTONIC; let the code, not the database, say what `now` is.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check freezegun==1.5.5 time-machine==3.6.0
cd "$folder"
cat > look.py <<'PY'
import sqlite3
import sys
import time
from datetime import datetime
from time import CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_TAI, clock_gettime

import freezegun
import time_machine

began = clock_gettime(CLOCK_MONOTONIC)


def moved():
    """What tells of 2020."""
    database = sqlite3.connect(":memory:").execute("select strftime('%s', 'now')").fetchone()[0]
    seen = {
        "datetime.now": datetime.now().timestamp(),
        "time.time": time.time(),
        "REALTIME": clock_gettime(CLOCK_REALTIME),
        "TAI": clock_gettime(CLOCK_TAI),
        "SQLite": int(database),
    }
    assert 0 <= clock_gettime(CLOCK_MONOTONIC) - began < 3600
    return [name for name, at in seen.items() if 1_577_750_400 <= at <= 1_578_009_600]


with freezegun.freeze_time("2020-01-01"):
    by_freezegun = moved()
with time_machine.travel("2020-01-01", tick=False):
    by_time_machine = moved()
print("freezegun:", by_freezegun, "time-machine:", by_time_machine)
python = ["datetime.now", "time.time"]
sys.exit((by_freezegun, by_time_machine) != (python, [*python, "REALTIME"]))
PY
venv/bin/python look.py
