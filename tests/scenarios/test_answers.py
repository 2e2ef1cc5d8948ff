"""What a scenario of one's own can answer to requests: `fail`, `respond`, and to which ones."""

from typing import Any

import pytest
import requests

from tests.kit import Box
from tests.scenarios.calls import (
    TRANSACTION,
    give_back,
    lahza,
    own_on,
    pay_back,
    refunds_made,
    word,
)


@pytest.mark.parametrize(
    ("fault", "leans", "lahzas"),
    [
        ("unavailable", "503 SERVICE_UNAVAILABLE", "503 Service unavailable"),
        ("rate_limited", "429 RATE_LIMIT_EXCEEDED", "429 Too many requests"),
        ("unauthorized", "401 UNAUTHORIZED", "401 Invalid key"),
        ("forbidden", "403 INSUFFICIENT_ACCESS_LEVEL", "403 Forbidden"),
    ],
)
def test_a_fault_is_spoken_in_the_providers_own_words(
    box: Box, fault: str, leans: str, lahzas: str
) -> None:
    own_on(box, {"on": "request", "fail": fault})
    answer = pay_back(box)

    assert (word(answer), word(give_back(box))) == (leans, lahzas)
    assert list(answer.json()) == ["timestamp", "status", "message", "metadata"]
    assert len(answer.headers["lean-correlation-id"]) == 16
    assert ("Retry-After" in answer.headers) == (fault in ("unavailable", "rate_limited"))
    box.off("own")
    assert refunds_made(box) == (0, 0)


@pytest.mark.parametrize(("given", "seconds"), [("90s", "90"), (2, "2"), ("1500ms", "2")])
def test_a_fault_says_when_to_come_again_in_whole_seconds(
    box: Box, given: Any, seconds: str
) -> None:
    own_on(box, {"on": "request", "fail": "rate_limited", "retry_after": given})

    assert pay_back(box).headers["Retry-After"] == seconds


@pytest.mark.parametrize(
    ("where", "concerned"),
    [
        ({}, {"create", "list", "one", "reasons", "lahza"}),
        ({"provider": "lean"}, {"create", "list", "one", "reasons"}),
        ({"method": "POST"}, {"create"}),
        ({"path": "/payouts/refunds"}, {"create", "list"}),
        ({"path": "/payouts//refunds/"}, {"create", "list"}),
        ({"path": "/payouts/refunds/*"}, {"one", "reasons"}),
        ({"path": "/payouts/refunds/reasons"}, {"reasons"}),
        ({"path": "/payouts/refunds", "method": "GET"}, {"list"}),
        ({"path": "/refund", "provider": "any", "method": "any"}, {"lahza"}),
    ],
)
def test_a_step_acts_on_the_requests_it_names(
    box: Box, where: dict[str, str], concerned: set[str]
) -> None:
    refund = "/payouts/refunds/1ea00000-0000-4000-b000-000000000001"

    def asked() -> dict[str, requests.Response]:
        return {
            "create": pay_back(box),
            "list": box.lean.get("/payouts/refunds/"),
            "one": box.lean.get(refund),
            "reasons": box.lean.get("/payouts//refunds/reasons"),
            "lahza": box.lahza.get("/refund"),
        }

    own_on(box, {"on": "request", "where": where, "fail": "unavailable"})

    assert {name for name, answer in asked().items() if answer.status_code == 503} == concerned


@pytest.mark.scripted
@pytest.mark.parametrize(
    ("respond", "status", "body", "header"),
    [
        ({}, 200, b"", None),
        ({"status": 502, "body": "<h1>Bad gateway</h1>"}, 502, b"<h1>Bad gateway</h1>", None),
        ({"body": {"name": "ليلى", "n": 1.5}}, 200, '{"name":"ليلى","n":1.5}'.encode(), None),
        ({"status": 599, "body": []}, 599, b"[]", None),
        ({"status": 201, "body": False, "headers": {"X-A": "b c"}}, 201, b"false", "b c"),
        ({"status": 302, "headers": {"X-A": ""}}, 302, b"", ""),
        ({"status": 204}, 204, b"", None),
    ],
)
def test_a_step_can_answer_in_its_own_words_in_place_of_the_call(
    box: Box, respond: dict[str, Any], status: int, body: bytes, header: str | None
) -> None:
    where = {"method": "POST"}
    own_on(box, {"on": "request", "where": where, "respond": respond})
    answer = box.lahza.post("/refund", {"transaction": TRANSACTION}, allow_redirects=False)

    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers.get("X-A") == header
    assert refunds_made(box) == (0, 0)


@pytest.mark.scripted
def test_a_step_can_let_the_call_happen_and_then_answer_in_its_own_words(box: Box) -> None:
    respond = {"status": 500, "body": {"a": 1}, "after": True}
    own_on(box, {"on": "request", "where": {"method": "POST"}, "respond": respond})

    assert (pay_back(box).json(), give_back(box).status_code) == ({"a": 1}, 500)
    assert refunds_made(box) == (1, 1)


@pytest.mark.parametrize(("after", "made"), [(True, (0, 1)), (False, (0, 0))])
def test_a_step_can_cut_the_connection_before_or_after_the_call(
    box: Box, after: bool, made: tuple[int, int]
) -> None:
    respond = {"cut": True, "after": after}
    own_on(box, {"on": "request", "where": {"method": "POST"}, "respond": respond})
    with pytest.raises(requests.exceptions.ConnectionError):
        give_back(box)

    assert refunds_made(box) == made


def test_times_count_down_step_by_step(box: Box) -> None:
    own_on(
        box,
        {"on": "request", "times": 1, "fail": "unavailable"},
        {"on": "request", "times": 2, "fail": "rate_limited"},
    )

    assert [lahza(box)[:3] for _ in range(5)] == ["503", "429", "429", "200", "200"]
