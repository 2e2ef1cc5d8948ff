"""Files as earlier versions wrote them, kept as SQL beside the tests.

`python -m tests.data.old_files` writes that of the version as it is now: once, before the next one.
"""

import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.engine.keeping import schema
from sandbox.engine.keeping.file import NAME, File
from tests.data.kit import Kept
from tests.kit import frozen

HERE = Path(__file__).parent
_PRAGMAS = ("application_id", "user_version")


def use(box: Kept) -> None:
    """Let a world have something of each part."""
    box.admin.put("/webhooks/lean", {"url": "pull:"})
    box.on("webhooks-out-of-order")
    box.lean_refund(box.payment(), status="APPROVED", external_reference="approved")
    box.lahza_refund(box.transaction())
    box.admin.put("/snapshots/one")
    box.lean_refund(box.payment(), external_reference="later", scenario="refund-fails")
    box.advance("31s")


def write() -> Path:
    """Write the file of a world that has been used as SQL; where that is."""
    with TemporaryDirectory() as folder:
        with closing(Kept(Path(folder), frozen("2027-01-01T09:00:00Z"))) as box:
            use(box)
        with closing(sqlite3.connect(Path(folder) / NAME)) as db:
            pragmas = {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in _PRAGMAS}
            lines = [f"PRAGMA {name} = {value};" for name, value in pragmas.items()]
            lines += db.iterdump()
    path = HERE / f"version-{pragmas['user_version']}.sql"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def make(version: int, folder: Path) -> Path:
    """Make a folder with the file of a version."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / NAME)) as db:
        db.executescript((HERE / f"version-{version}.sql").read_text(encoding="utf-8"))
    return folder


def step(db: sqlite3.Connection) -> None:
    """A migration that touches each row, and adds a table."""
    for table in ("lasting", "passing"):
        for (row,) in db.execute(f"SELECT rowid FROM {table} ORDER BY rowid").fetchall():
            db.execute(f"UPDATE {table} SET value = value || ' ' WHERE rowid = ?", (row,))
    db.execute("CREATE TABLE added (x)")


def die(folder: Path, statement: int) -> None:
    """Migrate the file of a folder; at one of its statements the process kills itself."""
    left = statement

    def count(_: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def migrate(db: sqlite3.Connection) -> None:
        db.set_trace_callback(count)
        step(db)

    schema.MIGRATIONS = (migrate,)
    File(folder)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        die(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        print(write())
