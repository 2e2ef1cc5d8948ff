"""The page that moves the world's time."""

import re

import pytest

from tests.conftest import NOW
from tests.dashboard.visiting import Visitor
from tests.kit import Box

PATH = "world/time"


@pytest.fixture
def visitor(box: Box) -> Visitor:
    return Visitor(box.url)


def clock(box: Box) -> dict[str, object]:
    shown: dict[str, object] = box.admin.get("/clock").json()
    return shown


@pytest.mark.parametrize(
    ("move", "now"),
    [("hour", "2026-05-13T12:50:42.625199Z"), ("day", "2026-05-14T11:50:42.625199Z")],
)
def test_a_button_moves_it_by_so_much(box: Box, visitor: Visitor, move: str, now: str) -> None:
    visitor.send(PATH, move=move)

    assert clock(box)["now"] == now


def test_what_is_due_next_is_shown_and_can_be_let_happen(box: Box, visitor: Visitor) -> None:
    assert "Nothing is due." in visitor.send(PATH, move="next").text
    assert clock(box)["now"] == NOW
    refund = box.lahza_refund(box.transaction(), amount=100).json()["data"]["id"]
    due = clock(box)["next_due_at"]
    row = re.search(rf"<tr>.*?{refund}.*?</tr>", visitor.see(PATH), re.DOTALL)
    assert row is not None
    assert "processing" in row[0]
    led = visitor.send(PATH, move="next")
    assert "The next event has happened." in led.text
    assert (clock(box)["now"], box.lahza_status(refund)) == (due, "processing")
    visitor.send(PATH, move="idle")
    assert (clock(box)["due"], box.lahza_status(refund)) == (0, "processed")


def test_of_many_events_the_first_are_shown(box: Box, visitor: Visitor) -> None:
    transaction = box.transaction(amount=10_000)
    for _ in range(21):
        assert box.lahza_refund(transaction, amount=1).status_code == 200

    assert "1 more to come." in visitor.see(PATH)


def test_it_is_let_run_at_a_rate_and_frozen(box: Box, visitor: Visitor) -> None:
    led = visitor.send(PATH, move="run", rate="2.5")
    assert (clock(box)["mode"], clock(box)["rate"]) == ("realtime", 2.5)
    assert "running × 2.5" in led.text
    led = visitor.send(PATH, move="freeze")
    assert clock(box)["mode"] == "frozen"
    assert "The clock stands." in led.text


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ("", "must be a number"),
        ("fast", "must be a number"),
        ("nan", "must be a number"),
        ("0", "must be above 0 and at most 1000000"),
        ("1000001", "must be above 0 and at most 1000000"),
    ],
)
def test_a_rate_that_is_none_is_refused_beside_its_field(
    box: Box, visitor: Visitor, rate: str, said: str
) -> None:
    refused = visitor.send(PATH, move="run", rate=rate)

    assert refused.status_code == 400
    assert f'id="rate-wrong"><bdi>{said}' in refused.text
    assert f'value="{rate}"' in refused.text
    assert clock(box)["mode"] == "frozen"


def test_what_can_not_be_is_said(box: Box, visitor: Visitor) -> None:
    box.admin.post("/clock/advance", {"to": "8999-12-31T23:30:00Z"})
    refused = visitor.send(PATH, move="day")

    assert refused.status_code == 409
    assert "the clock goes no further than the year 9000" in refused.text
