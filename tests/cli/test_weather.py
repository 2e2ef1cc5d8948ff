"""Weather, from the command line."""

from tests.cli.calls import answered, refused, rows, said
from tests.kit import Box


def test_disturbances_are_on_and_the_list_says_what_came_of_them(box: Box) -> None:
    assert said(box, "weather") == "no disturbance is on\n"
    said(box, "weather", "rate-limited; method=GET", "answer-lost; how=cut; nth=2")
    box.lahza.get("/refund")
    found = said(box, "weather").splitlines()

    assert found[0].split() == ["text", "acted", "title"]
    assert found[1].startswith("rate-limited; method=GET; nth=1  1 ")
    assert found[2].startswith("answer-lost; how=cut; nth=2      0 ")
    assert said(box, "weather", "--off") == "no disturbance is on\n"
    assert answered(box, "weather") == {"disturbances": []}


def test_a_seed_draws(box: Box) -> None:
    hostile = answered(box, "weather", "--seed", "7", "--profile", "hostile")["disturbances"]
    body = {"seed": 7, "profile": "hostile"}
    assert hostile == box.admin.post("/weather", body).json()["disturbances"]
    assert len(rows(said(box, "weather", "--seed", "7"))) in (1, 2)
    assert answered(box, "weather", "--seed", "7", "--profile", "calm")["disturbances"] == []


def test_what_is_refused(box: Box) -> None:
    assert "there is no scenario 'rain'" in refused(box, "weather", "rain")
    assert "no profile 'stormy'" in refused(box, "weather", "--seed", "1", "--profile", "stormy")
    assert "--seed" in refused(box, "weather", "--profile", "calm", code=2)
    assert "one of" in refused(box, "weather", "rate-limited", "--off", code=2)
