"""Answers that come late or never: in real time, and ended by switching the scenario off."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.kit import LAHZA, LEAN, Box
from tests.scenarios.calls import (
    PAYMENT,
    TRANSACTION,
    give_back,
    lahza,
    lean,
    pay_back,
    refunds_made,
    until,
)

_ITEM = {"payment_id": PAYMENT, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}
_PROVIDERS = pytest.mark.parametrize(
    ("path", "body", "headers", "made"),
    [
        ("/payouts/refunds", [_ITEM], LEAN, (1, 0)),
        ("/refund", {"transaction": TRANSACTION, "amount": 100}, LAHZA, (0, 1)),
    ],
    ids=["lean", "lahza"],
)


@contextmanager
def _others(box: Box, count: int) -> Iterator[tuple[ThreadPoolExecutor, list[Box]]]:
    """Other clients, each with a connection of its own; the scenarios end before they do."""
    clients = [Box(box.url) for _ in range(count)]
    with ThreadPoolExecutor(count) as pool:
        try:
            yield pool, clients
        finally:
            box.admin.post("/reset", {})
    for client in clients:
        client.close()


class _Client:
    """A client that tells a cut connection from an answer."""

    def __init__(self, box: Box) -> None:
        self.box = Box(box.url)

    def __enter__(self) -> "_Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.box.close()

    def outcome(self, **values: Any) -> int | str:
        try:
            return pay_back(self.box, **values).status_code
        except requests.exceptions.ConnectionError:
            return "cut"


@_PROVIDERS
def test_a_lost_answer_is_a_504_and_the_refund_is_made(
    box: Box, path: str, body: Any, headers: dict[str, str], made: tuple[int, int]
) -> None:
    box.on("answer-lost")
    answer = box.anyone.post(path, body, headers=headers)

    assert (answer.status_code, answer.json()) == (504, {})
    assert refunds_made(box) == made


@_PROVIDERS
@pytest.mark.parametrize("standing", [True, False])
def test_a_connection_is_cut_without_a_byte_and_the_refund_is_made(
    box: Box,
    path: str,
    body: Any,
    headers: dict[str, str],
    made: tuple[int, int],
    standing: bool,
) -> None:
    if standing:
        box.on("answer-lost", how="cut")
    else:
        headers = {**headers, "Sandbox-Scenario": "answer-lost; how=cut"}
    prepared = requests.Request("POST", box.url + path, json=body, headers=headers).prepare()
    with closing(HTTPConnection(urlsplit(box.url).netloc, timeout=30)) as connection:
        connection.request("POST", path, prepared.body, dict(prepared.headers))
        with pytest.raises(RemoteDisconnected):  # not so much as a status line
            connection.getresponse()

    assert refunds_made(box) == made
    newest = box.admin.get("/requests?limit=10").json()["requests"]
    assert [entry["status"] for entry in newest if entry["method"] == "POST"] == [None]


@_PROVIDERS
@pytest.mark.parametrize("standing", [True, False])
def test_a_client_meets_silence_until_its_own_time_out_and_the_refund_is_made(
    box: Box,
    path: str,
    body: Any,
    headers: dict[str, str],
    made: tuple[int, int],
    standing: bool,
) -> None:
    if standing:
        box.on("answer-lost", how="silence", delay="1h")
    else:
        headers = {**headers, "Sandbox-Scenario": "answer-lost; how=silence; delay=1h"}
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(box.url + path, json=body, headers=headers, timeout=0.2)

    assert until(lambda: any(refunds_made(box)))
    assert refunds_made(box) == made
    box.admin.post("/reset", {})


def test_a_silence_that_is_switched_off_ends_with_the_504(box: Box) -> None:
    box.on("answer-lost", how="silence", delay="1h")
    with _others(box, 1) as (pool, clients):
        waiting = pool.submit(pay_back, clients[0])
        until(lambda: any(refunds_made(box)))
        still = not waiting.done()
        box.off("answer-lost")

        assert (still, waiting.result(20).status_code) == (True, 504)


def test_only_the_making_of_a_refund_loses_its_answer(box: Box) -> None:
    box.on("answer-lost", how="cut")
    refund_id = box.admin.get("/fixtures").json()["lean"]["refunds"]["created"]["id"]
    decision = [{"refund_id": refund_id, "status": "APPROVED"}]

    assert box.lean.put("/payouts/refunds", decision).status_code == 200
    assert box.lean.get("/payouts/refunds").status_code == 200
    assert box.lahza.get("/refund").status_code == 200


@pytest.mark.parametrize("how", [504, "cut"])
def test_a_refusal_is_lost_as_well_and_makes_no_refund(box: Box, how: Any) -> None:
    box.on("answer-lost", how=how)
    with _Client(box) as client:
        assert client.outcome(amount=501) == how

    assert refunds_made(box) == (0, 0)


def test_some_answers_are_lost_and_the_next_one_comes(box: Box) -> None:
    box.on("answer-lost", how="cut", times=2)
    with _Client(box) as client:
        assert [client.outcome() for _ in range(3)] == ["cut", "cut", 201]

    assert refunds_made(box) == (3, 0)


# Slow -----------------------------------------------------------------------------------------


def _waiting(calls: list["Future[requests.Response]"]) -> list["Future[requests.Response]"]:
    """Of calls of which a scenario delays all but one: those, once that one has come back."""
    done, waiting = wait(calls, timeout=30, return_when=FIRST_COMPLETED)
    assert [call.result().ok for call in done] == [True]
    assert len(waiting) == len(calls) - 1
    return list(waiting)


def test_a_slow_call_goes_on_at_once_when_its_scenario_is_switched_off(box: Box) -> None:
    box.on("slow-provider", delay="1d", times=1)
    with _others(box, 2) as (pool, clients):
        [waiting] = _waiting([pool.submit(pay_back, client) for client in clients])
        made = refunds_made(box)
        box.off("slow-provider")
        answer = waiting.result(20)

    assert made == (1, 0)  # the slow one has not been carried out yet
    assert answer.status_code == 201


def test_calls_that_wait_keep_nobody_else_out(box: Box) -> None:
    box.on("slow-provider", delay="1d", provider="lean", times=20)
    with _others(box, 21) as (pool, clients):
        waiting = _waiting([pool.submit(pay_back, client) for client in clients])
        free = [lahza(box), lean(box), str(box.admin.get("/clock").status_code)]
        box.off("slow-provider")
        codes = [call.result(20).status_code for call in waiting]

    assert (free, codes) == (["200 pending", "201 CREATED", "200"], [201] * 20)


def test_a_call_that_waits_over_a_reset_is_dropped(box: Box) -> None:
    """Its connection is broken off, and it leaves nothing in the new world."""
    before = refunds_made(box)
    box.on("slow-provider", delay="1d", times=1)
    with _others(box, 2) as (pool, clients):
        [waiting] = _waiting([pool.submit(give_back, client) for client in clients])
        box.admin.post("/reset", {})

        with pytest.raises(requests.ConnectionError):
            waiting.result(20)
    assert refunds_made(box) == before


def test_an_answer_that_is_lost_over_a_reset_is_dropped_without_an_error(
    box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    box.on("answer-lost", how="silence", delay="1d", times=1)
    with _others(box, 2) as (pool, clients):
        [waiting] = _waiting([pool.submit(give_back, client) for client in clients])
        box.admin.post("/reset", {})

        with pytest.raises(requests.ConnectionError):
            waiting.result(20)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert box.admin.get("/requests").json()["requests"] == []


def test_a_slow_call_is_carried_out_at_the_moment_its_wait_ends(box: Box) -> None:
    box.on("slow-provider", delay="1d", times=1)
    with _others(box, 2) as (pool, clients):
        [waiting] = _waiting([pool.submit(give_back, client) for client in clients])
        box.advance("1h")
        box.off("slow-provider")
        made = waiting.result(20).json()["data"]["createdAt"]

    assert made == "2026-05-13T12:50:42.625Z"


def test_a_slow_provider_answers_as_ever(box: Box) -> None:
    box.on("slow-provider", delay="1ms", provider="lean")

    assert (lean(box), lahza(box)) == ("201 CREATED", "200 pending")
    assert lahza(box, "slow-provider; delay=1ms") == "200 pending"


def test_a_slow_answer_takes_at_least_its_delay(box: Box) -> None:
    box.on("slow-provider", delay="40ms")
    lean(box)
    box.off("slow-provider")
    lean(box)
    latest = box.admin.get("/requests?limit=2").json()["requests"]

    assert [entry["scenario"] for entry in latest] == [None, "slow-provider"]
    assert latest[1]["duration_ms"] >= 39
