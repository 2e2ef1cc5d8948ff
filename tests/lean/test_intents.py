"""Payment intents: their limits, their list, and the payments made of them."""

from typing import Any

import pytest

from tests.conftest import NOW
from tests.kit import Box
from tests.lean.calls import DEFAULT, DESTINATION, NEW, NOBODY, PAYER, error, intent, pay, told

DOCUMENTED_STATUSES = (
    "CREDENTIALS_UPDATE_REQUIRED AWAITING_END_USER_AUTHORIZATION AWAITING_LOGIN_MFA_TOKEN "
    "AWAITING_APP_AUTH AWAITING_PAYMENT_MFA_TOKEN AWAITING_PAYMENT_SECURITY_QUESTIONS "
    "INVALID_CREDENTIALS INVALID_LOGIN_MFA INVALID_PAYMENT_MFA BENEFICIARY_NOT_FOUND "
    "MFA_ATTEMPTS_EXHAUSTED SECURITY_QUESTION_ANSWER_ATTEMPTS_EXHAUSTED PENDING_WITH_BANK "
    "AWAITING_AUTHORIZATION FAILED AWAITING_AUTHORIZATION_LOGIN_MFA "
    "INVALID_AUTHORIZATION_LOGIN_MFA AWAITING_AUTHORIZATION_LOGIN_SECURITY_QUESTION "
    "AWAITING_AUTHORIZATION_LOGIN_SECURITY_QUESTION_ANSWER "
    "INVALID_AUTHORIZATION_LOGIN_SECURITY_QUESTION_ANSWER "
    "AUTHORIZATION_LOGIN_SECURITY_QUESTION_ANSWER_ATTEMPTS_EXHAUSTED AUTHORIZATION_FAILED "
    "AWAITING_AUTHORIZATION_PAYMENT_MFA INVALID_AUTHORIZATION_PAYMENT_MFA "
    "PARTIAL_ACCEPTED_BY_BANK AUTHORIZATION_MFA_ATTEMPTS_EXHAUSTED"
).split()


def listed(box: Box, **query: Any) -> list[str]:
    answer = box.lean.get("/payments/v1/intents", params={"page": 0, "size": 100, **query})
    assert answer.status_code == 200, answer.text
    return [row["payment_intent_id"] for row in answer.json()["data"]]


def one(box: Box, intent_id: str, **rest: Any) -> dict[str, Any]:
    return dict(box.lean.get(f"/payments/v1/intents/{intent_id}", **rest).json())


def test_an_intent_and_what_becomes_of_it(box: Box) -> None:
    made = intent(box, amount=150.5, description="Order 1", purpose_code="GDS")
    intent_id = made["payment_intent_id"]

    assert (made["amount"], made["description"], made["payments"]) == (150.5, "Order 1", [])
    assert made["payment_destination"]["id"] == DEFAULT
    created = one(box, intent_id)
    assert created["created_at"] == created["updated_at"] == NOW
    box.advance("1m")
    paid = pay(box, payment_intent_id=intent_id, status="PENDING_WITH_BANK")
    box.advance("1m")
    accepted = box.admin.patch(f"/lean/payments/{paid['id']}", {"status": "ACCEPTED_BY_BANK"})
    now = one(box, intent_id)
    assert now["payments"] == [accepted.json()]
    assert (now["created_at"], now["updated_at"]) == (
        NOW,
        "2026-05-13T11:52:42.625199Z",
    )
    assert (paid["amount"], paid["description"]) == (150.5, intent_id.replace("-", ""))


