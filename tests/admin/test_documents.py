"""The payer, the bank and the account: what happens outside the providers' APIs."""

import re
from typing import Any

import pytest

from tests.kit import Box


def test_a_lean_payment_without_a_word(box: Box) -> None:
    answer = box.admin.post("/lean/payments")
    payment = answer.json()

    assert answer.status_code == 201
    assert payment == box.lean.get(f"/payments/v1/{payment['id']}").json()
    assert (payment["amount"], payment["currency"]) == (100, "AED")
    assert payment["status"] == "ACCEPTED_BY_BANK"
    reconciled = box.lean.get(f"/reconciliation/v1/payments/{payment['id']}").json()
    assert reconciled["reconciliation"]["status"] == "RECONCILED"


def test_money_may_arrive_later(box: Box) -> None:
    payment = box.payment(reconcile_after="15m")
    assert box.lean_refund(payment).json()["status"] == "OPERATION_NOT_ALLOWED"
    events = box.advance("15m")

    assert [(event["kind"], event["from"], event["to"]) for event in events] == [
        ("reconciliation", "OUTSTANDING", "RECONCILED")
    ]
    assert box.lean_refund(payment).status_code == 201


def test_a_change_lies_below_what_scenarios_show(box: Box) -> None:
    payment = box.payment(reconciliation="OUTSTANDING")
    box.on("unreconciled-payment")
    changed = box.admin.patch(f"/lean/payments/{payment}", {"reconciliation": "RECONCILED"})
    assert changed.status_code == 200
    assert box.lean_refund(payment).status_code == 403
    box.off("unreconciled-payment")

    assert box.lean_refund(payment).status_code == 201


def test_a_lahza_transaction_without_a_word(box: Box) -> None:
    answer = box.admin.post("/lahza/transactions")
    transaction = answer.json()

    assert answer.status_code == 201
    assert (transaction["amount"], transaction["currency"]) == (10000, "ILS")
    assert (transaction["status"], transaction["domain"]) == ("success", "test")
    verified = box.lahza.get(f"/transaction/verify/{transaction['reference']}").json()
    assert verified["data"] == transaction


def test_a_changed_transaction(box: Box) -> None:
    transaction = box.transaction(reference="order-1", email="a@example.com")
    change = {"status": "failed", "email": "b@example.com", "reference": "order-2"}
    changed = box.admin.patch(f"/lahza/transactions/{transaction}", change).json()

    assert (changed["status"], changed["paid_at"]) == ("failed", None)
    assert changed["customer"]["email"] == "b@example.com"
    assert box.lahza.get("/transaction/verify/order-2").json()["data"] == changed
    assert box.lahza.get("/transaction/verify/order-1").status_code == 400


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ([{"amount": 4000}], "reversed"),
        ([{"amount": 4001}], "success"),
        ([{"amount": 4000, "status": "success"}], "success"),
        ([{"amount": 4000, "status": "failed"}], "failed"),
        ([{"amount": 4000}, {"email": "b@example.com"}], "reversed"),
        ([{"amount": 4000}, {"amount": 4001}], "success"),
        ([{"amount": 4000}, {"amount": 4001, "status": "reversed"}], "reversed"),
        ([{"status": "reversed"}, {"amount": 20000}], "reversed"),
        ([{"status": "failed"}, {"amount": 4000}], "failed"),
    ],
)
def test_a_new_amount_is_reversed_if_the_whole_of_it_has_been_given_back(
    box: Box, changes: list[dict[str, Any]], status: str
) -> None:
    """Nobody has paid anew, so no webhook says so."""
    transaction = box.transaction(amount=10000)
    box.lahza_refund(transaction, amount=4000)
    box.advance("1d")
    told = len(box.admin.get("/webhooks/deliveries?event=charge.success").json()["deliveries"])
    for change in changes:
        changed = box.admin.patch(f"/lahza/transactions/{transaction}", change).json()

    assert changed["status"] == status
    assert changed["fees"] == changed["amount"] // 100
    again = box.admin.get("/webhooks/deliveries?event=charge.success").json()["deliveries"]
    assert len(again) == told


