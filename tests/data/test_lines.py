"""Worlds as lines of JSON: written, read, and put in."""

import json
import re
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sandbox.cli import main
from tests.data.kit import Kept
from tests.kit import frozen, serving

NOW = "2027-01-01T09:00:00Z"
READS = (
    *("/clock", "/settings", "/webhooks", "/webhooks/deliveries", "/refunds"),
    *("/payments", "/fixtures", "/scenarios"),
)


def _run(*words: object) -> Result:
    return CliRunner().invoke(main, ["data", *map(str, words)])


@pytest.fixture
def used(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder whose world has all sorts of things in it, and what it shows."""
    folder = tmp_path / "data"
    with closing(Kept(folder, frozen(NOW))) as box:
        box.admin.put("/webhooks/lean", {"url": "pull:"})
        box.admin.post("/lahza/transactions", {"metadata": {"$": 1.50, "ن": ["x", {"$": {}}]}})
        box.on("webhooks-out-of-order")
        box.lean.post(
            "/payouts/refunds",
            [{"payment_id": box.payment(), "amount": 3, "reason_code": "CUSTOMER_REQUEST"}],
            scenario="refund-fails",
            headers={"idempotency-key": "once"},
        )
        box.lean_refund(box.payment(), status="APPROVED")
        box.admin.post("/webhooks/deliveries/pull")
        box.admin.put("/snapshots/one")
        box.advance("31s")
        return folder, {path: box.admin.get(path).text for path in READS}


@pytest.mark.slow
def test_a_world_as_lines_is_the_same_world(
    used: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    folder, seen = used
    file, again = tmp_path / "worlds.jsonl", tmp_path / "again.jsonl"
    assert _run("export", "--data", folder, "--output", file).output == ""
    assert _run("import", "--data", tmp_path / "other", file).output == "default\n"
    assert _run("export", "--data", tmp_path / "other", "--output", again).exit_code == 0
    assert again.read_text() == file.read_text()
    with closing(Kept(tmp_path / "other")) as box:
        assert {path: box.admin.get(path).text for path in READS} == seen
    with serving(frozen(NOW, load=file)) as box:
        assert {path: box.admin.get(path).text for path in READS} == seen
        assert [event["to"] for event in box.advance("5m")] == ["ACCEPTED_BY_BANK"]


def test_a_world_that_is_kept_is_not_loaded_again(
    used: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    folder, _ = used
    file = tmp_path / "worlds.jsonl"
    _run("export", "--data", folder, "--output", file)
    with closing(Kept(folder, frozen(NOW, load=file))) as box:
        refund = box.lean_refund(box.payment()).json()[0]["refund_id"]
        box.restart()
        assert box.lean_status(refund) == "CREATED"


def test_check_reads_all_worlds_and_snapshots(used: tuple[Path, dict[str, str]]) -> None:
    folder, _ = used
    lines = _run("check", "--data", folder).output.splitlines()
    assert [line.split(":")[0] for line in lines] == ["default", "default, snapshot one"]
    assert re.fullmatch(r"default: documents: [1-9][0-9]*, requests: 2", lines[0])
    with closing(Kept(folder)):
        refused = _run("check", "--data", folder)
    assert (refused.exit_code, refused.output) == (
        1,
        f"Error: {folder} is used by another server\n",
    )


def test_the_folder_is_the_one_that_the_server_would_take(
    used: tuple[Path, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = _run("check")
    assert (refused.exit_code, "say which folder: --data" in refused.output) == (2, True)
    (tmp_path / "refund-sandbox.toml").write_text(f'data = "{used[0]}"')
    assert "default: " in _run("check").output
    monkeypatch.setenv("SANDBOX_DATA", str(tmp_path))
    assert _run("check").output == f"Error: there are no worlds in {tmp_path}\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[1:], "holds no worlds"),
        (lambda lines: [lines[0].replace("1", "7"), *lines[1:]], "its version is 7"),
        (lambda lines: [*lines, "{"], "is no JSON object"),
        (lambda lines: [*lines, "[" * 100_000], "is no JSON object"),
        (lambda lines: [*lines, '{"world": 1}'], "must have world, part, key and value"),
        (lambda lines: [line for line in lines if '"head"' not in line], "has been changed"),
        (lambda lines: [line for line in lines if '"calls"' not in line], "has been changed"),
        (lambda lines: [*lines[:9], *lines[8:]], "has been changed"),
        (lambda lines: [*lines, lines[8]], "has ended before"),
        (lambda lines: lines[:-1], "its last line is missing"),
        (lambda lines: [lines[0].replace("1", "true"), *lines[1:]], "its version is true"),
        (lambda _: [], "is empty"),
        (lambda lines: ["\ufeff" + lines[0], *lines[1:]], ""),
        (
            lambda lines: [line.replace('"default"', '"a/b"') for line in lines],
            "no name of a world",
        ),
        (
            lambda lines: [line.replace("payment_id", "payment") for line in lines],
            "has been changed",
        ),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_as_a_whole(
    change: object, said: str, used: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    assert callable(change)
    folder, _ = used
    file = tmp_path / "worlds.jsonl"
    _run("export", "--data", folder, "--output", file)
    file.write_text("\n".join(change(file.read_text().splitlines())))
    ended = _run("import", "--data", tmp_path / "other", file)
    if not said:
        assert ended.exit_code == 0
        return
    assert ended.exit_code == 1, ended.output
    assert said in ended.output
    assert ended.output.count("\n") == 1
    assert _run("export", "--data", tmp_path / "other").output.count("\n") == 1


def test_each_line_is_one_thing(used: tuple[Path, dict[str, str]]) -> None:
    folder, _ = used
    first, *lines = map(json.loads, _run("export", "--data", folder, "default").output.splitlines())
    assert first == {"format": "refund-sandbox worlds", "version": 1}
    assert {line["world"] for line in lines} == {"default"}
    *_, refund = (line for line in lines if line["part"] == "lean.refunds")
    assert refund["value"][1]["reason_code"] == "CUSTOMER_REQUEST"
