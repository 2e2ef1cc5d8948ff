"""What the client says of weather."""

import pytest

from sandbox.client import Refused, Sandbox
from tests.kit import Box


def test_disturbances_are_set_drawn_shown_and_cleared(sandbox: Sandbox, box: Box) -> None:
    [limited] = sandbox.weather.set("rate-limited; method=GET")
    box.lahza.get("/refund")
    assert (limited["text"], limited["acted"]) == ("rate-limited; method=GET; nth=1", 0)
    assert [each["acted"] for each in sandbox.weather.get()] == [1]

    assert sandbox.weather.draw(7, "hostile") == sandbox.weather.draw(7, "hostile")
    profile = {"count": 1, "draw": [{"scenario": "provider-down", "nth": 2}]}
    assert [each["text"] for each in sandbox.weather.draw(0, profile)] == ["provider-down; nth=2"]
    assert len(sandbox.weather.draw(0)) in (1, 2)
    assert "hostile" in [each["name"] for each in sandbox.weather.profiles()]

    sandbox.weather.clear()
    assert sandbox.weather.get() == []


def test_one_that_makes_no_sense_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match="there is no scenario 'rain'") as error:
        sandbox.weather.set("rate-limited", "rain")
    assert error.value.field == "disturbances[1]"
