"""Bad days: each is one clear line, nothing half done, and no file is made worse."""

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sandbox.app import create_app
from sandbox.engine.keeping.file import NAME, File, Op
from sandbox.engine.keeping.schema import Unusable
from sandbox.engine.keeping.table import Row
from sandbox.settings import Settings
from tests.conftest import ROOT
from tests.data.kit import Kept
from tests.data.load import Client
from tests.kit import frozen

NOW = "2027-01-01T09:00:00Z"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with closing(Kept(tmp_path / "data", frozen(NOW))) as box:
        yield box


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """The folder of a sandbox that has been used, and has ended in order."""
    folder = tmp_path / "data"
    with closing(Kept(folder, frozen(NOW))) as box:
        box.lean_refund(box.payment(), status="APPROVED")
        box.admin.put("/snapshots/one")
    return folder


def _limit(box: Kept, pages: int) -> None:
    """Let the file have so many pages at most (0: as many as it has)."""
    db: sqlite3.Connection = box.server.app.extensions["sandbox.keeper"].file._db
    if pages == 0:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}").fetchall()


@pytest.mark.slow
def test_what_a_full_disk_does_not_take_has_not_happened(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    kept.may_be_scripted(True)
    payment, transaction = kept.payment(), kept.transaction()
    _limit(kept, 0)
    answers = []
    for n in range(1, 2000):
        answers.append(kept.lean_refund(payment, 0.01, description=f"{n} " + "x" * 50))
        if answers[-1].status_code != 201:
            break
    assert answers[-1].status_code == 500
    assert caplog.messages[-1].endswith("what a call changed in the world default is undone")
    assert "the disk is full" in caplog.messages[-1]
    made = [answer.json()[0]["refund_id"] for answer in answers[:-1]]
    refused = kept.lahza_refund(transaction, merchant_note="x" * 5000)
    assert refused.status_code == 500
    assert refused.json()["status"] is False
    fresh = kept.anyone.put("/w/another/_sandbox/snapshots/one")
    assert fresh.status_code == 500
    assert fresh.json()["detail"].startswith("nothing has changed: ")

    _limit(kept, 1_000_000)
    for _ in range(2):
        rows = kept.lean.get(f"/payouts/refunds?size=1000&payment_id={payment}").json()["content"]
        found = [row["refund_id"] for row in rows if row["payment_id"] == payment]
        assert sorted(found) == sorted(made)
        kept.restart()
    assert kept.lean_refund(payment, 0.01).status_code == 201
    assert kept.lahza_refund(transaction).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/reset"),
        ("POST", "/snapshots/one/restore"),
        ("PUT", "/snapshots/one"),
        ("PUT", "/snapshots/two"),
        ("DELETE", "/snapshots/one"),
        ("PUT", "/scenarios/webhook-late"),
    ],
)
def test_what_steers_a_world_has_not_happened_where_it_can_not_be_written(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    def fails(*_: object) -> None:
        error = sqlite3.OperationalError("no room")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error

    kept.may_be_scripted(True)
    reads = ("/clock", "/snapshots", "/refunds", "/scenarios", "/webhooks/deliveries")
    kept.lean_refund(kept.payment(), status="APPROVED")
    kept.admin.put("/snapshots/one")
    kept.advance("31s")
    seen = [kept.admin.get(each).text for each in reads]
    monkeypatch.setattr(kept.server.app.extensions["sandbox.keeper"].file, "commit", fails)
    for _ in range(2):
        refused = kept.admin.call(method, path, {})
        assert refused.status_code == 500
        assert refused.json()["detail"].endswith("can't be written: the disk is full")
    monkeypatch.undo()
    assert [kept.admin.get(each).text for each in reads] == seen
    kept.advance("6m")
    kept.restart()
    kept.admin.post("/snapshots/one/restore")
    assert kept.admin.get("/clock").json()["now"].startswith("2027-01-01T09:00:00")


def test_a_world_that_can_not_be_read_when_it_is_called_is_answered_by_its_provider(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise Unusable("sandbox.db is damaged")

    kept.may_be_scripted(True)
    monkeypatch.setattr("sandbox.engine.keeping.kept.Kept.state", fails)
    assert kept.lahza.get("/w/other/refund").json()["status"] is False
    refused = kept.anyone.get("/w/other/_sandbox/clock")
    assert (refused.status_code, refused.json()["status"]) == (500, 500)
    monkeypatch.undo()
    assert kept.anyone.get("/w/other/_sandbox/clock").ok


@pytest.mark.slow
def test_a_limit_of_the_files_size_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--clock", "frozen"]
    command += ["--data", str(tmp_path / "data")]
    process = subprocess.Popen(
        command,
        env={**os.environ, "SANDBOX_QUIET": "on", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000)),
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().split("127.0.0.1:")[1].split()[0])
        with closing(Client(port, "default")) as client:
            payment = client.call("POST", "/_sandbox/lean/payments", {"amount": 100})["id"]
            item = {"payment_id": payment, "amount": 0.01, "reason_code": "CUSTOMER_REQUEST"}
            made, status = 0, 201
            while status == 201 and made < 5000:
                status = client.status("POST", "/payouts/refunds", [item])
                made += status == 201
            assert status == 500
            rows = client.call("GET", "/payouts/refunds?size=1000")["content"]
            assert sum(row["payment_id"] == payment for row in rows) == made
    finally:
        process.kill()
        _, said = process.communicate()
    assert "limit of a file's size" in said or "the disk is full" in said
    assert "Traceback" not in said


def _refusal(folder: Path) -> str:
    """Why a server does not start on a folder, whose file stays as it is."""
    before = (folder / NAME).read_bytes()
    with pytest.raises(Unusable) as refused:
        create_app(Settings(data=folder))
    assert (folder / NAME).read_bytes() == before
    said = str(refused.value)
    assert "\n" not in said
    assert str(folder / NAME) in said
    return said


@pytest.mark.parametrize("value", ['{"$":"x"}', "[]", "null", "7", "{"])
def test_rows_that_make_no_sense_are_told(used: Path, value: str) -> None:
    with closing(sqlite3.connect(used / NAME)) as db:
        head = db.execute("UPDATE lasting SET value = ? WHERE part = 'head'", (value,))
        assert head.rowcount
        db.commit()
    assert "is damaged" in _refusal(used)


@pytest.mark.slow
def test_a_damaged_file_is_told_and_left_as_it_is(used: Path) -> None:
    file, whole = used / NAME, (used / NAME).read_bytes()
    file.write_bytes(b"not a database at all" * 500)
    assert "is damaged" in _refusal(used)
    for page in range(1, len(whole) // 4096):
        begin = page * 4096
        file.write_bytes(whole[:begin] + b"\xff" * 4096 + whole[begin + 4096 :])
        with suppress(Unusable):  # else it is a page of the snapshot, or a free one
            create_app(Settings(data=used)).extensions["sandbox.worlds"].close()
    file.write_bytes(whole[: len(whole) // 2])
    assert "is damaged" in _refusal(used)


def test_a_file_of_somebody_else_is_left_as_it_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / NAME)) as db:
        db.execute("CREATE TABLE mine (x)")
    assert "is no file of the sandbox's" in _refusal(tmp_path)


def test_a_file_of_a_newer_version_is_told(used: Path) -> None:
    with closing(sqlite3.connect(used / NAME)) as db:
        db.execute("PRAGMA user_version = 99")
    assert "newer sandbox (its version is 99" in _refusal(used)


def test_a_second_server_on_the_folder_does_not_start(kept: Kept) -> None:
    with pytest.raises(Unusable, match=r"data is used by another server$"):
        create_app(Settings(data=kept.folder))
    assert kept.lean_refund(kept.payment()).status_code == 201


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--data", "file"], "file is a file; worlds are kept in a folder"),
        (["--data", "file/data"], "file/data can't be made: Not a directory"),
        (["--durability", "machine"], "--durability wants --data, a folder to keep worlds in"),
    ],
)
def test_what_can_not_be_kept_ends_the_start_with_one_line(
    options: list[str], said: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", *options]
    ended = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode in (1, 2)
    assert ended.stderr.splitlines()[-1] == f"Error: {said}"


def test_rows_that_are_gone_hide_those_of_layers_below(tmp_path: Path) -> None:
    def texts(file: File) -> dict[str, Any]:
        return {part: found for part, found in file.read(2).items() if found}

    with closing(File(tmp_path)) as file:
        insert = "INSERT INTO layers VALUES (?, ?)"
        world = "INSERT INTO worlds VALUES ('a', 2, '')"
        ops = [Op(insert, (1, None)), Op(insert, (2, 1)), Op(world, ())]
        file.commit([Row(1, "p", n, str(n)) for n in range(3)], ops)
        file.tend()
        file.commit([Row(2, "p", 0, None), Row(2, "p", 1, "other"), Row(2, "q", 7, "7")])
        file.commit([Row(2, "q", 7, None)])
        wanted = {"p": {1: "other", 2: "2"}}
        assert texts(file) == wanted
        while file.tend():
            pass
        assert texts(file) == wanted
    with closing(File(tmp_path)) as file:
        assert texts(file) == wanted


_AS_NOBODY = """
import os, sys
from pathlib import Path
from sandbox.app import create_app
from sandbox.engine.keeping.schema import Unusable
from sandbox.settings import Settings
spare, *folders = map(Path, sys.argv[1:])
create_app(Settings(data=spare)).extensions["sandbox.worlds"].close()  # (imports all)
if os.getuid() == 0:  # who may write everywhere
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for folder in folders:
    try:
        create_app(Settings(data=folder))
    except Unusable as error:
        print(error)
"""


@pytest.mark.slow
def test_a_folder_that_can_not_be_written_is_told(used: Path) -> None:
    with TemporaryDirectory() as top:  # the tests' own may be entered by its owner alone
        at = Path(top)
        empty, full, none = at / "empty", at / "full", at / "none" / "data"
        empty.mkdir()
        copytree(used, full)
        for path in (*full.iterdir(), empty, full, at):
            path.chmod(0o444 if path.is_file() else 0o555)
        before = (full / NAME).read_bytes()
        folders = map(str, (used.parent / "spare", empty, full, none))
        command = [sys.executable, "-c", _AS_NOBODY, *folders]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        ended = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        for path in (empty, full, at):
            path.chmod(0o755)
        assert ended.stdout.splitlines() == [
            f"{empty} can't be opened; it may be read-only",
            f"{full / NAME} can't be written: it is read-only",
            f"{none} can't be made: Permission denied",
        ]
        assert (full / NAME).read_bytes() == before
        assert list(empty.iterdir()) == []
