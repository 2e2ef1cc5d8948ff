"""The clock and the reset, from the command line."""

import pytest

from tests.cli.calls import answered, refused, rows, said
from tests.conftest import NOW
from tests.kit import Box


def test_the_clock_stands_runs_and_is_frozen(box: Box) -> None:
    assert said(box, "clock") == f"{NOW}, frozen\nnothing is to come\n"
    assert "running at rate 60" in said(box, "clock", "run", "--rate", "60")
    later = "2030-03-01T08:00:00.000000Z"
    assert said(box, "clock", "freeze", "--at", later).startswith(f"{later}, frozen\n")
    assert answered(box, "clock") == box.admin.get("/clock").json()


def test_an_advance_tells_of_events_and_deliveries(box: Box) -> None:
    refund = box.lahza_refund("fixture-success").json()["data"]["id"]
    head, events, deliveries = said(box, "clock", "advance", "3d").split("\n\n")

    assert head.startswith(f"from {NOW} to 2026-05-16T11:50:42")
    assert [row[1:] for row in rows(events)] == [
        ["lahza", "refund", str(refund), "pending", "processing"],
        ["lahza", "refund", str(refund), "processing", "processed"],
    ]
    assert [row[2:] for row in rows(deliveries)] == [
        ["refund.processing", str(refund), "collected", "0", "-", "-"],
        ["refund.processed", str(refund), "collected", "0", "-", "-"],
    ]


@pytest.mark.parametrize(
    ("words", "now"),
    [
        (["--to", "2027-01-01T00:00:00Z"], "2027-01-01T00:00:00.000000Z"),
        (["90"], "2026-05-13T11:52:12.625199Z"),
        (["P1D"], "2026-05-14T11:50:42.625199Z"),
        (["--until-idle"], NOW),
    ],
)
def test_how_far_the_clock_goes(box: Box, words: list[str], now: str) -> None:
    assert answered(box, "clock", "advance", *words)["now"] == now


def test_an_advance_wants_one_word_on_how_far(box: Box) -> None:
    assert "give one of" in refused(box, "clock", "advance", code=2)
    assert "give one of" in refused(box, "clock", "advance", "3d", "--until-idle", code=2)
    assert refused(box, "clock", "advance", "soon").startswith("by: not a duration")
    misspelt = refused(box, "clock", "avdance", "3d", code=2)
    assert "No such command 'avdance'. Did you mean 'advance'?" in misspelt


def test_a_reset_makes_the_world_as_said(box: Box) -> None:
    words = ["--clock", "frozen", "--now", "2027-01-01T09:00:00Z", "--seed", "7"]
    assert said(box, "reset", *words) == "2027-01-01T09:00:00.000000Z, frozen\nnothing is to come\n"
    assert refused(box, "reset", "--rate", "0").startswith("rate: ")


def test_options_before_a_group_s_command_hold_for_it(box: Box) -> None:
    assert answered(box, "clock", "--json", "advance", "1d", "--url", box.url)["events"] == []
    box.admin.put("/clock", {"now": "2030-01-01T00:00:00Z"})
    elsewhere = said(box, "clock", "--url", f"{box.url}/w/elsewhere", "freeze")
    assert not elsewhere.startswith("2030")
    assert said(box, "worlds", "remove", "elsewhere")
