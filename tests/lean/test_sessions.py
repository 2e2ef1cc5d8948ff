"""Sessions: their wire, their states, and what their rules refuse."""

from typing import Any

import pytest

from tests.kit import Box
from tests.lean.calls import BACK, NEW, NOBODY, PAYER, error, intent, pay, session, told


def state(box: Box, session_id: str) -> str:
    return str(box.lean.get(f"/sessions/v1/{session_id}").json()["state"])


def test_a_session_key_by_key(box: Box) -> None:
    """Documented; NOW is 2026-05-13T11:50:42.625199Z."""
    made = session(box)
    assert list(made) == ["id", "session_url", "redirect_url", "expires_at", "flow"]
    assert made["session_url"] == f"{box.url}/secure/{made['id']}"
    assert (made["redirect_url"], made["flow"]) == (BACK, {"type": "PAY"})
    assert made["expires_at"] == "2026-05-13T12:20:42.625199Z"

    read = box.lean.get(f"/sessions/v1/{made['id'].upper()}").json()
    keys = ["id", "state", "customer_id", "type", "session_url", "redirect_url"]
    assert list(read) == keys
    assert list(read.values()) == [made["id"], "CREATED", NEW, "PAY", made["session_url"], BACK]


def test_it_is_active_once_opened_and_completed_once_paid(box: Box) -> None:
    made = session(box)
    box.anyone.get(f"/secure/{made['id']}")
    assert state(box, made["id"]) == "ACTIVE"
    declined = box.admin.post(f"/lean/sessions/{made['id']}/decline")
    assert declined.json()["state"] == "ACTIVE"
    paid = box.admin.post(f"/lean/sessions/{made['id']}/pay", {"bank_identifier": "LEANMB1"})

    assert (paid.status_code, paid.json()["amount"]) == (201, 100)
    assert state(box, made["id"]) == "COMPLETED"
    [source] = box.lean.get(f"/customers/v1/{NEW}/payment-sources").json()
    assert source["bank_identifier"] == "LEANMB1"
    assert paid.json()["payment_source_id"] == source["id"]
    for answer in ("pay", "decline"):
        again = box.admin.post(f"/lean/sessions/{made['id']}/{answer}")
        assert (again.status_code, again.json()["detail"]) == (409, "the session is COMPLETED")
    assert [event for event, _ in told(box)] == [
        "payment_intent.created",
        "payment_source.created",
        "payment_source.beneficiary.created",
        "payment.created",
    ]


def test_one_who_pays_from_another_bank_has_two_sources(box: Box) -> None:
    banks = ["LEANMB1", "LEAN_SME_MB1_UAE", "LEANMB1"]
    for bank in banks:
        box.admin.post(f"/lean/sessions/{session(box)['id']}/pay", {"bank_identifier": bank})
    found = box.lean.get(f"/customers/v1/{NEW}/payment-sources").json()
    assert [source["bank_identifier"] for source in found] == ["LEAN_SME_MB1_UAE", "LEANMB1"]


def test_a_bank_that_refuses_completes_it_too(box: Box) -> None:
    made = session(box)
    refusal = {"status": "FAILED", "failure_code": "INSUFFICIENT_BALANCE"}
    paid = box.admin.post(f"/lean/sessions/{made['id']}/pay", refusal).json()

    assert (paid["status"], paid["failure_code"]) == ("FAILED", "INSUFFICIENT_BALANCE")
    assert state(box, made["id"]) == "COMPLETED"


@pytest.mark.parametrize(("setting", "least"), [(None, "30m"), ("2h", "2h")])
def test_it_expires_by_the_worlds_time(box: Box, setting: str | None, least: str) -> None:
    if setting is not None:
        box.admin.patch("/settings", {"lean": {"session_expires_after": setting}})
    opened, untouched = session(box), session(box)
    box.anyone.get(f"/secure/{opened['id']}")
    box.admin.put("/snapshots/before")
    for _ in range(2):
        box.advance(least)
        for made in (opened, untouched):
            assert state(box, made["id"]) == "EXPIRED"
            answer = box.admin.post(f"/lean/sessions/{made['id']}/pay")
            assert (answer.status_code, answer.json()["detail"]) == (409, "the session is EXPIRED")
        box.admin.post("/snapshots/before/restore")
        assert [state(box, each["id"]) for each in (opened, untouched)] == ["ACTIVE", "CREATED"]


