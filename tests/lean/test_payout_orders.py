"""How payouts are ordered, as integrations do it, and what the answer says of each."""

from typing import Any

import pytest

from tests.kit import Box
from tests.lean.calls import DEFAULT, NEW
from tests.lean.payouts import ACCOUNT, destination, intents, pay_out, payment, states, told
from tests.receiver import Receiver
from tests.webhooks.calls import address, advance


def test_the_currency_is_the_destinations_else_the_accounts_else_aed(box: Box) -> None:
    to = destination(box)
    order: dict[str, Any] = {
        "payment_destination_id": to,
        "amount": 5,
        "description": "Wages",
        "authorize_payment": False,
    }
    details = [
        {"account_id": ACCOUNT, "destination_details": [order, {**order, "currency": "USD"}]},
        {
            "account_id": ACCOUNT,
            "currency": "EUR",
            "destination_details": [order, {**order, "currency": "USD"}],
        },
        {"account_id": ACCOUNT, "currency": None, "destination_details": [order]},
    ]
    answer = box.lean.post("/payouts/v1/payment", {"payment_details": details})

    assert answer.status_code == 201
    made = answer.json()["payouts_payment_details"]
    assert [one["destination_details"]["currency"] for one in made] == [
        "AED",
        "USD",
        "EUR",
        "USD",
        "AED",
    ]


@pytest.mark.parametrize("status", [201, 200])
def test_the_status_of_a_payout_that_was_made_is_a_setting(box: Box, status: int) -> None:
    box.admin.patch("/settings", {"lean": {"payout_status": status}})

    assert pay_out(box, {"payment_destination_id": destination(box)}).status_code == status


def test_a_description_has_at_most_32_characters(box: Box) -> None:
    to = {"payment_destination_id": destination(box)}

    assert pay_out(box, {**to, "description": "x" * 32}).status_code == 201
    assert pay_out(box, {**to, "description": "x" * 33}).status_code == 400


def test_a_payout_to_a_destination_of_payments_is_made_and_fails_at_once(box: Box) -> None:
    answer = pay_out(box, {"payment_destination_id": DEFAULT})
    (intent_id,) = intents(answer)
    (made,) = answer.json()["payouts_payment_details"]
    failed = payment(box, intent_id)
    failure = f"destination with id = {DEFAULT} not found"

    assert made["destination_details"]["payment_status"] == "FAILED"
    assert made["destination_details"]["error_message"] == failure
    assert (failed["status"], failed["status_additional_details"]) == ("FAILED", failure)
    assert failed["bank_transaction_reference"] is None
    assert states(box, intent_id) == [("FAILED", None)]
    assert told(box, intent_id) == [("payment.created", "FAILED")]
    (event,) = box.lean.get("/events/v1?page=0&size=9").json()["data"]
    assert event["payload"]["failure_reason"] == failure
    assert box.advance("1d") == []


def test_the_history_is_found_by_the_payment_and_by_its_intent(box: Box) -> None:
    (intent_id,) = intents(pay_out(box, {"payment_destination_id": destination(box)}))
    box.advance("1m")
    by_intent = box.lean.get(f"/payouts/v1/payments/{intent_id}/history")
    payment_id = by_intent.json()["content"][0]["payment_id"]
    by_payment = box.lean.get(f"/payouts/v1/payments/{payment_id}/history")

    assert by_payment.status_code == 200
    assert by_payment.content == by_intent.content
    assert payment_id == payment(box, intent_id)["id"] != intent_id


def test_the_bank_has_a_reference_for_what_it_has_taken_alone(box: Box) -> None:
    to = {"payment_destination_id": destination(box)}
    waiting, taken = intents(pay_out(box, {**to, "authorize_payment": False}, to))
    references = [
        payment(box, intent_id)["bank_transaction_reference"] for intent_id in (waiting, taken)
    ]
    path = f"/lean/payouts/{payment(box, taken)['id']}/settle"
    failed = box.admin.post(path, {"status": "FAILED"}).json()

    assert references == [None, f"payment-{failed['id']}"]
    assert failed["bank_transaction_reference"] is None
    rows = box.lean.get("/payouts/v1/payments?page_size=2").json()["content"]
    assert [row["bank_transaction_reference"] for row in rows] == [None, None]


def test_what_comes_of_money_that_was_accepted_is_told_of(box: Box) -> None:
    (intent_id,) = intents(pay_out(box, {"payment_destination_id": destination(box)}))
    box.advance("1s")
    path = f"/lean/payouts/{payment(box, intent_id)['id']}/settle"
    box.admin.post(path, {"status": "REJECTED", "reason": "account closed"})
    event = box.lean.get("/events/v1?page=0&size=1").json()["data"][0]

    assert event["type"] == "payment.updated"
    assert event["payload"]["status"] == "ACCEPTED_BY_BANK"
    assert event["payload"]["post_initiation_status"] == "REJECTED"
    assert event["payload"]["failure_reason"] == "account closed"
    assert event["payload"]["intent_id"] == intent_id
    assert states(box, intent_id) == [
        ("ACCEPTED_BY_BANK", None),
        ("ACCEPTED_BY_BANK", "REJECTED"),
    ]


# Destinations and customers ---------------------------------------------------------------------


def events(box: Box) -> list[dict[str, Any]]:
    """Newest first."""
    return list(box.lean.get("/events/v1?page=0&size=9").json()["data"])


def test_each_new_destination_of_payouts_is_told_of(box: Box, receiver: Receiver) -> None:
    address(box, "lean", receiver)
    items = [{"name": name, "account_number": "7"} for name in ("Noor Haddad", "Lina Awad")]
    items[1]["customer_id"] = NEW
    made = box.lean.post("/payouts/v1/payment/destinations", items).json()
    advance(box, by=0)
    first, second = (event["payload"] for event in events(box)[::-1])
    end_user = pay_out(box, {"payment_destination_id": made[0]["destination_id"]}).json()

    assert receiver.events == ["payment_source.beneficiary.created"] * 2
    assert [p["payment_destination_id"] for p in (first, second)] == [
        destination["destination_id"] for destination in made
    ]
    assert first["end_user_id"] == first["payment_source_id"] == end_user["end_user_id"]
    assert first["customer_id"] != first["end_user_id"]
    assert second["customer_id"] == NEW


def test_a_batch_of_destinations_that_is_refused_tells_of_none(box: Box) -> None:
    items = [{"name": name, "account_number": "7"} for name in ("Noor Haddad", "Noor")]
    assert box.lean.post("/payouts/v1/payment/destinations", items).status_code == 400

    assert events(box) == []


def test_a_payout_is_of_the_customer_of_its_destination(box: Box) -> None:
    to, other = destination(box, customer_id=NEW.upper()), destination(box)
    orders = [{"payment_destination_id": one} for one in (to, other)]
    answer = pay_out(box, *orders)
    payouts = [box.lean.get(f"/payouts/v1/intents/{one}").json() for one in intents(answer)]

    assert payouts[0]["customer_id"] == NEW
    assert payouts[1]["customer_id"] not in (NEW, answer.json()["end_user_id"])
    sources = {payout["payment"]["payment_source_id"] for payout in payouts}
    assert sources == {answer.json()["end_user_id"]}