@pytest.mark.parametrize(
    ("currency", "amount", "status"),
    [
        ("AED", 1, None),
        ("AED", 0.01, None),
        ("AED", 1_000_000, None),
        ("AED", 1_000_000.01, "AMOUNT_OVER_MAX_VALUE"),
        ("AED", 0, "INVALID_AMOUNT"),
        ("AED", -5, "INVALID_AMOUNT"),
        ("AED", 10.001, "INVALID_AMOUNT"),
        ("AED", 1e300, "AMOUNT_OVER_MAX_VALUE"),
        ("AED", "100", "INVALID_PARAMETERS"),
        ("AED", True, "INVALID_PARAMETERS"),
        ("USD", 0.01, None),
        ("USD", 270_000, None),
        ("USD", 270_000.01, "AMOUNT_OVER_MAX_VALUE"),
        ("EUR", 0.01, None),
        ("EUR", 0, "INVALID_AMOUNT"),
        ("EUR", 0.001, "INVALID_AMOUNT"),
        ("EUR", 10**12, None),
        ("EUR", 10**12 + 0.01, "AMOUNT_OVER_MAX_VALUE"),
        ("EUR", 10**40, "AMOUNT_OVER_MAX_VALUE"),
    ],
)
def test_the_limits_of_an_amount(box: Box, currency: str, amount: Any, status: str | None) -> None:
    body = {"customer_id": NEW, "amount": amount, "currency": currency}
    answer = box.lean.post("/payments/v1/intents", body)

    if status is None:
        assert (answer.status_code, answer.json()["amount"]) == (200, amount)
    else:
        assert error(answer)[:2] == (400, status)
        assert error(answer)[2].startswith("amount, value: ")
        assert listed(box, customer_id=NEW) == []
        assert told(box) == []


@pytest.mark.parametrize(("currency", "least"), [("AED", 10), ("USD", 3)])
def test_the_minimum_that_is_documented_is_a_setting(box: Box, currency: str, least: int) -> None:
    box.admin.patch("/settings", {"lean": {"intent_minimum": "documented"}})
    body = {"customer_id": NEW, "amount": least - 0.01, "currency": currency}
    refused = box.lean.post("/payments/v1/intents", body)

    assert error(refused)[:2] == (400, "AMOUNT_UNDER_MIN_VALUE")
    assert intent(box, amount=least, currency=currency)["amount"] == least


def test_an_intent_without_a_description_has_its_id_there(box: Box) -> None:
    made = intent(box)
    intent_id = made["payment_intent_id"]
    page = box.lean.get("/payments/v1/intents", params={"customer_id": NEW}).json()

    for shown in (made, one(box, intent_id), page["data"][0]):
        assert shown["description"] == intent_id.replace("-", "")


def test_the_list_is_asked_for_any_status_that_is_documented(box: Box) -> None:
    assert len(DOCUMENTED_STATUSES) == 26
    for status in DOCUMENTED_STATUSES:
        answer = box.lean.get("/payments/v1/intents", params={"status": status})
        assert answer.status_code == 200, status


def test_the_list_begins_with_the_first_page_of_50(box: Box) -> None:
    page = box.lean.get("/payments/v1/intents").json()["page"]

    assert (page["number"], page["size"]) == (0, 50)


@pytest.mark.parametrize(
    ("values", "http", "status"),
    [
        ({"customer_id": None}, 400, "MISSING_PARAMETERS"),
        ({"currency": None}, 400, "MISSING_PARAMETERS"),
        ({"amount": None}, 400, "MISSING_PARAMETERS"),
        ({"customer_id": "me"}, 400, "INVALID_PARAMETERS"),
        ({"currency": "XAU"}, 400, "INVALID_PARAMETERS"),
        ({"currency": 5}, 400, "INVALID_PARAMETERS"),
        ({"description": "x" * 33}, 400, "INVALID_PARAMETERS"),
        ({"description": {}}, 400, "INVALID_PARAMETERS"),
        ({"purpose_code": 7}, 400, "INVALID_PARAMETERS"),
        ({"payment_destination_id": "x"}, 400, "INVALID_PARAMETERS"),
        ({"customer_id": NOBODY}, 404, "UNKNOWN_CUSTOMER"),
        ({"payment_destination_id": NOBODY}, 404, "UNKNOWN_PAYMENT_DESTINATION"),
    ],
)
def test_a_bad_intent(box: Box, values: dict[str, Any], http: int, status: str) -> None:
    body = {"customer_id": NEW, "amount": 100, "currency": "AED", **values}

    assert error(box.lean.post("/payments/v1/intents", body))[:2] == (http, status)
    assert listed(box, customer_id=NEW) == []


