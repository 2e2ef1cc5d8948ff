"""Scenarios, from the command line."""

from pathlib import Path

import pytest

from sandbox.cli.values import read_value
from tests.cli.calls import answered, call, refused, said
from tests.kit import Box


def test_the_list_says_which_are_on(box: Box) -> None:
    said(box, "scenarios", "on", "rate-limited")
    found = {line.split()[0]: line.split()[1:3] for line in said(box, "scenarios").splitlines()}

    assert found["rate-limited"] == ["any", "on"]
    assert found["refund-fails"] == ["lahza", "off"]
    assert len(found) == 1 + len(box.admin.get("/scenarios").json()["scenarios"])


def test_one_is_switched_on_with_parameters_and_off(box: Box) -> None:
    printed = said(box, "scenarios", "on", "rate-limited", "-p", "times=1", "-p", "provider=lahza")
    assert printed.splitlines()[0] == "rate-limited is on"
    shown = said(box, "scenarios", "show", "rate-limited").splitlines()
    assert shown[0] == "rate-limited (any) is on, acted 0 times"
    assert "  times=1" in printed.splitlines()
    assert box.lean.get("/payouts/refunds").status_code == 200
    assert [box.lahza.get("/refund").status_code for _ in range(2)] == [429, 200]

    assert said(box, "scenarios", "off", "rate-limited") == "rate-limited is off\n"
    shown = said(box, "scenarios", "show", "rate-limited").splitlines()
    assert shown[0] == "rate-limited (any) is off, acted 1 time"
    assert answered(box, "scenarios", "show", "rate-limited")["parameters"]["times"] == "unlimited"


def test_the_list_says_how_often_each_has_acted_and_show_what_does_not_exist(box: Box) -> None:
    said(box, "scenarios", "on", "refund-stuck", "-p", "transaction=order-7")
    said(box, "scenarios", "on", "provider-down")
    for _ in range(12):
        box.lahza.get("/refund")
    found = {line.split()[0]: line.split()[3] for line in said(box, "scenarios").splitlines()}
    assert [found[n] for n in ("name", "provider-down", "refund-stuck")] == ["acted", "12", "0"]
    lost = "  transaction=order-7  (names a document that does not exist)"
    assert lost in said(box, "scenarios", "show", "refund-stuck").splitlines()


def test_what_is_refused(box: Box) -> None:
    assert refused(box, "scenarios", "on", "none").startswith("there is no scenario 'none'")
    assert refused(box, "scenarios", "on", "rate-limited", "-p", "tims=1").startswith("parameters.")
    for words in (["-p", "times"], ["-p", "times=1", "-p", "times=2"]):
        assert "-p" in refused(box, "scenarios", "on", "rate-limited", *words, code=2)
    assert "UTF-8" in refused(box, "scenarios", "on", "\udcff", code=2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("1", 1), ("15.5", 15.5), ("true", True), ("false", False)),
        *((text, text) for text in ("007", "null", "True", "", "[1]", '"x"', "NaN", "1e999")),
    ],
)
def test_a_value_is_read_as_json_would(text: str, value: object) -> None:
    read = read_value(text)
    assert (read, type(read)) == (value, type(value))


SCRIPT = """\
title: Lists are down
provider: lahza
script:
  - on: request
    where: {method: GET, path: /refund}
    fail: unavailable
"""


def test_one_is_added_from_a_file(box: Box, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(SCRIPT)
    named = tmp_path / "x.json"
    named.write_text(
        '{"name": "named", "title": "Half is left", "provider": "lean", "script":'
        '[{"set": "lean.payment", "to": {"refundable": 40.5}}]}'
    )

    assert said(box, "scenarios", "add", str(mine)) == "mine is there, and off\n"
    said(box, "scenarios", "on", "mine")
    assert box.lahza.get("/refund").status_code == 503
    assert said(box, "scenarios", "add", str(named)) == "named is there, and off\n"


def test_a_bad_file_is_refused_with_its_line(box: Box, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(SCRIPT.replace("fail: unavailable", "fail: badly"))
    assert refused(box, "scenarios", "add", str(file)).startswith(f"{file}:6: script[0].fail: ")
    file.write_text("title: [")
    assert f"{file}:2: " in refused(box, "scenarios", "add", str(file), code=2)
    for text, reason in (
        ("- 1", "must be a mapping"),
        ("title: !!binary YQ==", ":1: tags (!!binary)"),
    ):
        file.write_text(text)
        assert reason in refused(box, "scenarios", "add", str(file), code=2)
    assert call(box, "scenarios", "add", str(tmp_path / "none.yaml")).exit_code == 2
