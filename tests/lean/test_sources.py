"""Payment sources, what they may pay to, and what webhooks tell of both."""

from typing import Any

import pytest

from tests.kit import Box
from tests.lean.calls import DEFAULT, DESTINATION, NEW, NOBODY, PAYER, intent, pay

SOURCE, BENEFICIARY = "payment_source.created", "payment_source.beneficiary.created"
COOLED = "payment_source.beneficiary.updated"
COOLING = "AWAITING_BENEFICIARY_COOL_OFF"


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


# Made by the admin API --------------------------------------------------------------------------


def connect(box: Box, customer: str = NEW, **values: Any) -> dict[str, Any]:
    """A new source, as the admin API answers."""
    answer = box.admin.post("/lean/payment-sources", {"customer_id": customer, **values})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def listed(box: Box, customer: str = NEW) -> list[dict[str, Any]]:
    return list(box.lean.get(f"/customers/v1/{customer}/payment-sources").json())


def let_pay(box: Box, source: str, **values: Any) -> tuple[str, Any]:
    """Lets a source pay to a new destination; that one's id, and the answer."""
    to = box.lean.post("/payments/v1/destinations", DESTINATION).json()["id"]
    path = f"/lean/payment-sources/{source}/beneficiaries"
    return to, box.admin.post(path, {"payment_destination_id": to, **values})


def test_a_source_is_there_and_told_of_before_anything_is_paid(box: Box) -> None:
    made = connect(box, bank_identifier="LEANMB1", currency="USD")
    names, news = [event for event, _ in told(box)], dict(told(box))
    paid = pay(box, customer_id=NEW, currency="USD", reconciliation="OUTSTANDING")
    refund = box.lean_refund(pay(box, customer_id=NEW, currency="USD")["id"], status="APPROVED")
    payout = box.lean.get(f"/payouts/refunds/{refund.json()[0]['refund_id']}").json()

    assert listed(box) == [made]
    assert (made["status"], made["beneficiary_cool_off_expiry"]) == ("ACTIVE", None)
    assert (made["bank_identifier"], made["accounts"][0]["currency"]) == ("LEANMB1", "USD")
    assert made["beneficiaries"][0]["payment_destination_id"] == DEFAULT
    assert names == [SOURCE, BENEFICIARY]
    assert news[SOURCE] == {
        "id": made["id"],
        "customer_id": NEW,
        "status": "ACTIVE",
        "bank_identifier": "LEANMB1",
        "bank_name": "Lean Mock Bank One",
        "end_user_id": None,
    }
    assert (news[BENEFICIARY]["id"], news[BENEFICIARY]["status"]) == (
        made["beneficiaries"][0]["id"],
        "ACTIVE",
    )
    assert paid["payment_source_id"] == made["id"]
    assert [event for event, _ in told(box)][2:4] == ["payment.created", "payment.created"]
    to = box.lean.get(f"/payouts/v1/intents/{payout['refund_intent_id']}").json()
    assert to["payment_destination"]["bank_identifier"] == "LEANMB1"


def test_a_beneficiary_cools_off_in_the_time_of_the_world(box: Box) -> None:
    made = connect(box, cool_off="4h")
    (beneficiary,) = made["beneficiaries"]
    created = dict(told(box))
    refused = box.admin.post("/lean/payments", {"customer_id": NEW})
    box.advance("3h59m59s")
    assert listed(box) == [made]
    (event,) = box.advance("1s")
    (cooled,) = listed(box)

    expiry = "2026-05-13T15:50:42.625199Z"
    assert list(made)[3:5] == ["status", "beneficiary_cool_off_expiry"]
    assert (made["status"], made["beneficiary_cool_off_expiry"]) == (COOLING, expiry)
    assert list(beneficiary.values())[2:] == [COOLING, expiry]
    assert {created[each]["status"] for each in (SOURCE, BENEFICIARY)} == {COOLING}
    assert (refused.status_code, refused.json()["status"]) == (409, 409)
    assert (event["kind"], event["from"], event["to"]) == ("beneficiary", COOLING, "ACTIVE")
    assert event["subject"] == beneficiary["id"]
    assert (cooled["status"], cooled["beneficiary_cool_off_expiry"]) == ("ACTIVE", None)
    assert list(cooled["beneficiaries"][0].values())[2:] == ["ACTIVE", None]
    assert told(box)[2:] == [(COOLED, {**created[BENEFICIARY], "status": "ACTIVE"})]
    assert box.lean.get(f"/events/v1?page=0&size=9&type={COOLED}").json()["data"]
    assert pay(box, customer_id=NEW)["payment_source_id"] == made["id"]