def test_each_filter_of_the_list(box: Box) -> None:
    first = intent(box)["payment_intent_id"]
    box.advance("1d")
    second = intent(box)["payment_intent_id"]
    third = intent(box, customer_id=PAYER)["payment_intent_id"]
    pay(box, payment_intent_id=second, status="FAILED")

    assert listed(box, customer_id=NEW) == [second, first]
    assert listed(box, status="INTENT_CREATED") == [third, first]
    assert listed(box, status="INTENT_CREATED", customer_id=NEW) == [first]
    assert listed(box, status="FAILED")[0] == second
    assert listed(box, **{"from": "2026-05-14"}) == [third, second]
    assert listed(box, customer_id=NEW, **{"from": "2026-05-13", "to": "2026-05-13"}) == [first]
    moment = "2026-05-13T15:50:42.625199+04:00"
    assert listed(box, **{"from": moment, "to": moment}) == [first]
    assert listed(box, **{"from": "2026-05-14", "to": "2026-05-13"}) == []
    assert listed(box, size=1, page=1) == [second]
    page = box.lean.get("/payments/v1/intents?page=99&size=2").json()
    total = len(listed(box))
    assert page == {
        "data": [],
        "page": {
            "number": 99,
            "size": 2,
            "total_elements": total,
            "total_pages": -(-total // 2),
        },
    }


def test_the_status_filter_goes_by_what_a_scenario_shows(box: Box) -> None:
    made = intent(box)["payment_intent_id"]
    payment = pay(box, payment_intent_id=made)["id"]
    script = [{"set": "lean.payment", "where": {"id": payment}, "to": {"status": "FAILED"}}]
    box.admin.post("/scenarios", {"name": "own", "title": "t", "script": script})
    before = listed(box, status="FAILED")
    box.on("own")

    assert listed(box, status="FAILED") == [made, *before]
    assert made not in listed(box, status="ACCEPTED_BY_BANK")
    assert listed(box, status="FAILED", customer_id=NEW) == [made]
    assert one(box, made)["payments"][0]["status"] == "FAILED"


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("page=-1", "INVALID_PARAMETERS", "page, value: -1"),
        ("page=0&size=0", "INVALID_PARAMETERS", "size, value: 0"),
        ("page=0&size=5&status=PAID", "INVALID_PARAMETERS", "status, value: PAID"),
        ("page=0&size=5&customer_id=me", "INVALID_PARAMETERS", "customer_id, value: me"),
        ("page=0&size=5&from=today", "INVALID_PARAMETERS", "from, value: today"),
        ("page=0&size=5&to=2026-02-30", "INVALID_PARAMETERS", "to, value: 2026-02-30"),
        ("page=0&size=5&to=2026-W07-1", "INVALID_PARAMETERS", "to, value: 2026-W07-1"),
        ("page=0&size=5&to=10000-01-01", "INVALID_PARAMETERS", "to, value: 10000-01-01"),
    ],
)
def test_a_bad_list(box: Box, query: str, status: str, field: str) -> None:
    assert error(box.lean.get(f"/payments/v1/intents?{query}")) == (400, status, field)


def test_an_unknown_intent(box: Box) -> None:
    answer = box.lean.get(f"/payments/v1/intents/{NOBODY}")

    assert error(answer)[:2] == (404, "UNKNOWN_PAYMENT_INTENT")
    assert error(box.lean.get("/payments/v1/intents/x"))[:2] == (400, "INVALID_PARAMETERS")


