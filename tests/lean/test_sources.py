"""Payment sources, what they may pay to, and what webhooks tell of both."""

from typing import Any

from tests.kit import Box
from tests.lean.calls import DESTINATION, NEW, PAYER, intent, pay

SOURCE, BENEFICIARY = "payment_source.created", "payment_source.beneficiary.created"


def told(box: Box) -> list[tuple[str, dict[str, Any]]]:
    """Events and payloads, oldest first."""
    sent = box.admin.get("/webhooks/deliveries").json()["deliveries"]
    return [(delivery["body"]["type"], delivery["body"]["payload"]) for delivery in sent]


def test_the_first_payment_of_a_customer_tells_of_its_source_and_the_next_does_not(
    box: Box,
) -> None:
    first = pay(box, customer_id=NEW, reconciliation="OUTSTANDING")
    (source,) = box.lean.get(f"/customers/v1/{NEW}/payment-sources").json()
    news = dict(told(box))
    pay(box, customer_id=NEW, reconciliation="OUTSTANDING")

    assert [event for event, _ in told(box)] == [
        SOURCE,
        BENEFICIARY,
        "payment.created",
        "payment.created",
    ]
    assert news[SOURCE]["id"] == source["id"] == first["payment_source_id"]
    assert news[SOURCE]["bank_identifier"] == source["bank_identifier"]
    assert news[BENEFICIARY]["id"] == source["beneficiaries"][0]["id"]
    assert {news[event]["customer_id"] for event in (SOURCE, BENEFICIARY)} == {NEW}
    events = box.lean.get(f"/events/v1?page=0&size=9&type={BENEFICIARY}").json()["data"]
    assert [event["payload"] for event in events] == [news[BENEFICIARY]]


def test_a_source_that_pays_to_another_destination_tells_of_that_alone(box: Box) -> None:
    to = box.lean.post("/payments/v1/destinations", DESTINATION).json()["id"]
    made = intent(box, customer_id=PAYER, payment_destination_id=to)
    payment = pay(box, payment_intent_id=made["payment_intent_id"])
    names = [event for event, _ in told(box)]
    payload = dict(told(box))[BENEFICIARY]

    assert names == ["payment_intent.created", BENEFICIARY, "payment.created"]
    assert payload["payment_destination_id"] == to
    assert payload["payment_source_id"] == payment["payment_source_id"]


def test_a_payment_that_becomes_another_customers_tells_of_that_ones_source(box: Box) -> None:
    payment = pay(box, customer_id=PAYER, reconciliation="OUTSTANDING")
    moved = box.admin.patch(f"/lean/payments/{payment['id']}", {"customer_id": NEW}).json()
    events = [(event, payload["customer_id"]) for event, payload in told(box)]

    assert events == [("payment.created", PAYER), (SOURCE, NEW), (BENEFICIARY, NEW)]
    assert dict(told(box))[SOURCE]["id"] == moved["payment_source_id"]


def test_payloads_leave_out_what_has_no_value(box: Box) -> None:
    made = intent(box)
    failed = pay(box, payment_intent_id=made["payment_intent_id"], status="FAILED")
    payloads = dict(told(box))

    assert payloads["payment_intent.created"] == {
        "amount": 100,
        "status": "INTENT_CREATED",
        "currency": "AED",
        "intent_id": made["payment_intent_id"],
    }
    assert list(payloads["payment.created"]) == [
        "id",
        "amount",
        "status",
        "currency",
        "intent_id",
        "customer_id",
        "payment_destination_id",
    ]
    assert failed["bank_transaction_reference"] is None


def test_who_pays_is_known_once_the_bank_has_said_what_becomes_of_it(box: Box) -> None:
    payment = pay(box, status="AWAITING_APP_AUTH")
    seen = []
    for status in (None, "PENDING_WITH_BANK", "ACCEPTED_BY_BANK", "FAILED"):
        if status is not None:
            box.admin.patch(f"/lean/payments/{payment['id']}", {"status": status})
        shown = box.lean.get(f"/payments/v1/{payment['id']}").json()
        sender, reference = shown["sender_details"], shown["bank_transaction_reference"]
        seen.append((sender is None, reference is None))
        assert shown["recipient_details"] == payment["recipient_details"]

    assert seen == [(True, True), (True, False), (False, False), (False, True)]