def test_a_source_is_active_as_soon_as_one_of_its_beneficiaries_is(box: Box) -> None:
    made = connect(box, cool_off="4h")
    to, answer = let_pay(box, made["id"], cool_off="1h")
    waiting = answer.json()
    box.advance("1h")
    (source,) = listed(box)
    wanted = intent(box, payment_destination_id=to)["payment_intent_id"]

    assert answer.status_code == 201
    assert waiting["beneficiary_cool_off_expiry"] == "2026-05-13T12:50:42.625199Z"
    assert source["status"] == "ACTIVE"
    statuses = {b["payment_destination_id"]: b["status"] for b in source["beneficiaries"]}
    assert statuses == {DEFAULT: COOLING, to: "ACTIVE"}
    assert pay(box, payment_intent_id=wanted)["payment_source_id"] == made["id"]
    assert box.admin.post("/lean/payments", {"customer_id": NEW}).status_code == 409


def test_a_payment_does_not_move_to_where_its_source_cools_off(box: Box) -> None:
    payment = pay(box, customer_id=NEW)
    to, _ = let_pay(box, payment["payment_source_id"], cool_off="1h")
    wanted = intent(box, payment_destination_id=to)["payment_intent_id"]
    change = {"payment_intent_id": wanted}

    assert box.admin.patch(f"/lean/payments/{payment['id']}", change).status_code == 409
    assert box.lean.get(f"/payments/v1/{payment['id']}").json() == payment
    box.advance("1h")
    assert box.admin.patch(f"/lean/payments/{payment['id']}", change).status_code == 200


def test_nothing_comes_of_the_cool_off_of_a_source_that_is_deleted(box: Box) -> None:
    made = connect(box, cool_off="1h")
    path = f"/customers/v1/{NEW}/payment-sources/{made['id']}"
    box.lean.delete(path, body={"reason": "USER_REQUESTED"})
    _, answer = let_pay(box, made["id"])

    assert box.advance("1d") == []
    assert [event for event, _ in told(box)] == [SOURCE, BENEFICIARY]
    assert answer.status_code == 404


def test_a_snapshot_and_a_reset_take_sources_and_cool_offs_along(box: Box) -> None:
    made = connect(box, cool_off="1h")
    box.admin.put("/snapshots/cooling")
    box.advance("1h")
    box.admin.post("/snapshots/cooling/restore")
    assert listed(box) == [made]
    assert len(box.advance("1h")) == 1
    box.admin.post("/reset")
    assert listed(box) == []
    box.admin.delete("/snapshots/cooling")


def test_a_customer_that_is_unknown_is_made_up(box: Box) -> None:
    made = connect(box, NOBODY)

    assert listed(box, NOBODY) == [made]
    assert box.lean.get(f"/customers/v1/{NOBODY}").json()["app_user_id"] == f"user-{NOBODY}"


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"customer_id": None}, 400, "customer_id"),
        ({"customer_id": "me"}, 400, "customer_id"),
        ({"bank_identifier": "MY_BANK"}, 400, "bank_identifier"),
        ({"currency": "XXX"}, 400, "currency"),
        ({"cool_off": "-1h"}, 400, "cool_off"),
        ({"cool_off": "soon"}, 400, "cool_off"),
        ({"amount": 1}, 400, "amount"),
        ({"payment_destination_id": NOBODY}, 404, None),
    ],
)
def test_what_no_source_can_be_made_of(
    box: Box, values: dict[str, Any], status: int, field: str | None
) -> None:
    answer = box.admin.post("/lean/payment-sources", {"customer_id": NEW, **values})

    assert (answer.status_code, answer.json().get("field")) == (status, field)
    assert (listed(box), told(box)) == ([], [])
    source = connect(box)["id"]
    again = {"payment_destination_id": DEFAULT}
    path = f"/lean/payment-sources/{source}/beneficiaries"
    assert box.admin.post(path, again).status_code == 409


def test_the_page_of_a_session_says_that_the_account_there_cools_off(box: Box) -> None:
    connect(box, bank_identifier="LEANMB1", cool_off="1h")
    wanted = intent(box)["payment_intent_id"]
    flow = {"type": "PAY", "payload": {"payment_intent_id": wanted}}
    body = {"customer_id": NEW, "flow": flow, "redirect_url": "https://shop.example/back"}
    url = box.lean.post("/sessions/v1", body).json()["session_url"].removeprefix(box.url)
    form = {"headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    refused = box.anyone.post(url, b"bank=LEANMB1&action=approve", **form, allow_redirects=False)
    other = box.anyone.post(url, b"bank=LEAN_SME_MB1_UAE", **form, allow_redirects=False)

    assert (refused.status_code, other.status_code) == (400, 303)
    assert "cannot pay yet" in refused.text
    (payment,) = box.lean.get(f"/payments/v1/intents/{wanted}").json()["payments"]
    sources = {source["id"]: source["bank_identifier"] for source in listed(box)}
    assert sources[payment["payment_source_id"]] == "LEAN_SME_MB1_UAE"
