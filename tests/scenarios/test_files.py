"""A folder of the user's own scenario files: loaded at start, or refused by file, line and key."""

from pathlib import Path

import pytest

from sandbox.app import create_app
from sandbox.engine.reading.files import BadFile
from sandbox.settings import Settings
from tests.kit import frozen, serving
from tests.scenarios.calls import lahza, lean, lean_end, lean_read, pay_back

_GOOD = """\
title: On is a key here, and no is a word
provider: lean
about: >
  Two lines
  become one.
parameters:
  payment: {default: any}
  no: {default: yes, one_of: [yes, off]}
script:
  - on: refund.approved
    where: {payment_id: "{payment}", amount: 12.10}
    after: 36s
    become: FAILED
  - on: request
    when: {no: off}
    where: {method: POST}
    respond: {status: 504, body: {on: off, since: 2026-05-13}, after: true}
"""


def _settings(folder: Path, **files: str) -> Settings:
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text, "utf-8")
    return frozen("2026-05-13T11:50:42Z", scenarios=(folder,))


@pytest.mark.scripted
def test_a_folders_scenarios_are_there_beside_the_built_in_ones(tmp_path: Path) -> None:
    with serving(_settings(tmp_path, my_own=_GOOD)) as box:
        shown = box.admin.get("/scenarios/my-own").json()
        box.on("my-own")
        ends = [lean_end(box, amount=amount) for amount in (12.1, 12)]
        box.on("my-own", no="off")
        answer = pay_back(box)
        other = lean(box, "provider-down")

    assert shown == {
        "name": "my-own",
        "provider": "lean",
        "title": "On is a key here, and no is a word",
        "about": "Two lines become one.",
        "enabled": False,
        "parameters": {"payment": "any", "no": "yes"},
        "one_of": {"no": ["yes", "off"]},
        "acted": 0,
        "missing": {},
    }
    assert ends == ["FAILED", "ACCEPTED_BY_BANK"]
    assert (answer.status_code, answer.json()) == (504, {"on": "off", "since": "2026-05-13"})
    assert other[:3] == "503"


def test_a_file_with_the_name_of_a_built_in_scenario_takes_its_place(tmp_path: Path) -> None:
    text = "title: Mine\nscript:\n  - {on: request, fail: rate_limited}\n"
    with serving(_settings(tmp_path, provider_down=text)) as box:
        box.on("provider-down")
        assert lahza(box) == "429 Too many requests"


def test_a_folders_scenarios_outlive_a_reset(tmp_path: Path) -> None:
    text = "title: Mine\nscript:\n  - {on: request, fail: rate_limited}\n"
    with serving(_settings(tmp_path, mine=text)) as box:
        box.admin.post("/reset", {})
        assert lean_read(box, "mine")[:3] == "429"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("title: t\nscript:\n  - on: request\n    fail: broken\n", 4, "script[0].fail"),
        ("title: t\nscript:\n  - on: refund.aproved\n    become: never\n", 3, "refund.approved"),
        (
            "title: t\nscript:\n  - {on: request, delay: 1s}\n  - on: request\n    fial: x\n",
            5,
            "script[1].fial",
        ),
        (
            "title: t\nscript:\n  - set: lean.payment\n    to:\n      status: PAID\n",
            5,
            "ACCEPTED_BY_BANK",
        ),
        (
            "title: t\nparameters:\n  a: {default: 1}\nscript:\n"
            "  - on: request\n    times: '{b}'\n    fail: unavailable\n",
            5,
            "{b}",
        ),
        ("title: t\nprovider: leen\nscript: [{on: request, delay: 1}]\n", 2, "provider"),
        ("title: t\ntitle: u\nscript: [{on: request, delay: 1}]\n", 2, "title"),
        (
            "title: t\nscript:\n  - on: request\n    on: request\n    delay: 1\n",
            4,
            "on",
        ),
        ("title: t\nscript:\n  - on: request\n   fail: x\n", 4, ""),
        ("title: t\n", 1, "script"),
        ("script: [{on: request, delay: 1}]\n", 1, "title"),
        ("", 1, ""),
        ("- title: t\n", 1, ""),
        ("title: t\nscript:\n  - !!python/object:os.system {}\n", 3, ""),
        ("title: t\nscript: [{on: request, delay: .inf}]\n", 2, ""),
        ("title: yes\nscript:\n  - true: request\n    delay: 1\n", 3, ""),
    ],
)
def test_a_file_that_makes_no_sense_ends_the_start_with_its_name_line_and_key(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    with pytest.raises(BadFile) as caught:
        create_app(_settings(tmp_path, bad=text))

    assert str(caught.value).startswith(f"{tmp_path / 'bad.yaml'}:{line}: ")
    assert said in str(caught.value)


def test_a_folder_that_is_not_there_ends_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="none-such"):
        create_app(Settings(scenarios=(tmp_path / "none-such",)))


def test_a_file_that_is_no_text_ends_the_start_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"title: \xff\n")
    with pytest.raises(BadFile, match=r"bytes\.yaml"):
        create_app(Settings(scenarios=(tmp_path,)))


def test_two_files_of_one_name_end_the_start(tmp_path: Path) -> None:
    for name in ("same.yaml", "same.yml"):
        (tmp_path / name).write_text("title: t\nscript: [{on: request, delay: 1}]\n")
    with pytest.raises(BadFile, match="same"):
        create_app(Settings(scenarios=(tmp_path,)))