def test_just_before_it_expires_it_can_be_paid(box: Box) -> None:
    made = session(box)
    box.advance("29m59s")
    assert box.admin.post(f"/lean/sessions/{made['id']}/pay").status_code == 201


def test_playing_all_there_is_to_come_expires_none(box: Box) -> None:
    made = session(box)
    box.admin.post("/clock/advance", {"until": "idle"})
    assert state(box, made["id"]) == "CREATED"


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"customer_id": None}, (400, "MISSING_PARAMETERS", "customer_id")),
        ({"customer_id": NOBODY}, (404, "UNKNOWN_CUSTOMER", "")),
        ({"customer_id": "me"}, (400, "INVALID_PARAMETERS", "customer_id")),
        ({"flow": None}, (400, "MISSING_PARAMETERS", "flow")),
        ({"flow": {"type": "PAY"}}, (400, "MISSING_PARAMETERS", "flow->payload")),
        ({"flow": {"payload": {}}}, (400, "MISSING_PARAMETERS", "flow->type")),
        ({"flow": {"type": "SAVE", "payload": {}}}, (400, "INVALID_PARAMETERS", "flow->type")),
        ({"redirect_url": None}, (400, "MISSING_PARAMETERS", "redirect_url")),
        *(
            ({"redirect_url": url}, (400, "INVALID_PARAMETERS", "redirect_url"))
            for url in ("/back", "shop.test", "javascript://x", "https://a@b.test/", 7)
        ),
    ],
)
def test_what_makes_none(box: Box, values: dict[str, Any], answer: tuple[int, str, str]) -> None:
    made = intent(box)["payment_intent_id"]
    flow = {"type": "PAY", "payload": {"payment_intent_id": made}}
    body = {"customer_id": NEW, "flow": flow, "redirect_url": BACK, **values}
    status, word, field = error(box.lean.post("/sessions/v1", body))
    if answer[2]:
        field = field.partition(", value")[0]
        assert (status, word, field) == answer
    else:
        assert (status, word) == answer[:2]


def test_an_intent_must_be_there_and_the_customers_and_unpaid(box: Box) -> None:
    made = intent(box)["payment_intent_id"]

    def refusal(intent_id: str, customer: str = NEW) -> tuple[int, str]:
        flow = {"type": "PAY", "payload": {"payment_intent_id": intent_id}}
        body = {"customer_id": customer, "flow": flow, "redirect_url": BACK}
        return error(box.lean.post("/sessions/v1", body))[:2]

    assert refusal(NOBODY) == (404, "UNKNOWN_PAYMENT_INTENT")
    assert refusal(made, PAYER) == (400, "INVALID_PARAMETERS")
    pay(box, payment_intent_id=made)
    assert refusal(made) == (403, "OPERATION_NOT_ALLOWED")


def test_an_unknown_one_is_a_404(box: Box) -> None:
    assert error(box.lean.get(f"/sessions/v1/{NOBODY}"))[:2] == (404, "UNKNOWN_SESSION")
    for answer in ("pay", "decline"):
        refused = box.admin.post(f"/lean/sessions/{NOBODY}/{answer}")
        assert (refused.status_code, refused.headers["Content-Type"]) == (
            404,
            "application/problem+json",
        )


def test_a_scenario_of_the_call_that_made_it_holds_for_its_payment(box: Box) -> None:
    made = session(box, scenario="deposit-never-arrives")
    paid = box.admin.post(f"/lean/sessions/{made['id']}/pay").json()
    box.advance("1d")
    found = box.lean.get(f"/reconciliation/v1/payments/{paid['id']}").json()
    assert found["reconciliation"]["status"] == "OUTSTANDING"


def test_a_session_of_another_world_is_hinted_at(box: Box) -> None:
    made = session(box)
    answer = box.lean.get(f"/w/other/sessions/v1/{made['id']}")
    assert (
        "the world default of this server has a session with this id"
        in (answer.headers["Sandbox-Hint"])
    )
    assert answer.status_code == 404
