"""A file of an earlier version is brought up to date, as a whole or not at all."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random  # noqa: TID251

import pytest

from sandbox.engine.keeping import schema
from sandbox.engine.keeping.file import NAME, File
from sandbox.engine.keeping.schema import MIGRATIONS, Unusable
from tests.conftest import ROOT
from tests.data import old_files
from tests.data.kit import Kept


@pytest.fixture(params=range(1, len(MIGRATIONS) + 2))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return old_files.make(request.param, tmp_path / "old")


def _require_whole(folder: Path) -> None:
    """The world is there as `old_files.use` has left it, and goes on."""
    with closing(Kept(folder)) as box:
        rows = box.lean.get("/payouts/refunds?size=100").json()["content"]
        status = {row["external_reference"]: row["status"] for row in rows}
        assert (status["approved"], status["later"]) == ("PENDING_WITH_BANK", "CREATED")
        assert box.admin.get("/webhooks").json()["webhooks"][0]["url"] == "pull:"
        assert box.admin.get("/requests?limit=9").json()["requests"][-1]["id"] == 1
        on = [each for each in box.admin.get("/scenarios").json()["scenarios"] if each["enabled"]]
        assert [each["name"] for each in on] == ["webhooks-out-of-order"]
        heard = len(box.admin.get("/webhooks/deliveries").json()["deliveries"])
        assert box.admin.post("/clock/advance", {"until": "idle"}).json()["events"]
        assert len(box.admin.get("/webhooks/deliveries").json()["deliveries"]) > heard
        box.admin.post("/snapshots/one/restore")
        rows = box.lean.get("/payouts/refunds?size=100").json()["content"]
        status = {row["external_reference"]: row["status"] for row in rows}
        assert (status["approved"], "later" in status) == ("APPROVED", False)


@pytest.mark.slow
def test_a_world_of_an_earlier_version_goes_on(old: Path) -> None:
    _require_whole(old)


def _values(folder: Path) -> tuple[int, set[bool]]:
    """The version of a file, and whether its rows are as `old_files.step` makes them."""
    with closing(sqlite3.connect(folder / NAME)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        both = "SELECT value FROM lasting UNION ALL SELECT value FROM passing"
        values = [value for (value,) in db.execute(both) if value is not None]
        return version, {value.endswith(" ") for value in values}


def test_a_migration_that_fails_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(db: sqlite3.Connection) -> None:
        old_files.step(db)
        raise sqlite3.OperationalError("in the middle")

    old = old_files.make(1, tmp_path / "old")
    monkeypatch.setattr(schema, "MIGRATIONS", (fails,))
    with pytest.raises(Unusable):
        File(old)
    assert _values(old) == (1, {False})


@pytest.mark.slow
def test_a_migration_that_is_killed_is_whole_or_has_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, property_seed: int
) -> None:
    random, found = Random(property_seed), []
    old = old_files.make(1, tmp_path / "old")
    with closing(sqlite3.connect(old / NAME)) as db:
        both = "SELECT 1 FROM lasting UNION ALL SELECT 1 FROM passing"
        rows = len(db.execute(both).fetchall())
    end = rows + 4  # a list of each table, the new one, the version; then it is committed
    for number, statement in enumerate([random.randrange(end), random.randrange(end), end + 1]):
        folder = old_files.make(1, tmp_path / str(number))
        command = [sys.executable, "-m", "tests.data.old_files", str(folder), str(statement)]
        ended = subprocess.run(command, cwd=ROOT, timeout=60, check=False)
        assert ended.returncode == -signal.SIGKILL
        found.append(_values(folder))
        monkeypatch.setattr(schema, "MIGRATIONS", (old_files.step,))
        _require_whole(folder)
        assert _values(folder)[0] == 2
    assert found == [(1, {False}), (1, {False}), (2, {True})]
    monkeypatch.setattr(schema, "MIGRATIONS", ())
    with pytest.raises(Unusable, match="newer sandbox"):
        File(folder)
