"""Clients that race each other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.kit import LAHZA, LEAN, Box

CLIENTS = 32


def race(send: Callable[[requests.Session], requests.Response]) -> list[int]:
    """Every client sends four requests as fast as it can; returns the answers' statuses."""

    def client(_: int) -> list[int]:
        with requests.Session() as session:
            return [send(session).status_code for _ in range(4)]

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [status for statuses in pool.map(client, range(CLIENTS)) for status in statuses]


def test_racing_refunds_never_give_back_more_than_a_lean_payment(box: Box) -> None:
    item = {"payment_id": box.payment(), "amount": 3, "reason_code": "CUSTOMER_REQUEST"}
    url = f"{box.url}/payouts/refunds"
    statuses = race(lambda session: session.post(url, json=[item], headers=LEAN))

    assert sorted(set(statuses)) == [201, 400]
    assert statuses.count(201) == 33  # of 100 AED


def test_racing_refunds_never_give_back_more_than_a_lahza_transaction(box: Box) -> None:
    body = {"transaction": box.transaction(amount=10000), "amount": 300}
    url = f"{box.url}/refund"
    statuses = race(lambda session: session.post(url, json=body, headers=LAHZA))

    assert sorted(set(statuses)) == [200, 400]
    assert statuses.count(200) == 33


def test_one_decision_of_many_is_carried_out(box: Box) -> None:
    refund = box.lean_refund(box.payment()).json()[0]["refund_id"]
    body = [{"refund_id": refund, "status": "APPROVED"}]
    url = f"{box.url}/payouts/refunds"
    statuses = race(lambda session: session.put(url, json=body, headers=LEAN))

    assert statuses.count(200) == 1
    assert [event["to"] for event in box.advance("1d")] == [
        "PENDING_WITH_BANK",
        "ACCEPTED_BY_BANK",
        "PROCESSED",
    ]


def test_racing_advances_let_everything_happen_once(box: Box) -> None:
    for _ in range(20):
        box.lean_refund(box.payment(), status="APPROVED")
    url = f"{box.url}/_sandbox/clock/advance"
    seen: list[str] = []

    def advance(session: requests.Session) -> requests.Response:
        answer = session.post(url, json={"by": "10s"})
        if answer.status_code == 200:
            seen.extend(event["subject"] + event["to"] for event in answer.json()["events"])
        return answer

    assert set(race(advance)) <= {200, 409}
    box.advance("1h")
    assert len(seen) == len(set(seen))
    assert box.admin.get("/clock").json()["due"] == 0


@pytest.mark.slow
def test_calls_with_a_scenario_of_their_own_are_answered_or_dropped_over_a_reset(box: Box) -> None:
    def read(session: requests.Session) -> int | None:
        own = {**LEAN, "Sandbox-Scenario": "refund-stuck"}
        try:
            return session.get(f"{box.url}/payouts/refunds", headers=own).status_code
        except requests.ConnectionError:
            return None

    def client(n: int) -> list[int | None]:
        with requests.Session() as session:
            if n % 4:
                return [read(session) for _ in range(40)]
            return [session.post(f"{box.url}/_sandbox/reset").status_code for _ in range(40)]

    with ThreadPoolExecutor(16) as pool:
        statuses = {status for each in pool.map(client, range(16)) for status in each}
    assert statuses <= {200, None}
