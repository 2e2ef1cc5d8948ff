"""`skip`: the first ones that a step matches pass, then its `times` count."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.data.kit import Kept
from tests.kit import Box, frozen
from tests.scenarios.calls import give_back, lahza_end, lean_end, own_on
from tests.webhooks.calls import deliveries

_THIRD: dict[str, Any] = {
    "on": "request",
    "where": {"method": "GET", "path": "/refund"},
    "skip": 2,
    "times": 1,
    "fail": "rate_limited",
}


def codes(box: Box, count: int, scenario: str | None = None) -> list[int]:
    return [box.lahza.get("/refund", scenario=scenario).status_code for _ in range(count)]


def test_requests_pass_and_then_times_count(box: Box) -> None:
    own_on(box, {**_THIRD, "times": 2})
    box.lahza.get("/transaction")  # which it does not match

    assert codes(box, 6) == [200, 200, 429, 429, 200, 200]


@pytest.mark.parametrize(
    ("on", "end", "ends"),
    [
        ("refund.processing", lahza_end, ["processed", "failed", "processed"]),
        ("refund.pending_with_bank", lean_end, ["ACCEPTED_BY_BANK", "FAILED", "ACCEPTED_BY_BANK"]),
    ],
)
def test_documents_pass_and_then_times_count(box: Box, on: str, end: Any, ends: list[str]) -> None:
    own_on(box, {"on": on, "skip": 1, "times": 1, "become": ends[1]})

    assert [end(box) for _ in range(3)] == ends


def test_webhooks_pass_and_then_times_count(box: Box) -> None:
    where = {"event": "refund.processed"}
    own_on(box, {"on": "webhook", "where": where, "skip": 1, "times": 1, "lose": True})
    for _ in range(3):
        give_back(box)
    box.advance("2d")
    found = deliveries(box, event="refund.processed")

    assert [each["status"] for each in reversed(found)] == ["collected", "lost", "collected"]


def test_without_times_all_behind_them_are_met(box: Box) -> None:
    own_on(box, {"on": "request", "skip": 2, "fail": "rate_limited"})

    assert codes(box, 5) == [200, 200, 429, 429, 429]


@pytest.mark.parametrize("where", ["in one scenario", "in two"])
def test_the_third_is_the_third_whoever_answers_the_others(box: Box, where: str) -> None:
    """A step without `skip` waits for what it can answer, as ever."""
    down = {**_THIRD, "skip": 0, "times": 2, "fail": "unavailable"}
    late = {"on": "request", "times": 1, "fail": "unauthorized"}
    if where == "in two":
        for name, step in (("late", late), ("third", _THIRD), ("down", down)):
            own_on(box, step, name=name)
    else:
        own_on(box, down, _THIRD, late)

    assert codes(box, 5) == [503, 503, 429, 401, 200]


def test_a_document_that_another_scenario_decides_is_counted(box: Box) -> None:
    step = {"on": "refund.processing", "skip": 1, "times": 1, "become": "failed"}
    own_on(box, step, name="second")
    own_on(box, {"on": "refund.processing", "times": 1, "become": "never"}, name="first")

    assert [lahza_end(box) for _ in range(3)] == ["processing", "failed", "processed"]


def test_many_calls_at_once_are_counted_one_by_one(box: Box) -> None:
    own_on(box, {**_THIRD, "skip": 7, "times": 3})
    clients = [Box(box.url) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = [code for each in pool.map(codes, clients, [5] * 8) for code in each]
    for client in clients:
        client.close()

    assert sorted(found) == [200] * 37 + [429] * 3


def test_switched_on_anew_it_counts_anew(box: Box) -> None:
    own_on(box, _THIRD)
    before = codes(box, 2)
    box.on("own")

    assert (before, codes(box, 4)) == ([200, 200], [200, 200, 429, 200])


def test_a_header_counts_what_comes_of_its_own_call(box: Box) -> None:
    own_on(box, _THIRD, {"on": "webhook", "skip": 1, "times": 1, "lose": True})
    box.off("own")

    assert codes(box, 4, "own") == [200] * 4
    give_back(box, scenario="own")
    box.advance("2d")
    found = [each["status"] for each in reversed(deliveries(box))]
    assert found == ["collected", "lost", "collected"]


def test_a_snapshot_keeps_the_counts(box: Box) -> None:
    own_on(box, _THIRD)
    codes(box, 1)
    box.admin.put("/snapshots/one", {})
    first = codes(box, 3)
    box.admin.post("/snapshots/one/restore", {})

    assert first == codes(box, 3) == [200, 429, 200]


def test_a_restart_keeps_the_counts(tmp_path: Path) -> None:
    with closing(Kept(tmp_path, frozen("2027-01-01T09:00:00Z"))) as box:
        own_on(box, _THIRD)
        seen = codes(box, 1)
        box.restart()
        seen += codes(box, 1)
        box.restart()
        seen += codes(box, 1)
        box.restart()

        assert seen + codes(box, 1) == [200, 200, 429, 200]


@pytest.mark.parametrize("skip", [-1, 1_000_001, "2", 1.5, True])
def test_a_skip_that_is_no_such_number_is_refused(box: Box, skip: object) -> None:
    body = {"name": "own", "title": "x", "script": [{**_THIRD, "skip": skip}]}
    answer = box.admin.post("/scenarios", body)

    assert (answer.status_code, answer.json()["field"]) == (400, "script[0].skip")
