"""Weather: several disturbances at once, given or drawn from a profile."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sandbox.app import create_app
from sandbox.engine.reading.files import BadFile
from tests.data.kit import Kept
from tests.kit import Box, frozen, serving
from tests.scenarios.calls import give_back, lahza, lean, own

_TWO = ["provider-down; provider=lahza; nth=2", "rate-limited; method=POST; path=/refund; nth=1"]


def weather(box: Box, *texts: str) -> list[dict[str, Any]]:
    answer = box.admin.post("/weather", {"disturbances": list(texts)})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["disturbances"])


def came(box: Box) -> dict[str, int]:
    """The disturbances that are on, and how often each has acted."""
    found = box.admin.get("/weather").json()["disturbances"]
    return {each["text"]: each["acted"] for each in found}


def drawn(box: Box, seed: int, profile: object) -> list[str]:
    answer = box.admin.post("/weather", {"seed": seed, "profile": profile})
    assert answer.status_code == 200, answer.text
    return [each["text"] for each in answer.json()["disturbances"]]


def test_each_acts_on_its_own_and_says_what_came_of_it(box: Box) -> None:
    shown = weather(box, *_TWO, "refund-fails; after=1m")
    codes = [lahza(box)[:3] for _ in range(3)]
    box.advance("2d")

    assert codes == ["429", "503", "200"]
    assert came(box) == {_TWO[0]: 1, _TWO[1]: 1, "refund-fails; after=1m; nth=1": 1}
    assert shown[0] == {
        "text": _TWO[0],
        "scenario": "provider-down",
        "title": "The provider is down",
        "parameters": {"provider": "lahza"},
        "nth": 2,
        "acted": 0,
    }
    listed = box.admin.get("/scenarios/weather").json()
    assert (listed["enabled"], listed["acted"]) == (True, 3)


def test_of_two_on_one_call_the_first_acts(box: Box) -> None:
    weather(box, "rate-limited; nth=2", "provider-down; nth=2", "invalid-credentials; nth=3")

    assert [lahza(box)[:3] for _ in range(4)] == ["200", "429", "401", "200"]
    assert list(came(box).values()) == [1, 0, 1]


@pytest.mark.scripted
@pytest.mark.parametrize(
    ("how", "expected"),
    [("500", (500, None)), ("503", (503, None)), ("503-retry-after", (503, "1"))],
)
def test_an_answer_is_lost_as_a_bare_status(
    box: Box, how: str, expected: tuple[int, str | None]
) -> None:
    weather(box, f"answer-lost; how={how}")
    answer = give_back(box)

    assert (answer.status_code, answer.headers.get("Retry-After")) == expected
    assert (answer.content, answer.headers.get("Content-Type")) == (b"", None)
    assert len(box.lahza.get("/refund?reference=fixture-success").json()["data"]) == 1


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("rain", "there is no scenario 'rain'"),
        ("rate-limited; tims=2", "did you mean `times`?"),
        ("rate-limited; nth=0", "nth must be a whole number from 1"),
        ("rate-limited; nth", "'nth' is not parameter=value"),
        ("rate-limited; path=/nowhere", "no such call"),
        ("answer-lost; how=pigeon", "valid: 504, cut, silence"),
        ("rate-limited; path=/refund/{id}", "there is no parameter {id}; `*` is any one part"),
        ("over-refund", "over-refund is no disturbance"),
        ("weather; nth=2", "weather is no disturbance"),
        (_TWO[0], "is given twice"),
        ("provider-down;provider=lahza;nth=2", "is given twice"),
    ],
)
def test_a_bad_one_is_named_and_changes_nothing(box: Box, bad: str, said: str) -> None:
    weather(box, *_TWO)
    lahza(box)
    before = came(box)
    problem = box.admin.post("/weather", {"disturbances": [_TWO[0], bad]})

    assert (problem.status_code, problem.json()["field"]) == (400, "disturbances[1]")
    assert bad in problem.json()["reason"]
    assert said in problem.json()["reason"]
    assert came(box) == before


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"seed": 1, "disturbances": []}, {"profile": "calm"}, {"seed": -1}),
        *({"seed": 1, "profile": "stormy"}, {"seed": 1, "profile": 7}, {"disturbances": [1]}),
        {"disturbances": [f"rate-limited; nth={n}" for n in range(1, 52)]},
        {"seed": 1, "profile": {"count": 1, "draw": [{"scenario": "rain"}]}},
        {"seed": 1, "profile": {"count": {"from": 2, "to": 1}, "draw": []}},
        {"seed": 1, "profile": {"count": 51, "draw": []}},
        {"seed": 1, "profile": {"count": 1, "draw": [{"scenario": "weather"}]}},
    ],
)
def test_a_body_that_makes_no_sense_is_refused(box: Box, body: dict[str, Any]) -> None:
    weather(box, *_TWO)

    assert box.admin.post("/weather", body).status_code == 400
    assert list(came(box)) == _TWO


@pytest.mark.parametrize("name", ["weather", "drizzle"])
def test_its_name_is_no_other_scenarios(box: Box, name: str) -> None:
    body = {"name": name, "title": "x", "script": [{"on": "request", "fail": "forbidden"}]}
    answer = box.admin.post("/scenarios", body)

    assert (answer.status_code == 400) == (name == "weather")


def test_fifty_are_not_too_many(box: Box) -> None:
    assert len(weather(box, *(f"rate-limited; nth={n}" for n in range(1, 51)))) == 50


@pytest.mark.parametrize("end", ["delete", "an empty list", "reset"])
def test_it_ends(box: Box, end: str) -> None:
    weather(box, "rate-limited", "refund-stuck")
    if end == "delete":
        assert box.admin.delete("/weather").json() == {"disturbances": []}
    elif end == "reset":
        box.admin.post("/reset", {})
    else:
        assert weather(box) == []

    assert (lahza(box)[:3], came(box)) == ("200", {})


def test_new_weather_takes_the_place_of_the_old_and_lets_go_of_what_that_held(box: Box) -> None:
    weather(box, "refund-stuck")
    refund = give_back(box).json()["data"]["id"]
    weather(box, "rate-limited; nth=5")
    box.advance("2d")

    assert (box.lahza_status(refund), len(came(box))) == ("processed", 1)


def test_a_scenario_of_one_provider_stays_with_it(box: Box) -> None:
    step = {"on": "request", "where": {"method": "POST"}, "fail": "unavailable"}
    own(box, step, name="lean-down", provider="lean")
    own(box, {"on": "webhook", "lose": True}, name="lean-silent", provider="lean")
    weather(box, "lean-down; nth=1", "lean-silent; nth=1")

    assert (lahza(box), lean(box)[:3]) == ("200 pending", "503")
    assert box.admin.get("/webhooks/deliveries").json()["deliveries"][0]["status"] == "collected"


def test_a_snapshot_and_a_restart_keep_it(tmp_path: Path) -> None:
    with closing(Kept(tmp_path, frozen("2027-01-01T09:00:00Z"))) as box:
        weather(box, *_TWO)
        codes = [lahza(box)[:3]]
        box.admin.put("/snapshots/one", {})
        box.admin.delete("/weather")
        box.restart()
        box.admin.post("/snapshots/one/restore", {})
        box.restart()
        before = came(box)
        codes += [lahza(box)[:3] for _ in range(2)]

        assert (codes, before) == (["429", "503", "200"], {_TWO[0]: 0, _TWO[1]: 1})
        assert came(box) == dict.fromkeys(_TWO, 1)


# Drawn ------------------------------------------------------------------------------------------

_PROFILE = {
    "count": {"from": 1, "to": 3},
    "draw": [
        {"scenario": "answer-lost", "weight": 3, "parameters": {"how": [500, "cut"]}},
        {"scenario": "webhook-duplicated", "nth": {"from": 1, "to": 5}},
        {"scenario": "rate-limited", "nth": 2, "parameters": {"times": {"from": 1, "to": 4}}},
    ],
}


def test_a_seed_draws_the_same_always_and_everywhere(box: Box) -> None:
    """What is expected here never changes: teams keep seeds."""
    assert [drawn(box, seed, _PROFILE) for seed in (0, 7, 10**18 - 1)] == EXPECTED


EXPECTED: list[list[str]] = [
    ["webhook-duplicated; nth=5", "answer-lost; how=cut; nth=1", "answer-lost; how=cut; nth=3"],
    ["webhook-duplicated; nth=4"],
    ["answer-lost; how=500; nth=2", "rate-limited; times=1; nth=2"],
]


def test_every_built_in_profile_draws_what_can_be_on(box: Box) -> None:
    counts = {
        name: {len(drawn(box, seed, name)) for seed in range(40)}
        for name in ("calm", "rainy", "hostile")
    }

    assert counts["calm"] == {0}
    assert counts["rainy"] == {1, 2}
    assert {3, 4, 5} <= counts["hostile"] <= {1, 2, 3, 4, 5, 6}


def test_the_profiles_are_shown_as_what_is_drawn_from(box: Box) -> None:
    profiles = {
        each["name"]: each for each in box.admin.get("/weather/profiles").json()["profiles"]
    }

    assert sorted(profiles) == ["calm", "hostile", "rainy"]
    assert profiles["rainy"]["count"] == {"from": 1, "to": 2}
    assert profiles["rainy"]["draw"][0] == {
        "scenario": "answer-lost",
        "weight": 3,
        "nth": {"from": 1, "to": 2},
        "parameters": {"how": [504, "cut"]},
    }


def test_a_profile_has_so_many_values_as_are_soon_checked(box: Box) -> None:
    own(box, *[{"on": "request", "fail": "forbidden", "note": "x" * 10_000}] * 10, name="long")
    for entries, code in ((10, 200), (11, 400)):
        profile = {"count": 1, "draw": [{"scenario": "long"}] * entries}
        answer = box.admin.post("/weather", {"seed": 1, "profile": profile})

        assert answer.status_code == code, answer.text
    assert answer.json()["field"] == "profile.draw[10]"
    assert "more than 1048576 characters of scripts" in answer.json()["reason"]


_MINE = """\
title: Mine
count: 1
draw:
  - scenario: answer-lost
    nth: 4
    parameters: {how: cut, times: {from: 2, to: 2}}