def test_a_new_amount_reconciles_with_what_has_arrived_when_that_is_said(box: Box) -> None:
    payment = box.payment(amount=100, reconciliation="OUTSTANDING")
    arrived = box.admin.post("/lean/deposits", {"payment_id": payment, "amount": 90}).json()
    path = f"/reconciliation/v1/payments/{payment}"
    box.admin.patch(f"/lean/payments/{payment}", {"amount": 90})
    assert box.lean.get(path).json()["reconciliation"]["status"] == "OUTSTANDING"
    box.admin.patch(f"/lean/payments/{payment}", {"reconciliation": "RECONCILED"})

    assert box.lean.get(path).json()["reconciliation"]["deposit"]["id"] == arrived["id"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/lean/payments", {"amount": 0}, "amount"),
        ("/lean/payments", {"amount": "100"}, "amount"),
        ("/lean/payments", {"amount": 1.001}, "amount"),
        ("/lean/payments", {"amount": 1e300}, "amount"),
        ("/lean/payments", {"currency": "XXX"}, "currency"),
        ("/lean/payments", {"status": "PAID"}, "status"),
        ("/lean/payments", {"reconciliation": "DONE"}, "reconciliation"),
        ("/lean/payments", {"status": "FAILED", "reconciliation": "RECONCILED"}, "reconciliation"),
        ("/lean/payments", {"status": "FAILED", "reconcile_after": "1m"}, "reconcile_after"),
        (
            "/lean/payments",
            {"reconciliation": "RECONCILED", "reconcile_after": "1m"},
            "reconcile_after",
        ),
        ("/lean/payments", {"customer_id": "me"}, "customer_id"),
        ("/lean/payments", {"amuont": 5}, "amuont"),
        ("/lahza/transactions", {"amount": 1.5}, "amount"),
        ("/lahza/transactions", {"amount": -1}, "amount"),
        ("/lahza/transactions", {"currency": "AED"}, "currency"),
        ("/lahza/transactions", {"reference": "a_b"}, "reference"),
        ("/lahza/transactions", {"domain": "prod"}, "domain"),
        ("/lahza/transactions", {"email": "me"}, "email"),
        ("/seed", {"payments": -1}, "payments"),
        ("/seed", {"payments": 100001}, "payments"),
        ("/seed", {"customers": 1}, "customers"),
        ("/seed", {"refunds": 100001}, "refunds"),
        ("/seed", {"lean_refunds": True}, "lean_refunds"),
        ("/seed", {"payments": 1, "seed": 1, "offset": -1}, "offset"),
        ("/seed", {"payments": 1, "offset": 1}, "offset"),
    ],
)
def test_a_bad_value_names_its_key(box: Box, path: str, body: Any, field: str) -> None:
    before = box.lahza.get("/transaction").json()["meta"]["total"]
    answer = box.admin.post(path, body)

    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert box.lahza.get("/transaction").json()["meta"]["total"] == before


@pytest.mark.parametrize(
    ("method", "path", "body", "http"),
    [
        ("PATCH", "/lean/payments/nothing", {}, 404),
        ("PATCH", "/lahza/transactions/12", {}, 404),
        ("PATCH", "/lahza/transactions/abc", {}, 404),
        ("POST", "/lean/refunds/nothing/settle", {"status": "FAILED"}, 404),
        ("POST", "/lahza/refunds/12/settle", {"status": "failed"}, 404),
        ("POST", "/lahza/refunds/3018203/settle", {"status": "failed"}, 409),
        ("POST", "/lahza/refunds/3018201/settle", {"status": "FAIL"}, 400),
        ("POST", "/lahza/refunds/3018201/settle", {}, 400),
        ("POST", "/lahza/transactions", {"reference": "fixture-success"}, 409),
        ("PATCH", "/lahza/transactions/1004700004", {"amount": 3999}, 409),
        ("PATCH", "/lahza/transactions/1004700004", {"currency": "USD"}, 409),
        ("PATCH", "/lahza/transactions/1004700006", {"currency": "USD"}, 409),  # its refund failed
        ("PATCH", "/lahza/transactions/1004700006", {"domain": "live"}, 409),
        ("PATCH", "/lean/payments/1ea00000-0000-4000-a000-000000000004", {"amount": 399}, 409),
        ("PATCH", "/lean/payments/1ea00000-0000-4000-a000-000000000006", {"currency": "USD"}, 409),
        ("PATCH", "/lean/application", {"products": ["loans"]}, 400),
        ("PATCH", "/lean/application", {"payouts_configured": "no"}, 400),
        ("PATCH", "/lahza/merchant", {"balance": {"EUR": 1}}, 400),
        ("PATCH", "/lahza/merchant", {"balance": {"ILS": -1}}, 400),
        ("DELETE", "/clock", None, 405),
        ("GET", "/nothing", None, 404),
    ],
)
def test_what_can_not_be_done(box: Box, method: str, path: str, body: Any, http: int) -> None:
    answer = box.admin.call(method, path, body)

    assert (answer.status_code, answer.json()["status"]) == (http, http)
    assert answer.headers["Content-Type"] == "application/problem+json"
    if http == 405:
        assert answer.headers["Allow"] == "GET, PUT"
        assert "takes GET, PUT, not DELETE" in answer.json()["detail"]


