"""The page on which scenarios are switched on and off."""

import re

import pytest

from tests.dashboard.visiting import Visitor
from tests.kit import Box


@pytest.fixture
def visitor(box: Box) -> Visitor:
    return Visitor(box.url)


def card(page: str, name: str) -> str:
    """The part of the page that is about a scenario."""
    match = re.search(rf'<section [^>]*id="scenario-{name}".*?</section>', page, re.DOTALL)
    assert match is not None
    return match[0]


def test_a_scenario_is_switched_on_with_parameters_and_off(box: Box, visitor: Visitor) -> None:
    assert 'aria-pressed="false"' in card(visitor.see("world/scenarios"), "refund-fails")
    path = "world/scenarios/refund-fails"
    led = visitor.send(path, switch="on", **{"with.after": " 2h ", "with.times": "1"})
    shown = box.admin.get("/scenarios/refund-fails").json()

    assert led.url.endswith("/world/scenarios#scenario-refund-fails")
    assert shown["enabled"]
    assert shown["parameters"] == {"transaction": "any", "after": "2h", "times": 1}
    assert 'aria-pressed="true"' in card(led.text, "refund-fails")
    assert 'value="2h"' in card(led.text, "refund-fails")
    box.lahza_refund(box.transaction(), amount=100)
    box.advance("2d")
    assert "times acted: 1" in card(visitor.see("world/scenarios"), "refund-fails")
    led = visitor.send(path, switch="off")
    assert not box.admin.get("/scenarios/refund-fails").json()["enabled"]
    assert 'aria-pressed="false"' in card(led.text, "refund-fails")


@pytest.mark.parametrize(
    ("name", "field", "value", "said"),
    [
        ("refund-fails", "after", "soon", "not a duration"),
        ("refund-fails", "times", "0", "must be a whole number from 1"),
        ("card-declined", "response", "Nope", "valid: Declined, Insufficient Funds"),
        ("slow-provider", "delay", "2d", "at most 1d"),
    ],
)
def test_a_refusal_stands_beside_its_field(
    box: Box, visitor: Visitor, name: str, field: str, value: str, said: str
) -> None:
    answer = visitor.send(f"world/scenarios/{name}", switch="on", **{f"with.{field}": value})

    assert answer.status_code == 400
    beside = re.search(rf'id="{name}.{field}-wrong"><bdi>([^<]*)', answer.text)
    assert beside is not None
    assert said in beside[1]
    assert not box.admin.get(f"/scenarios/{name}").json()["enabled"]


def test_scenarios_of_ones_own_are_there_too(box: Box, visitor: Visitor) -> None:
    script = [{"on": "request", "respond": {"status": 418}}]
    own = {"name": "mine", "title": "<b>Mine</b>", "script": script}
    assert box.admin.post("/scenarios", own).status_code == 201
    page = visitor.get("world/scenarios").text

    assert "Your own" in page
    assert "&lt;b&gt;Mine" in card(page, "mine")
    assert visitor.send("world/scenarios/mine", switch="on").status_code == 200
    assert "There is no such document" not in visitor.see("world/scenarios")
    visitor.send("world/scenarios/refund-stuck", switch="on", **{"with.transaction": "77"})
    assert "There is no such document: transaction=77" in visitor.see("world/scenarios")
    assert visitor.get("world/scenarios/none").status_code == 404
