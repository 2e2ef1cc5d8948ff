#!/usr/bin/env bash
# Python's sqlite3, 3.11.7: PRAGMA incremental_vacuum(500) gives one page back, not 500.
#
# Guessed: `execute("PRAGMA incremental_vacuum(500)").fetchall()` gives 500 free pages back to the system, as
# SQLite's documentation says and its shell does.
# Seen: it gives one page back, without an error. SQLite gives a page back at each step of the statement.
# `execute` takes one step, and as the statement has no columns, `fetchall` takes no further one with Python 3.11;
# with 3.12.1 and 3.13.0 it takes them all, and `execute` alone is still one page. `executescript` takes all steps
# with each, and so does APSW 3.50.4.0.
# To do: executescript(f"PRAGMA incremental_vacuum({pages})"), outside of a transaction: it commits one that is open.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check apsw==3.50.4.0
cd "$folder"
bin/python - <<'PY'
import sqlite3
import sys

import apsw

print("Python", sys.version.split()[0], "SQLite", sqlite3.sqlite_version, "APSW", apsw.apsw_version())
FREE = "PRAGMA freelist_count"
VACUUM = "PRAGMA incremental_vacuum(500)"
with sqlite3.connect("vacuum.db", isolation_level=None) as db:
    db.execute("PRAGMA auto_vacuum = INCREMENTAL")
    db.execute("CREATE TABLE rows (text)")
    db.execute("BEGIN")
    db.executemany("INSERT INTO rows VALUES (?)", [("x" * 3000,)] * 6000)
    db.execute("COMMIT")
    db.execute("DELETE FROM rows WHERE rowid % 2")


def given(vacuum):
    (before,) = next(iter(db.execute(FREE)))
    vacuum()
    (after,) = next(iter(db.execute(FREE)))
    return before - after


seen = [
    given(lambda: db.execute(VACUUM)),
    given(lambda: db.execute(VACUUM).fetchall()),
    given(lambda: db.executescript(VACUUM)),
]
db.close()
other = apsw.Connection("vacuum.db")
db = other
seen.append(given(lambda: list(other.execute(VACUUM))))
print("execute, fetchall, executescript, apsw:", seen)
assert seen == [1, 1 if sys.version_info < (3, 12) else 500, 500, 500], seen
PY