@pytest.mark.parametrize("outcome", ["ACCEPTED_BY_BANK", "FAILED", "REJECTED"])
def test_a_lean_refund_is_settled_whatever_it_waits_for(box: Box, outcome: str) -> None:
    refund = box.lean_refund(box.payment()).json()[0]["refund_id"]
    answer = box.admin.post(f"/lean/refunds/{refund}/settle", {"status": outcome, "reason": "x"})

    assert answer.json() == box.lean.get(f"/payouts/refunds/{refund}").json()
    assert answer.json()["status"] == outcome
    assert answer.json()["actioned_by"] == "edge-gateway"
    assert [event for event in box.advance("1d") if event["kind"] == "refund"] == []


def test_seeded_documents_stand_on_top_and_can_be_refunded(box: Box) -> None:
    body = {"payments": 20, "transactions": 20, "seed": 7}
    made = {"payments": 20, "transactions": 20, "lean_refunds": 0, "lahza_refunds": 0}
    assert box.admin.post("/seed", body).json() == made
    meta = box.lahza.get("/transaction?status=success&perPage=1").json()

    assert box.lahza_refund(meta["data"][0]["reference"]).status_code == 200
    assert set(box.admin.post("/seed", body).json().values()) == {0}
    assert box.lahza_refund(meta["data"][0]["reference"]).status_code == 400


def test_a_seed_gives_the_same_documents_at_once_and_in_parts(box: Box) -> None:
    def seeded(*parts: tuple[int, int]) -> list[list[dict[str, Any]]]:
        box.admin.post("/reset", {"mode": "frozen", "now": "2030-01-01T00:00:00Z"})
        for offset, count in parts:
            body = {"payments": count, "transactions": count, "seed": 7, "offset": offset}
            added = box.admin.post("/seed", body).json()
            assert (added["payments"], added["transactions"]) == (count, count)
        payments = box.lean.get("/payments/v1/intents?page=0&size=100").json()["data"]
        transactions = box.lahza.get("/transaction?perPage=100").json()["data"]
        return [sorted(found, key=str) for found in (payments, transactions)]

    at_once = seeded((0, 30))
    assert seeded((0, 10), (10, 1), (11, 19)) == at_once
    assert seeded((20, 10), (0, 20)) == at_once
    assert len({transaction["reference"] for transaction in at_once[1]}) == len(at_once[1]) > 30


def is_iban(text: str) -> bool:
    """ISO 13616: its check digits hold."""
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1


def test_fixtures_are_believable_and_cover_every_state(box: Box) -> None:
    fixtures = box.admin.get("/fixtures").json()
    payments = fixtures["lean"]["payments"].values()

    for fixture in payments:
        payment = box.lean.get(f"/payments/v1/{fixture['id']}").json()
        assert is_iban(payment["recipient_details"]["iban"])
        if payment["status"] in ("ACCEPTED_BY_BANK", "FAILED"):
            assert is_iban(payment["sender_details"]["iban"])
            assert " " in payment["sender_details"]["name"]
        assert fixture["about"]
    assert {p["reconciliation"] for p in payments} == {
        None,
        "RECONCILED",
        "OUTSTANDING",
        "UNRECEIVED",
    }
    assert len({p["status"] for p in payments}) == 6
    assert len({r["status"] for r in fixtures["lean"]["refunds"].values()}) == 6
    transactions = fixtures["lahza"]["transactions"].values()
    assert {t["status"] for t in transactions} == {"success", "failed", "abandoned", "reversed"}
    assert {t["currency"] for t in transactions} == {"ILS", "JOD", "USD"}
    assert len({r["status"] for r in fixtures["lahza"]["refunds"].values()}) == 4


def test_fixtures_stay_as_they_are_until_they_are_touched(box: Box) -> None:
    before = box.lahza.get("/refund").content, box.lean.get("/payouts/refunds").content
    assert box.advance("365d") == []

    assert (box.lahza.get("/refund").content, box.lean.get("/payouts/refunds").content) == before


def test_the_front_page_and_paths_in_nobodys_namespace(box: Box) -> None:
    page = box.anyone.get("/")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert re.search("No money moves", page.text)
    nowhere = box.anyone.get("/nothing/here")
    assert nowhere.status_code == 404
    assert nowhere.headers["Content-Type"] == "application/problem+json"