def test_every_payment_has_its_intent_customer_and_source(box: Box) -> None:
    box.admin.post("/seed", {"payments": 10, "seed": 1})
    fixtures = box.admin.get("/fixtures").json()["lean"]["payments"].values()
    ids = [fixture["id"] for fixture in fixtures] + [pay(box)["id"]]
    search = box.lean.post(
        "/reconciliation/v1/payments",
        {"payment_initiation_date": {"from": "2026-01-01", "to": "2026-12-31"}},
    )
    ids += [payment["id"] for payment in search.json()["payments"]]
    assert len(set(ids)) > 25

    for payment_id in ids:
        payment = box.lean.get(f"/payments/v1/{payment_id}").json()
        made_of = one(box, payment["payment_intent_id"])
        assert made_of["payments"] == [payment]
        customer = made_of["customer_id"]
        assert box.lean.get(f"/customers/v1/{customer}").status_code == 200
        source = f"/customers/v1/{customer}/payment-sources/{payment['payment_source_id']}"
        (account,) = box.lean.get(source).json()["accounts"]
        is_known = payment["status"] in ("ACCEPTED_BY_BANK", "FAILED")
        sender = {"iban": account["iban"], "name": account["account_name"]}
        sender["account_number"] = account["account_number"]
        assert payment["sender_details"] == (sender if is_known else None)


def test_a_payment_is_made_one_of_another_intent(box: Box) -> None:
    account = box.lean.post("/payments/v1/destinations", DESTINATION).json()
    old = pay(box, amount=70)
    wanted = intent(box, payment_destination_id=account["id"], description="Order 2")
    path, new = f"/lean/payments/{old['id']}", wanted["payment_intent_id"]
    refused = box.admin.patch(path, {"payment_intent_id": new, "customer_id": PAYER})
    moved = box.admin.patch(path, {"payment_intent_id": new}).json()
    whole = box.lean.get(f"/payments/v1/intents/{new}").json()
    left = box.lean.get(f"/payments/v1/intents/{old['payment_intent_id']}").json()

    assert (refused.status_code, refused.json()["field"]) == (400, "customer_id")
    assert (moved["payment_intent_id"], moved["amount"]) == (new, 70)
    assert moved["recipient_details"]["iban"] == account["iban"]
    assert (whole["payments"], left["payments"]) == ([moved], [])
    assert listed(box, status="ACCEPTED_BY_BANK", customer_id=NEW) == [new]
    assert box.admin.patch(path, {"payment_intent_id": NOBODY}).status_code == 404
    other = pay(box)["id"]
    again = box.admin.patch(f"/lean/payments/{other}", {"payment_intent_id": new})
    assert again.status_code == 409


@pytest.mark.parametrize("status", ["FAILED", "ACCEPTED_BY_BANK"])
def test_an_intent_has_one_payment_and_never_more(box: Box, status: str) -> None:
    intent_id = intent(box)["payment_intent_id"]
    pay(box, payment_intent_id=intent_id, status=status)
    again = box.admin.post("/lean/payments", {"payment_intent_id": intent_id})
    other = pay(box, status="FAILED")["id"]
    moved = box.admin.patch(f"/lean/payments/{other}", {"payment_intent_id": intent_id})

    assert again.status_code == moved.status_code == 409
    assert "make a new intent" in again.json()["detail"]
    assert [payment["status"] for payment in one(box, intent_id)["payments"]] == [status]


def test_a_payment_is_made_another_customers_and_so_is_its_intent(box: Box) -> None:
    made = pay(box)
    moved = box.admin.patch(f"/lean/payments/{made['id']}", {"customer_id": NEW})
    whole = box.lean.get(f"/payments/v1/intents/{made['payment_intent_id']}").json()
    (source,) = box.lean.get(f"/customers/v1/{NEW}/payment-sources").json()

    assert moved.status_code == 200
    assert (whole["customer_id"], whole["payments"]) == (NEW, [moved.json()])
    assert source["id"] == moved.json()["payment_source_id"]
    assert source["accounts"][0]["iban"] == made["sender_details"]["iban"]
    same = box.admin.patch(f"/lean/payments/{made['id']}", {"customer_id": NEW})
    assert same.status_code == 200