"""


def _in_folder(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    (folder / "weather").mkdir()
    (folder / "weather" / name).write_text(text, "utf-8")
    return folder


def test_ones_own_profiles_stand_in_the_folder_of_ones_scenarios(tmp_path: Path) -> None:
    folder = _in_folder(tmp_path, _MINE)
    with serving(frozen("2027-01-01T09:00:00Z", scenarios=(folder,))) as box:
        assert drawn(box, 1, "mine") == ["answer-lost; how=cut; times=2; nth=4"]


def test_a_file_with_a_built_in_profiles_name_takes_its_place(tmp_path: Path) -> None:
    folder = _in_folder(tmp_path, _MINE, "calm.yaml")
    with serving(frozen("2027-01-01T09:00:00Z", scenarios=(folder,))) as box:
        assert len(drawn(box, 1, "calm")) == 1


def test_a_built_in_profile_is_no_hindrance_to_a_scenario_that_takes_anothers_place(
    tmp_path: Path,
) -> None:
    script = "title: Down\nscript:\n  - on: request\n    fail: unavailable\n"
    (tmp_path / "rate-limited.yaml").write_text(script, "utf-8")
    with serving(frozen("2027-01-01T09:00:00Z", scenarios=(tmp_path,))) as box:
        bodies = [{"seed": seed, "profile": "rainy"} for seed in range(20)]
        answers = [box.admin.post("/weather", body) for body in bodies]

        refused = [each.json()["reason"] for each in answers if each.status_code == 400]
        assert 0 < len(refused) < len(answers)
        assert all("rate-limited; method=POST" in reason for reason in refused)


@pytest.mark.parametrize(
    ("of", "by", "line", "said"),
    [
        ("answer-lost", "answer-lots", 4, "did you mean `answer-lost`?"),
        ("answer-lost", "fully-refunded", 4, "is no disturbance"),
        ("how: cut", "how: [504, pigeon]", 6, "valid: 504, cut, silence"),
        ("how: cut", "who: cut", 6, "there is no such parameter; did you mean `how`?"),
        ("how: cut", "path: 'a;b'", 6, "has no semicolon"),
        ("from: 2", "from: 3", 6, "`from` is at most `to`"),
        ("nth: 4", "nth: 0", 5, "from 1 to 1000000"),
        ("nth: 4", "nth: soon", 5, "must be a whole number"),
        ("nth: 4", "weight: 0", 5, "must be from 1 to 100"),
        ("count: 1", "count: 51", 2, "from 0 to 50"),
        ("count: 1", "counts: 1", 2, "did you mean `count`?"),
    ],
)
def test_a_profile_that_makes_no_sense_ends_the_start_with_file_and_line(
    tmp_path: Path, of: str, by: str, line: int, said: str
) -> None:
    folder = _in_folder(tmp_path, _MINE.replace(of, by))
    with pytest.raises(BadFile) as error:
        create_app(frozen("2027-01-01T09:00:00Z", scenarios=(folder,)))

    assert f"mine.yaml:{line}: " in str(error.value)
    assert said in str(error.value)
